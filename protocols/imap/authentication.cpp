// LOGIN and AUTHENTICATE: who is it, and may they come in (RFC 3501 §6.2).
#include <algorithm>
#include <utility>

#include "protocols/imap/capabilities.hpp"
#include "protocols/imap/execution.hpp"
#include "protocols/mail/transfer_encoding.hpp"

namespace posthorn::imap {

namespace {

constexpr std::string_view authenticate_rule = "RFC 3501 §6.2.2";
constexpr std::string_view tls_first =  // RFC 5530 §3
    "[PRIVACYREQUIRED] no login in clear: STARTTLS first";

}  // namespace

std::string Server::capabilities() const {
  return imap::capabilities(logged_in(), secured_, config_);
}

void Server::challenge(std::string_view text, Expecting then) {
  expecting_ = then;
  out_.transmit("+ " + mail::base64_encode(text) + "\r\n", NoteKind::continuation, "+",
                authenticate_rule);
}

void Server::answer_to_challenge(const StreamLine& line, mail::MailStore& store) {
  out_.note(NoteKind::continuation, Flow::received, line.begin, line.end, "", authenticate_rule);
  const bool last = std::exchange(expecting_, Expecting::command) == Expecting::empty_answer;
  if (line.too_long || line.text == "*")
    return bad(open_tag_, line.too_long ? "answer too long" : "AUTHENTICATE cancelled",
               authenticate_rule);
  std::string answer;
  if (!mail::base64_decode_strict(line.text, answer))
    return bad(open_tag_, "the answer is not base64", authenticate_rule);
  if (!last) return go_on_with(exchange_->take(answer));
  if (!answer.empty()) return bad(open_tag_, "an empty answer was expected", authenticate_rule);
  let_in(store);
}

void Server::go_on_with(sasl::Step step) {
  if (const auto* malformed = std::get_if<sasl::Malformed>(&step))
    return bad(open_tag_, malformed->reason, malformed->rule);
  if (const auto* asked = std::get_if<sasl::Challenge>(&step))
    return challenge(asked->text, Expecting::challenge_answer);
  auto& shown = std::get<sasl::Shown>(step);
  ask_login(open_tag_, {std::move(shown.user), std::move(shown.proof), std::move(shown.identity)},
            authenticate_rule);
}

void Server::ask_login(std::string tag, LoginAsked asked, std::string_view rule) {
  open_tag_ = std::move(tag);
  login_rule_ = rule;
  waiting_ = true;
  out_.emit(std::move(asked));
}

/// The refusals are told apart as RFC 5530 §3 has it.
void Server::decide_login(Instant now, const LoginDecision& decision, mail::MailStore& store) {
  if (!waiting_ || state_ == ServerState::logout) return;
  waiting_ = false;
  switch (decision.kind) {
    case LoginDecision::Kind::welcome:
      account_ = decision.account;
      if (decision.last_words.empty())
        let_in(store);
      else
        challenge(decision.last_words, Expecting::empty_answer);
      break;
    case LoginDecision::Kind::wrong:
      refuse_login("[AUTHENTICATIONFAILED] user name or password is wrong");
      break;
    case LoginDecision::Kind::not_allowed:
      refuse_login("[AUTHORIZATIONFAILED] nobody acts for others here");
      break;
    case LoginDecision::Kind::unavailable:
      refuse_login("[UNAVAILABLE] the password cannot be checked just now");
      break;
  }
  if (state_ != ServerState::logout) work(now, store);
}

void Server::refuse_login(const std::string& why) {
  account_.clear();
  tagged(open_tag_, "NO", why, login_rule_);
  if (++failed_logins_ >= config_.max_failed_logins) say_goodbye("too many failed logins");
}

void Server::let_in(const mail::MailStore& store) {
  if (!store.has_account(account_))
    return refuse_login("[CONTACTADMIN] there are no mailboxes for this user");
  state_ = ServerState::authenticated;
  out_.emit(LoggedIn{account_});
  tagged(open_tag_, "OK", "[CAPABILITY " + capabilities() + "] logged in", login_rule_);
}

void Execution::login() {
  if (!self.may_log_in()) return no(std::string(tls_first));
  if (!sasl::allow_password(self.config_.mechanisms))
    return no("LOGIN is disabled; use AUTHENTICATE");
  std::optional<std::string> user;
  std::optional<std::string> password;
  if (args.space()) user = args.astring();
  if (user && args.space()) password = args.astring();
  if (!password || !args.at_end()) return bad("LOGIN needs a user name and a password");
  auto proof = sasl::Proof::password(sasl::Mechanism::login, std::move(*password));
  self.ask_login(std::move(tag), {std::move(*user), std::move(proof), ""}, rule.rule);
}

void Execution::authenticate() {
  if (!self.may_log_in()) return no(std::string(tls_first));
  const auto name = args.space() ? args.keyword() : std::nullopt;
  if (!name) return bad("AUTHENTICATE needs a mechanism");
  const auto mechanism = sasl::find_mechanism(*name);
  const auto& offered = self.config_.mechanisms;
  if (!mechanism || std::find(offered.begin(), offered.end(), *mechanism) == offered.end())
    return no("[CANNOT] that mechanism is not known here");
  // RFC 4959 §3: the first answer comes with the command; "=" is an empty one.
  std::optional<std::string> initial;
  if (!args.at_end()) {
    const bool present = args.space();
    initial.emplace();
    if (!present || (args.rest() != "=" && !mail::base64_decode_strict(args.rest(), *initial)))
      return bad("the answer is not base64");
  }
  self.open_tag_ = tag;
  self.exchange_.emplace(*mechanism, self.config_.hostname,
                         self.config_.nonce + std::to_string(++self.exchanges_));
  self.go_on_with(self.exchange_->begin(initial));
}

}  // namespace posthorn::imap
