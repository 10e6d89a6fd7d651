// Login, logout, order of commands, limits.
#include "protocols/mail/transfer_encoding.hpp"
#include "protocols/sasl/exchange.hpp"
#include "tests/protocols/imap/script.hpp"

using namespace posthorn;
using namespace posthorn::testing;

TEST_CASE("IMAP: LOGIN, CAPABILITY, NOOP, LOGOUT", "[imap]") {
  run_imap(imap_login, R"(C: c CAPABILITY
S: * CAPABILITY $AFTER
S: c OK CAPABILITY completed
C: d noop
S: d OK NOOP completed
C: e LOGOUT
S: * BYE imap.example says goodbye
S: e OK LOGOUT completed
)");
}

TEST_CASE("IMAP: LOGIN with literals and quoted strings", "[imap]") {
  run_imap(imap_greeting, R"(C: a LOGIN {3}
S: + go ahead
C: ben {6}
S: + go ahead
C: hanami
S: a OK [CAPABILITY $AFTER] logged in
)");
  run_imap(imap_greeting, R"(C: a LOGIN {3+}
C: ben "hanami"
S: a OK [CAPABILITY $AFTER] logged in
)");
}

TEST_CASE("IMAP: AUTHENTICATE PLAIN, in both forms", "[imap]") {
  run_imap(imap_greeting, R"(C: a AUTHENTICATE PLAIN
S: + 
C: AGJlbgBoYW5hbWk=
S: a OK [CAPABILITY $AFTER] logged in
)");
  run_imap(imap_greeting, R"(C: a AUTHENTICATE PLAIN AGJlbgBoYW5hbWk=
S: a OK [CAPABILITY $AFTER] logged in
)");
  run_imap(imap_greeting, R"(C: a AUTHENTICATE PLAIN
S: + 
C: *
S: a BAD AUTHENTICATE cancelled
C: b AUTHENTICATE PLAIN ====
S: b BAD the answer is not base64
C: c AUTHENTICATE GSSAPI
S: c NO [CANNOT] that mechanism is not known here
C: d LOGIN ben wrong
S: d NO [AUTHENTICATIONFAILED] user name or password is wrong
)");
}

TEST_CASE("IMAP: AUTHENTICATE by every mechanism that is offered", "[imap]") {
  const auto authenticate = [](sasl::Mechanism mechanism, const std::string& password) {
    mail::MailStore store = two_mails();
    ImapTalk talk{imap_server(), store};
    talk.connect();
    sasl::ClientExchange client(mechanism, "ben", password, "rOprNGfwEbeRWgbNEkqO");
    std::string line = "a AUTHENTICATE " + std::string(sasl::to_string(mechanism));
    if (const auto initial = client.initial()) line += " " + mail::base64_encode(*initial);
    for (int i = 0; i < 5; ++i) {
      const std::size_t before = talk.sent.size();
      talk.feed(line + "\r\n", 0);
      const std::string reply = talk.sent.substr(before);
      if (reply.substr(0, 2) != "+ ") return client.complete() ? reply.substr(0, 27) : reply;
      std::string challenge;
      REQUIRE(mail::base64_decode_strict(reply.substr(2, reply.size() - 4), challenge));
      line = mail::base64_encode(*client.answer(challenge));
    }
    return std::string("no end");
  };
  for (const sasl::Mechanism mechanism : sasl::all_mechanisms()) {
    CHECK(authenticate(mechanism, "hanami") == "a OK [CAPABILITY IMAP4rev1 ");
    CHECK(authenticate(mechanism, "hanabi").find("a NO [AUTHENTICATIONFAILED]") == 0);
  }
}

TEST_CASE("IMAP: where no mechanism shows a password, LOGIN does not either", "[imap]") {
  imap::ServerConfig config;
  config.mechanisms = {sasl::Mechanism::scram_sha_256};
  mail::MailStore store = two_mails();
  ImapTalk talk{imap::Server(config), store};
  talk.connect();
  CHECK(talk.sent.find(" LOGINDISABLED ") != std::string::npos);
  talk.feed("a LOGIN ben hanami\r\n", 0);
  CHECK(talk.sent.ends_with("a NO LOGIN is disabled; use AUTHENTICATE\r\n"));
}

TEST_CASE("IMAP: nobody acts for others", "[imap]") {
  run_imap(imap_greeting, R"(C: a AUTHENTICATE PLAIN YWlrbwBiZW4AaGFuYW1p
S: a NO [AUTHORIZATIONFAILED] nobody acts for others here
C: b AUTHENTICATE CRAM-MD5 YmVu
S: b BAD The server speaks first here
)");
}

TEST_CASE("IMAP: AUTHENTICATE LOGIN, as older clients do", "[imap]") {
  run_imap(imap_greeting, R"(C: a AUTHENTICATE LOGIN
S: + VXNlcm5hbWU6
C: YmVu
S: + UGFzc3dvcmQ6
C: aGFuYW1p
S: a OK [CAPABILITY $AFTER] logged in
)");
  run_imap(imap_greeting, R"(C: a AUTHENTICATE LOGIN YmVu
S: + UGFzc3dvcmQ6
C: aGFuYW1pIQ==
S: a NO [AUTHENTICATIONFAILED] user name or password is wrong
C: b AUTHENTICATE LOGIN YmVu
S: + UGFzc3dvcmQ6
C: *
S: b BAD AUTHENTICATE cancelled
C: c AUTHENTICATE PLAIN =
S: c BAD Malformed PLAIN response
)");
}

