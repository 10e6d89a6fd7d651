// What a server does not put up with, and that it still answers properly.
#include <algorithm>
#include <optional>

#include "tests/protocols/imap/script.hpp"

using namespace posthorn;
using namespace posthorn::testing;

namespace {

std::string after_login(const imap::ServerConfig& config, const std::string& commands,
                        std::size_t chunk) {
  mail::MailStore store = two_mails();
  ImapTalk talk{imap::Server(config), store};
  talk.connect();
  talk.feed("a LOGIN ben hanami\r\n", 0);
  const std::size_t before = talk.sent.size();
  talk.feed(commands, chunk);
  return talk.sent.substr(before);
}

}  // namespace

TEST_CASE("IMAP: messages that are too big (RFC 7889)", "[imap]") {
  imap::ServerConfig config;
  config.max_message = 10;
  config.max_discard = 100;
  const std::string too_big = "NO [TOOBIG] the message is too large\r\n";
  for (const std::size_t chunk : chunk_sizes) {
    // Asked for: refused before it is sent.
    CHECK(after_login(config, "b APPEND INBOX {11}\r\nc NOOP\r\n", chunk) ==
          "b " + too_big + "c OK NOOP completed\r\n");
    // Not asked for (RFC 7888 §4): read and thrown away, whatever it holds.
    CHECK(after_login(config,
                      "b APPEND INBOX {16+}\r\nx DELETE INBOX\r\n {3+}\r\nabc\r\nc NOOP\r\n",
                      chunk) == "b " + too_big + "c OK NOOP completed\r\n");
    CHECK(after_login(config, "b APPEND INBOX {10+}\r\n0123456789\r\n", chunk) ==
          "b OK [APPENDUID 1 3] APPEND completed\r\n");
    // Too much even for that.
    CHECK(after_login(config, "b APPEND INBOX {101+}\r\nc NOOP\r\n", chunk) ==
          "* BYE [TOOBIG] literal too long\r\n");
    CHECK(after_login(config, "b APPEND INBOX {99999999999999999999999+}\r\nc NOOP\r\n", chunk) ==
          "* BYE [TOOBIG] literal too long\r\n");
  }
}

TEST_CASE("IMAP: without room for it, a message is thrown away and refused for now", "[imap]") {
  mail::MailStore store = two_mails();
  ImapTalk talk{imap_server(), store};
  talk.connect();
  talk.feed("a LOGIN ben hanami\r\nb APPEND INBOX {30}\r\nx DELETE INBOX\r\n", 0);
  CHECK(talk.server.held() > 16);
  talk.server.forget_content();
  CHECK(talk.server.held() < 20);
  talk.server.forget_content();  // twice is once
  const std::size_t before = talk.sent.size();
  talk.feed("c NOOP\r\n123456\r\nd NOOP\r\n", 1);
  CHECK(talk.sent.substr(before) ==
        "b NO [UNAVAILABLE] no room for it now, please try again later\r\n"
        "d OK NOOP completed\r\n");
  CHECK(store.find("ben", "INBOX")->messages.size() == 2);
}

TEST_CASE("IMAP: numbers that must not be zero do not begin with one", "[imap]") {
  for (const char* command : {"FETCH 01 FLAGS", "FETCH 1 BODY[01]", "FETCH 1:02 UID"}) {
    INFO(command);
    const std::string said =
        after_login({}, "b SELECT INBOX\r\nc " + std::string(command) + "\r\n", 0);
    CHECK(said.find("c BAD ") != std::string::npos);
  }
}

TEST_CASE("IMAP: a literal behind a line that is too long is no command", "[imap]") {
  imap::ServerConfig config;
  config.max_line = 100;
  const std::string many(200, 'x');
  for (const std::size_t chunk : chunk_sizes) {
    CHECK(after_login(config, "b LIST \"\" " + many + "{15+}\r\nx DELETE Work\r\n\r\nc NOOP\r\n",
                      chunk) == "b BAD [LIMIT] command line too long\r\nc OK NOOP completed\r\n");
    CHECK(after_login(config, "b LIST \"\" " + many + "{16}\r\nc NOOP\r\n", chunk) ==
          "b BAD [LIMIT] command line too long\r\nc OK NOOP completed\r\n");
  }
}

