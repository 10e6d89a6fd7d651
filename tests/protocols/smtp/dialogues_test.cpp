// Whole sessions, each run three ways (server, client, both) at every chunk size.
#include "tests/protocols/smtp/dialogue.hpp"
#include "tests/support/catch.hpp"

using namespace posthorn;
using namespace posthorn::smtp;
using namespace posthorn::smtp::test;

namespace {

struct Case {
  std::string name;
  ServerConfig server;
  ClientConfig client;
  std::function<void(ClientSession&)> story;
  std::string script;
};

ServerConfig small_server() { return without_extensions(server_config()); }

ServerConfig submission_server() {
  ServerConfig config = ServerConfig::for_submission("mail.sakura.example");
  config.mechanisms = {sasl::Mechanism::plain, sasl::Mechanism::login};
  config = without_extensions(std::move(config));
  return config;
}

ClientConfig with_password(std::string password) {
  ClientConfig config = client_config();
  config.credentials = Credentials{"aiko", std::move(password)};
  return config;
}

const std::string hello = R"(
  S: 220 mail.kaede.example ESMTP Posthorn
  C: EHLO mail.sakura.example
  S: 250-mail.kaede.example greets mail.sakura.example
)";
const std::string no_extensions = R"(
  S: 250-ENHANCEDSTATUSCODES
  S: 250 HELP
)";
const std::string all_extensions = R"(
  S: 250-PIPELINING
  S: 250-SIZE 1000
  S: 250-8BITMIME
  S: 250-SMTPUTF8
  S: 250-CHUNKING
  S: 250-DSN
  S: 250-LIMITS RCPTMAX=100
  S: 250-ENHANCEDSTATUSCODES
  S: 250 HELP
)";
const std::string goodbye = R"(
  C: QUIT
  S: 221 2.0.0 mail.kaede.example closing the connection
)";

