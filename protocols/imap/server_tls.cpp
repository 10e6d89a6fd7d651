// STARTTLS on the server's side (RFC 9051 §6.2.1). After the handshake the session knows nothing
// that was said before: whoever stood in between may have said it.
#include <utility>

#include "protocols/imap/execution.hpp"

namespace posthorn::imap {

void Execution::starttls() {
  if (!args.at_end()) return bad("STARTTLS has no arguments");
  if (!self.config_.offer_starttls) return bad("TLS is not offered");
  if (self.secured_) return bad("TLS is active already");
  self.tagged(tag, "OK", "begin TLS now", rule.rule);
  self.drop_clear_input();
  self.shaking_hands_ = true;
  self.out_.emit(TlsWanted{});
}

/// A client waits for our OK. What came behind its STARTTLS in clear is somebody's who wants it to
/// be taken for the client's own words (command injection, CVE-2011-0411).
void Server::drop_clear_input() {
  const std::uint64_t begin = framer_.position();
  framer_.clear();
  if (framer_.position() > begin)
    out_.note(NoteKind::violation, Flow::received, begin, framer_.position(), "",
              "RFC 9051 §6.2.1");
}

void Server::handle_secured(Instant) {
  if (!std::exchange(shaking_hands_, false)) return;
  secured_ = true;
  exchange_.reset();
  enabled_ = {};
}

void Server::handle_tls_failed(Instant, std::string reason) {
  if (shaking_hands_) close(std::move(reason));
}

}  // namespace posthorn::imap
