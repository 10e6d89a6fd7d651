// Commands about mailboxes as a whole (RFC 3501 §6.3), without LIST and APPEND.
#include <algorithm>
#include <utility>

#include "protocols/imap/execution.hpp"
#include "protocols/imap/mailbox_name.hpp"

namespace posthorn::imap {

namespace {

std::string list_line(std::string_view verb, std::string_view attributes, std::string_view name) {
  return std::string(verb) + " (" + std::string(attributes) + ") \"/\" " + astring(name);
}

/// RFC 3501 §6.3.9: with '%', a level above a subscribed name that itself is not subscribed.
std::string matching_superior(const std::string& name, std::string_view pattern) {
  for (std::size_t slash = name.rfind('/'); slash != std::string::npos && slash > 0;
       slash = name.rfind('/', slash - 1))
    if (matches_pattern(name.substr(0, slash), pattern)) return name.substr(0, slash);
  return {};
}

std::string status_item(const std::string& item, const mail::StoredMailbox& box) {
  const auto& messages = box.messages;
  const auto count = [&](auto predicate) {
    return std::to_string(std::count_if(messages.begin(), messages.end(), predicate));
  };
  if (item == "MESSAGES") return std::to_string(messages.size());
  if (item == "UIDNEXT") return std::to_string(box.uid_next);
  if (item == "UIDVALIDITY") return std::to_string(box.uid_validity);
  if (item == "SIZE") {  // RFC 8438
    std::uint64_t size = 0;
    for (const mail::StoredMessage& message : messages) size += message.content->size();
    return std::to_string(size);
  }
  if (item == "RECENT")
    return count([&](const mail::StoredMessage& m) { return m.uid >= box.recent_from; });
  if (item == "UNSEEN")
    return count([](const mail::StoredMessage& m) { return !m.flags.has(mail::SystemFlag::seen); });
  return {};
}

}  // namespace

std::optional<std::string> Execution::only_mailbox() {
  auto name = args.space() ? args.astring() : std::nullopt;
  if (!name || !args.at_end()) {
    bad(verb + " needs one mailbox name");
    return std::nullopt;
  }
  return mail::canonical_mailbox_name(*name);
}

/// SELECT and EXAMINE.
void Execution::open(bool read_only) {
  const auto name = only_mailbox();
  if (!name) return;
  self.view_.reset();  // a failing SELECT also leaves the old mailbox
  self.state_ = ServerState::authenticated;
  const mail::StoredMailbox* box = store.find(self.account_, *name);
  if (box == nullptr) return no("[NONEXISTENT] there is no such mailbox");
  if (!box->selectable) return no("that is only a level of the hierarchy");
  MailboxView view;
  view.name = box->name;
  view.uid_validity = box->uid_validity;
  view.read_only = read_only;
  view.uid_next = box->uid_next;
  view.changes = box->changes;
  const std::uint32_t recent_from =
      read_only ? box->recent_from : store.claim_recent(self.account_, *name);
  mail::Flags in_use;
  std::size_t recent = 0;
  std::size_t first_unseen = 0;
  for (const mail::StoredMessage& message : box->messages) {
    const bool is_recent = message.uid >= recent_from;
    view.entries.push_back({message.uid, message.changed, is_recent});
    recent += is_recent ? 1 : 0;
    if (first_unseen == 0 && !message.flags.has(mail::SystemFlag::seen))
      first_unseen = view.entries.size();
    for (const std::string& keyword : message.flags.keywords) in_use.add_keyword(keyword);
  }
  in_use.system = 0x1f;
  self.untagged("FLAGS (" + in_use.to_string() + ")", "FLAGS");
  self.untagged(std::to_string(box->messages.size()) + " EXISTS", "EXISTS");
  self.untagged(std::to_string(recent) + " RECENT", "RECENT");
  if (first_unseen != 0)
    self.untagged("OK [UNSEEN " + std::to_string(first_unseen) + "] first unseen message", "OK");
  self.untagged(read_only ? "OK [PERMANENTFLAGS ()] nothing can be changed"
                          : "OK [PERMANENTFLAGS (" + in_use.to_string() + " \\*)] flags are kept",
                "OK");
  self.untagged("OK [UIDVALIDITY " + std::to_string(box->uid_validity) + "] UIDs are valid", "OK");
  self.untagged("OK [UIDNEXT " + std::to_string(box->uid_next) + "] predicted next UID", "OK");
  self.view_ = std::move(view);
  self.state_ = ServerState::selected;
  self.out_.emit(MailboxSelected{box->name, read_only});
  ok(read_only ? "READ-ONLY" : "READ-WRITE");
}

void Execution::create() {
  const auto name = only_mailbox();
  if (!name) return;
  if (store.mailboxes(self.account_).size() >= self.config_.max_mailboxes)
    return no("[LIMIT] too many mailboxes");
  const auto made = store.create(self.account_, *name);
  if (!made) return no("[CANNOT] " + made.error().message);
  self.out_.emit(MailboxListChanged{"CREATE", *name});
  ok();
}

void Execution::remove() {
  const auto name = only_mailbox();
  if (!name) return;
  const auto removed = store.remove(self.account_, *name);
  if (!removed) return no("[CANNOT] " + removed.error().message);
  self.out_.emit(MailboxListChanged{"DELETE", *name});
  ok();
}

void Execution::rename() {
  const auto from = args.space() ? args.astring() : std::nullopt;
  const auto to = from && args.space() ? args.astring() : std::nullopt;
  if (!to || !args.at_end()) return bad("RENAME needs the old and the new name");
  if (store.mailboxes(self.account_).size() >= self.config_.max_mailboxes)
    return no("[LIMIT] too many mailboxes");
  const auto renamed = store.rename(self.account_, *from, *to);
  if (!renamed) return no("[CANNOT] " + renamed.error().message);
  self.out_.emit(MailboxListChanged{"RENAME", mail::canonical_mailbox_name(*to)});
  ok();
}

void Execution::subscribe() {
  const auto name = only_mailbox();
  if (!name) return;
  if (store.find(self.account_, *name) == nullptr)
    return no("[NONEXISTENT] there is no such mailbox");
  if (store.subscriptions(self.account_).size() >= self.config_.max_mailboxes)
    return no("[LIMIT] too many subscriptions");
  store.subscribe(self.account_, *name);
  self.out_.emit(MailboxListChanged{"SUBSCRIBE", *name});
  ok();
}

void Execution::unsubscribe() {
  const auto name = only_mailbox();
  if (!name) return;
  if (!store.unsubscribe(self.account_, *name)) return no("that mailbox is not subscribed");
  self.out_.emit(MailboxListChanged{"UNSUBSCRIBE", *name});
  ok();
}

std::optional<std::string> Execution::pattern() {
  const auto reference = args.space() ? args.astring() : std::nullopt;
  const auto wanted = reference && args.space() ? args.list_mailbox() : std::nullopt;
  if (!wanted || !args.at_end()) {
    bad(verb + " needs a reference and a pattern");
    return std::nullopt;
  }
  if (wanted->empty()) return std::string();
  return mail::canonical_mailbox_name(*reference + *wanted);
}

void Execution::list() {
  const auto wanted = pattern();
  if (!wanted) return;
  if (wanted->empty()) self.untagged(list_line("LIST", "\\Noselect", ""), "LIST");
  for (const std::string& name : store.mailboxes(self.account_)) {
    if (!matches_pattern(name, *wanted)) continue;
    const mail::StoredMailbox* box = store.find(self.account_, name);
    self.untagged(list_line("LIST", box->selectable ? "" : "\\Noselect", name), "LIST");
  }
  ok();
}

void Execution::lsub() {
  const auto wanted = pattern();
  if (!wanted) return;
  const std::vector<std::string> names = store.subscriptions(self.account_);
  std::set<std::string> superiors;
  for (const std::string& name : names) {
    if (matches_pattern(name, *wanted)) {
      self.untagged(list_line("LSUB", "", name), "LSUB");
    } else if (wanted->find('%') != std::string::npos) {
      superiors.insert(matching_superior(name, *wanted));
    }
  }
  superiors.erase("");
  for (const std::string& name : superiors)
    if (!std::binary_search(names.begin(), names.end(), name))
      self.untagged(list_line("LSUB", "\\Noselect", name), "LSUB");
  ok();
}

void Execution::status() {
  const auto name = args.space() ? args.astring() : std::nullopt;
  if (!name || !args.space() || !args.accept('(')) return bad("STATUS needs a name and items");
  std::vector<std::string> items;
  do {
    const auto item = args.keyword();
    if (!item || items.size() == 16) return bad("STATUS items are malformed");
    items.push_back(*item);
  } while (args.space());
  if (!args.accept(')') || !args.at_end()) return bad("STATUS items are malformed");
  const mail::StoredMailbox* box = store.find(self.account_, *name);
  if (box == nullptr || !box->selectable) return no("[NONEXISTENT] there is no such mailbox");
  std::string list;
  for (const std::string& item : items) {
    const std::string value = status_item(item, *box);
    if (value.empty()) return bad("unknown STATUS item");
    list += (list.empty() ? "" : " ") + item + " " + value;
  }
  self.untagged("STATUS " + astring(box->name) + " (" + list + ")", "STATUS");
  ok();
}

}  // namespace posthorn::imap
