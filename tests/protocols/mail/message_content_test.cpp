#include "protocols/mail/html_text.hpp"
#include "protocols/mail/message.hpp"
#include "tests/support/catch.hpp"

using namespace posthorn::mail;

TEST_CASE("A Japanese message as its reader sees it") {
  const Message message = parse_message(
      "From: =?ISO-2022-JP?B?GyRCMCY7UhsoQg==?= <aiko@sakura.example>\r\n"
      "To: ben@kaede.example, \"C. D.\" <cd@kaede.example>\r\n"
      "Cc: team: e@x.example, f@x.example;\r\n"
      "Subject: =?ISO-2022-JP?B?GyRCJDMkcyRLJEEkTxsoQg==?=\r\n"
      "Date: Mon, 6 Apr 2026 09:00:00 +0900\r\n"
      "Message-ID: <1@sakura.example>\r\n"
      "References: <a@x> <b@x>\r\n\t<c@x>\r\n"
      "Content-Type: text/plain; charset=iso-2022-jp\r\n"
      "\r\n"
      "\x1b$B$3$s$K$A$O\x1b(B\r\nBen\r\n");
  CHECK(subject(message) == "こんにちは");
  REQUIRE(from(message).size() == 1);
  CHECK(from(message)[0].display() == "愛子 <aiko@sakura.example>");
  CHECK(to(message).size() == 2);
  CHECK(cc(message).size() == 2);
  CHECK(reply_to(message).empty());
  CHECK(format_rfc5322(date(message).value()) == "Mon, 6 Apr 2026 09:00:00 +0900");
  CHECK(message_id(message) == "<1@sakura.example>");
  CHECK(references(message) == std::vector<std::string>{"<a@x>", "<b@x>", "<c@x>"});
  CHECK(best_text(message) == "こんにちは\nBen\n");
  CHECK(attachments(message).empty());
}

TEST_CASE("Old mail without any MIME field") {
  CHECK(best_text(parse_message("A: b\r\n\r\n\x1b$B0&;R\x1b(B\r\n")) == "愛子\n");
  CHECK(best_text(parse_message("A: b\r\n\r\ncaf\xe9\r\n")) == "café\n");
  CHECK(best_text(parse_message("A: b\n\nunix\nlines\n")) == "unix\nlines\n");
  CHECK(best_text(parse_message("")) == "");
}

namespace {
const char* const kMixed =
    "Content-Type: multipart/mixed; boundary=m\r\n\r\n"
    "--m\r\nContent-Type: multipart/alternative; boundary=a\r\n\r\n"
    "--a\r\nContent-Type: text/html\r\n\r\n<p>Hello</p>\r\n"
    "--a\r\nContent-Type: text/plain; charset=utf-8\r\n"
    "Content-Transfer-Encoding: quoted-printable\r\n\r\nHello =E2=9C=89\r\n"
    "--a--\r\n"
    "--m\r\nContent-Type: application/pdf; name=\"old.pdf\"\r\n"
    "Content-Disposition: attachment; filename*=UTF-8''%E5%A0%B1%E5%91%8A.pdf\r\n"
    "Content-Transfer-Encoding: base64\r\n\r\nJVBERg==\r\n"
    "--m\r\nContent-Type: text/plain\r\nContent-Disposition: attachment; "
    "filename=\"../../n.txt\"\r\n"
    "\r\nnotes\r\n"
    "--m\r\nContent-Type: message/rfc822\r\n\r\nSubject: fwd\r\n\r\ninner\r\n"
    "--m--\r\n";
}

TEST_CASE("The text is shown, the rest is attached") {
  const Message message = parse_message(std::string_view(kMixed));
  CHECK(best_text(message) == "Hello ✉");
  const auto files = attachments(message);
  REQUIRE(files.size() == 3);
  CHECK(files[0].filename == "報告.pdf");
  CHECK(files[0].content_type == "application/pdf");
  CHECK(files[0].bytes == "%PDF");
  CHECK(files[0].size == 4);
  CHECK(files[1].filename == "n.txt");  // no way out of the folder
  CHECK(files[1].bytes == "notes");
  CHECK(files[2].content_type == "message/rfc822");
  CHECK(files[2].bytes == "Subject: fwd\r\n\r\ninner");
}

TEST_CASE("A message that is nothing but a picture") {
  const Message message = parse_message(
      "Content-Type: image/png; name=x.png\r\nContent-Transfer-Encoding: base64\r\n\r\niVBO\r\n");
  CHECK(best_text(message).empty());
  REQUIRE(attachments(message).size() == 1);
  CHECK(attachments(message)[0].filename == "x.png");
}

TEST_CASE("HTML alone is shown without its tags") {
  CHECK(best_text(parse_message("Content-Type: text/html; charset=utf-8\r\n\r\n"
                                "<html><head><title>t</title><style>p{}</style></head><body>"
                                "<p>Tea &amp; <b>cake</b>&nbsp;&lt;3</p>  <p>愛子<br/>Ben</p>"
                                "<script>if (a</b) x();</script></body></html>")) ==
        "Tea & cake <3\n\n愛子\nBen\n");
}

TEST_CASE("Odd HTML") {
  CHECK(html_to_text("a<b") == "a");
  CHECK(html_to_text("<!-- x > y -->z") == "z");
  CHECK(html_to_text("&#x611b;&#23376; &#0; &#xD800; &unknown; & &#; &#xZ;") ==
        "愛子 \xEF\xBF\xBD \xEF\xBF\xBD &unknown; & &#; &#xZ;");
  CHECK(html_to_text("<style>never closed") == "");
  CHECK(html_to_text("  a \r\n\t b  ") == "a b");
  CHECK(html_to_text("") == "");
}
