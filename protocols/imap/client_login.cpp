// The client's login: LOGIN, or AUTHENTICATE (RFC 3501 §6.2) where both know a better way.
#include <utility>

#include "protocols/imap/client.hpp"
#include "protocols/mail/ascii.hpp"
#include "protocols/mail/transfer_encoding.hpp"

namespace posthorn::imap {

namespace {

constexpr std::string_view authenticate_rule = "RFC 3501 §6.2.2";

}  // namespace

void Client::start(const Login& command) {
  for (const sasl::Mechanism mechanism : command.mechanisms) {
    const std::string capability = "AUTH=" + std::string(sasl::to_string(mechanism));
    if (can(capability.c_str())) return authenticate(mechanism, command);
  }
  if (can("LOGINDISABLED")) {
    phase_ = ClientPhase::login;
    return command_failed("the server takes no password without TLS");
  }
  Text line = text();
  line.add_string(command.user).add(" ").add_string(command.password);
  send(ClientPhase::login, "LOGIN", std::move(line), "RFC 3501 §6.2.3");
}

void Client::authenticate(sasl::Mechanism mechanism, const Login& command) {
  exchange_.emplace(mechanism, command.user, command.password, command.nonce);
  late_initial_ = exchange_->initial();
  Text line = text();
  line.add(sasl::to_string(mechanism));
  if (can("SASL-IR") && late_initial_)
    line.add(" ").add(mail::base64_encode(*std::exchange(late_initial_, std::nullopt)));
  send(ClientPhase::login, "AUTHENTICATE", std::move(line), authenticate_rule);
}

/// "+ " and base64. What cannot be answered is answered with "*": the exchange is cancelled.
void Client::answer_challenge(std::string_view text) {
  if (!auth_problem_.empty()) return fail(auth_problem_);  // "*" was not heard
  std::string decoded;
  std::string reply = "*";
  if (!mail::base64_decode_strict(mail::trim(text), decoded)) {
    auth_problem_ = "the server's challenge is not base64";
  } else if (late_initial_) {
    reply = mail::base64_encode(*std::exchange(late_initial_, std::nullopt));
  } else if (auto answer = exchange_->answer(decoded); answer.ok()) {
    reply = mail::base64_encode(*answer);
  } else {
    auth_problem_ = answer.error().message;
  }
  out_.transmit(reply + "\r\n", NoteKind::continuation, "", authenticate_rule);
}

/// A yes without the proof that a mechanism demands of the server is none.
void Client::logged_in() {
  const bool proven = !exchange_ || exchange_->complete();
  exchange_.reset();
  if (!proven) return fail("the server did not prove that it knows the password");
  out_.emit(LoggedInClient{});
}

}  // namespace posthorn::imap
