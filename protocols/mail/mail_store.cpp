// Messages in mailboxes. Accounts' mailboxes as a whole: mail_store_mailboxes.cpp.
#include "protocols/mail/mail_store.hpp"

#include <algorithm>
#include <limits>
#include <utility>

namespace posthorn::mail {

namespace {

using Why = StoreError::Why;

constexpr std::uint32_t last_uid = std::numeric_limits<std::uint32_t>::max();

StoreError no_mailbox() { return {Why::no_mailbox, "there is no such mailbox"}; }

/// The keywords as the mailbox first saw them; it learns those that are new.
void agree_on_spelling(StoredMailbox& box, Flags& flags) {
  if (flags.keywords.empty()) return;
  if (flags.keywords == box.last_keywords) {
    flags.keywords = box.last_keywords;
    return;
  }
  Keywords known;
  for (const std::string& keyword : flags.keywords) known.learn(box.keywords.learn(keyword));
  box.last_keywords = flags.keywords = std::move(known);
}

}  // namespace

const StoredMessage* StoredMailbox::find(std::uint32_t uid) const {
  const auto at =
      std::lower_bound(messages.begin(), messages.end(), uid,
                       [](const StoredMessage& m, std::uint32_t u) { return m.uid < u; });
  return at != messages.end() && at->uid == uid ? &*at : nullptr;
}

std::uint32_t MailStore::add(StoredMailbox& box, StoredMessage message) {
  if (message.content == nullptr) message.content = std::make_shared<const std::string>();
  agree_on_spelling(box, message.flags);
  message.uid = box.uid_next++;
  message.changed = ++box.changes;
  box.octets += message.content->size();
  box.messages.push_back(std::move(message));
  ++changes_;
  return box.messages.back().uid;
}

MailStore::Outcome<std::uint32_t> MailStore::append(std::string_view account_name,
                                                    std::string_view name, StoredMessage message) {
  StoredMailbox* box = mailbox(account_name, name);
  if (box == nullptr || !box->selectable) return no_mailbox();
  if (box->uid_next == last_uid) return StoreError{Why::exhausted, "the mailbox has no UIDs left"};
  const std::size_t size = message.content == nullptr ? 0 : message.content->size();
  if (auto why = no_room(*account(account_name), {size, 1})) return *std::move(why);
  return add(*box, std::move(message));
}

MailStore::Outcome<std::uint32_t> MailStore::deliver(std::string_view account_name,
                                                     std::shared_ptr<const std::string> content,
                                                     std::chrono::sys_seconds at,
                                                     std::uint32_t tag) {
  StoredMessage message;
  message.internal_date = {at, 0};
  message.content = std::move(content);
  message.tag = tag;
  return append(account_name, "INBOX", std::move(message));
}

/// Copies of the messages, if all are there and `to` can take them.
MailStore::Outcome<std::vector<StoredMessage>> MailStore::picked(
    std::string_view account_name, std::string_view from, const std::vector<std::uint32_t>& uids,
    std::string_view to) {
  const StoredMailbox* source = mailbox(account_name, from);
  const StoredMailbox* target = mailbox(account_name, to);
  if (source == nullptr || target == nullptr || !target->selectable) return no_mailbox();
  if (last_uid - target->uid_next < uids.size())
    return StoreError{Why::exhausted, "the mailbox has no UIDs left"};
  std::vector<StoredMessage> messages;
  for (const std::uint32_t uid : uids) {
    const StoredMessage* message = source->find(uid);
    if (message == nullptr) return StoreError{Why::no_message, "a message no longer exists"};
    messages.push_back(*message);
  }
  return messages;
}

MailStore::Outcome<std::vector<std::uint32_t>> MailStore::copy(
    std::string_view account_name, std::string_view from, const std::vector<std::uint32_t>& uids,
    std::string_view to) {
  auto messages = picked(account_name, from, uids, to);
  if (!messages) return messages.error();
  Usage more{0, messages->size()};
  for (const StoredMessage& message : *messages) more.octets += message.content->size();
  if (auto why = no_room(*account(account_name), more)) return *std::move(why);
  StoredMailbox& target = *mailbox(account_name, to);
  std::vector<std::uint32_t> given;
  for (StoredMessage& message : *messages) given.push_back(add(target, std::move(message)));
  return given;
}

MailStore::Outcome<std::vector<std::uint32_t>> MailStore::move(
    std::string_view account_name, std::string_view from, const std::vector<std::uint32_t>& uids,
    std::string_view to) {
  auto messages = picked(account_name, from, uids, to);
  if (!messages) return messages.error();
  StoredMailbox& target = *mailbox(account_name, to);
  std::vector<std::uint32_t> given;
  for (StoredMessage& message : *messages) given.push_back(add(target, std::move(message)));
  std::vector<std::uint32_t> ascending = uids;
  std::sort(ascending.begin(), ascending.end());
  expunge(account_name, from, ascending);
  return given;
}

bool MailStore::set_flags(std::string_view account_name, std::string_view name, std::uint32_t uid,
                          const Flags& flags) {
  StoredMailbox* box = mailbox(account_name, name);
  const StoredMessage* found = box == nullptr ? nullptr : box->find(uid);
  if (found == nullptr) return false;
  Flags wanted = flags;
  agree_on_spelling(*box, wanted);
  if (found->flags == wanted) return false;
  StoredMessage& message = box->messages[static_cast<std::size_t>(found - box->messages.data())];
  message.flags = std::move(wanted);
  message.changed = ++box->changes;
  ++changes_;
  return true;
}

bool MailStore::expunge(std::string_view account_name, std::string_view name, std::uint32_t uid) {
  return expunge(account_name, name, std::vector<std::uint32_t>{uid}) == 1;
}

std::size_t MailStore::expunge(std::string_view account_name, std::string_view name,
                               const std::vector<std::uint32_t>& uids) {
  StoredMailbox* box = mailbox(account_name, name);
  if (box == nullptr) return 0;
  auto next = uids.begin();
  std::uint64_t freed = 0;
  const std::size_t removed = std::erase_if(box->messages, [&](const StoredMessage& message) {
    while (next != uids.end() && *next < message.uid) ++next;
    if (next == uids.end() || *next != message.uid) return false;
    freed += message.content->size();
    return true;
  });
  if (removed == 0) return 0;
  box->octets -= freed;
  box->changes += removed;
  ++changes_;
  return removed;
}

std::uint32_t MailStore::claim_recent(std::string_view account_name, std::string_view name) {
  StoredMailbox* box = mailbox(account_name, name);
  if (box == nullptr) return 1;
  const std::uint32_t before = std::exchange(box->recent_from, box->uid_next);
  if (before != box->recent_from) ++changes_;
  return before;
}

bool MailStore::lock_pop3(std::string_view account_name, std::string_view name, Instant now) {
  StoredMailbox* box = mailbox(account_name, name);
  if (box == nullptr || box->pop3_locked) return false;
  box->pop3_locked = true;
  box->last_pop3_lock = now;
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
