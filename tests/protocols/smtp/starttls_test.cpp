// STARTTLS (RFC 3207). The handshake itself is below the sessions: "---" stands for it.
#include "tests/protocols/smtp/dialogue.hpp"
#include "tests/support/catch.hpp"

using namespace posthorn;
using namespace posthorn::smtp;
using namespace posthorn::smtp::test;

namespace {

ServerConfig offering(bool required = false) {
  ServerConfig config = without_extensions(server_config());
  config.offer_starttls = true;
  config.require_tls = required;
  config.offer_auth = true;
  config.mechanisms = {sasl::Mechanism::plain};
  return config;
}

/// The same for a script whose parts are divided by handshakes.
std::string talk(ServerTap& server, std::string_view script, std::size_t chunk = 1u << 30) {
  Dialogue heard;
  add(heard, 'S', server.take_sent());
  for (const Turn& turn : parse(script)) {
    if (turn.side != 'C') continue;
    add(heard, 'C', turn.bytes);
    server.feed(turn.bytes, chunk);
    add(heard, 'S', server.take_sent());
  }
  return print(heard);
}

ClientSession sending(UseTls tls) {
  ClientConfig config = client_config();
  config.tls = tls;
  ClientSession session(config, Instant{});
  session.send({}, envelope("<a@a.example>", {"b@b.example"}), text("hi\r\n"));
  session.quit({});
  return session;
}

std::string hear(ClientTap& client, std::string_view script) {
  Dialogue heard;
  add(heard, 'C', client.take_sent());
  for (const Turn& turn : parse(script)) {
    if (turn.side != 'S') continue;
    add(heard, 'S', turn.bytes);
    client.feed(turn.bytes, 3);
    add(heard, 'C', client.take_sent());
  }
  return print(heard);
}

void handshake(ServerTap& server) {
  server.session.handle_secured({});
  server.drain();
}
void handshake(ClientTap& client) {
  client.session.handle_secured({});
  client.drain();
}

}  // namespace

TEST_CASE("after STARTTLS the server begins anew and knows nothing") {
  ServerTap server{ServerSession(offering(), Instant{})};
  const std::string clear = R"(S: 220 mail.kaede.example ESMTP Posthorn
C: EHLO mail.sakura.example
S: 250-mail.kaede.example greets mail.sakura.example
S: 250-STARTTLS
S: 250-AUTH PLAIN
S: 250-ENHANCEDSTATUSCODES
S: 250 HELP
C: AUTH PLAIN AGFpa28AaGFuYW1p
S: 235 2.7.0 Authentication succeeded
C: STARTTLS
S: 220 2.0.0 Ready to start TLS
)";
  CHECK(talk(server, clear, 1) == clear);
  CHECK(server.session.state() == ServerState::tls);
  CHECK(server.count<TlsWanted>() == 1);
  handshake(server);
  CHECK(server.session.state() == ServerState::start);
  CHECK(server.session.secured());
  CHECK(server.session.client_name().empty());
  CHECK(server.session.authenticated_as().empty());
  const std::string sealed = R"(C: MAIL FROM:<a@a.example>
S: 503 5.5.1 Say HELO or EHLO first
C: EHLO mail.sakura.example
S: 250-mail.kaede.example greets mail.sakura.example
S: 250-AUTH PLAIN
S: 250-ENHANCEDSTATUSCODES
S: 250 HELP
C: STARTTLS
S: 503 5.5.1 TLS is active already
C: QUIT
S: 221 2.0.0 mail.kaede.example closing the connection
)";
  CHECK(talk(server, sealed, 1) == sealed);
  CHECK(tiles(server.notes, Flow::received,
              side_of(parse(clear), 'C').size() + side_of(parse(sealed), 'C').size()));
}

