// STARTTLS in IMAP (RFC 9051 §6.2.1, RFC 3501 §6.2.1): what is said before and after, and what
// nobody may slip in between.
#include "protocols/imap/client.hpp"
#include "protocols/imap/server.hpp"
#include "tests/support/catch.hpp"

using namespace posthorn;
using namespace posthorn::imap;

namespace {

mail::MailStore store_of_ben() {
  mail::MailStore store;
  store.add_account("ben");
  return store;
}

template <class Session, class Event>
std::string said(Session& session) {
  std::string out;
  for (;;) {
    auto output = session.poll();
    if (std::holds_alternative<Idle>(output)) return out;
    if (const auto* bytes = std::get_if<Transmit>(&output)) out += bytes->bytes;
    if (std::holds_alternative<Shutdown>(output)) out += "[closed]";
    if (const auto* note = std::get_if<Note>(&output))
      if (note->kind == NoteKind::violation) out += "[violation]";
    if (const auto* event = std::get_if<Event>(&output)) {
      if (std::holds_alternative<TlsWanted>(*event)) out += "[TLS]";
      if constexpr (std::is_same_v<Event, ClientEvent>)
        if (const auto* failed = std::get_if<SessionFailed>(event))
          out += "[" + std::string(to_string(failed->phase)) + ": " + failed->reason + "]";
    }
  }
}

Server greeted(ServerConfig config, std::string* greeting = nullptr) {
  Server server(std::move(config));
  server.handle_connect(Instant{});
  const std::string first = said<Server, ServerEvent>(server);
  if (greeting != nullptr) *greeting = first;
  return server;
}
std::string ask(Server& server, std::string_view bytes, mail::MailStore& store) {
  server.handle_bytes(Instant{}, bytes, store);
  return said<Server, ServerEvent>(server);
}
ServerConfig with_tls(bool required = false) {
  ServerConfig config;
  config.offer_starttls = true;
  config.require_tls = required;
  return config;
}
bool has(const std::string& text, std::string_view word) {
  return text.find(word) != std::string::npos;
}

}  // namespace

TEST_CASE("STARTTLS: offered, taken up, and no longer offered under TLS") {
  mail::MailStore store = store_of_ben();
  std::string greeting;
  Server server = greeted(with_tls(), &greeting);
  CHECK(has(greeting, " STARTTLS "));
  CHECK_FALSE(has(greeting, "LOGINDISABLED"));
  CHECK(ask(server, "a STARTTLS\r\n", store) == "a OK begin TLS now\r\n[TLS]");
  server.handle_secured(Instant{});
  const std::string after = ask(server, "b CAPABILITY\r\n", store);
  CHECK_FALSE(has(after, "STARTTLS"));
  CHECK(has(after, "AUTH=PLAIN"));
  CHECK(has(ask(server, "c STARTTLS\r\n", store), "c BAD"));
}

TEST_CASE("STARTTLS: refused where it is not offered, with arguments, and after the login") {
  mail::MailStore store = store_of_ben();
  Server plain = greeted({});
  CHECK(has(ask(plain, "a STARTTLS\r\n", store), "a BAD"));
  Server server = greeted(with_tls());
  CHECK(has(ask(server, "a STARTTLS now\r\n", store), "a BAD"));
  ask(server, "b LOGIN ben x\r\n", store);
  server.decide_login(Instant{}, {LoginDecision::Kind::welcome, "ben", ""}, store);
  CHECK_FALSE(has(said<Server, ServerEvent>(server), "STARTTLS"));
  CHECK(has(ask(server, "c STARTTLS\r\n", store), "c BAD"));
}

TEST_CASE("what came in clear behind STARTTLS is thrown away") {
  mail::MailStore store = store_of_ben();
  Server server = greeted(with_tls());
  CHECK(ask(server, "a STARTTLS\r\nb LOGIN mallory x\r\n", store) ==
        "a OK begin TLS now\r\n[violation][TLS]");
  server.handle_secured(Instant{});
  CHECK(said<Server, ServerEvent>(server).empty());
  CHECK(has(ask(server, "c NOOP\r\n", store), "c OK"));
}

