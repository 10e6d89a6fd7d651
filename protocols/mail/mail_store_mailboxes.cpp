// Accounts, quotas, and the hierarchy of mailboxes (RFC 3501 §5.1, §6.3).
#include <algorithm>
#include <utility>

#include "protocols/mail/ascii.hpp"
#include "protocols/mail/charset.hpp"
#include "protocols/mail/mail_store.hpp"

namespace posthorn::mail {

namespace {

using Why = StoreError::Why;

constexpr std::size_t max_name = 500;
constexpr std::ptrdiff_t max_levels = 32;

bool is_below(std::string_view name, std::string_view superior) {
  return name.size() > superior.size() && name.substr(0, superior.size()) == superior &&
         name[superior.size()] == '/';
}

/// Empty where the name will do, otherwise why not.
std::string_view name_problem(std::string_view name) {
  if (name.empty()) return "a mailbox name must not be empty";
  if (name.size() > max_name) return "that mailbox name is too long";
  if (name.front() == '/' || name.back() == '/' || name.find("//") != std::string_view::npos)
    return "a level of the mailbox name is empty";
  if (std::count(name.begin(), name.end(), '/') >= max_levels)
    return "that mailbox name has too many levels";
  if (!is_valid_utf8(name)) return "that mailbox name is not UTF-8";
  for (std::size_t at = 0; at < name.size(); ++at) {
    const bool c1 = name[at] == '\xc2' && static_cast<unsigned char>(name[at + 1]) < 0xa0;
    const std::string_view three = name.substr(at, 3);  // RFC 6855 §3: no line separators either
    const bool separator = three == "\u2028" || three == "\u2029";
    if (c1 || separator || is_ctl(name[at]) || name[at] == '*' || name[at] == '%')
      return "a mailbox name cannot contain that character";
  }
  return {};
}

std::string without_trailing_separator(std::string_view name) {
  if (name.size() > 1 && name.back() == '/') name.remove_suffix(1);
  return canonical_mailbox_name(name);
}

StoreError no_account() { return {Why::no_account, "no such account"}; }
StoreError no_mailbox() { return {Why::no_mailbox, "there is no such mailbox"}; }

}  // namespace

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

bool MailStore::add_account(std::string_view name, std::uint32_t first_uid_validity) {
  const auto [at, added] = accounts_.try_emplace(std::string(name));
  if (!added) return false;
  at->second.next_uid_validity = std::max<std::uint32_t>(1, first_uid_validity);
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

// ---- Quotas. -----------------------------------------------------------------------------------

void MailStore::set_quota(std::string_view name, Quota quota) {
  if (Account* owner = account(name)) owner->quota = quota;
}

Quota MailStore::quota(std::string_view name) const {
  const Account* owner = account(name);
  return owner == nullptr ? Quota{} : owner->quota;
}

Usage MailStore::usage(std::string_view name) const {
  const Account* owner = account(name);
  return owner == nullptr ? Usage{} : usage_of(*owner);
}

Usage MailStore::usage_of(const Account& owner) {
  Usage usage;
  for (const auto& [name, box] : owner.mailboxes) {
    usage.octets += box.octets;
    usage.messages += box.messages.size();
  }
  return usage;
}

void MailStore::set_no_room(bool disk_full, const std::set<std::string>& full_accounts) {
  disk_full_ = disk_full;
  for (auto& [name, owner] : accounts_) owner.full = full_accounts.contains(name);
}

std::optional<StoreError> MailStore::no_room(const Account& owner, const Usage& more) const {
  if (disk_full_) return StoreError{Why::disk_full, "there is no room on the disk"};
  const StoreError over_quota{Why::over_quota, "the account's quota is used up"};
  if (owner.full) return over_quota;
  if (!owner.quota.octets && !owner.quota.messages) return std::nullopt;
  const Usage used = usage_of(owner);
  const bool fits =
      (!owner.quota.octets || used.octets + more.octets <= *owner.quota.octets) &&
      (!owner.quota.messages || used.messages + more.messages <= *owner.quota.messages);
  return fits ? std::nullopt : std::optional(over_quota);
}

// ---- Mailboxes. --------------------------------------------------------------------------------

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

std::size_t MailStore::mailbox_count(std::string_view account_name) const {
  const Account* owner = account(account_name);
  return owner == nullptr ? 0 : owner->mailboxes.size();
}

std::vector<std::string> MailStore::subscriptions(std::string_view account_name) const {
  const Account* owner = account(account_name);
  if (owner == nullptr) return {};
  return {owner->subscriptions.begin(), owner->subscriptions.end()};
}

MailStore::Outcome<std::uint32_t> MailStore::create(std::string_view account_name,
                                                    std::string_view wanted,
                                                    std::uint8_t special_use) {
  Account* owner = account(account_name);
  if (owner == nullptr) return no_account();
  const std::string name = without_trailing_separator(wanted);
  if (const std::string_view problem = name_problem(name); !problem.empty())
    return StoreError{Why::bad_name, std::string(problem)};
  const auto found = owner->mailboxes.find(name);
  if (found != owner->mailboxes.end() && found->second.selectable)
    return StoreError{Why::already_exists, "that mailbox already exists"};
  if (disk_full_) return StoreError{Why::disk_full, "there is no room on the disk"};
  for (std::size_t slash = name.find('/'); slash != std::string::npos;
       slash = name.find('/', slash + 1)) {
    const std::string superior = name.substr(0, slash);
    if (!owner->mailboxes.contains(superior)) make(*owner, superior, false);
  }
  const std::uint32_t uid_validity = make(*owner, name, true);
  owner->mailboxes.at(name).special_use = special_use;
  return uid_validity;
}

MailStore::Outcome<bool> MailStore::remove(std::string_view account_name, std::string_view wanted) {
  Account* owner = account(account_name);
  if (owner == nullptr) return no_account();
  const std::string name = canonical_mailbox_name(wanted);
  if (name == "INBOX") return StoreError{Why::inbox, "INBOX cannot be deleted"};
  const auto found = owner->mailboxes.find(name);
  if (found == owner->mailboxes.end()) return no_mailbox();
  const auto below = owner->mailboxes.upper_bound(name + "/");
  const bool has_children = below != owner->mailboxes.end() && is_below(below->first, name);
  if (has_children && !found->second.selectable)
    return StoreError{Why::has_children, "the mailbox has others below it"};
  ++changes_;
  if (!has_children) {
    owner->mailboxes.erase(found);
    return true;
  }
  found->second = StoredMailbox{};
  make(*owner, name, false);
  return true;
}

MailStore::Outcome<bool> MailStore::rename(std::string_view account_name, std::string_view old_name,
                                           std::string_view new_name) {
  Account* owner = account(account_name);
  if (owner == nullptr) return no_account();
  const std::string from = canonical_mailbox_name(old_name);
  const std::string to = without_trailing_separator(new_name);
  if (!owner->mailboxes.contains(from)) return no_mailbox();
  if (owner->mailboxes.contains(to))
    return StoreError{Why::already_exists, "a mailbox of the new name already exists"};
  if (is_below(to, from) && from != "INBOX")
    return StoreError{Why::bad_name, "a mailbox cannot be moved below itself"};
  std::vector<std::string> moving;
  for (const auto& [name, box] : owner->mailboxes)
    if (name == from || (from != "INBOX" && is_below(name, from))) moving.push_back(name);
  for (const std::string& name : moving)
    if (const auto problem = name_problem(to + name.substr(from.size())); !problem.empty())
      return StoreError{Why::bad_name, std::string(problem)};
  if (auto made = create(account_name, to); !made) return made.error();
  if (from == "INBOX") {  // RFC 3501 §6.3.5: INBOX itself stays, and so do its inferiors
    StoredMailbox& inbox = owner->mailboxes.at(from);
    StoredMailbox& target = owner->mailboxes.at(to);
    target.messages = std::exchange(inbox.messages, {});
    target.octets = std::exchange(inbox.octets, 0);
    target.keywords = inbox.keywords;
    target.uid_next = inbox.uid_next;
    target.recent_from = inbox.recent_from;
    target.changes = inbox.changes;
    ++inbox.changes;
    return true;
  }
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
    if (owner->subscriptions.insert(without_trailing_separator(name)).second) ++changes_;
}

bool MailStore::unsubscribe(std::string_view account_name, std::string_view name) {
  Account* owner = account(account_name);
  if (owner == nullptr || owner->subscriptions.erase(without_trailing_separator(name)) == 0)
    return false;
  ++changes_;
  return true;
}

}  // namespace posthorn::mail
