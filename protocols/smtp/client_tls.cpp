// STARTTLS on the client's side (RFC 3207).
#include <utility>

#include "protocols/smtp/client.hpp"

namespace posthorn::smtp {

void ClientSession::begin_tls() {
  move(ClientInput::begin_tls);
  say("STARTTLS\r\n", "STARTTLS", "RFC 3207 §4");
}

void ClientSession::on_starttls(const Reply& reply) {
  if (reply.positive()) return;  // end_clear_input() looks at what came with it
  if (config_.tls != UseTls::required) return go_on_after_hello();
  const bool permanent = reply.permanent();
  move(ClientInput::leave);
  fail(ClientState::starttls, reply, "the server does not start TLS", permanent);
}

/// The server waits for our handshake. What it seems to have said behind its 220 would be read as
/// an answer to what we say under TLS (response injection, CVE-2021-38371): that is an attack.
void ClientSession::end_clear_input() {
  const std::uint64_t begin = replies_.position();
  replies_.drop();
  if (replies_.position() > begin) {
    out_.note(NoteKind::violation, Flow::received, begin, replies_.position(), "", "RFC 3207 §4.2");
    return hang_up(state_, std::nullopt, "somebody spoke in clear after STARTTLS");
  }
  arm(config_.command_timeout);
  out_.emit(TlsWanted{});
}

/// RFC 3207 §4.2: what was learned in clear is forgotten, the capabilities above all.
void ClientSession::handle_secured(Instant now) {
  if (state_ != ClientState::tls) return;
  now_ = now;
  secured_ = true;
  capabilities_ = {};
  move(ClientInput::secured);
  say_hello();
}

void ClientSession::handle_tls_failed(Instant now, std::string reason) {
  if (closed()) return;
  now_ = now;
  hang_up(state_, std::nullopt, std::move(reason));
}

}  // namespace posthorn::smtp