TEST_CASE("where TLS is required: LOGINDISABLED, no mechanism, and no login") {
  mail::MailStore store = store_of_ben();
  std::string greeting;
  Server server = greeted(with_tls(true), &greeting);
  CHECK(has(greeting, " LOGINDISABLED"));
  CHECK_FALSE(has(greeting, "AUTH="));
  CHECK(has(ask(server, "a LOGIN ben x\r\n", store), "a NO [PRIVACYREQUIRED]"));
  CHECK(has(ask(server, "b AUTHENTICATE PLAIN\r\n", store), "b NO [PRIVACYREQUIRED]"));
  ask(server, "c STARTTLS\r\n", store);
  server.handle_secured(Instant{});
  CHECK_FALSE(has(ask(server, "d CAPABILITY\r\n", store), "LOGINDISABLED"));
  ask(server, "e LOGIN ben x\r\n", store);
  CHECK(server.waiting_for_decision());
}

TEST_CASE("a handshake that fails, or takes too long, ends the session") {
  mail::MailStore store = store_of_ben();
  Server server = greeted(with_tls());
  ask(server, "a STARTTLS\r\n", store);
  SECTION("it fails") { server.handle_tls_failed(Instant{}, "no shared cipher"); }
  SECTION("time-out") { server.handle_wakeup(Instant{} + 6min, store); }
  CHECK(has(said<Server, ServerEvent>(server), "[closed]"));
  CHECK(server.state() == ServerState::logout);
}

namespace {

ImapClient client(UseTls use) {
  ClientConfig config;
  config.user = "ben";
  config.password = "x";
  config.tls = use;
  ImapClient session(std::move(config));
  session.handle_connect(Instant{});
  return session;
}
std::string hear(ImapClient& session, std::string_view bytes) {
  session.handle_bytes(Instant{}, bytes);
  return said<ImapClient, ClientEvent>(session);
}

}  // namespace

TEST_CASE("the client asks for TLS, forgets what it knew, and asks for capabilities again") {
  const UseTls use = GENERATE(UseTls::if_offered, UseTls::required);
  ImapClient told = client(use);
  CHECK(hear(told, "* OK [CAPABILITY IMAP4rev1 STARTTLS LITERAL+] hi\r\n") == "a1 STARTTLS\r\n");
  ImapClient asks = client(use);
  CHECK(hear(asks, "* OK hi\r\n") == "a1 CAPABILITY\r\n");
  CHECK(hear(asks, "* CAPABILITY IMAP4rev1 STARTTLS\r\na1 OK\r\n") == "a2 STARTTLS\r\n");
  CHECK(hear(told, "a1 OK begin\r\n") == "[TLS]");
  told.handle_secured(Instant{});
  CHECK(said<ImapClient, ClientEvent>(told) == "a2 CAPABILITY\r\n");
  CHECK(hear(told, "* CAPABILITY IMAP4rev1\r\na2 OK\r\n") == "a3 LOGIN \"ben\" \"x\"\r\n");
}

TEST_CASE("without the offer: in clear, or not at all") {
  ImapClient easy = client(UseTls::if_offered);
  CHECK(has(hear(easy, "* OK [CAPABILITY IMAP4rev1] hi\r\n"), "a1 LOGIN"));
  ImapClient strict = client(UseTls::required);
  CHECK(has(hear(strict, "* OK [CAPABILITY IMAP4rev1] hi\r\n"), "LOGOUT\r\n"));
  CHECK(has(hear(strict, "* BYE\r\na1 OK\r\n"), "[STARTTLS: the server does not offer TLS]"));
}

TEST_CASE("LOGINDISABLED is obeyed: no password is said") {
  ImapClient session = client(UseTls::never);
  const std::string words = hear(session, "* OK [CAPABILITY IMAP4rev1 LOGINDISABLED] hi\r\n");
  CHECK_FALSE(has(words, "LOGIN "));
  CHECK(has(words, "LOGOUT\r\n"));
}

TEST_CASE("words in clear behind the server's yes are an attack") {
  ImapClient session = client(UseTls::if_offered);
  hear(session, "* OK [CAPABILITY IMAP4rev1 STARTTLS] hi\r\n");
  CHECK(hear(session, "a1 OK begin\r\n* PREAUTH mallory\r\n") ==
        "[violation][closed][STARTTLS: somebody spoke in clear after STARTTLS]");
}
