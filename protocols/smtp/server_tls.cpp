// STARTTLS on the server's side (RFC 3207). After the handshake the session knows nothing that was
// said before: whoever stood in between may have said it.
#include <utility>

#include "protocols/smtp/server.hpp"

namespace posthorn::smtp {

std::optional<Refusal> ServerSession::on_starttls(const Command& command) {
  if (!command.argument.empty())
    return Refusal{501, "5.5.4", "STARTTLS takes no argument", "RFC 3207 §4"};
  move(ServerInput::starttls);
  reply(220, "2.0.0", "Ready to start TLS", "RFC 3207 §4");
  drop_clear_input();
  emit(TlsWanted{});
  return std::nullopt;
}

/// A client waits for our 220. What came behind its STARTTLS in clear is somebody's who wants it
/// to be taken for the client's own words (command injection, CVE-2011-0411).
void ServerSession::drop_clear_input() {
  const std::uint64_t begin = input_.position();
  input_.drop();
  if (input_.position() > begin)
    out_.note(NoteKind::violation, Flow::received, begin, input_.position(), "", "RFC 3207 §4.2");
}

void ServerSession::handle_secured(Instant now) {
  if (state_ != ServerState::tls) return;
  drop_clear_input();
  move(ServerInput::secured);
  secured_ = true;
  last_activity_ = now;
  envelope_ = {};
  client_name_.clear();
  authenticated_as_.clear();
  auth_.reset();
  auth_user_.clear();
  extended_ = false;
}

void ServerSession::handle_tls_failed(Instant, std::string reason) {
  if (state_ != ServerState::tls) return;
  emit(Aborted{std::move(reason)});
  end_session(ServerInput::abort);  // nothing can be said: the peer does not listen in clear
}

}  // namespace posthorn::smtp
