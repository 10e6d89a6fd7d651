// The ways into a maildrop: APOP, AUTH with every mechanism, and the reasons to stay outside.
#include <algorithm>
#include <memory>

#include "protocols/mail/transfer_encoding.hpp"
#include "protocols/pop3/capabilities.hpp"
#include "protocols/pop3/server.hpp"
#include "protocols/sasl/exchange.hpp"
#include "tests/protocols/pop3/dialogue.hpp"

using namespace posthorn;
using pop3::Server;
using pop3::ServerConfig;
using pop3::ServerEvent;

namespace {

using Pop3Talk = testing::Talk<Server, ServerEvent>;

mail::MailStore one_letter() {
  mail::MailStore store;
  store.add_account("aiko");
  (void)store.deliver("aiko", std::make_shared<const std::string>("A: b\r\n\r\nc\r\n"), {});
  return store;
}

void run(std::string_view script, const ServerConfig& config = {}) {
  testing::run_script<Server, ServerEvent>(
      Server{config}, one_letter(),
      "S: +OK pop3.example POP3 server ready <posthorn@pop3.example>\n" + std::string(script));
}

/// AUTH by a real client exchange, message by message.
std::string authenticate(sasl::Mechanism mechanism, const std::string& password) {
  mail::MailStore store = one_letter();
  Pop3Talk talk{Server{}, store};
  talk.connect();
  sasl::ClientExchange client(mechanism, "aiko", password, "rOprNGfwEbeRWgbNEkqO");
  std::string line = "AUTH " + std::string(to_string(mechanism));
  if (const auto initial = client.initial()) line += " " + mail::base64_encode(*initial);
  for (int i = 0; i < 5; ++i) {
    const std::size_t before = talk.sent.size();
    talk.feed(line + "\r\n", 0);
    const std::string reply = talk.sent.substr(before);
    if (reply.substr(0, 2) != "+ ") return client.complete() ? reply : "unproven: " + reply;
    std::string challenge;
    REQUIRE(mail::base64_decode_strict(reply.substr(2, reply.size() - 4), challenge));
    line = mail::base64_encode(*client.answer(challenge));
  }
  return "no end";
}

}  // namespace

TEST_CASE("POP3: APOP sends a digest instead of the password (RFC 1939 §7)", "[pop3]") {
  // md5("<posthorn@pop3.example>hanami")
  run(R"(C: APOP aiko 0123456789abcdef0123456789abcdef
S: -ERR [AUTH] user name or password is wrong
C: APOP aiko
S: -ERR argument missing
C: APOP aiko 0d54a469767864cb734423edd2b9cc00
S: +OK maildrop locked and ready, 1 messages
)");
}

TEST_CASE("POP3: a server without APOP greets without a time stamp", "[pop3]") {
  ServerConfig config;
  config.offer_apop = false;
  testing::run_script<Server, ServerEvent>(Server{config}, one_letter(),
                                           R"(S: +OK pop3.example POP3 server ready
C: APOP aiko 0123456789abcdef0123456789abcdef
S: -ERR unknown command
)");
}

TEST_CASE("POP3: AUTH PLAIN, with and without an initial response (RFC 5034 §4)", "[pop3]") {
  run(R"(C: AUTH PLAIN AGFpa28AaGFuYW1p
S: +OK maildrop locked and ready, 1 messages
)");
  run(R"(C: AUTH plain
S: + 
C: AGFpa28AaGFuYW1p
S: +OK maildrop locked and ready, 1 messages
)");
}

TEST_CASE("POP3: AUTH LOGIN, as older clients do", "[pop3]") {
  run(R"(C: AUTH LOGIN
S: + VXNlcm5hbWU6
C: YWlrbw==
S: + UGFzc3dvcmQ6
C: aGFuYW1p
S: +OK maildrop locked and ready, 1 messages
)");
}

