// RFC 2047 and RFC 2231 in the wrong ways that are seen in the wild, and the charsets behind them.
#include "protocols/mail/charset.hpp"
#include "protocols/mail/encoded_word.hpp"
#include "protocols/mail/header.hpp"
#include "protocols/mail/message.hpp"
#include "tests/support/catch.hpp"

using namespace posthorn::mail;

namespace {

struct Row {
  const char* what;
  const char* sent;
  const char* read;
};

std::string parameters(std::string_view field) {
  const ParameterizedValue parsed = parse_parameterized(field);
  std::string out = parsed.value;
  for (const Parameter& p : parsed.parameters) out += ";" + p.name + "=" + p.value;
  return out;
}

std::string people(std::string_view field) {
  std::string out;
  for (const Mailbox& m : parse_mailboxes(field))
    out += "[" + m.display_name + "|" + m.address() + "]";
  return out;
}

}  // namespace

TEST_CASE("Encoded-words gone wrong, in text") {
  const Row rows[] = {
      {"lower-case b, upper-case charset", "=?UTF-8?b?44GC?=", "あ"},
      {"lower-case q and hexadecimal", "=?utf-8?q?=e3=81=82?=", "あ"},
      {"underscore is a space, =5F is not", "=?UTF-8?Q?a_b=5Fc?=", "a b_c"},
      {"underscores in base64 are nothing", "=?UTF-8?B?44_GC?=", "あ"},
      {"no padding", "=?UTF-8?B?44GCIQ?= =?UTF-8?B?44GC?=", "あ!あ"},
      {"too much padding", "=?UTF-8?B?44GCIQ=====?=", "あ!"},
      {"padding in the middle", "=?UTF-8?B?IQ==44GC?=", "!あ"},
      {"spaces inside of Q", "=?UTF-8?Q?=E3=81=82 b c?=", "あ b c"},
      {"spaces inside of B", "=?UTF-8?B?44 GC?=", "あ"},
      {"a fold inside of B", "=?UTF-8?B?44\r\n GC?=", "あ"},
      {"raw 8-bit inside of Q", "=?UTF-8?Q?\xe3\x81\x82=21?=", "あ!"},
      {"an equals sign too many", "=?UTF-8?Q?=E3=81=82=?=", "あ="},
      {"hexadecimal that is none", "=?UTF-8?Q?100=%?=", "100=%"},
      {"a question mark inside", "=?UTF-8?Q?why?not?=", "why?not"},
      {"never ended", "=?UTF-8?B?44GC", "=?UTF-8?B?44GC"},
      {"ended by half", "=?UTF-8?B?44GC?", "=?UTF-8?B?44GC?"},
      {"never ended, and another begins", "=?UTF-8?B?44GC =?UTF-8?B?44GC?=", "=?UTF-8?B?44GC あ"},
      {"glued to text on both sides", "a=?UTF-8?B?44GC?=b", "aあb"},
      {"glued to each other", "=?UTF-8?B?44GC?==?UTF-8?B?44GE?=", "あい"},
      {"apart by a fold and tabs", "=?UTF-8?B?44GC?=\r\n\t \t=?UTF-8?B?44GE?=", "あい"},
      {"apart by text", "=?UTF-8?B?44GC?= x =?UTF-8?B?44GE?=", "あ x い"},
      {"empty words", "a =?UTF-8?Q?\?= =?UTF-8?B?\?= b", "a  b"},
      {"a character split over words, in B", "=?UTF-8?B?44E=?= =?UTF-8?B?gg==?=", "あ"},
      {"a character split over words, in Q", "=?UTF-8?Q?=E3?= =?UTF-8?Q?=81=82?=", "あ"},
      {"a character split over B and Q", "=?UTF-8?B?44E=?= =?UTF-8?Q?=82?=", "あ"},
      {"a character split over two spellings of UTF-8", "=?UTF-8?Q?=E3=81?= =?utf8?Q?=82?=", "あ"},
      {"base64 split over words", "=?UTF-8?B?44G?= =?UTF-8?B?C44GE?=", "あい"},
      {"base64 split behind one digit", "=?UTF-8?B?44GC4?= =?UTF-8?B?4GE?=", "あい"},
      {"a character split over words of ISO-2022-JP",
       "=?ISO-2022-JP?B?GyRCJA==?= =?ISO-2022-JP?B?IhsoQg==?=", "あ"},
      {"ISO-2022-JP that never shifts back", "=?ISO-2022-JP?B?GyRCJCI=?= b", "あ b"},
      {"a language (RFC 2231 §5)", "=?ISO-2022-JP*ja-JP?B?GyRCJCIbKEI=?=", "あ"},
      {"UTF-8 said to be ASCII", "=?us-ascii?Q?=E3=81=82?=", "あ"},
      {"UTF-8 said to be nothing known", "=?unknown-8bit?B?44GC?=", "あ"},
      {"Latin-1 said to be UTF-8", "=?UTF-8?Q?caf=E9?=", "caf\xEF\xBF\xBD"},
      {"Windows-1252 said to be Latin-1", "=?iso-8859-1?Q?=93x=94_=80?=", "“x” €"},
      {"ISO-2022-JP said to be ASCII", "=?us-ascii?B?GyRCJCIbKEI=?=", "あ"},
      {"Shift_JIS said to be ISO-2022-JP", "=?iso-2022-jp?B?grGC8YLJgr+CzQ==?=", "こんにちは"},
      {"EUC-JP said to be ISO-2022-JP", "=?iso-2022-jp?Q?=A4=B3=A4=F3?=", "こん"},
      {"Korean under the name that Outlook gives it", "=?ks_c_5601-1987?B?x9GxuQ==?=", "한국"},
      {"quotation marks around the text", "\"=?UTF-8?B?44GC?=\"", "\"あ\""},
      {"raw UTF-8 beside words", "\xe3\x81\x84 =?UTF-8?B?44GC?=", "い あ"},
      {"raw ISO-2022-JP", "Re: \x1b$B$\"\x1b(B", "Re: あ"},
      {"raw half-width kana", "\x1b(I1\x1b(B", "ｱ"},
  };
  for (const Row& row : rows) {
    INFO(row.what);
    CHECK(decode_encoded_words(row.sent) == row.read);
  }
}

