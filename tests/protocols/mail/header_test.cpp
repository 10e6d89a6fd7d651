#include "protocols/mail/header.hpp"

#include "tests/support/catch.hpp"

using namespace posthorn::mail;

namespace {

/// "name=value;" of every parameter, decoded.
std::string read(std::string_view field) {
  const ParameterizedValue parsed = parse_parameterized(field);
  std::string out = parsed.value;
  for (const Parameter& p : parsed.parameters) out += ";" + p.name + "=" + p.value;
  return out;
}

}  // namespace

TEST_CASE("Fields are cut out of the bytes, which stay whole") {
  const std::string bytes =
      "From: aiko@sakura.example\r\n"
      "Subject: a long\r\n"
      " \tstory\r\n"
      "subject: second\r\n"
      "\r\n"
      "body\r\n";
  const Header header = parse_header(bytes);
  REQUIRE(header.fields.size() == 3);
  CHECK(header.fields[1].name == "Subject");
  CHECK(header.fields[1].value == "a long \tstory");
  CHECK(header.fields[1].range.of(bytes) == "Subject: a long\r\n \tstory\r\n");
  CHECK(header.value("SUBJECT") == "a long \tstory");
  CHECK(header.values("Subject").size() == 2);
  CHECK(header.find("Cc") == nullptr);
  CHECK(header.value("Cc").empty());
  CHECK(header.ended);
  CHECK(bytes.substr(header.range.end) == "body\r\n");
}

TEST_CASE("A header section without an end, or without anything") {
  CHECK(parse_header("").fields.empty());
  const Header only = parse_header("A: b");
  REQUIRE(only.fields.size() == 1);
  CHECK(only.fields[0].value == "b");
  CHECK_FALSE(only.ended);
  const Header none = parse_header("\r\nbody");
  CHECK(none.fields.empty());
  CHECK(none.ended);
  CHECK(none.range == ByteRange{0, 2});
}

TEST_CASE("Bare line feeds and odd lines") {
  const Header lf = parse_header("A: b\nC : d\n\nbody");
  REQUIRE(lf.fields.size() == 2);
  CHECK(lf.value("C") == "d");  // RFC 5322 §4.5: white space before the colon
  CHECK(lf.range.end == 11 + 1);

  const Header mbox = parse_header("From aiko Mon Apr  6 09:00:00 2026\nA: b\n\n");
  REQUIRE(mbox.fields.size() == 2);
  CHECK(mbox.fields[0].malformed);
  CHECK(mbox.value("A") == "b");

  const std::string no_gap = "A: b\r\nHere the text begins\r\nat once\r\n";
  CHECK(parse_header(no_gap).range.of(no_gap) == "A: b\r\n");
  CHECK_FALSE(parse_header(no_gap).ended);

  CHECK(parse_header(": x\r\nA: b\r\n\r\n").fields[0].malformed);
  CHECK(parse_header("A: b\r\n \r\nC: d\r\n\r\n").fields.size() == 2);  // a blank continuation
}

TEST_CASE("The number of fields is bounded; the bytes are not lost") {
  std::string bytes;
  for (int i = 0; i < 6000; ++i) bytes += "A: b\r\n";
  const Header header = parse_header(bytes);
  CHECK(header.fields.size() == 5000);
  CHECK(header.fields.back().range.end == bytes.size());
}

TEST_CASE("Comments") {
  CHECK(strip_comments("a (b (c) \\) d) e") == "a   e");
  CHECK(strip_comments("\"not (a) comment\" x") == "\"not (a) comment\" x");
  CHECK(strip_comments("open (for ever") == "open");
  CHECK(strip_comments("a) b") == "a) b");
}

TEST_CASE("Content-Type and its parameters") {
  CHECK(read("text/plain") == "text/plain");
  CHECK(read("Text/HTML; Charset=\"UTF-8\"; format=flowed") ==
        "text/html;charset=UTF-8;format=flowed");
  CHECK(read("multipart/mixed; boundary=\"a;b=\\\"c\\\"\"") ==
        "multipart/mixed;boundary=a;b=\"c\"");
  CHECK(read("text / plain (hello) ; charset (x) = utf-8 (y)") == "text/plain;charset=utf-8");
  CHECK(read("text/plain;;charset=x;") == "text/plain;charset=x");
  CHECK(read("") == "");
  CHECK(read("; charset=x") == ";charset=x");
  CHECK(read("text/plain; novalue; charset=x") == "text/plain;charset=x");
  CHECK(read("text/plain; name=two words.txt; a=\"open") == "text/plain;name=two words.txt;a=open");
  CHECK(parse_parameterized("a/b; X=1").parameter("x") == "1");
  CHECK_FALSE(parse_parameterized("a/b; X=1").parameter("y"));
}

TEST_CASE("RFC 2231: continuations, charsets, and both") {
  CHECK(read("message/external-body; access-type=URL;\r\n URL*0=\"ftp://\";\r\n"
             " URL*1=\"cs.utk.edu/pub/moore/bulk-mailer/bulk-mailer.tar\"") ==
        "message/external-body;access-type=URL;"
        "url=ftp://cs.utk.edu/pub/moore/bulk-mailer/bulk-mailer.tar");
  CHECK(read("application/x-stuff; title*=us-ascii'en-us'This%20is%20%2A%2A%2Afun%2A%2A%2A") ==
        "application/x-stuff;title=This is ***fun***");
  CHECK(read("application/x-stuff; title*0*=us-ascii'en'This%20is%20even%20more%20;"
             " title*1*=%2A%2A%2Afun%2A%2A%2A%20; title*2=\"isn't it!\"") ==
        "application/x-stuff;title=This is even more ***fun*** isn't it!");
  CHECK(read("attachment; filename*=UTF-8''%E5%A0%B1%E5%91%8A.txt") ==
        "attachment;filename=報告.txt");
  CHECK(read("attachment; filename*1*=%91%8A.txt; filename*0*=UTF-8''%E5%A0%B1%E5") ==
        "attachment;filename=報告.txt");  // out of order, and a character split in two
  CHECK(read("attachment; filename*=ISO-2022-JP''%1B$BJs9p%1B%28B.txt; filename=x") ==
        "attachment;filename=報告.txt");
}

TEST_CASE("RFC 2231 gone wrong") {
  CHECK(read("a/b; x*=no-quotes%20here") == "a/b;x=no-quotes here");
  CHECK(read("a/b; x*0=a; x*2=c") == "a/b;x=a");  // a gap
  CHECK(read("a/b; x*1=b") == "a/b");             // no beginning
  CHECK(read("a/b; x*99999=b; *=c; x*y=d") == "a/b;x*99999=b;*=c;x*y=d");
  CHECK(read("a/b; x*=UTF-8''%E3%8") == "a/b;x=\xEF\xBF\xBD%8");
}

TEST_CASE("Filenames as encoded-words, which no RFC allows and everybody sends") {
  CHECK(read("attachment; filename=\"=?UTF-8?B?5aCx5ZGKLnR4dA==?=\"") ==
        "attachment;filename=報告.txt");
  CHECK(read("attachment; filename==?ISO-2022-JP?B?GyRCSnM5cBsoQi50eHQ=?=") ==
        "attachment;filename=報告.txt");
  CHECK(read("attachment; filename=\"\xe5\xa0\xb1\xe5\x91\x8a.txt\"") ==
        "attachment;filename=報告.txt");
}

TEST_CASE("The number of parameters is bounded") {
  std::string field = "a/b";
  for (int i = 0; i < 500; ++i) field += "; p" + std::to_string(i) + "=x";
  CHECK(parse_parameterized(field).parameters.size() == 100);
}
