#include "protocols/pop3/server.hpp"

#include <algorithm>
#include <utility>

#include "protocols/mail/ascii.hpp"
#include "protocols/pop3/commands.hpp"
#include "protocols/pop3/text.hpp"

namespace posthorn::pop3 {

namespace {

constexpr std::string_view basic_rule = "RFC 1939 §3";
constexpr std::string_view greeting_rule = "RFC 1939 §4";
constexpr std::size_t longest_verb = 16;  ///< of what a note says about an unknown command

std::string upper(std::string_view text) {
  std::string out(text);
  for (char& c : out)
    if (c >= 'a' && c <= 'z') c = static_cast<char>(c - 'a' + 'A');
  return out;
}

std::size_t count_words(std::string_view text) {
  std::size_t words = 0;
  while (!word(text).empty()) ++words;
  return words;
}

}  // namespace

std::string Server::time_stamp() const {
  return "<" + config_.nonce + "@" + config_.hostname + ">";
}

void Server::handle_connect(Instant now) {
  deadline_ = now + config_.login_timeout;
  std::string line = "+OK " + config_.hostname + " POP3 server ready";
  if (config_.offer_apop) line += " " + time_stamp();  // RFC 1939 §7
  out_.transmit(line + "\r\n", NoteKind::greeting, "+OK", greeting_rule);
}

void Server::handle_bytes(Instant now, std::string_view bytes, mail::MailStore& store) {
  if (state_ == ServerState::closed) return;
  reader_.append(bytes);
  work(now, store);
}

void Server::handle_eof(Instant /*now*/, mail::MailStore& store) {
  // RFC 1939 §6: without QUIT nothing is deleted.
  if (state_ != ServerState::closed) close(store, "connection closed by the client");
}

void Server::handle_wakeup(Instant now, mail::MailStore& store) {
  if (state_ == ServerState::closed || waiting_) return;
  if (shaking_hands_ && now >= deadline_) return end_session("time-out in the TLS handshake");
  if (std::exchange(paused_, false)) return work(now, store);
  // RFC 1939 §3: close without deleting anything and without a reply.
  if (now >= deadline_) close(store, "idle for too long");
}

void Server::work(Instant now, mail::MailStore& store) {
  now_ = now;
  while (!waiting_ && !shaking_hands_ && state_ != ServerState::closed) {
    paused_ = out_.position() - drained_ > config_.max_output;
    if (paused_) break;
    const bool command = expecting_ == Expecting::command;
    const auto line = reader_.next_line(command ? config_.max_line : config_.max_answer,
                                        LineReader::Ending::crlf_or_lf);
    if (!line) break;
    if (command)
      handle_line(*line, store);
    else
      handle_answer(*line, store);
    // Only commands count, not octets that trickle in; and none before the login.
    if (state_ == ServerState::transaction) deadline_ = now + config_.idle_timeout;
  }
  if (waiting_ && reader_.buffered() > config_.max_pending)
    close(store, "too much input while a login was being decided");
}

void Server::handle_line(const StreamLine& line, mail::MailStore& store) {
  std::string_view args = line.text;
  const std::string verb = upper(args.substr(0, args.find(' ')));
  const CommandRule* command = line.too_long ? nullptr : find_command(verb);
  if (command == nullptr) {
    out_.note(NoteKind::violation, Flow::received, line.begin, line.end,
              verb.substr(0, longest_verb), basic_rule);
    return bad(line.too_long ? Say::line_too_long : Say::unknown_command, basic_rule, store);
  }
  out_.note(NoteKind::command, Flow::received, line.begin, line.end, verb, command->rule);
  args.remove_prefix(std::min(verb.size() + 1, args.size()));
  const bool before_login = state_ == ServerState::authorization;
  if (before_login && ++early_commands_ > config_.max_early_commands) {
    err("[SYS/TEMP] ", Say::enough, command->rule);
    return close(store, "too many commands without a login");
  }
  if (!(before_login ? command->in_authorization : command->in_transaction))
    return bad(before_login ? Say::log_in_first : Say::already_logged_in, command->rule, store);
  if (before_login && command->shows_password && config_.require_tls && !secured_)
    return err("[AUTH] ", Say::tls_first, "RFC 2595 §4");
  if (before_login && command->says_password && !sasl::allow_password(config_.mechanisms))
    return err("[AUTH] ", Say::use_auth, "RFC 2449 §6.2");
  const bool whole_line = command->max_words == one_long_word;
  if (!whole_line) args = mail::trim(args);
  const std::size_t words = !whole_line ? count_words(args) : args.empty() ? 0 : 1;
  if (words < command->min_words) return bad(Say::argument_missing, command->rule, store);
  if (words > command->max_words) return bad(Say::too_many_arguments, command->rule, store);
  ServerCommands execution{*this, store, args, command->rule};
  (execution.*command->run)();
}

Output<ServerEvent> Server::poll() {
  const bool sleeps = state_ == ServerState::closed || waiting_;
  Output<ServerEvent> out = out_.pop(sleeps ? Idle{} : Idle{paused_ ? now_ : deadline_});
  if (std::holds_alternative<Idle>(out)) drained_ = out_.position();
  return out;
}

void Server::ok(Say what, const std::vector<std::string>& values, std::string_view rule) {
  ok(say(what, values), rule);
}

void Server::ok(const std::string& text, std::string_view rule) {
  out_.transmit("+OK " + text + "\r\n", NoteKind::reply, "+OK", rule);
}

void Server::err(std::string_view code, Say why, std::string_view rule) {
  out_.transmit("-ERR " + std::string(code) + say(why) + "\r\n", NoteKind::reply, "-ERR", rule);
}

void Server::bad(Say why, std::string_view rule, mail::MailStore& store) {
  if (++bad_commands_ < config_.max_bad_commands) return err("", why, rule);
  err("[SYS/TEMP] ", Say::enough, rule);
  close(store, "too many bad commands");
}

void Server::multiline(const std::string& status, std::string_view body, std::string_view rule) {
  out_.transmit("+OK " + status + "\r\n" + stuff(body), NoteKind::reply, "+OK", rule);
}

void Server::send_message(const std::string& status, std::string_view body, std::string_view rule) {
  ok(status, rule);
  out_.transmit(stuff(body), NoteKind::content, "", rule);
}

Server::Entry* Server::entry(std::string_view number_text, std::string_view rule) {
  const std::optional<std::uint64_t> wanted = number(number_text);
  if (!wanted || *wanted == 0 || *wanted > entries_.size()) {
    err("", Say::no_such_message, rule);
    return nullptr;
  }
  Entry& found = entries_[static_cast<std::size_t>(*wanted - 1)];
  if (!found.deleted) return &found;
  err("", Say::already_deleted, rule);
  return nullptr;
}

void Server::close(mail::MailStore& store, std::string reason) {
  if (locked_) store.unlock_pop3(account_, maildrop_);
  locked_ = false;
  end_session(std::move(reason));
}

/// Before the login there is no lock to give back.
void Server::end_session(std::string reason) {
  waiting_ = false;
  shaking_hands_ = false;
  state_ = ServerState::closed;
  reader_.clear();
  entries_.clear();
  out_.shutdown();
  out_.emit(Closed{std::move(reason)});
}

}  // namespace posthorn::pop3
