// ENVELOPE and BODYSTRUCTURE (RFC 3501 §7.4.2), which clients parse strictly.
#include "protocols/imap/body_structure.hpp"
#include "protocols/imap/envelope.hpp"
#include "tests/protocols/imap/script.hpp"

using namespace posthorn;
using namespace posthorn::testing;

namespace {

std::string structure_of(const std::string& message) {
  return imap::body_structure(mail::parse_message(message).root, {true});
}
std::string envelope_of(const std::string& header) {
  return imap::envelope(mail::parse_header(header + "\r\n"));
}

}  // namespace

TEST_CASE("IMAP: extension data of BODYSTRUCTURE", "[imap]") {
  CHECK(structure_of("Content-Type: multipart/mixed; boundary=b\r\n"
                     "Content-Language: ja\r\n\r\n"
                     "--b\r\n"
                     "Content-Type: text/plain; charset=ISO-2022-JP\r\n"
                     "Content-MD5: Q2hlY2sgSW50ZWdyaXR5IQ==\r\n"
                     "Content-Disposition: inline\r\n"
                     "Content-Location: http://sakura.example/\r\n\r\nhi\r\n"
                     "--b\r\n"
                     "Content-ID: <1@x>\r\n"
                     "Content-Description: a \"blossom\"\r\n"
                     "Content-Type: image/png\r\n"
                     "Content-Transfer-Encoding: BASE64\r\n"
                     "Content-Disposition: attachment; filename=sakura.png; size=4\r\n\r\n"
                     "AAAA\r\n--b--\r\n") ==
        "((\"text\" \"plain\" (\"charset\" \"ISO-2022-JP\") NIL NIL \"7bit\" 2 0 "
        "\"Q2hlY2sgSW50ZWdyaXR5IQ==\" (\"inline\" NIL) NIL \"http://sakura.example/\")"
        "(\"image\" \"png\" NIL \"<1@x>\" \"a \\\"blossom\\\"\" \"base64\" 4 "
        "NIL (\"attachment\" (\"filename\" \"sakura.png\" \"size\" \"4\")) NIL NIL) "
        "\"mixed\" (\"boundary\" \"b\") NIL \"ja\" NIL)");
}

TEST_CASE("IMAP: Japanese filenames arrive as they were written", "[imap]") {
  CHECK(structure_of("Content-Type: application/pdf;\r\n"
                     " name=\"=?UTF-8?B?6Iqx6KaLLnBkZg==?=\"\r\n"
                     "Content-Disposition: attachment;\r\n"
                     " filename*0*=UTF-8''%E8%8A%B1;\r\n"
                     " filename*1*=%E8%A6%8B.pdf\r\n\r\nx") ==
        "(\"application\" \"pdf\" (\"name\" \"=?UTF-8?B?6Iqx6KaLLnBkZg==?=\") NIL NIL \"7bit\" 1 "
        "NIL (\"attachment\" (\"filename*\" \"UTF-8''%E8%8A%B1%E8%A6%8B.pdf\")) NIL NIL)");
  CHECK(structure_of("Content-Type: image/png; name=\"花.png\"\r\n\r\nx") ==
        "(\"image\" \"png\" (\"name\" {7}\r\n花.png) NIL NIL \"7bit\" 1 NIL NIL NIL NIL)");
}

TEST_CASE("IMAP: continued parameters are one, still encoded (RFC 2231 §6)", "[imap]") {
  const auto parameters = [](const std::string& text) {
    const std::string all = structure_of("Content-Type: a/b; " + text + "\r\n\r\nx");
    const std::string begin = "(\"a\" \"b\" ";
    return all.substr(begin.size(), all.find(" NIL NIL \"7bit\"") - begin.size());
  };
  CHECK(parameters("url*0=\"ftp://\"; x=1; url*1=\"cs.utk.edu\"") ==
        "(\"url\" \"ftp://cs.utk.edu\" \"x\" \"1\")");
  // What was not encoded is, once it stands beside what was.
  CHECK(parameters("t*0*=us-ascii'en'a%20b; t*1=\" c%\"; t*2*=%2ad") ==
        "(\"t*\" \"us-ascii'en'a%20b%20c%25%2ad\")");
  CHECK(parameters("t*=utf-8''%E8%8A%B1") == "(\"t*\" \"utf-8''%E8%8A%B1\")");
  // Without its beginning, a piece is just a parameter.
  CHECK(parameters("t*1=b; t*2=c") == "(\"t*1\" \"b\" \"t*2\" \"c\")");
  CHECK(parameters("t*0=a; t*2=c; t*x=d; *0=e") == "(\"t\" \"a\" \"t*x\" \"d\" \"*0\" \"e\")");
}

