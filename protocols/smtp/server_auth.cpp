// AUTH on the server's side (RFC 4954): base64 around a SASL exchange.
#include <algorithm>
#include <utility>

#include "protocols/mail/transfer_encoding.hpp"
#include "protocols/smtp/server.hpp"

namespace posthorn::smtp {

namespace {

constexpr std::string_view auth_rule = "RFC 4954 §4";

Refusal undecodable() { return {501, "5.5.2", "Not valid base64", auth_rule}; }

}  // namespace

std::optional<Refusal> ServerSession::on_auth(const Command& command) {
  if (!authenticated_as_.empty()) return Refusal{503, "5.5.1", "Already authenticated", auth_rule};
  if (!extended_) return Refusal{503, "5.5.1", "AUTH needs EHLO", auth_rule};
  const std::string_view argument = command.argument;
  const std::string_view word = argument.substr(0, argument.find(' '));
  if (word.empty()) return Refusal{501, "5.5.4", "Syntax: AUTH mechanism", auth_rule};
  const auto mechanism = sasl::find_mechanism(word);
  if (!mechanism || std::find(config_.mechanisms.begin(), config_.mechanisms.end(), *mechanism) ==
                        config_.mechanisms.end())
    return Refusal{504, "5.5.4", "Mechanism not offered", auth_rule};
  std::optional<std::string> initial;
  if (word.size() < argument.size()) {
    const std::string_view response = argument.substr(word.size() + 1);
    initial.emplace();  // "=" is an empty one
    if (response != "=" && !mail::base64_decode_strict(response, *initial)) return undecodable();
  }
  auth_.emplace(*mechanism, config_.hostname, config_.nonce + std::to_string(++auth_tries_));
  return go_on_with(auth_->begin(initial), ServerInput::auth);
}

std::optional<Refusal> ServerSession::take_auth_answer(std::string_view text) {
  if (text == "*") return Refusal{501, "5.7.0", "Authentication cancelled", auth_rule};
  std::string decoded;
  if (!mail::base64_decode_strict(text, decoded)) return undecodable();
  if (state_ == ServerState::auth)
    return go_on_with(auth_->take(decoded), ServerInput::auth_answer);
  if (!decoded.empty())  // the client has nothing more to say
    return Refusal{501, "5.5.2", "An empty answer was expected", auth_rule};
  welcome();
  return std::nullopt;
}

std::optional<Refusal> ServerSession::go_on_with(sasl::Step step, ServerInput input) {
  if (auto* malformed = std::get_if<sasl::Malformed>(&step))
    return Refusal{501, "5.5.2", std::move(malformed->reason), malformed->rule};
  move(input);
  if (const auto* challenge = std::get_if<sasl::Challenge>(&step)) {
    reply(334, "", mail::base64_encode(challenge->text), auth_rule);
    return std::nullopt;
  }
  auto& shown = std::get<sasl::Shown>(step);
  const std::string acting = shown.identity.empty() ? shown.user : shown.identity;
  ask({Asked::auth, {}, acting},
      AuthAsked{std::move(shown.identity), std::move(shown.user), std::move(shown.proof)});
  return std::nullopt;
}

void ServerSession::decide_auth(const std::string& user, const Decision& decision) {
  if (decision.accepted()) {
    auth_user_ = user;
    if (decision.last_words.empty()) return welcome();
    move(ServerInput::auth_proved);
    return reply(334, "", mail::base64_encode(decision.last_words), auth_rule);
  }
  move(ServerInput::auth_done);
  Decision no = decision;
  if (no.enhanced.empty()) no.enhanced = no.code < 500 ? "4.7.0" : "5.7.8";
  if (no.text.empty()) no.text = "Authentication failed";
  if (no.code >= 500 && ++errors_ >= config_.max_errors)  // guessing must not go on for ever
    no = Decision::refuse(421, "4.7.0", "Too many errors, closing the connection");
  answer(no, {}, "RFC 4954 §6");
}

void ServerSession::welcome() {
  move(ServerInput::auth_done);
  authenticated_as_ = std::move(auth_user_);
  auth_.reset();
  reply(235, "2.7.0", "Authentication succeeded", "RFC 4954 §6");
}

}  // namespace posthorn::smtp
