// STLS on the server's side (RFC 2595 §4). After the handshake the session knows nothing that was
// said before: whoever stood in between may have said it.
#include <utility>

#include "protocols/pop3/commands.hpp"

namespace posthorn::pop3 {

void ServerCommands::stls() {
  if (!self.config_.offer_starttls) return self.bad(Say::unknown_command, rule, store);
  if (self.secured_) return self.err("", Say::tls_already, rule);
  self.ok(Say::begin_tls, {}, rule);
  self.drop_clear_input();
  self.shaking_hands_ = true;
  self.out_.emit(TlsWanted{});
}

/// A client waits for our +OK. What came behind its STLS in clear is somebody's who wants it to be
/// taken for the client's own words (command injection, CVE-2011-0411).
void Server::drop_clear_input() {
  const std::uint64_t begin = reader_.position();
  reader_.clear();
  if (reader_.position() > begin)
    out_.note(NoteKind::violation, Flow::received, begin, reader_.position(), "", "RFC 2595 §4");
}

void Server::handle_secured(Instant) {
  if (!std::exchange(shaking_hands_, false)) return;
  secured_ = true;
  user_.clear();
  exchange_.reset();
  language_ = Language::i_default;
  utf8_ = false;
}

void Server::handle_tls_failed(Instant, std::string reason) {
  if (shaking_hands_) end_session(std::move(reason));
}

}  // namespace posthorn::pop3
