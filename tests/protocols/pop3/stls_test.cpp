// STLS (RFC 2595): what is said before and after, and what nobody may slip in between.
#include "protocols/pop3/client.hpp"
#include "protocols/pop3/server.hpp"
#include "tests/support/catch.hpp"

using namespace posthorn;
using namespace posthorn::pop3;

namespace {

mail::MailStore store_of_ben() {
  mail::MailStore store;
  store.add_account("ben");
  return store;
}

ServerConfig with_tls() {
  ServerConfig config;
  config.offer_starttls = true;
  return config;
}

/// What a session does until it is idle: "S: …" lines, "[TLS]", "[violation]", "[closed]".
template <class Session>
std::string said(Session& session) {
  std::string out;
  for (;;) {
    auto output = session.poll();
    if (std::holds_alternative<Idle>(output)) return out;
    if (const auto* bytes = std::get_if<Transmit>(&output)) out += bytes->bytes;
    if (std::holds_alternative<Shutdown>(output)) out += "[closed]";
    if (const auto* note = std::get_if<Note>(&output))
      if (note->kind == NoteKind::violation) out += "[violation]";
    const auto tls = [](const auto& event) {
      return std::visit([]<class E>(const E&) { return std::is_same_v<E, TlsWanted>; }, event);
    };
    if constexpr (std::is_same_v<Session, Server>) {
      if (const auto* event = std::get_if<ServerEvent>(&output)) out += tls(*event) ? "[TLS]" : "";
    } else if (const auto* event = std::get_if<ClientEvent>(&output)) {
      if (tls(*event)) out += "[TLS]";
      if (const auto* failed = std::get_if<SessionFailed>(event))
        out += "[" + std::string(to_string(failed->phase)) + ": " + failed->reason + "]";
    }
  }
}

std::string ask(Server& server, std::string_view bytes, mail::MailStore& store) {
  server.handle_bytes(Instant{}, bytes, store);
  return said(server);
}

Server greeted(ServerConfig config) {
  Server server(std::move(config));
  server.handle_connect(Instant{});
  said(server);
  return server;
}

bool has(const std::string& text, std::string_view word) {
  return text.find(word) != std::string::npos;
}

}  // namespace

TEST_CASE("STLS: offered, taken up, and no longer offered under TLS") {
  mail::MailStore store = store_of_ben();
  Server server = greeted(with_tls());
  CHECK(has(ask(server, "CAPA\r\n", store), "\r\nSTLS\r\n"));
  CHECK(ask(server, "STLS\r\n", store) == "+OK begin TLS now\r\n[TLS]");
  server.handle_secured(Instant{});
  CHECK(server.secured());
  CHECK_FALSE(has(ask(server, "CAPA\r\n", store), "STLS"));
  CHECK(has(ask(server, "STLS\r\n", store), "-ERR"));
}

TEST_CASE("STLS: not offered means not known; with an argument it is wrong; not after the login") {
  mail::MailStore store = store_of_ben();
  Server plain = greeted({});
  CHECK(has(ask(plain, "STLS\r\n", store), "-ERR unknown command"));
  Server server = greeted(with_tls());
  CHECK(has(ask(server, "STLS now\r\n", store), "-ERR too many arguments"));
  server.handle_bytes(Instant{}, "USER ben\r\nPASS x\r\n", store);
  said(server);
  server.decide_login(Instant{}, {LoginDecision::Kind::welcome, "ben", ""}, store);
  said(server);
  CHECK(has(ask(server, "STLS\r\n", store), "-ERR"));
}

TEST_CASE("what was said in clear is forgotten: the name of USER, and all that came behind STLS") {
  mail::MailStore store = store_of_ben();
  Server server = greeted(with_tls());
  ask(server, "USER ben\r\n", store);
  CHECK(ask(server, "STLS\r\nUSER mallory\r\nDELE 1\r\n", store) ==
        "+OK begin TLS now\r\n[violation][TLS]");
  server.handle_secured(Instant{});
  CHECK(said(server).empty());  // nothing of it is carried out
  CHECK(has(ask(server, "PASS x\r\n", store), "-ERR USER first"));
}