TEST_CASE("POP3: AUTH goes wrong in every way", "[pop3]") {
  run(R"(C: AUTH
S: -ERR argument missing
C: AUTH GSSAPI
S: -ERR that mechanism is not offered here
C: AUTH PLAIN =====
S: -ERR the answer is not base64
C: AUTH PLAIN =
S: -ERR the answer is not one of this mechanism
C: AUTH PLAIN
S: + 
C: *
S: -ERR authentication cancelled
C: AUTH PLAIN
S: + 
C: !
S: -ERR the answer is not base64
C: AUTH PLAIN AGFpa28AaGFuYWJp
S: -ERR [AUTH] user name or password is wrong
C: AUTH PLAIN YmVuAGFpa28AaGFuYW1p
S: -ERR [AUTH] nobody acts for others here
C: AUTH CRAM-MD5 YWlrbw==
S: -ERR the answer is not one of this mechanism
C: AUTH PLAIN AGFpa28AaGFuYW1p
S: +OK maildrop locked and ready, 1 messages
C: AUTH PLAIN AGFpa28AaGFuYW1p
S: -ERR already logged in
)");
}

TEST_CASE("POP3: every mechanism that is offered lets the right password in", "[pop3]") {
  for (const sasl::Mechanism mechanism : sasl::all_mechanisms()) {
    CHECK(authenticate(mechanism, "hanami") == "+OK maildrop locked and ready, 1 messages\r\n");
    CHECK(authenticate(mechanism, "hanabi").find("-ERR [AUTH]") != std::string::npos);
  }
}

TEST_CASE("POP3: mechanisms that are not offered do not work", "[pop3]") {
  ServerConfig config;
  config.mechanisms = {sasl::Mechanism::cram_md5};
  run(R"(C: AUTH PLAIN AGFpa28AaGFuYW1p
S: -ERR that mechanism is not offered here
C: AUTH CRAM-MD5
S: + PHBvc3Rob3JuMUBwb3AzLmV4YW1wbGU+
C: *
S: -ERR authentication cancelled
)",
      config);
}

TEST_CASE("POP3: where no mechanism shows a password, USER and PASS do not either", "[pop3]") {
  ServerConfig config;
  config.mechanisms = {sasl::Mechanism::cram_md5};
  run(R"(C: USER aiko
S: -ERR [AUTH] no USER and PASS here: AUTH
C: PASS hanami
S: -ERR [AUTH] no USER and PASS here: AUTH
)",
      config);
  const std::vector<std::string> offered = pop3::capabilities(config, false);
  CHECK(std::count(offered.begin(), offered.end(), "USER") == 0);
}

TEST_CASE("POP3: LOGIN-DELAY keeps the impatient outside (RFC 2449 §6.5)", "[pop3]") {
  ServerConfig config;
  config.login_delay = 60s;
  mail::MailStore store = one_letter();
  const auto visit = [&](Instant now) {
    Pop3Talk talk{Server{config}, store};
    talk.now = now;
    talk.connect();
    talk.feed("CAPA\r\nUSER aiko\r\nPASS hanami\r\nQUIT\r\n", 0);
    CHECK(talk.sent.find("\r\nLOGIN-DELAY 60\r\n") != std::string::npos);
    return talk.sent.find("+OK maildrop locked") != std::string::npos
               ? "in"
               : talk.sent.substr(talk.sent.find("-ERR"));
  };
  CHECK(visit(Instant{}) == "in");
  CHECK(visit(Instant{} + 59s) ==
        "-ERR [LOGIN-DELAY] the last login was less than 60 seconds ago\r\n"
        "+OK pop3.example says goodbye\r\n");
  CHECK(visit(Instant{} + 60s) == "in");
}

TEST_CASE("POP3: the reasons of a refusal are told apart (RFC 3206)", "[pop3]") {
  using mail::LoginDecision;
  const auto answer = [](const LoginDecision& decision) {
    mail::MailStore store = one_letter();
    Server server;
    server.handle_connect({});
    server.handle_bytes({}, "USER aiko\r\nPASS x\r\n", store);
    server.decide_login({}, decision, store);
    std::string last;
    for (auto out = server.poll(); !std::holds_alternative<Idle>(out); out = server.poll())
      if (auto* bytes = std::get_if<Transmit>(&out)) last = bytes->bytes;
    return last.substr(0, last.find(']') + 1);
  };
  CHECK(answer(LoginDecision::refuse()) == "-ERR [AUTH]");
  CHECK(answer(LoginDecision::refuse(LoginDecision::Kind::unavailable)) == "-ERR [SYS/TEMP]");
  CHECK(answer(LoginDecision::welcome("nobody")) == "-ERR [SYS/PERM]");
}
