#include "protocols/mail/charset.hpp"

#include "tests/support/catch.hpp"

using namespace posthorn::mail;

namespace {
const std::string kBad = "\xEF\xBF\xBD";
}

TEST_CASE("The charsets of Japanese mail") {
  CHECK(to_utf8("\x1b$B$3$s$K$A$O\x1b(B", "ISO-2022-JP") == "こんにちは");
  CHECK(to_utf8("\x82\xb1\x82\xf1\x82\xc9\x82\xbf\x82\xcd", "Shift_JIS") == "こんにちは");
  CHECK(to_utf8("\xa4\xb3\xa4\xf3\xa4\xcb\xa4\xc1\xa4\xcf", "EUC-JP") == "こんにちは");
  CHECK(to_utf8("\x82\xb1", "x-sjis") == "こ");
  CHECK(to_utf8("\x82\xb1", "Windows-31J") == "こ");
  CHECK(to_utf8("caf\xe9", "iso-8859-1") == "café");
  CHECK(to_utf8("\x93hi\x94 \x80", "windows-1252") == "“hi” €");
}

TEST_CASE("Vendor characters under standard names") {
  CHECK(to_utf8("\x1b$B-!\x1b(B", "ISO-2022-JP") == "①");
  CHECK(to_utf8("\x1b(I6E6\x1b(B.", "ISO-2022-JP") == "ｶﾅｶ.");
  CHECK(to_utf8("\xad\xa1", "EUC-JP") == "①");
  CHECK(to_utf8("\x87\x40", "Shift_JIS") == "①");
  CHECK(to_utf8("\x1b$B!A\x1b(B", "ISO-2022-JP") == "〜");  // U+301C, not U+FF5E
}

TEST_CASE("Invalid input becomes U+FFFD, and reading goes on") {
  CHECK(to_utf8("a\xff"
                "b",
                "UTF-8") == "a" + kBad + "b");
  CHECK(to_utf8("a\x82", "Shift_JIS") == "a" + kBad);
  CHECK(to_utf8("\x81", "windows-1252") == kBad);
  CHECK(is_valid_utf8(to_utf8("\x1b$B\xff\xff$3$", "ISO-2022-JP")));
  CHECK(to_utf8("caf\xe9", "no-such-charset") == "café");
  CHECK(to_utf8("caf\xe9", "") == "café");
  CHECK(to_utf8("café", "us-ascii") == "café");
  CHECK(to_utf8("caf\xe9", "UTF-8//IGNORE") == "café");  // options of iconv are no charset
  CHECK_FALSE(is_known_charset("UTF-8//IGNORE"));
  CHECK_FALSE(is_known_charset("char"));
  CHECK(is_known_charset("utf8"));
}

TEST_CASE("Every byte in every charset gives valid UTF-8") {
  std::string bytes;
  for (int i = 0; i < 256; ++i) bytes += static_cast<char>(i);
  for (const char* charset :
       {"UTF-8",  "US-ASCII",    "ISO-8859-1", "ISO-8859-15", "windows-1252", "windows-1251",
        "KOI8-R", "ISO-2022-JP", "Shift_JIS",  "EUC-JP",      "GB2312",       "Big5",
        "EUC-KR", "UTF-7",       "UTF-16",     "UTF-16LE",    "ISO-2022-KR",  "x-unknown",
        "",       "\xff"}) {
    INFO(charset);
    CHECK(is_valid_utf8(to_utf8(bytes, charset)));
    for (std::size_t cut = 0; cut < bytes.size(); cut += 7)
      CHECK(is_valid_utf8(to_utf8(bytes.substr(cut), charset)));
  }
}

TEST_CASE("Writing other charsets, or saying that it cannot be done") {
  CHECK(from_utf8("愛子", "ISO-2022-JP") == "\x1b$B0&;R\x1b(B");
  CHECK_FALSE(from_utf8("😀", "ISO-2022-JP"));
  CHECK_FALSE(from_utf8("愛\x1b(B", "ISO-2022-JP"));  // an escape of the text's own
  CHECK_FALSE(from_utf8("あ", "us-ascii"));
  CHECK_FALSE(from_utf8("a", "no-such-charset"));
  CHECK_FALSE(from_utf8("\xff", "UTF-8"));
  CHECK(from_utf8("é", "latin1") == "\xe9");
}

TEST_CASE("UTF-8 is checked as RFC 3629 says") {
  for (const char* good : {"", "abc", "é", "あ", "😀", "\xf4\x8f\xbf\xbf"})
    CHECK(is_valid_utf8(good));
  for (const char* bad : {"\x80", "\xc0\x80", "\xc1\xbf", "\xe0\x80\x80", "\xed\xa0\x80",
                          "\xf0\x80\x80\x80", "\xf4\x90\x80\x80", "\xf5", "\xe3\x81", "\xff"})
    CHECK_FALSE(is_valid_utf8(bad));
  CHECK(repair_utf8("\xe3\x81x\xf0\x9f\x98") == kBad + "x" + kBad);  // maximal subparts
  CHECK(repair_utf8("\xed\xa0\x80") == kBad + kBad + kBad);
  CHECK(utf8_length_at("aあ", 1) == 3);
  CHECK(utf8_length_at("aあ", 2) == 0);
  CHECK(utf8_length_at("a", 1) == 0);
}