TEST_CASE("IMAP: commands belong to states", "[imap]") {
  run_imap(imap_greeting, R"(C: a SELECT INBOX
S: a BAD SELECT is not possible in not authenticated state
C: b XYZZY
S: b BAD unknown command
C: c
S: c BAD no command behind the tag
C: d UID NOOP
S: d BAD unknown command
C: e LOGIN ben
S: e BAD LOGIN needs a user name and a password
C: f LOGIN ben hanami
S: f OK [CAPABILITY $AFTER] logged in
C: g LOGIN ben hanami
S: g BAD LOGIN is not possible in authenticated state
C: h FETCH 1 FLAGS
S: h BAD FETCH is not possible in authenticated state
)");
}

TEST_CASE("IMAP: limits", "[imap]") {
  mail::MailStore store = two_mails();
  ImapTalk talk{imap_server(), store};
  talk.connect();
  SECTION("a long line is answered with BAD, and the next one is read") {
    talk.feed("a LOGIN " + std::string(100'000, 'x') + "\r\nb NOOP\r\n", 31);
    CHECK(talk.sent.find("a BAD [LIMIT] command line too long\r\nb OK NOOP completed\r\n") !=
          std::string::npos);
  }
  SECTION("a literal that is too long is not asked for") {
    talk.feed("a LOGIN {99999999}\r\nb NOOP\r\n", 0);
    CHECK(talk.sent.find("a BAD [LIMIT] literal too long\r\nb OK") != std::string::npos);
  }
  SECTION("nor read when it comes unasked") {
    talk.feed("a LOGIN {99999999+}\r\nb NOOP\r\n", 0);
    CHECK(talk.sent.find("* BYE [TOOBIG]") != std::string::npos);
    CHECK(talk.shut);
  }
  SECTION("fifty bad commands end the session") {
    for (int i = 0; i < 60; ++i) talk.feed("a BAD\r\n", 0);
    CHECK(talk.server.state() == imap::ServerState::logout);
  }
  SECTION("silence ends it too") {
    talk.now += 4min;
    talk.feed("a NOOP\r\n", 0);  // no excuse before the login
    talk.server.handle_wakeup(talk.now, store);
    CHECK_FALSE(talk.server.state() == imap::ServerState::logout);
    talk.server.handle_wakeup(talk.now + 1min, store);
    talk.drain();
    CHECK(talk.sent.find("* BYE idle for too long\r\n") != std::string::npos);
    CHECK(talk.all_of<mail::Closed>().size() == 1);
  }
}

TEST_CASE("IMAP: what waits for a decision is bounded", "[imap]") {
  mail::MailStore store = two_mails();
  imap::Server server = imap_server();
  server.handle_connect({});
  server.handle_bytes({}, "a LOGIN ben hanami\r\nb NOOP\r\n", store);
  CHECK(server.waiting_for_decision());
  for (int i = 0; i < 100; ++i) server.handle_bytes({}, std::string(1000, 'x'), store);
  CHECK(server.state() == imap::ServerState::logout);
}

TEST_CASE("IMAP: what the host is told, and where it stands in the stream", "[imap]") {
  mail::MailStore store = two_mails();
  ImapTalk talk{imap_server(), store};
  talk.connect();
  talk.feed(
      "a LOGIN ben hanami\r\nb SELECT INBOX\r\nc FETCH 1 BODY[]\r\nd FETCH 2 BODY.PEEK[1]\r\n"
      "e STORE 1 +FLAGS (\\Deleted)\r\nf EXPUNGE\r\ng LOGOUT\r\n",
      0);
  using mail::SystemFlag;
  const mail::Flags seen = mail::Flags{}.add(SystemFlag::seen);
  const mail::Flags both = mail::Flags{seen}.add(SystemFlag::deleted);
  const std::vector<imap::ServerEvent> expected = {
      mail::LoginAsked{"ben", sasl::Proof::password(sasl::Mechanism::login, "hanami"), ""},
      mail::LoggedIn{"ben"},
      mail::MailboxSelected{"INBOX", false},
      mail::MessageFetched{"INBOX", 1, true, 11},
      mail::FlagsChanged{"INBOX", 1, seen, 11},
      mail::MessageFetched{"INBOX", 2, false, 12},
      mail::FlagsChanged{"INBOX", 1, both, 11},
      mail::Expunged{"INBOX", 1, 11},
      mail::Closed{"LOGOUT"}};
  CHECK(talk.events == expected);
  std::uint64_t sent = 0;
  std::uint64_t received = 0;
  std::vector<std::string> contents;
  for (const Note& note : talk.notes) {
    if (note.kind == NoteKind::content) {
      contents.push_back(talk.sent.substr(note.begin, note.end - note.begin));
      continue;
    }
    std::uint64_t& at = note.flow == Flow::sent ? sent : received;
    CHECK(note.begin == at);
    at = note.end;
    CHECK_FALSE(note.rule.empty());
  }
  CHECK(contents == std::vector<std::string>{plain_letter, "see below"});
  CHECK(sent == talk.sent.size());
  CHECK(received == talk.received);
}