TEST_CASE("Many words that are cut take linear time") {
  std::string text = "=?UTF-8?B?4?= ";
  for (int i = 0; i < 100'000; ++i) text += "=?UTF-8?B?44GC?= ";
  CHECK(decode_encoded_words(text).size() > 100'000);
}

TEST_CASE("Encoded-words gone wrong, in names") {
  const Row rows[] = {
      {"inside of a quoted string", "\"=?UTF-8?B?44GC?=\" <a@x.example>", "[あ|a@x.example]"},
      {"in a quoted string with more", "\"=?UTF-8?B?44GC?= (b)\" <a@x.example>",
       "[あ (b)|a@x.example]"},
      {"two in a quoted string", "\"=?UTF-8?B?44GC?= =?UTF-8?B?44GE?=\" <a@x.example>",
       "[あい|a@x.example]"},
      {"in a comment", "a@x.example (=?UTF-8?B?44GC?=)", "[あ|a@x.example]"},
      {"glued to the angle", "=?UTF-8?B?44GC?=<a@x.example>", "[あ|a@x.example]"},
      {"a comma inside", "=?UTF-8?Q?M=C3=BCller,_E?= <a@x.example>", "[Müller, E|a@x.example]"},
      {"comma and space inside", "=?UTF-8?Q?M=C3=BCller, E?= <a@x.example>, b@x.example",
       "[Müller, E|a@x.example][|b@x.example]"},
      {"never ended, and people follow", "=?UTF-8?Q?M <a@x.example>, =?UTF-8?Q?N?= <b@x.example>",
       "[=?UTF-8?Q?M|a@x.example][N|b@x.example]"},
      {"a quoted string in a word", "=?UTF-8?Q?\"M=C3=BCller\"?= <a@x.example>",
       "[Müller|a@x.example]"},
      {"an encoded comma makes no second person", "=?UTF-8?Q?a=2C_b=40c?= <a@x.example>",
       "[a, b@c|a@x.example]"},
      {"the whole address encoded, as no RFC allows",
       "=?UTF-8?Q?a_=3Ca=40x=2Eexample=3E?=", "[|=?UTF-8?Q?a_=3Ca=40x=2Eexample=3E?=]"},
      {"raw Latin-1", "M\xfcller <a@x.example>", "[Müller|a@x.example]"},
  };
  for (const Row& row : rows) {
    INFO(row.what);
    CHECK(people(row.sent) == row.read);
  }
}

TEST_CASE("Raw 8-bit fields are in the charset of the body, most likely") {
  const Row rows[] = {
      {"Shift_JIS", "\x82\xb1\x82\xf1", "こん"},
      {"EUC-JP", "\xa4\xb3\xa4\xf3", "こん"},
      {"KOI8-R", "\xf0\xd2\xc9", "При"},
      {"ISO-2022-JP", "\x82\xb1\x82\xf1", "こん"},  // neither, but Japanese
      {"Shift_JIS", "\xe3\x81\x93", "こ"},          // UTF-8 can hardly be anything else
      {"UTF-8", "caf\xe9", "caf\xEF\xBF\xBD"},
      {"no-such-charset", "caf\xe9", "café"},
  };
  for (const Row& row : rows) {
    INFO(row.what);
    const Message message = parse_message(
        "Content-Type: text/plain; charset=" + std::string(row.what) + "\r\nSubject: " + row.sent +
        "\r\nFrom: " + row.sent + " <a@x.example>\r\n\r\n");
    CHECK(subject(message) == row.read);
    REQUIRE(from(message).size() == 1);
    CHECK(from(message)[0].display_name == row.read);
  }
  CHECK(subject(parse_message("Subject: caf\xe9\r\n\r\n")) == "café");
}

TEST_CASE("Parameters gone wrong") {
  const Row rows[] = {
      {"no semicolon before the first", "text/html charset=utf-8; x=y",
       "text/html;charset=utf-8;x=y"},
      {"also without a slash", "attachment filename=a/b.txt", "attachment;filename=a/b.txt"},
      {"semicolons too many", "text/plain;; ; charset=x;", "text/plain;charset=x"},
      {"white space around the equals sign", "text/plain; charset = \"x\"", "text/plain;charset=x"},
      {"a comment before the value", "text/plain; charset=(a;b)x", "text/plain;charset=x"},
      {"a comment behind the value", "text/plain; charset=x (a;b); y=z",
       "text/plain;charset=x;y=z"},
      {"a comment behind a quoted value", "text/plain; charset=\"x\" (;); y=z",
       "text/plain;charset=x;y=z"},
      {"a bare value with parentheses", "a/b; name=report (1).pdf; x=y",
       "a/b;name=report (1).pdf;x=y"},
      {"a parenthesis that is not closed", "a/b; name=sad:(.txt; x=y", "a/b;name=sad:(.txt;x=y"},
      {"a semicolon in a quoted value", "a/b; name=\"a;b\\\"c\"; x=y", "a/b;name=a;b\"c;x=y"},
      {"a quote that is not closed", "a/b; name=\"a; x=y", "a/b;name=a; x=y"},
      {"the same name twice", "a/b; name=1; name=2", "a/b;name=1"},
      {"an encoded-word that is bare and spaced",
       "a/b; name==?UTF-8?Q?=E3=81=82 b.txt?=", "a/b;name=あ b.txt"},
      {"two encoded-words", "a/b; name=\"=?UTF-8?B?44GC?=\r\n =?UTF-8?B?44GE?=\"", "a/b;name=あい"},
      {"an encoded-word in pieces of RFC 2231", "a/b; name*0=\"=?UTF-8?B?44\"; name*1=\"GC?=\"",
       "a/b;name=あ"},
      {"RFC 2231 in quotes", "a/b; name*=\"UTF-8''%E3%81%82\"", "a/b;name=あ"},
      {"RFC 2231 with lower-case hexadecimal", "a/b; NAME*=utf-8'ja'%e3%81%82", "a/b;name=あ"},
      {"RFC 2231 without a charset", "a/b; name*=''%E3%81%82", "a/b;name=あ"},
      {"RFC 2231 with an unknown charset", "a/b; name*=x-what''%E3%81%82", "a/b;name=あ"},
      {"RFC 2231 with raw bytes", "a/b; name*=utf-8''\xe3\x81\x82%21", "a/b;name=あ!"},
      {"Shift_JIS", "a/b; name*=Shift_JIS''%82%b1.txt", "a/b;name=こ.txt"},
      {"pieces in the wrong order", "a/b; name*2=c; name*0=a; name*1=b", "a/b;name=abc"},
      {"a character over two pieces", "a/b; name*0*=utf-8''%E3; name*1*=%81%82", "a/b;name=あ"},
      {"encoded and plain pieces", "a/b; name*0*=utf-8''%E3%81%82; name*1=\"%21\"",
       "a/b;name=あ%21"},
      {"the first piece is plain, the next encoded", "a/b; name*0=a; name*1*=%21", "a/b;name=a!"},
      {"a charset in the second piece is text", "a/b; name*0*=utf-8''a; name*1*=utf-8''b",
       "a/b;name=autf-8''b"},
      {"a gap", "a/b; name*0=a; name*2=c", "a/b;name=a"},
      {"a piece twice: the first", "a/b; name*0=a; name*0=b; name*1=c", "a/b;name=ac"},
      {"more than nine pieces",
       "a/b; n*0=0; n*1=1; n*2=2; n*3=3; n*4=4; n*5=5; n*6=6; n*7=7; n*8=8; n*9=9; n*10=x",
       "a/b;n=0123456789x"},
      {"plain and extended: the extended", "a/b; name=x; name*=utf-8''y", "a/b;name=y"},
      {"extended and plain: the extended", "a/b; name*=utf-8''y; name=x", "a/b;name=y"},
      {"percent signs that are none", "a/b; name*=utf-8''100%; x*=utf-8''%G1%2",
       "a/b;name=100%;x=%G1%2"},
  };
  for (const Row& row : rows) {
    INFO(row.what);
    CHECK(parameters(row.sent) == row.read);
  }
}

TEST_CASE("Charsets gone wrong") {
  struct Label {
    const char* what;
    const char* charset;
    const char* bytes;
    const char* read;
  };
  const Label rows[] = {
      {"quotation marks of a shell", "'utf-8'", "\xe3\x81\x82", "あ"},
      {"Windows-1252 as Latin-1", "iso-8859-1", "\x93x\x94 \x96 \x85 \x80", "“x” – … €"},
      {"Windows-1252 as nothing", "", "it\x92s", "it’s"},
      {"bytes that neither knows", "latin1", "\x81", "\xc2\x81"},
      {"ISO-2022-JP as ASCII", "us-ascii", "\x1b$B$\"\x1b(B", "あ"},
      {"ISO-2022-JP by its old escape", "iso-2022-jp", "\x1b$@$\"\x1b(J", "あ"},
      {"half-width kana, shifted to", "iso-2022-jp", "\x1b(I1\x1b$B$\"\x1b(B", "ｱあ"},
      {"half-width kana by SO and SI", "iso-2022-jp",
       "\x0e"
       "12\x0f"
       "a",
       "ｱｲa"},
      {"half-width kana as 8-bit", "iso-2022-jp", "\xb1\xb2\x1b$B$\"\x1b(B", "ｱｲあ"},
      {"JIS X 0212", "iso-2022-jp", "\x1b$(D0!\x1b(B.", "丂."},
      {"JIS X 0208 by four octets", "iso-2022-jp", "\x1b$(B$\"\x1b(B", "あ"},
      {"a vendor's row 13", "iso-2022-jp", "\x1b$B-!-j\x1b(B", "①㈱"},
      {"a line's end shifts back", "iso-2022-jp", "\x1b$B$\"\nabc", "あ\nabc"},
      {"half a character at the end", "iso-2022-jp", "\x1b$B$", "\xEF\xBF\xBD"},
      {"Shift_JIS as ISO-2022-JP", "iso-2022-jp", "\x82\xb1\x82\xf1", "こん"},
      {"UTF-8 as ISO-2022-JP", "iso-2022-jp", "\xe3\x81\x82", "あ"},
      {"Shift_JIS with half-width kana", "shift_jis", "\xb1\x82\xa0", "ｱあ"},
      {"Shift_JIS with its second octet a backslash", "shift_jis", "\x95\\", "表"},
      {"Shift_JIS cut in a character", "shift_jis", "a\x82", "a\xEF\xBF\xBD"},
      {"EUC-JP with half-width kana", "euc-jp", "\x8e\xb1\xa4\xa2", "ｱあ"},
      {"EUC-JP with JIS X 0212", "euc-jp", "\x8f\xb0\xa1", "丂"},
      {"a name of Microsoft's", "cp932", "\x82\xa0", "あ"},
      {"UTF-7", "utf-7", "+MEI-!", "あ!"},
      {"UTF-7 that never ends", "unicode-1-1-utf-7", "a+MEI", "aあ"},
      {"UTF-16 by its mark", "utf-16", "\xfe\xff\x30\x42", "あ"},
      {"Korean", "ks_c_5601-1987", "\xc7\xd1", "한"},
      {"Chinese beyond GB 2312", "gb2312", "\x81\x40", "丂"},
      {"UTF-8 with overlong forms", "utf-8", "\xc0\xafx", "\xEF\xBF\xBD\xEF\xBF\xBDx"},
      {"surrogates", "utf-8", "\xed\xa0\x80", "\xEF\xBF\xBD\xEF\xBF\xBD\xEF\xBF\xBD"},
  };
  for (const Label& row : rows) {
    INFO(row.what);
    CHECK(to_utf8(row.bytes, row.charset) == row.read);
  }
}
