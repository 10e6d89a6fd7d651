// AUTH (RFC 4954) with every mechanism, both sides against each other.
#include "protocols/mail/transfer_encoding.hpp"
#include "tests/protocols/smtp/dialogue.hpp"
#include "tests/support/catch.hpp"

using namespace posthorn;
using namespace posthorn::smtp;
using namespace posthorn::smtp::test;

namespace {

ServerConfig submission() {
  return without_extensions(ServerConfig::for_submission("mail.sakura.example"));
}

/// The client's own choice of mechanism, then one after the other.
std::string log_in(const std::string& password, sasl::Mechanism mechanism, std::size_t chunk,
                   ServerTap& server) {
  ClientConfig config = client_config();
  config.credentials = Credentials{"aiko", password};
  config.mechanisms = {mechanism};
  ClientTap client{ClientSession(config, Instant{})};
  client.session.quit({});
  run_pair(server, client, chunk);
  if (client.count<Ready>() == 1) return "welcome";
  const auto* failed = client.last<SessionFailed>();
  return failed == nullptr ? "nothing" : failed->reason;
}

}  // namespace

TEST_CASE("every mechanism lets the right person in, and nobody else") {
  for (const sasl::Mechanism mechanism : sasl::all_mechanisms()) {
    for (const std::size_t chunk : chunk_sizes) {
      INFO(sasl::to_string(mechanism) << " in pieces of " << chunk);
      ServerTap right{ServerSession(submission(), Instant{})};
      CHECK(log_in("hanami", mechanism, chunk, right) == "welcome");
      CHECK(right.session.authenticated_as() == "aiko");
      ServerTap wrong{ServerSession(submission(), Instant{})};
      CHECK(log_in("sakura", mechanism, chunk, wrong) ==
            "the server does not accept our name and password");
      CHECK(wrong.session.authenticated_as().empty());
    }
  }
}

TEST_CASE("CRAM-MD5 as a dialogue") {
  ServerConfig config = submission();
  config.mechanisms = {sasl::Mechanism::cram_md5};
  config.nonce = "1896.";
  ServerTap server{ServerSession(config, Instant{})};
  server.feed("EHLO a.example\r\n", 100);
  CHECK(server.take_sent().find("250-AUTH CRAM-MD5\r\n") != std::string::npos);
  server.feed("AUTH CRAM-MD5\r\n", 100);
  CHECK(server.take_sent() == "334 PDE4OTYuMUBtYWlsLnNha3VyYS5leGFtcGxlPg==\r\n");  // <1896.1@…>
  server.feed("AUTH PLAIN AGFpa28AaGFuYW1p\r\n", 100);                              // not an answer
  CHECK(server.take_sent() == "501 5.5.2 Not valid base64\r\n");
  server.feed("AUTH PLAIN AGFpa28AaGFuYW1p\r\n", 100);
  CHECK(server.take_sent() == "504 5.5.4 Mechanism not offered\r\n");
  server.feed("AUTH CRAM-MD5 AAAA\r\n", 100);
  CHECK(server.take_sent() == "501 5.5.2 The server speaks first here\r\n");
}

TEST_CASE("SCRAM: who does not acknowledge the last words is not logged in") {
  ServerTap server{ServerSession(submission(), Instant{})};
  sasl::ClientExchange client(sasl::Mechanism::scram_sha_256, "aiko", "hanami", "C");
  server.feed("EHLO a\r\nAUTH SCRAM-SHA-256 " + mail::base64_encode(*client.initial()) + "\r\n", 9);
  const std::string sent = server.take_sent();
  const std::string challenge = sent.substr(sent.rfind("334 ") + 4);
  std::string text;
  REQUIRE(mail::base64_decode_strict(challenge.substr(0, challenge.size() - 2), text));
  server.feed(mail::base64_encode(*client.answer(text)) + "\r\n", 9);
  CHECK(server.take_sent().substr(0, 4) == "334 ");
  CHECK(server.session.authenticated_as().empty());
  server.feed("*\r\n", 9);
  CHECK(server.take_sent() == "501 5.7.0 Authentication cancelled\r\n");
  CHECK(server.session.authenticated_as().empty());
  server.feed("MAIL FROM:<aiko@sakura.example>\r\n", 9);
  CHECK(server.take_sent() == "530 5.7.0 Authentication required\r\n");
}

TEST_CASE("SCRAM: a server that says yes without knowing the password is not believed") {
  ClientConfig config = client_config();
  config.credentials = Credentials{"aiko", "hanami"};
  ClientTap client{ClientSession(config, Instant{})};
  client.feed("220 x ESMTP\r\n250-x\r\n250 AUTH SCRAM-SHA-256\r\n", 100);
  client.feed("235 2.7.0 Welcome\r\n", 100);
  REQUIRE(client.last<SessionFailed>() != nullptr);
  CHECK(client.last<SessionFailed>()->reason ==
        "the server did not prove that it knows the password");
  CHECK(client.count<Ready>() == 0);
}

TEST_CASE("the client takes the first of its mechanisms that the server has") {
  ClientConfig config = client_config();
  config.credentials = Credentials{"aiko", "hanami"};
  config.mechanisms = {sasl::Mechanism::cram_md5, sasl::Mechanism::plain};
  ClientTap client{ClientSession(config, Instant{})};
  client.feed("220 x ESMTP\r\n250-x\r\n250 AUTH LOGIN PLAIN SCRAM-SHA-256\r\n", 100);
  CHECK(client.sent == "EHLO mail.sakura.example\r\nAUTH PLAIN AGFpa28AaGFuYW1p\r\n");
}

TEST_CASE("a challenge that makes no sense is answered by a cancellation") {
  ClientConfig config = client_config();
  config.credentials = Credentials{"aiko", "hanami"};
  config.mechanisms = {sasl::Mechanism::cram_md5};
  ClientTap client{ClientSession(config, Instant{})};
  client.feed("220 x ESMTP\r\n250-x\r\n250 AUTH CRAM-MD5\r\n334 %%%\r\n501 5.5.2 Cancelled\r\n", 7);
  CHECK(client.sent.substr(client.sent.find("AUTH")) == "AUTH CRAM-MD5\r\n*\r\nQUIT\r\n");
  REQUIRE(client.last<SessionFailed>() != nullptr);
  CHECK(client.last<SessionFailed>()->reason == "the server's challenge is not base64");
}