std::vector<Case> cases() {
  std::vector<Case> all;
  all.push_back({"one message, one command at a time", small_server(), client_config(),
                 [](ClientSession& client) {
                   client.send({}, envelope("<aiko@sakura.example>", {"ben@kaede.example"}),
                               text("Subject: hi\r\n\r\n.dot\r\n..\r\n"));
                   client.quit({});
                 },
                 hello + no_extensions + R"(
      C: MAIL FROM:<aiko@sakura.example>
      S: 250 2.1.0 Sender ok
      C: RCPT TO:<ben@kaede.example>
      S: 250 2.1.5 Recipient ok
      C: DATA
      S: 354 Send the message; end it with a dot on a line by itself
      C: Subject: hi
      C:
      C: ..dot
      C: ...
      C: .
      S: 250 2.0.0 Message accepted
  )" + goodbye});
  all.push_back({"pipelining, with a recipient refused", server_config(), client_config(),
                 [](ClientSession& client) {
                   client.send({}, envelope("<>", {"nobody@kaede.example", "ben@kaede.example"}),
                               text("caf\xc3\xa9\r\n"));
                   client.quit({});
                 },
                 hello + all_extensions +
                     R"(
      C: MAIL FROM:<> SIZE=7 BODY=8BITMIME
      C: RCPT TO:<nobody@kaede.example>
      C: RCPT TO:<ben@kaede.example>
      C: DATA
      S: 250 2.1.0 Sender ok
      S: 550 5.1.1 No such user
      S: 250 2.1.5 Recipient ok
      S: 354 Send the message; end it with a dot on a line by itself
      C: caf)"
                     "\xc3\xa9"
                     R"(
      C: .
      S: 250 2.0.0 Message accepted
  )" + goodbye});
  all.push_back(
      {"every recipient refused: RSET, then the next message", small_server(), client_config(),
       [](ClientSession& client) {
         client.send(
             {}, envelope("<a@sakura.example>", {"nobody@kaede.example", "later@kaede.example"}),
             text("1\r\n"));
         client.send({}, envelope("<spammer@sakura.example>", {"b@kaede.example"}), text("2\r\n"));
         client.send({}, envelope("<a@sakura.example>", {"b@kaede.example"}), text("EICAR\r\n"));
         client.quit({});
       },
       hello + no_extensions + R"(
      C: MAIL FROM:<a@sakura.example>
      S: 250 2.1.0 Sender ok
      C: RCPT TO:<nobody@kaede.example>
      S: 550 5.1.1 No such user
      C: RCPT TO:<later@kaede.example>
      S: 451 4.7.1 Come back later
      C: RSET
      S: 250 2.0.0 Reset
      C: MAIL FROM:<spammer@sakura.example>
      S: 550 5.7.1 No
      C: MAIL FROM:<a@sakura.example>
      S: 250 2.1.0 Sender ok
      C: RCPT TO:<b@kaede.example>
      S: 250 2.1.5 Recipient ok
      C: DATA
      S: 354 Send the message; end it with a dot on a line by itself
      C: EICAR
      C: .
      S: 554 5.7.1 We do not want this
  )" + goodbye});
  all.push_back(
      {"pipelined commands behind a refused MAIL", server_config(), client_config(),
       [](ClientSession& client) {
         client.send({}, envelope("<spammer@sakura.example>", {"b@kaede.example"}), text("2\r\n"));
         client.send({}, envelope("<a@sakura.example>", {"nobody@kaede.example"}), text(""));
         client.quit({});
       },
       hello + all_extensions + R"(
      C: MAIL FROM:<spammer@sakura.example> SIZE=3
      C: RCPT TO:<b@kaede.example>
      C: DATA
      S: 550 5.7.1 No
      S: 503 5.5.1 MAIL comes before RCPT
      S: 503 5.5.1 Bad sequence of commands
      C: MAIL FROM:<a@sakura.example> SIZE=0
      C: RCPT TO:<nobody@kaede.example>
      C: DATA
      S: 250 2.1.0 Sender ok
      S: 550 5.1.1 No such user
      S: 554 5.5.1 No valid recipients
      C: RSET
      S: 250 2.0.0 Reset
  )" + goodbye});
  all.push_back({"AUTH PLAIN", submission_server(), with_password("hanami"),
                 [](ClientSession& client) { client.quit({}); }, R"(
      S: 220 mail.sakura.example ESMTP Posthorn
      C: EHLO mail.sakura.example
      S: 250-mail.sakura.example greets mail.sakura.example
      S: 250-AUTH PLAIN LOGIN
      S: 250-ENHANCEDSTATUSCODES
      S: 250 HELP
      C: AUTH PLAIN AGFpa28AaGFuYW1p
      S: 235 2.7.0 Authentication succeeded
      C: QUIT
      S: 221 2.0.0 mail.sakura.example closing the connection
  )"});
  all.push_back(
      {"a wrong password", submission_server(), with_password("sakura"), [](ClientSession&) {}, R"(
      S: 220 mail.sakura.example ESMTP Posthorn
      C: EHLO mail.sakura.example
      S: 250-mail.sakura.example greets mail.sakura.example
      S: 250-AUTH PLAIN LOGIN
      S: 250-ENHANCEDSTATUSCODES
      S: 250 HELP
      C: AUTH PLAIN AGFpa28Ac2FrdXJh
      S: 535 5.7.8 Authentication failed
      C: QUIT
      S: 221 2.0.0 mail.sakura.example closing the connection
  )"});
  ServerConfig closed = server_config();
  closed.refuse = Decision::refuse(554, "", "No mail here");
  all.push_back(
      {"a server that refuses everyone", closed, client_config(), [](ClientSession&) {}, R"(
      S: 554 mail.kaede.example No mail here
      C: QUIT
      S: 221 2.0.0 mail.kaede.example closing the connection
  )"});
  return all;
}

}  // namespace

TEST_CASE("dialogues run the same against server, client and both") {
  for (const Case& one : cases()) {
    const Dialogue script = parse(one.script);
    const std::string expected = print(script);
    for (const std::size_t chunk : chunk_sizes) {
      INFO(one.name << ", chunks of " << chunk);
      CHECK(print(run_server(one.server, script, chunk)) == expected);
      ClientSession session(one.client, Instant{});
      one.story(session);
      CHECK(print(run_client(ClientTap{session}, script, chunk)) == expected);
      ServerTap server{ServerSession(one.server, Instant{})};
      ClientTap client{session};
      CHECK(print(run_pair(server, client, chunk)) == expected);
      CHECK(server.shut);
      CHECK(client.shut);
      const std::string up = side_of(script, 'C');
      const std::string down = side_of(script, 'S');
      CHECK(tiles(server.notes, Flow::received, up.size()));
      CHECK(tiles(server.notes, Flow::sent, down.size()));
      CHECK(tiles(client.notes, Flow::sent, up.size()));
      CHECK(tiles(client.notes, Flow::received, down.size()));
    }
  }
}

TEST_CASE("random content arrives byte for byte") {
  std::uint64_t random = 1;
  const auto next = [&random](std::uint64_t below) {
    random = random * 6364136223846793005u + 1442695040888963407u;
    return (random >> 33) % below;
  };
  for (int round = 0; round < 300; ++round) {
    std::string content;
    for (std::uint64_t lines = next(12); lines > 0; --lines) {
      const std::uint64_t kind = next(6);
      std::string line;
      for (std::uint64_t n = kind == 0 ? next(3000) : next(6); n > 0; --n)
        line += kind < 3 ? '.' : static_cast<char>(next(256));
      for (char& c : line)
        if (c == '\r' || c == '\n' || c == '\0') c = '.';  // NUL needs BINARYMIME
      content += line + "\r\n";
    }
    ServerConfig config = server_config();
    config.max_size = 1 << 20;
    config.offer_pipelining = next(2) == 0;
    ServerTap server{ServerSession(config, Instant{})};
    ClientTap client{ClientSession(client_config(), Instant{})};
    client.session.send({}, envelope("<a@a.example>", {"b@b.example"}), text(content));
    run_pair(server, client, 1 + next(700));
    REQUIRE(client.last<MessageDone>() != nullptr);
    CHECK(client.last<MessageDone>()->accepted);
    REQUIRE(server.last<ContentReceived>() != nullptr);
    CHECK(*server.last<ContentReceived>()->content == content);
  }
}
