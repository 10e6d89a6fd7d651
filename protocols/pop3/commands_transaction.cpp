// TRANSACTION and UPDATE state: the messages (RFC 1939 §5 to §7).
#include "protocols/pop3/commands.hpp"
#include "protocols/pop3/text.hpp"

namespace posthorn::pop3 {

namespace {

std::string join(std::uint64_t a, std::uint64_t b) {
  return std::to_string(a) + " " + std::to_string(b);
}

}  // namespace

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
void ServerCommands::listing(const std::string& status, Line line) {
  const auto numbered = [&](const Server::Entry& entry) {
    return std::to_string(&entry - self.entries_.data() + 1) + " " + line(entry);
  };
  if (!args.empty()) {
    const Server::Entry* entry = self.entry(args, rule);
    if (entry != nullptr) self.ok(numbered(*entry), rule);
    return;
  }
  std::string body;
  for (const Server::Entry& entry : self.entries_)
    if (!entry.deleted) body += numbered(entry) + "\r\n";
  self.multiline(status, body, rule);
}

void ServerCommands::list() {
  // With a number nobody asks for the sum, which takes a walk through the maildrop.
  listing(args.empty() ? self.say(Say::listing, totals().texts()) : std::string(),
          [](const Server::Entry& entry) { return std::to_string(size_on_wire(*entry.content)); });
}

/// The same for ever: UIDs are never used twice, and UIDVALIDITY tells mailboxes apart.
void ServerCommands::uidl() {
  listing(self.say(Say::unique_ids), [this](const Server::Entry& entry) {
    return std::to_string(self.uid_validity_) + "." + std::to_string(entry.uid);
  });
}

void ServerCommands::retr() {
  const Server::Entry* entry = self.entry(args, rule);
  if (entry == nullptr) return;
  self.out_.emit(MessageFetched{self.maildrop_, entry->uid, true, entry->tag});
  self.send_message(self.say(Say::octets, {std::to_string(size_on_wire(*entry->content))}),
                    *entry->content, rule);
}

void ServerCommands::top() {
  const std::string_view which = word(args);
  const std::optional<std::uint64_t> lines = number(word(args));
  if (!lines) return self.err("", Say::no_number, rule);
  const Server::Entry* entry = self.entry(which, rule);
  if (entry == nullptr) return;
  const std::string_view part = pop3::top(*entry->content, *lines);
  const bool whole = part.size() == entry->content->size();
  self.out_.emit(MessageFetched{self.maildrop_, entry->uid, whole, entry->tag});
  self.send_message(self.say(Say::top_follows), part, rule);
}

void ServerCommands::dele() {
  Server::Entry* entry = self.entry(args, rule);
  if (entry == nullptr) return;
  entry->deleted = true;
  self.ok(Say::will_be_deleted, {std::string(args)}, rule);
}

void ServerCommands::noop() { self.ok(Say::nothing_done, {}, rule); }

void ServerCommands::rset() {
  for (Server::Entry& entry : self.entries_) entry.deleted = false;
  self.ok(Say::maildrop_has, totals().texts(), rule);
}

/// From TRANSACTION this enters the UPDATE state: only now do messages go.
void ServerCommands::quit() {
  self.state_ = ServerState::update;
  for (const Server::Entry& entry : self.entries_)
    if (entry.deleted && store.expunge(self.account_, self.maildrop_, entry.uid))
      self.out_.emit(Expunged{self.maildrop_, entry.uid, entry.tag});
  self.ok(Say::goodbye, {self.config_.hostname}, rule);
  self.close(store, "QUIT");
}

}  // namespace posthorn::pop3
