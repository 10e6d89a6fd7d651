// STARTTLS on the client's side (RFC 9051 §6.2.1).
#include <utility>

#include "protocols/imap/client.hpp"

namespace posthorn::imap {

namespace {

constexpr std::string_view capability_rule = "RFC 3501 §6.1.1";
constexpr std::string_view starttls_rule = "RFC 3501 §6.2.1";

}  // namespace

void Client::start(const StartTls& command) {
  use_tls_ = command.use;
  if (secured_ || use_tls_ == UseTls::never) return become_idle();
  if (!capabilities_.empty()) return decide_tls();
  send(ClientPhase::capability, "CAPABILITY", {}, capability_rule);
}

void Client::decide_tls() {
  if (can("STARTTLS")) return send(ClientPhase::tls, "STARTTLS", {}, starttls_rule);
  if (use_tls_ == UseTls::if_offered) return become_idle();
  phase_ = ClientPhase::tls;
  command_failed("the server does not offer TLS");
}

/// The server waits for our handshake. What it seems to have said behind its OK would be read as
/// an answer to what we say under TLS (response injection, CVE-2021-33515): that is an attack.
void Client::end_clear_input() {
  const std::uint64_t begin = framer_.position();
  framer_.clear();
  if (framer_.position() > begin) {
    out_.note(NoteKind::violation, Flow::received, begin, framer_.position(), "", starttls_rule);
    return fail("somebody spoke in clear after STARTTLS");
  }
  shaking_hands_ = true;
  out_.emit(TlsWanted{});
}

/// What was learned in clear is forgotten, the capabilities above all.
void Client::handle_secured(Instant now) {
  if (phase_ == ClientPhase::closed) return;
  now_ = now;
  secured_ = true;
  if (!std::exchange(shaking_hands_, false)) return;
  deadline_ = now + limits_.reply_timeout;
  capabilities_.clear();
  send(ClientPhase::capability, "CAPABILITY", {}, capability_rule);
}

void Client::handle_tls_failed(Instant now, std::string reason) {
  if (phase_ == ClientPhase::closed) return;
  now_ = now;
  shaking_hands_ = false;
  fail(std::move(reason));
}

}  // namespace posthorn::imap