TEST_CASE("IMAP: the languages of a part are a list", "[imap]") {
  CHECK(structure_of("Content-Type: a/b\r\nContent-Language: ja, en (British)\r\n\r\n")
            .ends_with(" NIL NIL (\"ja\" \"en\") NIL)"));
  CHECK(structure_of("Content-Type: a/b\r\nContent-Language: ,\r\n\r\n")
            .ends_with(" NIL NIL NIL NIL)"));
}

TEST_CASE("IMAP: message/global is a message to those who know of it", "[imap]") {
  const mail::Message letter =
      mail::parse_message("Content-Type: message/global\r\n\r\nSubject: in\r\n\r\nhi\r\n");
  CHECK(imap::body_structure(letter.root, {}) ==
        "(\"message\" \"global\" NIL NIL NIL \"7bit\" 19)");
  CHECK(imap::body_structure(letter.root, {false, true}) ==
        "(\"message\" \"global\" NIL NIL NIL \"7bit\" 19 "
        "(NIL \"in\" NIL NIL NIL NIL NIL NIL NIL NIL) "
        "(\"text\" \"plain\" (\"charset\" \"us-ascii\") NIL NIL \"7bit\" 4 1) 3)");
}

TEST_CASE("IMAP: enclosed messages bring their envelope", "[imap]") {
  CHECK(structure_of("Content-Type: message/rfc822\r\n\r\nSubject: in\r\n\r\nhi\r\n") ==
        "(\"message\" \"rfc822\" NIL NIL NIL \"7bit\" 19 "
        "(NIL \"in\" NIL NIL NIL NIL NIL NIL NIL NIL) "
        "(\"text\" \"plain\" (\"charset\" \"us-ascii\") NIL NIL \"7bit\" 4 1 NIL NIL NIL NIL) 3 "
        "NIL NIL NIL NIL)");
  // Nobody can look through a transfer encoding: a file, which has no parts to be fetched.
  CHECK(structure_of("Content-Type: message/rfc822\r\n"
                     "Content-Transfer-Encoding: base64\r\n\r\nQQ==\r\n") ==
        "(\"application\" \"octet-stream\" NIL NIL NIL \"base64\" 6 NIL NIL NIL NIL)");
  CHECK(structure_of("Content-Type: message/delivery-status\r\n\r\nx: y\r\n") ==
        "(\"message\" \"delivery-status\" NIL NIL NIL \"7bit\" 6 NIL NIL NIL NIL)");
}

TEST_CASE("IMAP: a multipart without parts still has one", "[imap]") {
  CHECK(structure_of("Content-Type: multipart/mixed\r\n\r\nlost\r\n") ==
        "((\"text\" \"plain\" (\"charset\" \"us-ascii\") NIL NIL \"7bit\" 6 1) "
        "\"mixed\" NIL NIL NIL NIL)");
}

TEST_CASE("IMAP: envelopes of all shapes", "[imap]") {
  CHECK(envelope_of("") == "(NIL NIL NIL NIL NIL NIL NIL NIL NIL NIL)");
  CHECK(envelope_of("To: undisclosed-recipients:;\r\n") ==
        "(NIL NIL NIL NIL NIL ((NIL NIL \"undisclosed-recipients\" NIL)(NIL NIL NIL NIL)) "
        "NIL NIL NIL NIL)");
  CHECK(envelope_of("To: Team: a@x, b@y;, c@z\r\n") ==
        "(NIL NIL NIL NIL NIL ((NIL NIL \"Team\" NIL)(NIL NIL \"a\" \"x\")(NIL NIL \"b\" \"y\")"
        "(NIL NIL NIL NIL)(NIL NIL \"c\" \"z\")) NIL NIL NIL NIL)");
  CHECK(envelope_of("From: \"A \\\"B\\\" C\" <a@x>\r\nSender: s@x\r\n"
                    "Reply-To: r@x\r\nIn-Reply-To: <1@x>\r\nSubject: a\r\n b\r\n") ==
        "(NIL \"a b\" ((\"A \\\"B\\\" C\" NIL \"a\" \"x\")) ((NIL NIL \"s\" \"x\")) "
        "((NIL NIL \"r\" \"x\")) NIL NIL NIL \"<1@x>\" NIL)");
  CHECK(envelope_of("Subject: 花見\r\n") == "(NIL {6}\r\n花見 NIL NIL NIL NIL NIL NIL NIL NIL)");
}