TEST_CASE("command injection: what comes in clear behind STARTTLS is thrown away") {
  ServerTap server{ServerSession(offering(), Instant{})};
  server.feed("EHLO x\r\n", 100);
  server.take_sent();
  // Half a line, too: it must not become the beginning of the first line under TLS.
  const std::string_view injected =
      GENERATE("RSET\r\nMAIL FROM:<mallory@evil.example>\r\n", "RCPT TO:<", "QUIT\r");
  server.feed("STARTTLS\r\n" + std::string(injected), 1u << 30);
  CHECK(server.take_sent() == "220 2.0.0 Ready to start TLS\r\n");
  REQUIRE(!server.notes.empty());
  CHECK(server.notes.back().kind == NoteKind::violation);
  CHECK(server.notes.back().end - server.notes.back().begin == injected.size());
  handshake(server);
  CHECK(server.take_sent().empty());
  server.feed("EHLO x\r\n", 100);
  CHECK(server.take_sent().starts_with("250-mail.kaede.example greets x\r\n"));
  CHECK(server.count<SenderAsked>() == 0);
}

TEST_CASE("a server that insists answers 530 until TLS is there, and does not offer AUTH before") {
  ServerTap server{ServerSession(offering(true), Instant{})};
  const std::string script = R"(S: 220 mail.kaede.example ESMTP Posthorn
C: EHLO x
S: 250-mail.kaede.example greets x
S: 250-STARTTLS
S: 250-ENHANCEDSTATUSCODES
S: 250 HELP
C: MAIL FROM:<a@a.example>
S: 530 5.7.0 Must issue a STARTTLS command first
C: AUTH PLAIN AGFpa28AaGFuYW1p
S: 530 5.7.0 Must issue a STARTTLS command first
C: VRFY aiko
S: 530 5.7.0 Must issue a STARTTLS command first
C: NOOP
S: 250 2.0.0 Nothing done
C: STARTTLS now
S: 501 5.5.4 STARTTLS takes no argument
C: STARTTLS
S: 220 2.0.0 Ready to start TLS
)";
  CHECK(talk(server, script) == script);
  handshake(server);
  const std::string sealed = R"(C: EHLO x
S: 250-mail.kaede.example greets x
S: 250-AUTH PLAIN
S: 250-ENHANCEDSTATUSCODES
S: 250 HELP
C: MAIL FROM:<a@a.example>
S: 250 2.1.0 Sender ok
)";
  CHECK(talk(server, sealed) == sealed);
}

TEST_CASE("without the offer STARTTLS is refused; a failed handshake ends the session silently") {
  ServerTap plain{ServerSession(server_config(), Instant{})};
  plain.feed("EHLO x\r\n", 100);
  CHECK(plain.sent.find("STARTTLS") == std::string::npos);
  plain.take_sent();
  plain.feed("STARTTLS\r\n", 100);
  CHECK(plain.take_sent() == "502 5.5.1 TLS is not offered\r\n");
  plain.feed("ETRN kaede.example\r\n", 100);  // known, too, and not there at all
  CHECK(plain.sent == "502 5.5.1 Command not implemented\r\n");

  const bool by_time = GENERATE(true, false);
  ServerTap server{ServerSession(offering(), Instant{})};
  server.feed("EHLO x\r\nSTARTTLS\r\n", 100);
  server.take_sent();
  if (by_time)
    server.session.handle_wakeup(Instant{} + 6min);
  else
    server.session.handle_tls_failed({}, "no shared cipher");
  server.drain();
  CHECK(server.sent.empty());
  CHECK(server.shut);
  CHECK(server.count<Aborted>() == 1);
}

TEST_CASE("a client takes the offer, forgets what it heard, and sends under TLS") {
  const UseTls tls = GENERATE(UseTls::if_offered, UseTls::required);
  ClientTap client{sending(tls)};
  const std::string clear = R"(S: 220 b.example
C: EHLO mail.sakura.example
S: 250-b.example
S: 250-PIPELINING
S: 250 STARTTLS
C: STARTTLS
S: 220 go ahead
)";
  CHECK(hear(client, clear) == clear);
  CHECK(client.count<TlsWanted>() == 1);
  handshake(client);
  const std::string sealed = R"(C: EHLO mail.sakura.example
