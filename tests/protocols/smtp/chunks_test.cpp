// CHUNKING (RFC 3030): content in counted chunks.
#include <algorithm>

#include "tests/protocols/smtp/dialogue.hpp"
#include "tests/support/catch.hpp"

using namespace posthorn;
using namespace posthorn::smtp;
using namespace posthorn::smtp::test;

namespace {

const std::string envelope_commands =
    "EHLO a.example\r\nMAIL FROM:<a@a.example>\r\nRCPT TO:<b@b.example>\r\n";

/// What the server answers to `bytes` behind an accepted RCPT, however they are cut.
std::string answers(const std::string& bytes, ServerConfig config = server_config()) {
  std::string first;
  for (const std::size_t chunk : chunk_sizes) {
    INFO("pieces of " << chunk);
    ServerTap server{ServerSession(config, Instant{})};
    server.feed(envelope_commands, 1000);
    server.take_sent();
    server.feed(bytes, chunk);
    if (chunk == chunk_sizes.front()) first = server.sent;
    CHECK(server.sent == first);
    CHECK(tiles(server.notes, Flow::received, envelope_commands.size() + bytes.size()));
  }
  return first;
}

const std::string* received(const ServerTap& server) {
  const auto* content = server.last<ContentReceived>();
  return content == nullptr ? nullptr : content->content.get();
}

}  // namespace

TEST_CASE("a message in one chunk, in several, and an empty last one") {
  CHECK(answers("BDAT 4 LAST\r\nhi\r\n") == "250 2.0.0 Message accepted\r\n");
  CHECK(answers("BDAT 3\r\nhi\rBDAT 1 last\r\n\n") ==
        "250 2.0.0 3 octets received\r\n250 2.0.0 Message accepted\r\n");
  CHECK(answers("BDAT 4\r\nhi\r\nBDAT 0 LAST\r\n") ==
        "250 2.0.0 4 octets received\r\n250 2.0.0 Message accepted\r\n");
}

TEST_CASE("no dot ends a chunk, and no command inside one is obeyed") {
  const std::string trap = "hi\r\n.\r\nQUIT\r\n";
  ServerTap server{ServerSession(server_config(), Instant{})};
  server.feed(envelope_commands + "BDAT 13 LAST\r\n" + trap + "NOOP\r\n", 5);
  REQUIRE(received(server) != nullptr);
  CHECK(*received(server) == trap);
  CHECK(server.sent.find("250 2.0.0 Nothing done") != std::string::npos);
}

TEST_CASE("octets of a refused BDAT are thrown away, not taken for commands") {
  ServerTap server{ServerSession(server_config(), Instant{})};
  server.feed("EHLO a.example\r\n", 100);
  server.take_sent();
  server.feed("BDAT 6 LAST\r\nQUIT\r\nMAIL FROM:<a@a.example>\r\nBDAT 6\r\nQUIT\r\nNOOP\r\n", 3);
  CHECK(server.sent ==
        "503 5.5.1 Bad sequence of commands\r\n250 2.1.0 Sender ok\r\n"
        "554 5.5.1 No valid recipients\r\n250 2.0.0 Nothing done\r\n");
}

TEST_CASE("a BDAT without a size ends the transaction, not the session") {
  for (const char* bad : {"BDAT", "BDAT x", "BDAT -1", "BDAT LAST"})
    CHECK(answers("BDAT 2\r\n\r\n" + std::string(bad) + "\r\nDATA\r\n") ==
          "250 2.0.0 2 octets received\r\n501 5.5.4 Syntax: BDAT octets [LAST]\r\n"
          "503 5.5.1 Bad sequence of commands\r\n");
}

TEST_CASE("a malformed BDAT is a violation, and one error more") {
  for (const char* bad : {"BDAT", "BDAT x", "BDAT 6 FIRST"}) {
    INFO(bad);
    ServerConfig config = server_config();
    config.max_errors = 1;
    ServerTap server{ServerSession(config, Instant{})};
    server.feed(envelope_commands, 1000);
    server.take_sent();
    server.feed(std::string(bad) + "\r\n", 1000);
    CHECK(server.sent ==
          "421 4.7.0 " + config.hostname + " Too many errors, closing the connection\r\n");
    const auto heard = std::find_if(server.notes.rbegin(), server.notes.rend(),
                                    [](const Note& n) { return n.flow == Flow::received; });
    REQUIRE(heard != server.notes.rend());
    CHECK(heard->verb == "BDAT");
    CHECK(heard->kind == NoteKind::violation);
  }
}

TEST_CASE("whatever else is wrong with a BDAT, its octets are no commands") {
  for (const char* bad :
       {"BDAT 6 FIRST", "BDAT 6  LAST", "BDAT 6 LAST LAST", "BDAT  6", "BDAT 6\tLAST"})
    CHECK(answers("BDAT 2\r\n\r\n" + std::string(bad) + "\r\nQUIT\r\nDATA\r\n") ==
          "250 2.0.0 2 octets received\r\n501 5.5.4 Syntax: BDAT octets [LAST]\r\n"
          "503 5.5.1 Bad sequence of commands\r\n");
}