TEST_CASE("IMAP: FETCH of nested sections", "[imap]") {
  mail::MailStore store;
  store.add_account("ben");
  const char* letter =
      "Subject: outer\r\nContent-Type: multipart/mixed; boundary=o\r\n\r\n"
      "--o\r\nContent-Type: message/rfc822\r\n\r\n"
      "Subject: inner\r\nX-A: 1\r\nContent-Type: multipart/alternative; boundary=i\r\n\r\n"
      "--i\r\n\r\nplain\r\n--i\r\nContent-Type: text/html\r\n\r\n<p>\r\n--i--\r\n"
      "--o--\r\n";
  (void)store.deliver("ben", std::make_shared<const std::string>(letter), day(6));
  ImapTalk talk{imap_server(), store};
  talk.connect();
  talk.feed("a LOGIN ben hanami\r\nb EXAMINE INBOX\r\n", 0);
  const auto fetch = [&talk](const std::string& item) {
    const std::size_t before = talk.sent.size();
    talk.feed("c FETCH 1 (" + item + ")\r\n", 0);
    return talk.sent.substr(before, talk.sent.find("c OK", before) - before);
  };
  CHECK(fetch("BODY[1.2]") == "* 1 FETCH (BODY[1.2] {3}\r\n<p>)\r\n");
  CHECK(fetch("body[1.1]<1.3>") == "* 1 FETCH (BODY[1.1]<1> {3}\r\nlai)\r\n");
  CHECK(fetch("BODY[1.2.MIME]") ==
        "* 1 FETCH (BODY[1.2.MIME] {27}\r\nContent-Type: text/html\r\n\r\n)\r\n");
  CHECK(fetch("BODY[1.HEADER.FIELDS (x-a \"Subject\")]") ==
        "* 1 FETCH (BODY[1.HEADER.FIELDS (x-a Subject)] {26}\r\n"
        "Subject: inner\r\nX-A: 1\r\n\r\n)\r\n");
  CHECK(fetch("BODY[1.HEADER.FIELDS.NOT (CONTENT-TYPE X-A)]") ==
        "* 1 FETCH (BODY[1.HEADER.FIELDS.NOT (CONTENT-TYPE X-A)] {18}\r\n"
        "Subject: inner\r\n\r\n)\r\n");
  CHECK(fetch("BODY[1.2.HEADER]") == "* 1 FETCH (BODY[1.2.HEADER] NIL)\r\n");
  CHECK(fetch("BODY[2]") == "* 1 FETCH (BODY[2] NIL)\r\n");
  CHECK(fetch("RFC822.HEADER") ==
        "* 1 FETCH (RFC822.HEADER {61}\r\nSubject: outer\r\n"
        "Content-Type: multipart/mixed; boundary=o\r\n\r\n)\r\n");
}

TEST_CASE("IMAP: every part that a structure names can be fetched", "[imap]") {
  mail::MailStore store;
  store.add_account("ben");
  (void)store.deliver("ben",
                      std::make_shared<const std::string>(
                          "Content-Type: multipart/mixed; boundary=z\r\n\r\n--z\r\n"
                          "Content-Type: multipart/alternative; boundary=y\r\n\r\nlost\r\n"
                          "--z--\r\n"),
                      {});
  ImapTalk talk{imap_server(), store};
  talk.connect();
  talk.feed("a LOGIN ben hanami\r\nb EXAMINE INBOX\r\n", 0);
  const std::size_t before = talk.sent.size();
  talk.feed("c FETCH 1 (BODY BODY[1.1] BINARY.SIZE[1.1] BODY[1.1.1] BODY[1.2])\r\n", 0);
  CHECK(talk.sent.substr(before) ==
        "* 1 FETCH (BODY (((\"text\" \"plain\" (\"charset\" \"us-ascii\") NIL NIL \"7bit\" 4 0) "
        "\"alternative\") \"mixed\") BODY[1.1] {4}\r\nlost BINARY.SIZE[1.1] 4 BODY[1.1.1] NIL "
        "BODY[1.2] NIL)\r\nc OK FETCH completed\r\n");
}
