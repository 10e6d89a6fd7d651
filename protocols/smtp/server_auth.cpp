// AUTH PLAIN (RFC 4616) and AUTH LOGIN on the server's side (RFC 4954).
#include <utility>

#include "protocols/mail/ascii.hpp"
#include "protocols/mail/transfer_encoding.hpp"
#include "protocols/smtp/server.hpp"

namespace posthorn::smtp {

namespace {

constexpr std::string_view ask_user = "VXNlcm5hbWU6";      // "Username:"
constexpr std::string_view ask_password = "UGFzc3dvcmQ6";  // "Password:"

Refusal undecodable() { return {501, "5.5.2", "Not valid base64", "RFC 4954 §4"}; }

}  // namespace

std::optional<Refusal> ServerSession::on_auth(const Command& command) {
  if (!authenticated_as_.empty())
    return Refusal{503, "5.5.1", "Already authenticated", "RFC 4954 §4"};
  if (!extended_) return Refusal{503, "5.5.1", "AUTH needs EHLO", "RFC 4954 §4"};
  const std::string_view argument = command.argument;
  const std::string_view word = argument.substr(0, argument.find(' '));
  const bool has_response = word.size() < argument.size();
  std::string_view response = has_response ? argument.substr(word.size() + 1) : "";
  if (word.empty()) return Refusal{501, "5.5.4", "Syntax: AUTH mechanism", "RFC 4954 §4"};
  const bool plain = mail::iequals(word, "PLAIN");
  if (!plain && !mail::iequals(word, "LOGIN"))
    return Refusal{504, "5.5.4", "Mechanism not offered", "RFC 4954 §4"};
  if (response == "=") response = {};  // an empty initial response
  std::string decoded;
  if (has_response && !mail::base64_decode_strict(response, decoded)) return undecodable();
  auth_mechanism_ = plain ? "PLAIN" : "LOGIN";
  auth_user_.clear();
  if (has_response && plain) {
    if (auto refusal = ask_plain(decoded)) return refusal;
    move(ServerInput::auth);
    return std::nullopt;
  }
  move(ServerInput::auth);
  if (has_response) {
    auth_user_ = decoded;
    move(ServerInput::auth_user);
    reply(334, "", std::string(ask_password), "RFC 4954 §4");
  } else {
    reply(334, "", plain ? "" : std::string(ask_user), "RFC 4954 §4");
  }
  return std::nullopt;
}

std::optional<Refusal> ServerSession::take_auth_answer(std::string_view text) {
  if (text == "*") return Refusal{501, "5.7.0", "Authentication cancelled", "RFC 4954 §4"};
  std::string decoded;
  if (!mail::base64_decode_strict(text, decoded)) return undecodable();
  if (auth_mechanism_ == "PLAIN") return ask_plain(decoded);
  if (state_ == ServerState::auth_first) {
    auth_user_ = std::move(decoded);
    move(ServerInput::auth_user);
    reply(334, "", std::string(ask_password), "RFC 4954 §4");
  } else {
    ask_auth("", auth_user_, std::move(decoded));
  }
  return std::nullopt;
}

std::optional<Refusal> ServerSession::ask_plain(const std::string& message) {
  // [authzid] NUL authcid NUL passwd
  const std::size_t first = message.find('\0');
  const std::size_t second = first == std::string::npos ? first : message.find('\0', first + 1);
  if (second == std::string::npos || second == first + 1 ||
      message.find('\0', second + 1) != std::string::npos)
    return Refusal{501, "5.5.2", "Malformed PLAIN response", "RFC 4616 §2"};
  ask_auth(message.substr(0, first), message.substr(first + 1, second - first - 1),
           message.substr(second + 1));
  return std::nullopt;
}

void ServerSession::ask_auth(std::string identity, std::string user, std::string password) {
  const std::string acting = identity.empty() ? user : identity;
  ask({Asked::auth, {}, acting},
      AuthAsked{auth_mechanism_, std::move(identity), std::move(user), std::move(password)});
}

void ServerSession::decide_auth(const Decision& decision) {
  move(ServerInput::auth_done);
  if (decision.accepted()) {
    answer(decision, {235, "2.7.0", "Authentication succeeded"}, "RFC 4954 §6");
    return;
  }
  Decision no = decision;
  if (no.enhanced.empty()) no.enhanced = no.code < 500 ? "4.7.0" : "5.7.8";
  if (no.text.empty()) no.text = "Authentication failed";
  if (no.code >= 500 && ++errors_ >= config_.max_errors)  // guessing must not go on for ever
    no = {421, "4.7.0", "Too many errors, closing the connection"};
  answer(no, {}, "RFC 4954 §6");
}

}  // namespace posthorn::smtp
