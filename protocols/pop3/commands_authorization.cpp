// AUTHORIZATION state: who is it, and may they come in (RFC 1939 §4 and §7, RFC 5034).
#include <algorithm>
#include <utility>

#include "protocols/mail/surrogate.hpp"
#include "protocols/mail/transfer_encoding.hpp"
#include "protocols/pop3/commands.hpp"
#include "protocols/pop3/text.hpp"

namespace posthorn::pop3 {

namespace {

constexpr std::string_view lock_rule = "RFC 1939 §4";
constexpr std::string_view auth_rule = "RFC 5034 §4";
constexpr std::string_view delay_rule = "RFC 2449 §6.5";

}  // namespace

void ServerCommands::user() {
  self.user_ = std::string(args);
  // The same answer for every name: who has a mailbox here is not told (RFC 1939 §7).
  self.ok(Say::password_please, {}, rule);
}

void ServerCommands::pass() {
  if (self.user_.empty()) return self.err("", Say::user_first, rule);
  auto proof = sasl::Proof::password(sasl::Mechanism::login, std::string(args));
  self.ask_login({std::exchange(self.user_, {}), std::move(proof), ""}, rule);
}

/// The digest of the greeting's time stamp and the password: the password itself is never sent.
void ServerCommands::apop() {
  if (!self.config_.offer_apop) return self.bad(Say::unknown_command, rule, store);
  std::string name(word(args));
  auto proof =
      sasl::Proof::digest(sasl::Mechanism::apop, self.time_stamp(), std::string(word(args)));
  self.ask_login({std::move(name), std::move(proof), ""}, rule);
}

void ServerCommands::auth() {
  const auto mechanism = sasl::find_mechanism(word(args));
  const auto& offered = self.config_.mechanisms;
  if (!mechanism || std::find(offered.begin(), offered.end(), *mechanism) == offered.end())
    return self.err("", Say::unknown_mechanism, rule);
  std::optional<std::string> initial;
  if (const std::string_view text = word(args); !text.empty()) {
    initial.emplace();  // "=" is an empty one
    if (text != "=" && !mail::base64_decode_strict(text, *initial))
      return self.err("", Say::not_base64, rule);
  }
  self.exchange_.emplace(*mechanism, self.config_.hostname,
                         self.config_.nonce + std::to_string(++self.exchanges_));
  self.go_on_with(self.exchange_->begin(initial), store);
}

/// What the client says to a challenge.
void Server::handle_answer(const StreamLine& line, mail::MailStore& store) {
  out_.note(NoteKind::continuation, Flow::received, line.begin, line.end, "", auth_rule);
  const bool last = std::exchange(expecting_, Expecting::command) == Expecting::empty_answer;
  if (line.too_long) return bad(Say::answer_too_long, auth_rule, store);
  if (line.text == "*") return err("", Say::cancelled, auth_rule);
  std::string answer;
  if (!mail::base64_decode_strict(line.text, answer)) return bad(Say::not_base64, auth_rule, store);
  if (!last) return go_on_with(exchange_->take(answer), store);
  if (!answer.empty()) return bad(Say::empty_answer_expected, auth_rule, store);
  open_maildrop(store);
}

void Server::go_on_with(sasl::Step step, mail::MailStore& store) {
  if (const auto* malformed = std::get_if<sasl::Malformed>(&step))
    return bad(Say::malformed_answer, malformed->rule, store);
  if (const auto* asked = std::get_if<sasl::Challenge>(&step))
    return challenge(asked->text, Expecting::answer);
  auto& shown = std::get<sasl::Shown>(step);
  ask_login({std::move(shown.user), std::move(shown.proof), std::move(shown.identity)}, auth_rule);
}

void Server::challenge(const std::string& text, Expecting then) {
  expecting_ = then;
  out_.transmit("+ " + mail::base64_encode(text) + "\r\n", NoteKind::continuation, "+", auth_rule);
}

void Server::ask_login(LoginAsked asked, std::string_view rule) {
  waiting_ = true;
  login_rule_ = rule;
  account_ = asked.user;
  out_.emit(std::move(asked));
}

void Server::decide_login(Instant now, const LoginDecision& decision, mail::MailStore& store) {
  if (!waiting_ || state_ == ServerState::closed) return;
  waiting_ = false;
  now_ = now;
  account_ = decision.account;
  switch (decision.kind) {
    case LoginDecision::Kind::welcome:
      if (decision.last_words.empty())
        open_maildrop(store);
      else
        challenge(decision.last_words, Expecting::empty_answer);
      break;
    case LoginDecision::Kind::wrong:
      refuse_login("[AUTH] ", Say::wrong_password, store);
      break;
    case LoginDecision::Kind::not_allowed:
      refuse_login("[AUTH] ", Say::may_not_act_for_others, store);
      break;
    case LoginDecision::Kind::unavailable:
      refuse_login("[SYS/TEMP] ", Say::cannot_check_now, store);
      break;
  }
  work(now, store);
}

/// RFC 3206 §4: what kind of failure it is, so that programs need not ask for another password in
/// vain.
void Server::refuse_login(std::string_view code, Say why, mail::MailStore& store) {
  account_.clear();
  err(code, why, login_rule_);
  if (++failed_logins_ >= config_.max_failed_logins) close(store, "too many failed logins");
}

void Server::open_maildrop(mail::MailStore& store) {
  const mail::StoredMailbox* box = store.find(account_, maildrop_);
  if (box == nullptr) return refuse_login("[SYS/PERM] ", Say::no_maildrop, store);
  const bool too_soon = box->last_pop3_lock && config_.login_delay > now_ - *box->last_pop3_lock;
  if (box->pop3_locked || too_soon) {
    account_.clear();
    if (box->pop3_locked) return err("[IN-USE] ", Say::in_use, lock_rule);
    const auto seconds = std::chrono::ceil<std::chrono::seconds>(config_.login_delay).count();
    return out_.transmit(
        "-ERR [LOGIN-DELAY] " + say(Say::too_soon, {std::to_string(seconds)}) + "\r\n",
        NoteKind::reply, "-ERR", delay_rule);
  }
  uid_validity_ = box->uid_validity;
  for (const mail::StoredMessage& message : box->messages) {
    entries_.push_back({message.uid, message.tag, false, message.content});
    if (auto whole = with_whole_line_ends(*message.content))
      entries_.back().content = std::make_shared<const std::string>(*std::move(whole));
    if (utf8_) continue;
    if (auto simple = mail::surrogate(*entries_.back().content))  // LIST tells its size
      entries_.back().content = std::make_shared<const std::string>(*std::move(simple));
  }
  locked_ = store.lock_pop3(account_, maildrop_, now_);
  state_ = ServerState::transaction;
  deadline_ = now_ + config_.idle_timeout;
  out_.emit(LoggedIn{account_});
  out_.emit(MailboxSelected{maildrop_, false});
  ok(Say::opened, {std::to_string(entries_.size())}, login_rule_);
}

}  // namespace posthorn::pop3