TEST_CASE("IMAP: keywords of a mailbox are limited", "[imap]") {
  imap::ServerConfig config;
  config.max_keywords = 2;
  const std::string said = after_login(config,
                                       "b SELECT INBOX\r\nc STORE 1 +FLAGS.SILENT (k1 k2)\r\n"
                                       "d STORE 2 +FLAGS.SILENT (K1)\r\n"
                                       "e STORE 2 +FLAGS.SILENT (k3)\r\n"
                                       "f STORE 2 -FLAGS.SILENT (k3)\r\n"
                                       "g APPEND INBOX (k4) {1+}\r\nx\r\n",
                                       0);
  CHECK(said.find("d OK") != std::string::npos);
  CHECK(said.find("e NO [LIMIT] too many keywords") != std::string::npos);
  CHECK(said.find("f OK") != std::string::npos);
  CHECK(said.find("g NO [LIMIT] too many keywords") != std::string::npos);
}

TEST_CASE("IMAP: a keyword is limited in length", "[imap]") {
  const std::string longest(200, 'k');
  const std::string said = after_login({},
                                       "b SELECT INBOX\r\nc STORE 1 +FLAGS.SILENT (" + longest +
                                           ")\r\nd STORE 1 +FLAGS.SILENT (" + longest +
                                           "k)\r\ne APPEND INBOX (" + longest + "k) {1+}\r\nx\r\n",
                                       0);
  CHECK(said.find("c OK") != std::string::npos);
  CHECK(said.find("d NO [LIMIT] ") != std::string::npos);
  CHECK(said.find("e NO [LIMIT] ") != std::string::npos);
}

TEST_CASE("IMAP: what makes no mailbox is never one too many", "[imap]") {
  imap::ServerConfig config;
  config.max_mailboxes = 3;  // INBOX is one
  CHECK(after_login(config,
                    "b CREATE a\r\nc CREATE a/b\r\nd CREATE a/c\r\ne CREATE a\r\n"
                    "f RENAME a/b d\r\ng RENAME nope x\r\nh RENAME INBOX x\r\n",
                    0) ==
        "b OK CREATE completed\r\nc OK CREATE completed\r\n"
        "d NO [LIMIT] too many mailboxes\r\n"
        "e NO [ALREADYEXISTS] that mailbox already exists\r\n"
        "f OK RENAME completed\r\n"
        "g NO [NONEXISTENT] there is no such mailbox\r\n"
        "h NO [LIMIT] too many mailboxes\r\n");
}

TEST_CASE("IMAP: a FETCH that is too much ends between responses", "[imap]") {
  imap::ServerConfig config;
  config.max_response = 300;
  const std::string said =
      after_login(config, "b EXAMINE INBOX\r\nc FETCH 1:2 BODY[]\r\nd FETCH 1:2 UID\r\n", 0);
  CHECK(said.find("* 1 FETCH (BODY[] {210}") != std::string::npos);
  CHECK(said.find("\r\nc NO [LIMIT] that is too much for one command\r\n") != std::string::npos);
  CHECK(said.find("d OK") != std::string::npos);
}

TEST_CASE("IMAP: sizes behind the transfer encoding are not free", "[imap]") {
  imap::ServerConfig config;
  config.max_search_octets = 500;  // the letters have 210 and 243
  const std::string said =
      after_login(config,
                  "b EXAMINE INBOX\r\nc FETCH 1:2 BINARY.SIZE[1]\r\nd FETCH 1:2 (BINARY.SIZE[1] "
                  "BINARY.SIZE[1])\r\n",
                  0);
  CHECK(said.find("c OK") != std::string::npos);
  CHECK(said.find("\r\nd NO [LIMIT] that is too much for one command\r\n") != std::string::npos);
}

TEST_CASE("IMAP: mailboxes of limited length, and FETCH of nothing", "[imap]") {
  imap::ServerConfig config;
  config.max_messages = 3;
  const std::string said = after_login(config,
                                       "b SELECT INBOX\r\nc COPY 1:2 INBOX\r\nd COPY 1 INBOX\r\n"
                                       "e APPEND INBOX {1+}\r\nx\r\nf CREATE Empty\r\n"
                                       "g SELECT Empty\r\nh FETCH 1:* FLAGS\r\ni FETCH 1 FLAGS\r\n",
                                       0);
  CHECK(said.find("c NO [LIMIT] too many messages") != std::string::npos);
  CHECK(said.find("d OK") != std::string::npos);
  CHECK(said.find("e NO [LIMIT] too many messages") != std::string::npos);
  CHECK(said.find("h OK FETCH completed\r\ni BAD") != std::string::npos);
}

