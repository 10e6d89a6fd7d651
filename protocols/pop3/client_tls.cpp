// STLS on the client's side (RFC 2595 §4).
#include <utility>

#include "protocols/pop3/client.hpp"

namespace posthorn::pop3 {

/// CAPA is answered, or not known there.
void Pop3Client::get_secured() {
  if (secured_ || config_.tls == UseTls::never) return introduce();
  if (offer_.has("STLS")) return ask(ClientPhase::stls, "STLS", "", "RFC 2595 §4");
  if (config_.tls == UseTls::if_offered) return introduce();
  quit_because(ClientPhase::stls, "the server does not offer TLS");
}

/// The server waits for our handshake. What it seems to have said behind its +OK would be read as
/// an answer to what we say under TLS: that is an attack.
void Pop3Client::end_clear_input() {
  const std::uint64_t begin = reader_.position();
  reader_.clear();
  shaking_hands_ = true;
  if (reader_.position() > begin) {
    out_.note(NoteKind::violation, Flow::received, begin, reader_.position(), "", "RFC 2595 §4");
    return fail("somebody spoke in clear after STLS");
  }
  out_.emit(TlsWanted{});
}

/// What was learned in clear is forgotten, the capabilities above all.
void Pop3Client::handle_secured(Instant now) {
  if (closed_ || !std::exchange(shaking_hands_, false)) return;
  deadline_ = now + config_.reply_timeout;
  secured_ = true;
  offer_ = {};
  has_uidl_ = true;
  body_lines_ = 0;
  ask(ClientPhase::capa, "CAPA", "", "RFC 2449 §5");
}

void Pop3Client::handle_tls_failed(Instant, std::string reason) {
  if (closed_) return;
  shaking_hands_ = true;
  fail(std::move(reason));
}

}  // namespace posthorn::pop3
