// RFC 6858: internationalized messages for readers that know ASCII headers only.
#include "protocols/mail/surrogate.hpp"

#include "protocols/mail/charset.hpp"
#include "protocols/mail/message.hpp"
#include "tests/protocols/mail/tree_check.hpp"
#include "tests/support/catch.hpp"

using namespace posthorn::mail;

TEST_CASE("Fields beyond ASCII, and what becomes of them") {
  struct Row {
    const char* what;
    const char* field;
    const char* becomes;
  };
  const Row rows[] = {
      {"a text", "Subject: 花見 at 3", "Subject: =?UTF-8?B?6Iqx6KaLIGF0IDM=?=\r\n"},
      {"a text of one's own", "X-Note: Müller", "X-Note: =?UTF-8?Q?M=C3=BCller?=\r\n"},
      {"words that were encoded before", "Subject: =?UTF-8?B?6Iqx?= 見",
       "Subject: =?UTF-8?B?6IqxIOimiw==?=\r\n"},
      {"a name", "From: Müller <m@x.example>", "From: =?UTF-8?Q?M=C3=BCller?= <m@x.example>\r\n"},
      {"an address without a name", "To: é@x.example",
       "To: =?UTF-8?B?w6lAeC5leGFtcGxl?= <invalid@internationalized-address.invalid>\r\n"},
      {"a domain", "Cc: M <m@é.example>",
       "Cc: =?UTF-8?B?TSA8bUDDqS5leGFtcGxlPg==?=\r\n"
       " <invalid@internationalized-address.invalid>\r\n"},
      {"others in the list stay", "To: a@x.example, \"B. C.\" <b@x.example>, é <c@x.example>",
       "To: a@x.example,\r\n \"B. C.\" <b@x.example>,\r\n =?UTF-8?B?w6k=?= <c@x.example>\r\n"},
      {"a group", "To: é: a@x.example, b@x.example;",
       "To: =?UTF-8?B?w6k=?=:\r\n a@x.example, b@x.example;\r\n"},
      {"a group of nobody", "Bcc: é:;", "Bcc: =?UTF-8?B?w6k=?=:;\r\n"},
      {"a file's name", "Content-Disposition: attachment; filename=\"é.txt\"; size=3",
       "Content-Disposition: attachment;\r\n filename*=UTF-8''%C3%A9.txt;\r\n size=\"3\"\r\n"},
      {"a trace", "Received: from é.example; Mon, 6 Apr 2026 09:00:00 +0900", ""},
      {"an id", "Message-ID: <é@x.example>", ""},
      {"a line that is no field", "From é Mon Apr  6\r\nSubject: x", "Subject: x\r\n"},
  };
  for (const Row& row : rows) {
    INFO(row.what);
    const auto simple = surrogate(std::string(row.field) + "\r\n\r\nbody é\r\n");
    REQUIRE(simple);
    CHECK(*simple == std::string(row.becomes) + "\r\nbody é\r\n");
  }
}

TEST_CASE("What needs no surrogate has none") {
  CHECK_FALSE(surrogate(""));
  CHECK_FALSE(surrogate("Subject: x\r\n\r\nx\r\n"));
  CHECK_FALSE(surrogate("Subject: x\r\n\r\n花見\r\n"));
  CHECK_FALSE(surrogate("Subject: caf\xe9\r\n\r\nx\r\n"));  // Latin-1: no RFC 6532
}

TEST_CASE("Headers of parts and of attached messages become ASCII too") {
  const std::string bytes =
      "From: a@x.example\r\n"
      "Content-Type: multipart/mixed; boundary=b\r\n\r\n"
      "--b\r\nContent-Type: text/plain; name=\"花.txt\"; charset=utf-8\r\n\r\n花\r\n"
      "--b\r\nContent-Type: message/rfc822\r\n\r\nSubject: 見\r\n\r\n見\r\n--b--\r\n";
  const auto simple = surrogate(bytes);
  REQUIRE(simple);
  const Message before = parse_message(bytes), after = parse_message(*simple);
  REQUIRE(after.root.children.size() == 2);
  CHECK(is_ascii(after.root.children[0].header.range.of(*simple)));
  CHECK(after.root.children[0].filename() == "花.txt");
  CHECK(best_text(after) == best_text(before));
  const Part& attached = after.root.children[1].children.at(0);
  CHECK(is_ascii(attached.header.range.of(*simple)));
  CHECK(attached.header.text("Subject") == "見");
  CHECK(attached.body.of(*simple) == "見");
  CHECK(tree_faults(after) == "");
  CHECK_FALSE(surrogate(*simple));
}