TEST_CASE("where TLS is required nobody logs in without, and CAPA does not say that one could") {
  mail::MailStore store = store_of_ben();
  ServerConfig config = with_tls();
  config.require_tls = true;
  Server server = greeted(config);
  const std::string capa = ask(server, "CAPA\r\n", store);
  CHECK_FALSE(has(capa, "\r\nUSER\r\n"));
  CHECK_FALSE(has(capa, "SASL"));
  for (const char* way :
       {"USER ben\r\n", "PASS x\r\n", "APOP ben 00112233445566778899aabbccddeeff\r\n",
        "AUTH PLAIN AGJlbgB4\r\n"})
    CHECK(has(ask(server, way, store), "-ERR [AUTH] no login in clear"));
  ask(server, "STLS\r\n", store);
  server.handle_secured(Instant{});
  CHECK(has(ask(server, "CAPA\r\n", store), "SASL"));
  CHECK(has(ask(server, "USER ben\r\n", store), "+OK"));
}

TEST_CASE("a handshake that fails, or takes too long, ends the session") {
  mail::MailStore store = store_of_ben();
  Server server = greeted(with_tls());
  ask(server, "STLS\r\n", store);
  SECTION("it fails") { server.handle_tls_failed(Instant{}, "no shared cipher"); }
  SECTION("time-out") { server.handle_wakeup(Instant{} + 11min, store); }
  CHECK(has(said(server), "[closed]"));
  CHECK(server.state() == ServerState::closed);
}

namespace {

Pop3Client client(UseTls use) {
  ClientConfig config;
  config.user = "ben";
  config.password = "x";
  config.tls = use;
  Pop3Client session(std::move(config));
  session.handle_connect(Instant{});
  return session;
}
std::string hear(Pop3Client& session, std::string_view bytes) {
  session.handle_bytes(Instant{}, bytes);
  return said(session);
}

}  // namespace

TEST_CASE("the client asks for TLS, forgets what it knew, and asks for capabilities again") {
  Pop3Client session = client(GENERATE(UseTls::if_offered, UseTls::required));
  CHECK(hear(session, "+OK hello\r\n") == "CAPA\r\n");
  CHECK(hear(session, "+OK\r\nSTLS\r\nPIPELINING\r\n.\r\n") == "STLS\r\n");
  CHECK(hear(session, "+OK begin\r\n") == "[TLS]");
  session.handle_secured(Instant{});
  CHECK(said(session) == "CAPA\r\n");
  CHECK(hear(session, "+OK\r\nUIDL\r\n.\r\n") == "USER ben\r\n");
}

TEST_CASE("without the offer: in clear, or not at all") {
  Pop3Client easy = client(UseTls::if_offered);
  hear(easy, "+OK hello\r\n");
  CHECK(hear(easy, "+OK\r\nUIDL\r\n.\r\n") == "USER ben\r\n");
  Pop3Client strict = client(UseTls::required);
  hear(strict, "+OK hello\r\n");
  CHECK(hear(strict, "+OK\r\nUIDL\r\n.\r\n") == "QUIT\r\n");
  CHECK(has(hear(strict, "+OK\r\n"), "[STLS: the server does not offer TLS]"));
}

TEST_CASE("words in clear behind the server's yes are an attack") {
  Pop3Client session = client(UseTls::if_offered);
  hear(session, "+OK hello\r\n");
  hear(session, "+OK\r\nSTLS\r\n.\r\n");
  CHECK(hear(session, "+OK begin\r\n+OK mallory is here\r\n") ==
        "[violation][closed][STLS: somebody spoke in clear after STLS]");
}

TEST_CASE("a failed handshake ends the client's session too") {
  Pop3Client session = client(UseTls::if_offered);
  hear(session, "+OK hello\r\n");
  hear(session, "+OK\r\nSTLS\r\n.\r\n");
  hear(session, "+OK begin\r\n");
  session.handle_tls_failed(Instant{}, "expired");
  CHECK(said(session) == "[closed][STLS: expired]");
}
