// What the client says: the login, then what is to fetch and to delete.
#include <algorithm>
#include <utility>

#include "protocols/mail/transfer_encoding.hpp"
#include "protocols/pop3/client.hpp"
#include "protocols/sasl/digest.hpp"

namespace posthorn::pop3 {

namespace {

constexpr std::string_view auth_rule = "RFC 5034 §4";
constexpr std::size_t longest_command = 255;  // RFC 2449 §4, with CRLF

}  // namespace

void Pop3Client::ask(ClientPhase phase, std::string_view verb, const std::string& argument,
                     std::string_view rule, std::size_t entry) {
  asked_.push_back({phase, entry, rule});
  std::string line(verb);
  if (!argument.empty()) line += " " + argument;
  out_.transmit(line + "\r\n", NoteKind::command, std::string(verb), rule);
}

// ---- the login ---------------------------------------------------------------------------------

/// Before the login: that we can read UTF-8, if the server can say so.
void Pop3Client::introduce() {
  if (offer_.has("UTF8")) return ask(ClientPhase::utf8, "UTF8", "", "RFC 6856 §2.1");
  log_in();
}

void Pop3Client::log_in() {
  for (const sasl::Mechanism mechanism : config_.mechanisms) {
    if (mechanism == sasl::Mechanism::apop) {
      if (time_stamp_.empty()) continue;
      return ask(ClientPhase::apop, "APOP",
                 config_.user + " " + sasl::hex(sasl::md5(time_stamp_ + config_.password)),
                 "RFC 1939 §7");
    }
    if (offer_.has("SASL", sasl::to_string(mechanism))) return begin_exchange(mechanism);
  }
  ask(ClientPhase::user, "USER", config_.user, "RFC 1939 §7");
}

void Pop3Client::begin_exchange(sasl::Mechanism mechanism) {
  exchange_.emplace(mechanism, config_.user, config_.password, config_.nonce);
  std::string argument(sasl::to_string(mechanism));
  if (auto initial = exchange_->initial()) {
    const std::string encoded = " " + mail::base64_encode(*initial);
    if (argument.size() + encoded.size() + std::string_view("AUTH \r\n").size() <= longest_command)
      argument += encoded;
    else
      late_initial_ = std::move(initial);
  }
  ask(ClientPhase::auth, "AUTH", argument, auth_rule);
}

/// "+ " and base64. What cannot be answered is answered with "*": the exchange is cancelled.
void Pop3Client::answer_challenge(const StreamLine& line) {
  out_.note(NoteKind::continuation, Flow::received, line.begin, line.end, "+", auth_rule);
  const std::string_view text =
      std::string_view(line.text).substr(std::min<std::size_t>(2, line.text.size()));
  if (!auth_problem_.empty()) return fail(auth_problem_);  // "*" was not heard
  std::string decoded;
  std::string reply = "*";
  if (!mail::base64_decode_strict(text, decoded)) {
    auth_problem_ = "the server's challenge is not base64";
  } else if (late_initial_) {
    reply = mail::base64_encode(*std::exchange(late_initial_, std::nullopt));
  } else if (auto answer = exchange_->answer(decoded); answer.ok()) {
    reply = mail::base64_encode(*answer);
  } else {
    auth_problem_ = answer.error().message;
  }
  out_.transmit(reply + "\r\n", NoteKind::continuation, "", auth_rule);
}

void Pop3Client::logged_in() {
  if (exchange_ && !exchange_->complete())
    return quit_because(ClientPhase::auth,
                        auth_problem_.empty()
                            ? "the server did not prove that it knows the password"
                            : auth_problem_);
  exchange_.reset();
  out_.emit(LoggedInClient{});
  ask(ClientPhase::list, "LIST", "", "RFC 1939 §5");
  if (has_uidl_ && offer_.has("PIPELINING")) ask(ClientPhase::uidl, "UIDL", "", "RFC 1939 §7");
}

// ---- the messages ------------------------------------------------------------------------------

/// RETR what is new; what was fetched (now or before) goes, unless it is to stay.
void Pop3Client::plan_visit() {
  std::vector<std::string> unwanted = config_.delete_uidls;
  std::sort(unwanted.begin(), unwanted.end());
  for (std::size_t i = 0; i < entries_.size(); ++i) {
    const ListEntry& entry = entries_[i];
    if (entry.is_new)
      to_fetch_.push_back(i);
    else if (!config_.leave_on_server ||
             std::binary_search(unwanted.begin(), unwanted.end(), entry.uidl))
      to_delete_.push_back(i);
  }
}

/// As many commands as may be under way. A message is deleted after it has arrived, never before.
void Pop3Client::go_on() {
  if (quitting_ || closed_) return;
  const std::size_t window =
      offer_.has("PIPELINING") ? std::max<std::size_t>(config_.window, 1) : 1;
  while (asked_.size() < window && !(to_fetch_.empty() && to_delete_.empty())) {
    const bool deletes = !to_delete_.empty();
    std::deque<std::size_t>& from = deletes ? to_delete_ : to_fetch_;
    const std::size_t at = from.front();
    from.pop_front();
    ask(deletes ? ClientPhase::dele : ClientPhase::retr, deletes ? "DELE" : "RETR",
        std::to_string(entries_[at].number), "RFC 1939 §5", at);
  }
  if (asked_.empty()) quit();
}

void Pop3Client::quit() {
  quitting_ = true;
  ask(ClientPhase::quit, "QUIT", "", "RFC 1939 §6");
}

/// Answers to what is under way still come, and count.
void Pop3Client::quit_because(ClientPhase phase, std::string reason) {
  if (!failure_) failure_ = SessionFailed{phase, std::move(reason)};
  exchange_.reset();
  if (!quitting_) quit();
}

/// QUIT was answered: the server has done (or refused) its update.
void Pop3Client::finish() {
  for (const std::size_t at : deleting_)
    out_.emit(MessageDeleted{entries_[at].number, entries_[at].uidl});
  if (failure_) return end(*failure_);
  end(Done{});
}

void Pop3Client::fail(std::string reason) { end(SessionFailed{phase(), std::move(reason)}); }

void Pop3Client::end(ClientEvent last) {
  closed_ = true;
  reader_.clear();
  out_.shutdown();
  out_.emit(std::move(last));
}

}  // namespace posthorn::pop3