S: 250 b.example
C: MAIL FROM:<a@a.example>
S: 250 ok
C: RCPT TO:<b@b.example>
S: 250 ok
C: DATA
S: 354 go
C: hi
C: .
S: 250 ok
C: QUIT
S: 221 bye
)";
  CHECK(hear(client, sealed) == sealed);
  CHECK(client.session.secured());
  REQUIRE(client.last<MessageDone>() != nullptr);
  CHECK(client.last<MessageDone>()->accepted);
}

TEST_CASE("without the offer, or with a refusal, an opportunist goes on and a strict one leaves") {
  const bool offered = GENERATE(true, false);
  const std::string refusal = offered ? "C: STARTTLS\nS: 454 4.7.0 TLS not available\n" : "";
  const std::string hello = "S: 220 b.example\nC: EHLO mail.sakura.example\nS: 250-b.example\n" +
                            std::string(offered ? "S: 250 STARTTLS\n" : "S: 250 HELP\n") + refusal;
  ClientTap easy{sending(UseTls::if_offered)};
  CHECK(hear(easy, hello) == hello + "C: MAIL FROM:<a@a.example>\n");
  ClientTap strict{sending(UseTls::required)};
  CHECK(hear(strict, hello) == hello + "C: QUIT\n");
  REQUIRE(strict.last<SessionFailed>() != nullptr);
  CHECK_FALSE(strict.last<SessionFailed>()->permanent);
  CHECK(strict.count<MessageDone>() == 0);
  ClientTap never{sending(UseTls::never)};
  CHECK(hear(never, "S: 220 b.example\nS: 250 STARTTLS\n").find("C: STARTTLS") ==
        std::string::npos);
}

TEST_CASE("response injection: a server that speaks in clear behind its 220 is left") {
  ClientTap client{sending(UseTls::if_offered)};
  client.feed("220 b\r\n250-b\r\n250 STARTTLS\r\n", 100);
  client.take_sent();
  const std::string_view injected = GENERATE("250-b\r\n250 AUTH PLAIN\r\n", "2", "250 \r");
  client.feed("220 go\r\n" + std::string(injected), 1u << 30);
  CHECK(client.count<TlsWanted>() == 0);
  REQUIRE(client.last<SessionFailed>() != nullptr);
  CHECK(client.last<SessionFailed>()->phase == Phase::tls);
  CHECK(client.shut);
  CHECK(client.sent.empty());
}

TEST_CASE("a handshake that fails ends the client's session") {
  ClientTap client{sending(UseTls::if_offered)};
  client.feed("220 b\r\n250-b\r\n250 STARTTLS\r\n220 go\r\n", 100);
  client.take_sent();
  client.session.handle_tls_failed({}, "the certificate is not accepted: expired");
  client.drain();
  REQUIRE(client.last<SessionFailed>() != nullptr);
  CHECK(client.last<SessionFailed>()->phase == Phase::tls);
  CHECK(client.sent.empty());
}

TEST_CASE("both ends upgrade, whatever the chunks") {
  for (const std::size_t chunk : chunk_sizes) {
    ServerTap server{ServerSession(offering(true), Instant{})};
    ClientTap client{sending(UseTls::required)};
    run_pair(server, client, chunk);
    REQUIRE(server.session.state() == ServerState::tls);
    REQUIRE(client.session.state() == ClientState::tls);
    handshake(server);
    handshake(client);
    run_pair(server, client, chunk);
    REQUIRE(client.last<MessageDone>() != nullptr);
    CHECK(client.last<MessageDone>()->accepted);
    CHECK(client.count<Closed>() == 1);
  }
}

TEST_CASE("behind implicit TLS nobody asks for it again") {
  ServerConfig config = offering(true);
  config.secured = true;
  ServerTap server{ServerSession(config, Instant{})};
  server.feed("EHLO x\r\n", 100);
  CHECK(server.sent.find("STARTTLS") == std::string::npos);
  CHECK(server.sent.find("AUTH PLAIN") != std::string::npos);
}
