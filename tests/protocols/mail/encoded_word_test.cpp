#include "protocols/mail/encoded_word.hpp"

#include "protocols/mail/charset.hpp"
#include "protocols/mail/header.hpp"
#include "tests/support/catch.hpp"

using namespace posthorn::mail;

TEST_CASE("The examples of RFC 2047 §8") {
  CHECK(decode_encoded_words("=?ISO-8859-1?Q?a?=") == "a");
  CHECK(decode_encoded_words("=?ISO-8859-1?Q?a?= b") == "a b");
  CHECK(decode_encoded_words("=?ISO-8859-1?Q?a?= =?ISO-8859-1?Q?b?=") == "ab");
  CHECK(decode_encoded_words("=?ISO-8859-1?Q?a?=  \t =?ISO-8859-1?Q?b?=") == "ab");
  CHECK(decode_encoded_words("=?ISO-8859-1?Q?a_b?=") == "a b");
  CHECK(decode_encoded_words("=?ISO-8859-1?Q?a?= =?ISO-8859-2?Q?_b?=") == "a b");
  CHECK(decode_encoded_words("=?US-ASCII?Q?Keith_Moore?= <moore@cs.utk.edu>") ==
        "Keith Moore <moore@cs.utk.edu>");
  CHECK(decode_encoded_words("=?ISO-8859-1?B?SWYgeW91IGNhbiByZWFkIHRoaXMgeW8=?= "
                             "=?ISO-8859-2?B?dSB1bmRlcnN0YW5kIHRoZSBleGFtcGxlLg==?=") ==
        "If you can read this you understand the example.");
}

TEST_CASE("Japanese subjects") {
  CHECK(decode_encoded_words("=?UTF-8?B?5aeL44KB44Gm44Gu?= =?utf-8?b?44Oh44O844Or?=") ==
        "始めてのメール");
  CHECK(decode_encoded_words("Re: =?ISO-2022-JP?B?GyRCJDMkcyRLJEEkTxsoQg==?=") == "Re: こんにちは");
  CHECK(decode_encoded_words("=?Shift_JIS?B?grGC8YLJgr+CzQ==?=") == "こんにちは");
  CHECK(decode_encoded_words("=?EUC-JP?Q?=A4=B3=A4=F3=A4=CB=A4=C1=A4=CF?=") == "こんにちは");
  CHECK(decode_encoded_words("=?utf-8*ja?Q?=E3=81=82?=") == "あ");  // RFC 2231 §5
  CHECK(decode_encoded_words("\x1b$B$\"\x1b(B") == "あ");           // no encoded-word at all
}

TEST_CASE("A character that a broken sender split over two words is whole again") {
  CHECK(decode_encoded_words("=?UTF-8?Q?=E3=81?= =?UTF-8?Q?=82?=") == "あ");
  CHECK(decode_encoded_words("=?UTF-8?B?44E=?=\r\n =?utf8?B?gg==?=") == "あ");
}

TEST_CASE("What is no encoded-word stays as it is") {
  for (const char* text : {"", "=?", "=?=",
                           "=?"
                           "?=",
                           "=?x?=", "=?UTF-8?B?abc", "=?UTF-8?X?abc?=", "=?UTF-8?",
                           "= ?UTF-8?Q?a?=", "=??Q?a?=", "2 =? 3", "a?=b"}) {
    INFO(text);
    CHECK(decode_encoded_words(text) == text);
  }
  CHECK(decode_encoded_words("=?UTF-8?Q?=ZZ=4?=") == "=ZZ=4");
  CHECK(decode_encoded_words("=?UTF-8?Q?"
                             "?=") == "");
}

TEST_CASE("Raw bytes and unknown charsets never make invalid UTF-8") {
  CHECK(decode_encoded_words("caf\xe9") == "café");
  CHECK(decode_encoded_words("café") == "café");
  CHECK(decode_encoded_words("=?no-such-charset?Q?=E3=81=82?=") == "あ");
  CHECK(decode_encoded_words("=?UTF-8?Q?=FF?=") == "\xEF\xBF\xBD");
  CHECK(decode_encoded_words("=?UTF-8?Q?a=0D=0ABcc:_x?=") == "a  Bcc: x");  // no new lines
}