TEST_CASE("a chunk that is too large is refused before its octets come, and they are no commands") {
  for (const std::string size : {"1001", "18446744073709551615", "99999999999999999999 LAST"})
    CHECK(answers("BDAT " + size + "\r\n") == "552 5.3.4 The message is too large\r\n");
  CHECK(answers("BDAT 1001\r\n" + std::string(995, 'x') + "QUIT\r\nNOOP\r\n") ==
        "552 5.3.4 The message is too large\r\n250 2.0.0 Nothing done\r\n");
  ServerConfig lmtp = server_config();
  lmtp.lmtp = true;
  for (const bool last : {false, true}) {
    ServerTap server{ServerSession(lmtp, Instant{})};
    server.feed(
        "LHLO a.example\r\nMAIL FROM:<a@a.example>\r\nRCPT TO:<b@b.example>\r\n"
        "RCPT TO:<c@b.example>\r\n",
        100);
    server.take_sent();
    server.feed(last ? "BDAT 1001 LAST\r\n" : "BDAT 1001\r\n", 100);
    const std::string no = "552 5.3.4 The message is too large\r\n";
    CHECK(server.take_sent() == (last ? no + no : no));  // RFC 2033 §4.2
  }
}

TEST_CASE("DATA and BDAT do not mix; RSET forgets the chunks") {
  CHECK(answers("BDAT 2\r\n\r\nDATA\r\nRSET\r\nMAIL FROM:<a@a.example>\r\n") ==
        "250 2.0.0 2 octets received\r\n503 5.5.1 Bad sequence of commands\r\n"
        "250 2.0.0 Reset\r\n250 2.1.0 Sender ok\r\n");
}

TEST_CASE("chunks that are too large in sum, and lines that end wrongly") {
  CHECK(answers("BDAT 900\r\n" + std::string(900, 'x') + "BDAT 200\r\n" + std::string(200, 'x') +
                "BDAT 1 LAST\r\nxNOOP\r\n") ==
        "250 2.0.0 900 octets received\r\n552 5.3.4 The message is too large\r\n"
        "503 5.5.1 Bad sequence of commands\r\n250 2.0.0 Nothing done\r\n");
  for (const char* bad : {"a\nb\r\n", "a\rb\r\n", "\n\r\n\r", "abcd\r"}) {
    INFO(bad);
    const std::string text(bad);
    CHECK(answers("BDAT " + std::to_string(text.size()) + " LAST\r\n" + text).substr(0, 9) ==
          "554 5.6.0");
  }
}

TEST_CASE("an unended last line is ended") {
  ServerTap server{ServerSession(server_config(), Instant{})};
  server.feed(envelope_commands + "BDAT 2 LAST\r\nhi", 100);
  REQUIRE(received(server) != nullptr);
  CHECK(*received(server) == "hi\r\n");
}

TEST_CASE("where CHUNKING is not offered, BDAT is not known") {
  CHECK(answers("BDAT 4\r\n", without_extensions(server_config())) ==
        "502 5.5.1 Command not implemented\r\n");
}

TEST_CASE("the client sends chunks where the server takes them, pipelined or one by one") {
  const std::string letter = "Subject: hi\r\n\r\n" + std::string(60, 'x') + "\r\n.\r\n";
  for (const bool pipelining : {true, false}) {
    for (const std::size_t size : {1u, 7u, 64u, 1000u}) {
      INFO("chunks of " << size << (pipelining ? ", pipelined" : ""));
      ServerConfig config = server_config();
      config.offer_pipelining = pipelining;
      ServerTap server{ServerSession(config, Instant{})};
      ClientConfig ours = client_config();
      ours.use_chunking = true;
      ours.chunk_size = size;
      ClientTap client{ClientSession(ours, Instant{})};
      client.session.send({}, envelope("a@a.example", {"b@b.example"}), text(letter));
      client.session.quit({});
      const std::string heard = print(run_pair(server, client, 11));
      REQUIRE(received(server) != nullptr);
      CHECK(*received(server) == letter);
      REQUIRE(client.last<MessageDone>() != nullptr);
      CHECK(client.last<MessageDone>()->accepted);
      CHECK(client.count<Closed>() == 1);
      CHECK(heard.find("C: DATA") == std::string::npos);
    }
  }
}

TEST_CASE("a refused chunk ends the message, and RSET makes room for the next") {
  const Dialogue script = parse(R"(
    S: 220 mail.kaede.example ESMTP
    C: EHLO mail.sakura.example
    S: 250-mail.kaede.example
    S: 250-PIPELINING
    S: 250 CHUNKING
    C: MAIL FROM:<a@a.example>
    C: RCPT TO:<b@b.example>
    S: 250 2.1.0 Ok
    S: 250 2.1.5 Ok
    C: BDAT 4
    C: ab
    C: BDAT 2 LAST
    C:
    S: 452 4.3.1 The disk is full
    S: 503 5.5.1 Bad sequence of commands
    C: RSET
    S: 250 2.0.0 Ok
    C: QUIT
    S: 221 2.0.0 Bye
  )");
  ClientConfig ours = client_config();
  ours.use_chunking = true;
  ours.chunk_size = 4;
  ClientTap client{ClientSession(ours, Instant{})};
  client.session.send({}, envelope("a@a.example", {"b@b.example"}), text("ab\r\n\r\n"));
  client.session.quit({});
  ClientTap kept = client;
  CHECK(print(run_client(client, script, 5)) == print(script));
  for (const Turn& turn : script)
    if (turn.side == 'S') kept.feed(turn.bytes, 100);
  REQUIRE(kept.last<MessageDone>() != nullptr);
  CHECK(kept.last<MessageDone>()->final.code == 452);
}
