#include "protocols/mail/mail_store.hpp"

#include <algorithm>
#include <limits>
#include <utility>

#include "protocols/mail/ascii.hpp"

namespace posthorn::mail {

namespace {

constexpr std::size_t max_name = 500;

bool starts_with_level(std::string_view name, std::string_view superior) {
  return name.size() > superior.size() && name.substr(0, superior.size()) == superior &&
         name[superior.size()] == '/';
}

/// Empty where the name will do, otherwise why not.
std::string_view name_problem(std::string_view name) {
  if (name.empty()) return "a mailbox name must not be empty";
  if (name.size() > max_name) return "that mailbox name is too long";
  if (name.front() == '/' || name.find("//") != std::string_view::npos)
    return "a level of the mailbox name is empty";
  for (char c : name)
    if (is_ctl(c) || c == '*' || c == '%') return "a mailbox name cannot contain that character";
  return {};
}

std::string without_trailing_separator(std::string_view name) {
  if (name.size() > 1 && name.back() == '/') name.remove_suffix(1);
  return canonical_mailbox_name(name);
}

}  // namespace

bool Flags::has_keyword(std::string_view keyword) const {
  return std::any_of(keywords.begin(), keywords.end(),
                     [&](const std::string& k) { return iequals(k, keyword); });
}

void Flags::add_keyword(std::string_view keyword) {
  if (!has_keyword(keyword)) keywords.emplace(keyword);
}

void Flags::remove_keyword(std::string_view keyword) {
  std::erase_if(keywords, [&](const std::string& k) { return iequals(k, keyword); });
}

void Flags::add(const Flags& others) {
  system = static_cast<std::uint8_t>(system | others.system);
  for (const std::string& keyword : others.keywords) add_keyword(keyword);
}

void Flags::remove(const Flags& others) {
  system = static_cast<std::uint8_t>(system & ~static_cast<unsigned>(others.system));
  for (const std::string& keyword : others.keywords) remove_keyword(keyword);
}

std::string Flags::to_string() const {
  static constexpr std::pair<SystemFlag, std::string_view> names[] = {
      {SystemFlag::answered, "\\Answered"}, {SystemFlag::flagged, "\\Flagged"},
      {SystemFlag::deleted, "\\Deleted"},   {SystemFlag::seen, "\\Seen"},
      {SystemFlag::draft, "\\Draft"},
  };
  std::string text;
  for (const auto& [flag, name] : names)
    if (has(flag)) text.append(text.empty() ? "" : " ").append(name);
  for (const std::string& keyword : keywords) text.append(text.empty() ? "" : " ").append(keyword);
  return text;
}

const StoredMessage* StoredMailbox::find(std::uint32_t uid) const {
  const auto at =
      std::lower_bound(messages.begin(), messages.end(), uid,
                       [](const StoredMessage& m, std::uint32_t u) { return m.uid < u; });
  return at != messages.end() && at->uid == uid ? &*at : nullptr;
}

std::string canonical_mailbox_name(std::string_view name) {
  const std::string_view first = name.substr(0, name.find('/'));
  if (!iequals(first, "INBOX")) return std::string(name);
  return "INBOX" + std::string(name.substr(first.size()));
}

MailStore::Account* MailStore::account(std::string_view name) {
  const auto found = accounts_.find(name);
  return found == accounts_.end() ? nullptr : &found->second;
}

const MailStore::Account* MailStore::account(std::string_view name) const {
  const auto found = accounts_.find(name);
  return found == accounts_.end() ? nullptr : &found->second;
}

StoredMailbox* MailStore::mailbox(std::string_view account_name, std::string_view name) {
  Account* owner = account(account_name);
  if (owner == nullptr) return nullptr;
  const auto found = owner->mailboxes.find(canonical_mailbox_name(name));
  return found == owner->mailboxes.end() ? nullptr : &found->second;
}

std::uint32_t MailStore::make(Account& owner, const std::string& name, bool selectable) {
  StoredMailbox& made = owner.mailboxes[name];
  made.name = name;
  made.uid_validity = owner.next_uid_validity++;
  made.selectable = selectable;
  ++changes_;
  return made.uid_validity;
}

bool MailStore::add_account(std::string_view name) {
  const auto [at, added] = accounts_.try_emplace(std::string(name));
  if (!added) return false;
  make(at->second, "INBOX", true);
  at->second.subscriptions.insert("INBOX");
  return true;
}

bool MailStore::has_account(std::string_view name) const { return account(name) != nullptr; }

std::vector<std::string> MailStore::accounts() const {
  std::vector<std::string> names;
  for (const auto& [name, owner] : accounts_) names.push_back(name);
  return names;
}

const StoredMailbox* MailStore::find(std::string_view account_name, std::string_view name) const {
  const Account* owner = account(account_name);
  if (owner == nullptr) return nullptr;
  const auto found = owner->mailboxes.find(canonical_mailbox_name(name));
  return found == owner->mailboxes.end() ? nullptr : &found->second;
}

const StoredMailbox* MailStore::find(std::string_view account_name,
                                     std::uint32_t uid_validity) const {
  const Account* owner = account(account_name);
  if (owner == nullptr) return nullptr;
  for (const auto& [name, box] : owner->mailboxes)
    if (box.uid_validity == uid_validity) return &box;
  return nullptr;
}

std::vector<std::string> MailStore::mailboxes(std::string_view account_name) const {
  std::vector<std::string> names;
  if (const Account* owner = account(account_name))
    for (const auto& [name, box] : owner->mailboxes) names.push_back(name);
  return names;
}

std::vector<std::string> MailStore::subscriptions(std::string_view account_name) const {
  const Account* owner = account(account_name);
  if (owner == nullptr) return {};
  return {owner->subscriptions.begin(), owner->subscriptions.end()};
}

Result<std::uint32_t> MailStore::create(std::string_view account_name, std::string_view wanted) {
  Account* owner = account(account_name);
  if (owner == nullptr) return Error{"no such account"};
  const std::string name = without_trailing_separator(wanted);
  if (const std::string_view problem = name_problem(name); !problem.empty())
    return Error{std::string(problem)};
  const auto found = owner->mailboxes.find(name);
  if (found != owner->mailboxes.end() && found->second.selectable)
    return Error{"that mailbox already exists"};
  for (std::size_t slash = name.find('/'); slash != std::string::npos;
       slash = name.find('/', slash + 1)) {
    const std::string superior = name.substr(0, slash);
    if (!owner->mailboxes.contains(superior)) make(*owner, superior, false);
  }
  return make(*owner, name, true);
}

Result<bool> MailStore::remove(std::string_view account_name, std::string_view wanted) {
  Account* owner = account(account_name);
  if (owner == nullptr) return Error{"no such account"};
  const std::string name = canonical_mailbox_name(wanted);
  if (name == "INBOX") return Error{"INBOX cannot be deleted"};
  const auto found = owner->mailboxes.find(name);
  if (found == owner->mailboxes.end()) return Error{"there is no such mailbox"};
  const bool has_inferiors =
      std::any_of(owner->mailboxes.begin(), owner->mailboxes.end(),
                  [&](const auto& entry) { return starts_with_level(entry.first, name); });
  ++changes_;
  if (!has_inferiors) {
    owner->mailboxes.erase(found);
    return true;
  }
  if (!found->second.selectable) return Error{"the mailbox has others below it"};
  found->second = StoredMailbox{};
  make(*owner, name, false);
  return true;
}

Result<bool> MailStore::rename(std::string_view account_name, std::string_view old_name,
                               std::string_view new_name) {
  Account* owner = account(account_name);
  if (owner == nullptr) return Error{"no such account"};
  const std::string from = canonical_mailbox_name(old_name);
  const std::string to = without_trailing_separator(new_name);
  if (!owner->mailboxes.contains(from)) return Error{"there is no such mailbox"};
  if (const std::string_view problem = name_problem(to); !problem.empty())
    return Error{std::string(problem)};
  if (owner->mailboxes.contains(to)) return Error{"a mailbox of the new name already exists"};
  if (starts_with_level(to, from) && from != "INBOX")
    return Error{"a mailbox cannot be moved below itself"};
  if (auto made = create(account_name, to); !made) return made.error();
  if (from == "INBOX") {  // RFC 3501 §6.3.5: INBOX itself stays, and so do its inferiors
    StoredMailbox& inbox = owner->mailboxes.at(from);
    StoredMailbox& target = owner->mailboxes.at(to);
    target.messages = std::exchange(inbox.messages, {});
    target.uid_next = inbox.uid_next;
    target.recent_from = inbox.recent_from;
    ++inbox.changes;
    return true;
  }
  std::vector<std::string> moving;
  for (const auto& [name, box] : owner->mailboxes)
    if (name == from || starts_with_level(name, from)) moving.push_back(name);
  for (const std::string& name : moving) {
    const std::string moved = to + name.substr(from.size());
    auto node = owner->mailboxes.extract(name);
    node.mapped().name = moved;
    owner->mailboxes.insert_or_assign(moved, std::move(node.mapped()));
  }
  return true;
}

void MailStore::subscribe(std::string_view account_name, std::string_view name) {
  if (Account* owner = account(account_name))
    if (owner->subscriptions.insert(canonical_mailbox_name(name)).second) ++changes_;
}

bool MailStore::unsubscribe(std::string_view account_name, std::string_view name) {
  Account* owner = account(account_name);
  if (owner == nullptr || owner->subscriptions.erase(canonical_mailbox_name(name)) == 0)
    return false;
  ++changes_;
  return true;
}

Result<std::uint32_t> MailStore::append(std::string_view account_name, std::string_view name,
                                        StoredMessage message) {
  StoredMailbox* box = mailbox(account_name, name);
  if (box == nullptr || !box->selectable) return Error{"there is no such mailbox"};
  if (box->uid_next == std::numeric_limits<std::uint32_t>::max())
    return Error{"the mailbox has no UIDs left"};
  if (message.content == nullptr) message.content = std::make_shared<const std::string>();
  message.uid = box->uid_next++;
  message.changed = ++box->changes;
  box->messages.push_back(std::move(message));
  ++changes_;
  return box->messages.back().uid;
}

Result<std::uint32_t> MailStore::deliver(std::string_view account_name,
                                         std::shared_ptr<const std::string> content,
                                         std::chrono::sys_seconds at, std::uint32_t tag) {
  StoredMessage message;
  message.internal_date = at;
  message.content = std::move(content);
  message.tag = tag;
  return append(account_name, "INBOX", std::move(message));
}

bool MailStore::set_flags(std::string_view account_name, std::string_view name, std::uint32_t uid,
                          const Flags& flags) {
  StoredMailbox* box = mailbox(account_name, name);
  const StoredMessage* found = box == nullptr ? nullptr : box->find(uid);
  if (found == nullptr || found->flags == flags) return false;
  StoredMessage& message = box->messages[static_cast<std::size_t>(found - box->messages.data())];
  message.flags = flags;
  message.changed = ++box->changes;
  ++changes_;
  return true;
}

bool MailStore::expunge(std::string_view account_name, std::string_view name, std::uint32_t uid) {
  StoredMailbox* box = mailbox(account_name, name);
  const StoredMessage* found = box == nullptr ? nullptr : box->find(uid);
  if (found == nullptr) return false;
  box->messages.erase(box->messages.begin() + (found - box->messages.data()));
  ++box->changes;
  ++changes_;
  return true;
}

std::uint32_t MailStore::claim_recent(std::string_view account_name, std::string_view name) {
  StoredMailbox* box = mailbox(account_name, name);
  if (box == nullptr) return 1;
  const std::uint32_t before = std::exchange(box->recent_from, box->uid_next);
  if (before != box->recent_from) ++changes_;
  return before;
}

bool MailStore::lock_pop3(std::string_view account_name, std::string_view name) {
  StoredMailbox* box = mailbox(account_name, name);
  if (box == nullptr || box->pop3_locked) return false;
  box->pop3_locked = true;
  ++changes_;
  return true;
}

void MailStore::unlock_pop3(std::string_view account_name, std::string_view name) {
  StoredMailbox* box = mailbox(account_name, name);
  if (box == nullptr || !box->pop3_locked) return;
  box->pop3_locked = false;
  ++changes_;
}

}  // namespace posthorn::mail