TEST_CASE("A field full of beginnings takes linear time") {
  std::string text;
  for (int i = 0; i < 100'000; ++i) text += "=?a?q?x";
  CHECK(decode_encoded_words(text) == text);
}

namespace {

/// Every rule that RFC 2047 §2 and §5 set for what we write.
void check_field(const std::string& written) {
  std::size_t begin = 0;
  for (std::size_t end = 0; end < written.size(); begin = end + 2) {
    end = std::min(written.find("\r\n", begin), written.size());
    const std::string_view line = std::string_view(written).substr(begin, end - begin);
    INFO(line);
    CHECK(line.size() + (begin == 0 ? 9 : 0) <= 76);
    CHECK(line.find_first_not_of(" \t") != std::string_view::npos);  // no blank folded line
    CHECK(is_ascii(line));
    CHECK((begin == 0 || line[0] == ' '));
  }
}

}  // namespace

TEST_CASE("Unstructured text is written and read back") {
  std::string long_japanese;
  for (int i = 0; i < 40; ++i) long_japanese += "春は曙。やうやう白くなりゆく山ぎは、";
  for (const std::string& text :
       {std::string("Re: 会議のお知らせ"), std::string("Grüße aus München"), long_japanese,
        std::string("emoji 😀😀😀😀😀😀😀😀😀😀😀😀😀😀😀😀😀😀😀😀😀😀😀"), std::string(" leading"),
        std::string("trailing "), std::string("=?UTF-8?Q?literal?="), std::string("a  b  あ  c  d"),
        std::string("ｶﾀｶﾅ ①"), std::string(1000, 'x') + " long token",
        "Fwd: Re: x " + long_japanese})
    for (const WireCharset charset : {WireCharset::utf8, WireCharset::iso2022jp}) {
      const std::string written = encode_unstructured(text, 9, charset);
      check_field(written);
      // Leading white space is not part of an unfolded value, but it is inside the words.
      CHECK(decode_encoded_words(unfold(written)) == text);
    }
}

TEST_CASE("ASCII text stays readable") {
  CHECK(encode_unstructured("Hello, world", 9) == "Hello, world");
  CHECK(encode_unstructured("Re: 会議", 9) == "Re: =?UTF-8?B?5Lya6K2w?=");
  CHECK(encode_unstructured("会議", 9, WireCharset::iso2022jp) ==
        "=?ISO-2022-JP?B?GyRCMnE1RBsoQg==?=");
  CHECK(encode_unstructured("Müller", 9) == "=?UTF-8?Q?M=C3=BCller?=");
  CHECK(encode_unstructured("a\r\nBcc: evil@x.example", 9) == "a  Bcc: evil@x.example");
  const std::string folded = encode_unstructured(
      "A subject that is so long that it cannot stand on a single line of seventy-eight columns",
      9);
  CHECK(folded ==
        "A subject that is so long that it cannot stand on a single line of\r\n"
        " seventy-eight columns");
}

TEST_CASE("Every word is at most 75 characters and valid alone") {
  std::string text;
  for (int i = 0; i < 100; ++i) text += i % 3 == 0 ? "漢" : i % 3 == 1 ? "é" : "𠮷";
  for (const WireCharset charset : {WireCharset::utf8, WireCharset::iso2022jp}) {
    std::string joined;
    for (const std::string& word : encode_words(text, charset, 30)) {
      CHECK(word.size() <= 75);
      CHECK(encoded_word_length(word) == word.size());
      const std::string part = decode_encoded_words(word);
      CHECK(part.find("\xEF\xBF\xBD") == std::string::npos);  // no split character
      joined += part;
    }
    CHECK(joined == text);
    CHECK(encode_words(text, charset, 30).front().size() <= 30);
  }
}