TEST_CASE("IMAP: very much at once is answered in turns", "[imap]") {
  imap::ServerConfig config;
  config.max_output = 1000;
  mail::MailStore store = two_mails();
  imap::Server server(config);
  server.handle_connect({});
  std::string commands = "a LOGIN ben hanami\r\nb SELECT INBOX\r\n";
  for (int i = 0; i < 100; ++i) commands += "c FETCH 1:2 BODY[]\r\n";
  server.handle_bytes({}, commands + "d LOGOUT\r\n", store);
  std::size_t turns = 0;
  std::size_t longest = 0;
  std::string last;
  for (;;) {
    std::size_t turn = 0;
    std::optional<Instant> wake_at;
    for (;;) {
      auto out = server.poll();
      if (auto* bytes = std::get_if<Transmit>(&out)) turn += (last = bytes->bytes).size();
      if (auto* event = std::get_if<imap::ServerEvent>(&out))
        if (auto* asked = std::get_if<mail::LoginAsked>(event))
          server.decide_login({}, judge(*asked), store);
      if (auto* idle = std::get_if<Idle>(&out)) {
        wake_at = idle->wake_at;
        break;
      }
    }
    longest = std::max(longest, turn);
    ++turns;
    if (server.state() == imap::ServerState::logout) break;
    REQUIRE(wake_at == Instant{});
    server.handle_wakeup({}, store);
  }
  CHECK(turns > 20);
  CHECK(longest < 3000);
  CHECK(last == "d OK LOGOUT completed\r\n");
}

TEST_CASE("IMAP: only errors without end end the session", "[imap]") {
  imap::ServerConfig config;
  config.max_bad_commands = 3;
  const std::string twice = "b\r\nc NOOP x\r\n";
  const std::string bad = "b BAD no command behind the tag\r\nc BAD NOOP has no arguments\r\n";
  for (const std::size_t chunk : chunk_sizes) {
    CHECK(after_login(config, twice + "d NOOP\r\n" + twice + "e NOOP\r\n" + twice, chunk) ==
          bad + "d OK NOOP completed\r\n" + bad + "e OK NOOP completed\r\n" + bad);
    CHECK(after_login(config, twice + "d DELETE nowhere\r\n\r\ne NOOP\r\n", chunk) ==
          bad +
              "d NO [NONEXISTENT] there is no such mailbox\r\n"
              "* BAD every command begins with a tag\r\n* BYE too many bad commands\r\n");
  }
}

TEST_CASE("IMAP: nobody knocks for ever", "[imap]") {
  mail::MailStore store = two_mails();
  ImapTalk talk{imap_server(), store};
  talk.connect();
  SECTION("with commands that lead nowhere") {
    for (int i = 0; i < 200; ++i) talk.feed("a NOOP\r\n", 0);
    CHECK(talk.sent.ends_with("* BYE too many commands without a login\r\n"));
  }
  SECTION("with passwords") {
    for (int i = 0; i < 9; ++i) talk.feed("a LOGIN ben wrong\r\n", 0);
    CHECK(talk.sent.ends_with("* BYE too many failed logins\r\n"));
    CHECK(talk.all_of<mail::LoginAsked>().size() == 5);
  }
  CHECK(talk.shut);
}

TEST_CASE("IMAP: names, patterns and items without measure", "[imap]") {
  const std::string many(600, 'n');
  const std::string said = after_login(
      {},
      "b CREATE " + many + "\r\nc LIST \"\" \"" + std::string(3000, '*') +
          "\"\r\nd STATUS INBOX (" +
          "MESSAGES MESSAGES MESSAGES MESSAGES MESSAGES MESSAGES MESSAGES MESSAGES MESSAGES " +
          "MESSAGES MESSAGES)\r\ne APPEND INBOX {0+}\r\n\r\nf FETCH 1 FLAGS\r\n",
      0);
  CHECK(said.find("b NO [CANNOT] that mailbox name is too long") != std::string::npos);
  CHECK(said.find("c BAD") != std::string::npos);
  CHECK(said.find("d BAD") != std::string::npos);
  CHECK(said.find("e NO [CANNOT] an empty message") != std::string::npos);
  CHECK(said.find("f BAD") != std::string::npos);
}
