#include "protocols/pop3/server.hpp"

#include <algorithm>
#include <utility>

#include "protocols/mail/ascii.hpp"
#include "protocols/pop3/text.hpp"

namespace posthorn::pop3 {

namespace {

constexpr std::string_view basic_rule = "RFC 1939 §3";
constexpr std::string_view lock_rule = "RFC 1939 §4";

std::string upper(std::string_view text) {
  std::string out(text);
  for (char& c : out)
    if (c >= 'a' && c <= 'z') c = static_cast<char>(c - 'a' + 'A');
  return out;
}

std::string join(std::uint64_t a, std::uint64_t b) {
  return std::to_string(a) + " " + std::to_string(b);
}

}  // namespace

/// One command being carried out: what its handler may touch.
struct ServerCommands {
  struct Rule;
  Server& self;
  mail::MailStore& store;
  std::string_view args;
  std::string_view rule;

  void user();
  void pass();
  void stat();
  void list();
  void uidl();
  void retr();
  void top();
  void dele();
  void noop() { self.ok("nothing done", rule); }
  void rset();
  void quit();
  void capa();

  struct Totals {
    std::uint64_t messages = 0;
    std::uint64_t octets = 0;
  };
  [[nodiscard]] Totals totals() const;
  template <class Line>
  void listing(std::string_view status, Line line);
  static const Rule* find(std::string_view verb);
};

/// The commands, the states that they are valid in, and where they are defined.
struct ServerCommands::Rule {
  std::string_view verb;
  bool in_authorization;
  bool in_transaction;
  std::size_t min_words;
  std::size_t max_words;  ///< 9: the rest of the line is one argument
  void (ServerCommands::*run)();
  std::string_view rule;
};

const ServerCommands::Rule* ServerCommands::find(std::string_view verb) {
  static constexpr Rule table[] = {
      {"USER", true, false, 1, 9, &ServerCommands::user, "RFC 1939 §7"},
      {"PASS", true, false, 1, 9, &ServerCommands::pass, "RFC 1939 §7"},
      {"CAPA", true, true, 0, 0, &ServerCommands::capa, "RFC 2449 §5"},
      {"QUIT", true, true, 0, 0, &ServerCommands::quit, "RFC 1939 §6"},
      {"STAT", false, true, 0, 0, &ServerCommands::stat, "RFC 1939 §5"},
      {"LIST", false, true, 0, 1, &ServerCommands::list, "RFC 1939 §5"},
      {"RETR", false, true, 1, 1, &ServerCommands::retr, "RFC 1939 §5"},
      {"DELE", false, true, 1, 1, &ServerCommands::dele, "RFC 1939 §5"},
      {"NOOP", false, true, 0, 0, &ServerCommands::noop, "RFC 1939 §5"},
      {"RSET", false, true, 0, 0, &ServerCommands::rset, "RFC 1939 §5"},
      {"TOP", false, true, 2, 2, &ServerCommands::top, "RFC 1939 §7"},
      {"UIDL", false, true, 0, 1, &ServerCommands::uidl, "RFC 1939 §7"},
  };
  const auto* found = std::find_if(std::begin(table), std::end(table),
                                   [&](const Rule& r) { return r.verb == verb; });
  return found == std::end(table) ? nullptr : found;
}

void ServerCommands::user() {
  self.user_ = std::string(args);
  // The same answer for every name: who has a mailbox here is not told (RFC 1939 §7).
  self.ok("password, please", rule);
}

void ServerCommands::pass() {
  if (self.user_.empty()) return self.err("USER first", rule);
  self.waiting_ = true;
  self.out_.emit(LoginAsked{self.user_, std::string(args)});
}

ServerCommands::Totals ServerCommands::totals() const {
  Totals sum;
  for (const Server::Entry& entry : self.entries_)
    if (!entry.deleted) {
      ++sum.messages;
      sum.octets += size_on_wire(*entry.content);
    }
  return sum;
}

void ServerCommands::stat() {
  const Totals sum = totals();
  self.ok(join(sum.messages, sum.octets), rule);
}

/// LIST and UIDL: one message if a number is given, otherwise all of them.
template <class Line>
void ServerCommands::listing(std::string_view status, Line line) {
  if (!args.empty()) {
    const Server::Entry* entry = self.entry(args, rule);
    if (entry != nullptr) self.ok(line(*entry), rule);
    return;
  }
  std::string body;
  for (const Server::Entry& entry : self.entries_)
    if (!entry.deleted) body += line(entry) + "\r\n";
  self.multiline(status, body, rule);
}

void ServerCommands::list() {
  const Totals sum = totals();
  const std::string status =
      std::to_string(sum.messages) + " messages (" + std::to_string(sum.octets) + " octets)";
  listing(status, [&](const Server::Entry& entry) {
    const auto number = static_cast<std::uint64_t>(&entry - self.entries_.data()) + 1;
    return join(number, size_on_wire(*entry.content));
  });
}

void ServerCommands::uidl() {
  listing("unique-ids follow", [&](const Server::Entry& entry) {
    const auto number = static_cast<std::uint64_t>(&entry - self.entries_.data()) + 1;
    return std::to_string(number) + " " + std::to_string(self.uid_validity_) + "." +
           std::to_string(entry.uid);
  });
}

void ServerCommands::retr() {
  const Server::Entry* entry = self.entry(args, rule);
  if (entry == nullptr) return;
  self.out_.emit(MessageFetched{self.maildrop_, entry->uid, true, entry->tag});
  self.send_message(std::to_string(size_on_wire(*entry->content)) + " octets", *entry->content,
                    rule);
}

void ServerCommands::top() {
  const std::string_view which = word(args);
  const std::optional<std::uint64_t> lines = number(word(args));
  if (!lines) return self.err("the number of lines is no number", rule);
  const Server::Entry* entry = self.entry(which, rule);
  if (entry == nullptr) return;
  const std::string_view part = pop3::top(*entry->content, *lines);
  const bool whole = part.size() == entry->content->size();
  self.out_.emit(MessageFetched{self.maildrop_, entry->uid, whole, entry->tag});
  self.send_message("top of message follows", part, rule);
}

void ServerCommands::dele() {
  Server::Entry* entry = self.entry(args, rule);
  if (entry == nullptr) return;
  entry->deleted = true;
  self.ok("message " + std::string(args) + " will be deleted at QUIT", rule);
}

void ServerCommands::rset() {
  for (Server::Entry& entry : self.entries_) entry.deleted = false;
  const Totals sum = totals();
  self.ok("maildrop has " + std::to_string(sum.messages) + " messages (" +
              std::to_string(sum.octets) + " octets)",
          rule);
}

/// From TRANSACTION this enters the UPDATE state: only now do messages go.
void ServerCommands::quit() {
  for (const Server::Entry& entry : self.entries_)
    if (entry.deleted && store.expunge(self.account_, self.maildrop_, entry.uid))
      self.out_.emit(Expunged{self.maildrop_, entry.uid, entry.tag});
  self.ok(self.config_.hostname + " says goodbye", rule);
  self.close(store, "QUIT");
}

void ServerCommands::capa() {
  self.multiline("capabilities follow",
                 "USER\r\nTOP\r\nUIDL\r\nPIPELINING\r\nRESP-CODES\r\nAUTH-RESP-CODE\r\n"
                 "IMPLEMENTATION Posthorn\r\n",
                 rule);
}

void Server::handle_connect(Instant now) {
  deadline_ = now + config_.idle_timeout;
  out_.transmit("+OK " + config_.hostname + " POP3 server ready\r\n", NoteKind::greeting, "+OK",
                lock_rule);
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
  if (state_ == ServerState::closed || waiting_ || now < deadline_) return;
  // RFC 1939 §3: close without deleting anything and without a reply.
  close(store, "idle for too long");
}

void Server::work(Instant now, mail::MailStore& store) {
  while (!waiting_ && state_ != ServerState::closed) {
    const auto line = reader_.next_line(config_.max_line, LineReader::Ending::crlf_or_lf);
    if (!line) break;
    handle_line(*line, store);
  }
  deadline_ = now + config_.idle_timeout;
  if (waiting_ && reader_.buffered() > config_.max_pending)
    close(store, "too much input while a login was being decided");
}

void Server::handle_line(const StreamLine& line, mail::MailStore& store) {
  std::string_view args = line.text;
  const std::string verb = upper(args.substr(0, args.find(' ')));
  const ServerCommands::Rule* rule = line.too_long ? nullptr : ServerCommands::find(verb);
  if (rule == nullptr) {
    out_.note(NoteKind::violation, Flow::received, line.begin, line.end,
              verb.substr(0, std::min<std::size_t>(verb.size(), 16)), basic_rule);
    return bad(line.too_long ? "line too long" : "unknown command", basic_rule, store);
  }
  out_.note(NoteKind::command, Flow::received, line.begin, line.end, verb, rule->rule);
  args.remove_prefix(std::min(verb.size() + 1, args.size()));
  const bool valid =
      state_ == ServerState::authorization ? rule->in_authorization : rule->in_transaction;
  if (!valid)
    return bad(state_ == ServerState::authorization ? "log in first" : "already logged in",
               rule->rule, store);
  std::size_t words = 0;
  if (rule->max_words == 9) {
    words = args.empty() ? 0 : 1;
  } else {
    args = mail::trim(args);
    for (std::string_view rest = args; !word(rest).empty();) ++words;
  }
  if (words < rule->min_words || words > rule->max_words)
    return bad(words < rule->min_words ? "argument missing" : "too many arguments", rule->rule,
               store);
  ServerCommands command{*this, store, args, rule->rule};
  (command.*rule->run)();
}

void Server::decide_login(Instant now, bool accepted, mail::MailStore& store,
                          std::string_view account) {
  if (!waiting_ || state_ == ServerState::closed) return;
  waiting_ = false;
  constexpr std::string_view rule = "RFC 1939 §7";
  account_ = account.empty() ? user_ : std::string(account);
  user_.clear();
  const mail::StoredMailbox* box = accepted ? store.find(account_, maildrop_) : nullptr;
  if (box == nullptr) {
    account_.clear();
    err("[AUTH] user name or password is wrong", rule);
    if (++failed_logins_ >= config_.max_failed_logins)
      return close(store, "too many failed logins");
  } else if (box->pop3_locked) {
    account_.clear();
    err("[IN-USE] another session has locked the maildrop", lock_rule);
  } else {
    uid_validity_ = box->uid_validity;
    for (const mail::StoredMessage& message : box->messages)
      entries_.push_back({message.uid, message.tag, false, message.content});
    locked_ = store.lock_pop3(account_, maildrop_);
    state_ = ServerState::transaction;
    out_.emit(LoggedIn{account_});
    out_.emit(MailboxSelected{maildrop_, false});
    ok("maildrop locked and ready, " + std::to_string(entries_.size()) + " messages", rule);
  }
  work(now, store);
}

Output<ServerEvent> Server::poll() {
  if (state_ == ServerState::closed || waiting_) return out_.pop(Idle{});
  return out_.pop(Idle{deadline_});
}

void Server::ok(std::string_view text, std::string_view rule) {
  out_.transmit("+OK " + std::string(text) + "\r\n", NoteKind::reply, "+OK", rule);
}

void Server::err(std::string_view text, std::string_view rule) {
  out_.transmit("-ERR " + std::string(text) + "\r\n", NoteKind::reply, "-ERR", rule);
}

void Server::bad(std::string_view text, std::string_view rule, mail::MailStore& store) {
  err(text, rule);
  if (++bad_commands_ >= config_.max_bad_commands) close(store, "too many bad commands");
}

void Server::multiline(std::string_view status, std::string_view body, std::string_view rule) {
  out_.transmit("+OK " + std::string(status) + "\r\n" + stuff(body), NoteKind::reply, "+OK", rule);
}

void Server::send_message(std::string_view status, std::string_view body, std::string_view rule) {
  ok(status, rule);
  out_.transmit(stuff(body), NoteKind::content, "", rule);
}

Server::Entry* Server::entry(std::string_view number_text, std::string_view rule) {
  const std::optional<std::uint64_t> wanted = number(number_text);
  if (!wanted || *wanted == 0 || *wanted > entries_.size()) {
    err("no such message", rule);
    return nullptr;
  }
  Entry& found = entries_[static_cast<std::size_t>(*wanted - 1)];
  if (!found.deleted) return &found;
  err("that message is deleted", rule);
  return nullptr;
}

void Server::close(mail::MailStore& store, std::string reason) {
  if (locked_) store.unlock_pop3(account_, maildrop_);
  locked_ = false;
  waiting_ = false;
  state_ = ServerState::closed;
  reader_.clear();
  entries_.clear();
  out_.shutdown();
  out_.emit(Closed{std::move(reason)});
}

}  // namespace posthorn::pop3
