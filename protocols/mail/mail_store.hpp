// The mailboxes of one mail host, as POP3 and IMAP sessions share them: one copyable value.
//
// MailStore { account -> mailboxes -> messages }. Message contents are immutable and shared
// between copies. Hierarchy separator '/'; "INBOX" is case-insensitive and always exists. UIDs
// ascend and are never used twice; UIDVALIDITY is unique in an account for ever, so that it also
// identifies a mailbox across RENAME (RFC 3501 §2.3.1.1).
#pragma once

#include <chrono>
#include <cstdint>
#include <map>
#include <memory>
#include <set>
#include <string>
#include <string_view>
#include <vector>

#include "protocols/core/result.hpp"

namespace posthorn::mail {

/// System flags of RFC 3501 §2.3.2, as bits. \Recent belongs to a session, not to a message.
enum class SystemFlag : std::uint8_t {
  answered = 1,
  flagged = 2,
  deleted = 4,
  seen = 8,
  draft = 16,
};

struct Flags {
  std::uint8_t system = 0;         ///< SystemFlag bits
  std::set<std::string> keywords;  ///< as first written; compared without regard to case when added

  [[nodiscard]] bool has(SystemFlag flag) const {
    return (system & static_cast<std::uint8_t>(flag)) != 0;
  }
  Flags& add(SystemFlag flag) {
    system = static_cast<std::uint8_t>(system | static_cast<std::uint8_t>(flag));
    return *this;
  }
  Flags& remove(SystemFlag flag) {
    system = static_cast<std::uint8_t>(system & ~static_cast<unsigned>(flag));
    return *this;
  }
  [[nodiscard]] bool has_keyword(std::string_view keyword) const;
  void add_keyword(std::string_view keyword);
  void remove_keyword(std::string_view keyword);
  void add(const Flags& others);
  void remove(const Flags& others);
  /// "\Answered \Seen $Label", in a fixed order, without parentheses.
  [[nodiscard]] std::string to_string() const;
  friend bool operator==(const Flags&, const Flags&) = default;
};

struct StoredMessage {
  std::uint32_t uid = 0;  ///< given by the store
  Flags flags;
  std::chrono::sys_seconds internal_date{};
  std::shared_ptr<const std::string> content;  ///< the whole message, CRLF lines; never null
  std::uint32_t tag = 0;                       ///< the caller's own message identity, carried along
  std::uint64_t changed = 0;  ///< StoredMailbox::changes when last appended or flagged
};

struct StoredMailbox {
  std::string name;
  std::uint32_t uid_validity = 0;
  std::uint32_t uid_next = 1;
  std::uint32_t recent_from = 1;        ///< messages from this UID on are new to every session
  std::uint64_t changes = 0;            ///< counts appends, flag changes and expunges
  bool selectable = true;               ///< false: only a level of hierarchy (\Noselect)
  bool pop3_locked = false;             ///< held by a POP3 session (RFC 1939 §4)
  std::vector<StoredMessage> messages;  ///< ascending UID

  [[nodiscard]] const StoredMessage* find(std::uint32_t uid) const;
};

/// "inbox" in any case becomes "INBOX" (also as the first level of a longer name).
std::string canonical_mailbox_name(std::string_view name);

class MailStore {
 public:
  /// Makes the account with an empty INBOX; false if it exists.
  bool add_account(std::string_view account);
  [[nodiscard]] bool has_account(std::string_view account) const;
  [[nodiscard]] std::vector<std::string> accounts() const;
  /// Counts every change of anything in the store.
  [[nodiscard]] std::uint64_t changes() const { return changes_; }

  /// nullptr when there is no such mailbox. Pointers live until the store changes.
  [[nodiscard]] const StoredMailbox* find(std::string_view account, std::string_view mailbox) const;
  [[nodiscard]] const StoredMailbox* find(std::string_view account,
                                          std::uint32_t uid_validity) const;
  /// In order of name.
  [[nodiscard]] std::vector<std::string> mailboxes(std::string_view account) const;
  [[nodiscard]] std::vector<std::string> subscriptions(std::string_view account) const;

  /// RFC 3501 §6.3.3: also makes the missing superior levels.
  Result<std::uint32_t> create(std::string_view account, std::string_view mailbox);
  /// RFC 3501 §6.3.4: INBOX stays; with inferiors only the messages go.
  Result<bool> remove(std::string_view account, std::string_view mailbox);
  /// RFC 3501 §6.3.5: inferiors move along; renaming INBOX moves its messages only.
  Result<bool> rename(std::string_view account, std::string_view from, std::string_view to);
  void subscribe(std::string_view account, std::string_view mailbox);
  bool unsubscribe(std::string_view account, std::string_view mailbox);

  /// Adds `message` under a new UID, which is returned; its uid and changed are ignored.
  Result<std::uint32_t> append(std::string_view account, std::string_view mailbox,
                               StoredMessage message);
  /// Delivery in short: a new unseen message in INBOX.
  Result<std::uint32_t> deliver(std::string_view account,
                                std::shared_ptr<const std::string> content,
                                std::chrono::sys_seconds at, std::uint32_t tag = 0);
  /// True if the message is there and its flags became different.
  bool set_flags(std::string_view account, std::string_view mailbox, std::uint32_t uid,
                 const Flags& flags);
  /// Removes one message, whatever its flags; false if it is not there.
  bool expunge(std::string_view account, std::string_view mailbox, std::uint32_t uid);
  /// Hands the \Recent messages to one session: returns the old StoredMailbox::recent_from.
  std::uint32_t claim_recent(std::string_view account, std::string_view mailbox);

  /// RFC 1939 §4 exclusive lock: false if somebody holds it (or there is no such mailbox).
  bool lock_pop3(std::string_view account, std::string_view mailbox);
  void unlock_pop3(std::string_view account, std::string_view mailbox);

 private:
  struct Account {
    std::map<std::string, StoredMailbox, std::less<>> mailboxes;
    std::set<std::string, std::less<>> subscriptions;
    std::uint32_t next_uid_validity = 1;
  };
  Account* account(std::string_view name);
  [[nodiscard]] const Account* account(std::string_view name) const;
  StoredMailbox* mailbox(std::string_view account_name, std::string_view name);
  std::uint32_t make(Account& owner, const std::string& name, bool selectable);

  std::map<std::string, Account, std::less<>> accounts_;
  std::uint64_t changes_ = 0;
};

}  // namespace posthorn::mail
