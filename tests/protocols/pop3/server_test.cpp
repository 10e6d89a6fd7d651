#include "protocols/pop3/server.hpp"

#include <memory>

#include "protocols/pop3/text.hpp"
#include "tests/protocols/pop3/dialogue.hpp"

using namespace posthorn;
using pop3::Server;
using pop3::ServerEvent;

namespace {

mail::MailStore two_letters() {
  mail::MailStore store;
  store.add_account("aiko");
  (void)store.deliver(
      "aiko", std::make_shared<const std::string>("Subject: one\r\n\r\nfirst\r\n.dot\r\nlast\r\n"),
      {}, 7);
  (void)store.deliver("aiko", std::make_shared<const std::string>("Subject: two\r\n\r\nsecond"), {},
                      8);
  return store;
}

mail::MailStore run(std::string_view script) {
  return testing::run_script<Server, ServerEvent>(Server{}, two_letters(), script);
}

constexpr const char* greeting = "S: +OK pop3.example POP3 server ready <posthorn@pop3.example>\n";

constexpr const char* login = R"(S: +OK pop3.example POP3 server ready <posthorn@pop3.example>
C: USER aiko
S: +OK password, please
C: PASS hanami
S: +OK maildrop locked and ready, 2 messages
)";

}  // namespace

TEST_CASE("POP3: a visit that reads and deletes", "[pop3]") {
  const mail::MailStore after = run(std::string(login) + R"(C: STAT
S: +OK 2 59
C: LIST
S: +OK 2 messages (59 octets)
S: 1 35
S: 2 24
S: .
C: LIST 2
S: +OK 2 24
C: UIDL
S: +OK unique-ids follow
S: 1 1.1
S: 2 1.2
S: .
C: UIDL 2
S: +OK 2 1.2
C: RETR 1
S: +OK 35 octets
S: Subject: one
S: 
S: first
S: ..dot
S: last
S: .
C: RETR 2
S: +OK 24 octets
S: Subject: two
S: 
S: second
S: .
C: DELE 1
S: +OK message 1 will be deleted at QUIT
C: RETR 1
S: -ERR that message is deleted
C: LIST
S: +OK 1 messages (24 octets)
S: 2 24
S: .
C: noop
S: +OK nothing done
C: QUIT
S: +OK pop3.example says goodbye
)");
  REQUIRE(after.find("aiko", "INBOX")->messages.size() == 1);
  CHECK(after.find("aiko", "INBOX")->messages[0].uid == 2);
  CHECK_FALSE(after.find("aiko", "INBOX")->pop3_locked);
}

TEST_CASE("POP3: TOP counts lines of the body", "[pop3]") {
  run(std::string(login) + R"(C: TOP 1 0
S: +OK top of message follows
S: Subject: one
S: 
S: .
C: TOP 1 2
S: +OK top of message follows
S: Subject: one
S: 
S: first
S: ..dot
S: .
C: TOP 1 99999999999999999999
S: +OK top of message follows
S: Subject: one
S: 
S: first
S: ..dot
S: last
S: .
C: TOP 1
S: -ERR argument missing
C: TOP 99999999999999999999 1
S: -ERR no such message
C: TOP 9 1
S: -ERR no such message
)");
}

TEST_CASE("POP3: RSET takes deletions back", "[pop3]") {
  const mail::MailStore after = run(std::string(login) + R"(C: DELE 1
S: +OK message 1 will be deleted at QUIT
C: RSET
S: +OK maildrop has 2 messages (59 octets)
C: QUIT
S: +OK pop3.example says goodbye
)");
  CHECK(after.find("aiko", "INBOX")->messages.size() == 2);
}

TEST_CASE("POP3: capabilities, before and after login", "[pop3]") {
  const std::string capa = R"(C: CAPA
S: +OK capabilities follow
S: USER
S: SASL SCRAM-SHA-256 CRAM-MD5 PLAIN LOGIN
S: TOP
S: UIDL
S: PIPELINING
S: RESP-CODES
S: AUTH-RESP-CODE
S: EXPIRE NEVER
S: UTF8 USER
S: LANG
S: IMPLEMENTATION Posthorn
S: .
)";
  run(greeting + capa);
  run(login + capa);
}

TEST_CASE("POP3: order and syntax of commands", "[pop3]") {
  run(greeting + std::string(R"(C: STAT
S: -ERR log in first
C: PASS hanami
S: -ERR USER first
C: USER
S: -ERR argument missing
C: XYZZY
S: -ERR unknown command
C: USER aiko
S: +OK password, please
C: PASS wrong
S: -ERR [AUTH] user name or password is wrong
C: PASS hanami
S: -ERR USER first
C: USER nobody
S: +OK password, please
C: PASS hanami
S: -ERR [SYS/PERM] there is no maildrop for this user
C: USER aiko
S: +OK password, please
C: PASS hanami
S: +OK maildrop locked and ready, 2 messages
C: USER aiko
S: -ERR already logged in
C: DELE 0
S: -ERR no such message
C: DELE 1x
S: -ERR no such message
C: STAT now
S: -ERR too many arguments
C: AUTH PLAIN
S: -ERR already logged in
C: UTF8
S: -ERR already logged in
)"));
}

TEST_CASE("POP3: the maildrop is locked for one session", "[pop3]") {
  mail::MailStore store = two_letters();
  testing::Talk<Server, ServerEvent> first{Server{}, store};
  testing::Talk<Server, ServerEvent> second{Server{}, store};
  first.connect();
  second.connect();
  first.feed("USER aiko\r\nPASS hanami\r\nDELE 1\r\n", 0);
  second.feed("USER aiko\r\nPASS hanami\r\n", 0);
  CHECK(second.sent.find("-ERR [IN-USE]") != std::string::npos);

  SECTION("a connection that breaks deletes nothing and gives the lock back") {
    first.server.handle_eof(first.now, store);
    first.drain();
    CHECK(store.find("aiko", "INBOX")->messages.size() == 2);
    second.feed("USER aiko\r\nPASS hanami\r\n", 0);
    CHECK(second.server.state() == pop3::ServerState::transaction);
  }
  SECTION("so does a session that idles") {
    first.now += 5min;
    first.feed("NO", 0);  // octets alone are no activity
    first.now -= 5min;
    first.server.handle_wakeup(first.now + 9min, store);
    CHECK(store.find("aiko", "INBOX")->pop3_locked);
    first.server.handle_wakeup(first.now + 10min, store);
    first.drain();
    CHECK(first.shut);
    CHECK(store.find("aiko", "INBOX")->messages.size() == 2);
    CHECK_FALSE(store.find("aiko", "INBOX")->pop3_locked);
  }
}

TEST_CASE("POP3: what the host is told", "[pop3]") {
  mail::MailStore store = two_letters();
  testing::Talk<Server, ServerEvent> talk{Server{}, store};
  talk.connect();
  talk.feed("USER aiko\r\nPASS hanami\r\nRETR 2\r\nTOP 1 0\r\nDELE 2\r\nQUIT\r\n", 0);
  const std::vector<ServerEvent> expected = {
      mail::LoginAsked{"aiko", sasl::Proof::password(sasl::Mechanism::login, "hanami"), ""},
      mail::LoggedIn{"aiko"},
      mail::MailboxSelected{"INBOX", false},
      mail::MessageFetched{"INBOX", 2, true, 8},
      mail::MessageFetched{"INBOX", 1, false, 7},
      mail::Expunged{"INBOX", 2, 8},
      mail::Closed{"QUIT"}};
  CHECK(talk.events == expected);
  CHECK(talk.shut);
}

TEST_CASE("POP3: notes cover the stream exactly", "[pop3]") {
  mail::MailStore store = two_letters();
  testing::Talk<Server, ServerEvent> talk{Server{}, store};
  talk.connect();
  talk.feed("USER aiko\r\nPASS hanami\r\nRETR 1\r\nQUIT\r\n", 3);
  std::uint64_t sent = 0;
  std::uint64_t received = 0;
  for (const Note& note : talk.notes) {
    std::uint64_t& at = note.flow == Flow::sent ? sent : received;
    CHECK(note.begin == at);
    at = note.end;
    CHECK_FALSE(note.rule.empty());
  }
  CHECK(sent == talk.sent.size());
  CHECK(received == talk.received);
}

TEST_CASE("POP3: limits", "[pop3]") {
  mail::MailStore store = two_letters();
  testing::Talk<Server, ServerEvent> talk{Server{}, store};
  talk.connect();
  SECTION("a long line is thrown away, and the next one is read") {
    talk.feed("USER " + std::string(100'000, 'x') + "\r\nNOOP\r\n", 31);
    CHECK(talk.sent.find("-ERR line too long\r\n-ERR log in first\r\n") != std::string::npos);
  }
  SECTION("twenty bad commands end the session") {
    for (int i = 0; i < 30; ++i) talk.feed("BAD\r\n", 0);
    CHECK(talk.shut);
    CHECK(talk.server.state() == pop3::ServerState::closed);
    CHECK(talk.sent.ends_with("-ERR [SYS/TEMP] that is enough for now; try again later\r\n"));
  }
  SECTION("so do a hundred commands that lead to no login") {
    for (int i = 0; i < 200; ++i) talk.feed("CAPA\r\n", 0);
    CHECK(talk.all_of<mail::Closed>() ==
          std::vector<mail::Closed>{{"too many commands without a login"}});
  }
  SECTION("and ten minutes without a login, whatever trickles in") {
    talk.now += 9min;
    talk.feed("CAPA\r\nUSER ai", 0);
    talk.server.handle_wakeup(talk.now + 59s, store);
    CHECK(talk.server.state() == pop3::ServerState::authorization);
    talk.server.handle_wakeup(talk.now + 1min, store);
    CHECK(talk.server.state() == pop3::ServerState::closed);
  }
  SECTION("so do five wrong passwords") {
    for (int i = 0; i < 6; ++i) talk.feed("USER aiko\r\nPASS no\r\n", 0);
    CHECK(talk.all_of<mail::Closed>() == std::vector<mail::Closed>{{"too many failed logins"}});
  }
}

TEST_CASE("POP3: what waits for a decision is bounded", "[pop3]") {
  mail::MailStore store = two_letters();
  Server server;
  server.handle_connect({});
  server.handle_bytes({}, "USER aiko\r\nPASS hanami\r\nSTAT\r\n", store);
  CHECK(server.waiting_for_decision());
  for (int i = 0; i < 100; ++i) server.handle_bytes({}, std::string(1000, 'x'), store);
  CHECK(server.state() == pop3::ServerState::closed);
}

TEST_CASE("POP3: dot-stuffing", "[pop3]") {
  CHECK(pop3::stuff("") == ".\r\n");
  CHECK(pop3::stuff(".") == "..\r\n.\r\n");
  CHECK(pop3::stuff("a\r\n.\r\n") == "a\r\n..\r\n.\r\n");
  CHECK(pop3::stuff("a\n.\r") == "a\n.\r\r\n.\r\n");
}
