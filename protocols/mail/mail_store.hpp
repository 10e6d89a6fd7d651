// The mailboxes of one mail host, as POP3 and IMAP sessions share them: one copyable value.
//
// MailStore { account -> mailboxes -> messages }. Message contents are immutable and shared
// between copies. Names are UTF-8; hierarchy separator '/'; "INBOX" is case-insensitive and always
// exists. UIDs ascend and are never used twice; UIDVALIDITY is unique in an account for ever, so
// that it also identifies a mailbox across RENAME (RFC 3501 §2.3.1.1). Every change of a mailbox
// has a number, which serves as the modification sequence of RFC 7162.
#pragma once

#include <chrono>
#include <cstdint>
#include <map>
#include <memory>
#include <optional>
#include <set>
#include <string>
#include <string_view>
#include <vector>

#include "protocols/core/result.hpp"
#include "protocols/core/time.hpp"
#include "protocols/mail/date.hpp"
#include "protocols/mail/mail_flags.hpp"

namespace posthorn::mail {

struct StoredMessage {
  std::uint32_t uid = 0;  ///< given by the store
  Flags flags;
  DateTime internal_date;                      ///< APPEND may bring a time zone along
  std::shared_ptr<const std::string> content;  ///< the whole message, CRLF lines; never null
  std::uint32_t tag = 0;                       ///< the caller's own message identity, carried along
  std::uint64_t changed = 0;  ///< StoredMailbox::changes when last appended or flagged
};

struct StoredMailbox {
  std::string name;
  std::uint32_t uid_validity = 0;
  std::uint32_t uid_next = 1;
  std::uint32_t recent_from = 1;          ///< messages from this UID on are new to every session
  std::uint64_t changes = 1;              ///< number of the last append, flag change or expunge
  std::uint64_t octets = 0;               ///< of all contents together
  bool selectable = true;                 ///< false: only a level of hierarchy (\Noselect)
  bool pop3_locked = false;               ///< held by a POP3 session (RFC 1939 §4)
  std::optional<Instant> last_pop3_lock;  ///< for LOGIN-DELAY (RFC 2449 §6.5)
  std::uint8_t special_use = 0;           ///< SpecialUse bits
  Keywords keywords;                      ///< every one that a message here ever had
  Keywords last_keywords;                 ///< of the last message that got some, to be shared
  std::vector<StoredMessage> messages;    ///< ascending UID

  [[nodiscard]] const StoredMessage* find(std::uint32_t uid) const;
};

/// Why the store refuses.
struct StoreError : Error {
  enum class Why : std::uint8_t {
    no_account,
    no_mailbox,      ///< also: it cannot hold messages
    no_message,      ///< gone meanwhile
    already_exists,  ///< a mailbox of that name
    bad_name,
    inbox,         ///< INBOX stays
    has_children,  ///< and no messages that could go
    over_quota,
    disk_full,
    exhausted,  ///< no UIDs left
  };
  Why why = Why::no_mailbox;

  StoreError(Why kind, std::string text) : Error{std::move(text)}, why(kind) {}
};

/// What an account may hold; nullopt: as much as it likes (RFC 9208).
struct Quota {
  std::optional<std::uint64_t> octets;
  std::optional<std::uint64_t> messages;
};
struct Usage {
  std::uint64_t octets = 0;
  std::uint64_t messages = 0;
};

/// "inbox" in any case becomes "INBOX" (also as the first level of a longer name).
std::string canonical_mailbox_name(std::string_view name);

class MailStore {
 public:
  template <class T>
  using Outcome = Result<T, StoreError>;

  /// Makes the account with an empty INBOX; false if it exists. Its mailboxes' UIDVALIDITY count
  /// from `first_uid_validity`: a store that was made anew must not bear the former one's (RFC 3501
  /// §2.3.1.1).
  bool add_account(std::string_view account, std::uint32_t first_uid_validity = 1);
  [[nodiscard]] bool has_account(std::string_view account) const;
  [[nodiscard]] std::vector<std::string> accounts() const;
  /// Counts every change of anything in the store.
  [[nodiscard]] std::uint64_t changes() const { return changes_; }

  void set_quota(std::string_view account, Quota quota);
  [[nodiscard]] Quota quota(std::string_view account) const;
  [[nodiscard]] Usage usage(std::string_view account) const;
  /// No room at all: on the disk, or for these accounts. What is here stays, and may be moved.
  void set_no_room(bool disk_full, const std::set<std::string>& full_accounts);

  /// nullptr when there is no such mailbox. Pointers live until the mailbox goes; those to
  /// messages until the mailbox changes.
  [[nodiscard]] const StoredMailbox* find(std::string_view account, std::string_view mailbox) const;
  [[nodiscard]] const StoredMailbox* find(std::string_view account,
                                          std::uint32_t uid_validity) const;
  /// In order of name.
  [[nodiscard]] std::vector<std::string> mailboxes(std::string_view account) const;
  [[nodiscard]] std::size_t mailbox_count(std::string_view account) const;
  [[nodiscard]] std::vector<std::string> subscriptions(std::string_view account) const;

  /// RFC 3501 §6.3.3: also makes the missing superior levels.
  Outcome<std::uint32_t> create(std::string_view account, std::string_view mailbox,
                                std::uint8_t special_use = 0);
  /// RFC 3501 §6.3.4: INBOX stays; with inferiors only the messages go.
  Outcome<bool> remove(std::string_view account, std::string_view mailbox);
  /// RFC 3501 §6.3.5: inferiors move along; renaming INBOX moves its messages only.
  Outcome<bool> rename(std::string_view account, std::string_view from, std::string_view to);
  void subscribe(std::string_view account, std::string_view mailbox);
  bool unsubscribe(std::string_view account, std::string_view mailbox);

  /// Adds `message` under a new UID, which is returned; its uid and changed are ignored.
  Outcome<std::uint32_t> append(std::string_view account, std::string_view mailbox,
                                StoredMessage message);
  /// Delivery in short: a new unseen message in INBOX.
  Outcome<std::uint32_t> deliver(std::string_view account,
                                 std::shared_ptr<const std::string> content,
                                 std::chrono::sys_seconds at, std::uint32_t tag = 0);
  /// All of them or none; the new UIDs in the order of `uids`. Flags and dates go along.
  Outcome<std::vector<std::uint32_t>> copy(std::string_view account, std::string_view from,
                                           const std::vector<std::uint32_t>& uids,
                                           std::string_view to);
  /// The same, and the originals are gone (RFC 6851). Needs no room in the quota.
  Outcome<std::vector<std::uint32_t>> move(std::string_view account, std::string_view from,
                                           const std::vector<std::uint32_t>& uids,
                                           std::string_view to);
  /// True if the message is there and its flags became different. Keywords take the spelling in
  /// which the mailbox knows them.
  bool set_flags(std::string_view account, std::string_view mailbox, std::uint32_t uid,
                 const Flags& flags);
  /// Removes one message, whatever its flags; false if it is not there.
  bool expunge(std::string_view account, std::string_view mailbox, std::uint32_t uid);
  /// Removes many, in one pass: `uids` ascends. Returns how many were there.
  std::size_t expunge(std::string_view account, std::string_view mailbox,
                      const std::vector<std::uint32_t>& uids);
  /// Hands the \Recent messages to one session: returns the old StoredMailbox::recent_from.
  std::uint32_t claim_recent(std::string_view account, std::string_view mailbox);

  /// RFC 1939 §4 exclusive lock: false if somebody holds it (or there is no such mailbox).
  bool lock_pop3(std::string_view account, std::string_view mailbox, Instant now = {});
  void unlock_pop3(std::string_view account, std::string_view mailbox);

 private:
  struct Account {
    std::map<std::string, StoredMailbox, std::less<>> mailboxes;
    std::set<std::string, std::less<>> subscriptions;
    std::uint32_t next_uid_validity = 1;
    Quota quota;
    bool full = false;
  };
  Account* account(std::string_view name);
  [[nodiscard]] const Account* account(std::string_view name) const;
  StoredMailbox* mailbox(std::string_view account_name, std::string_view name);
  std::uint32_t make(Account& owner, const std::string& name, bool selectable);
  [[nodiscard]] static Usage usage_of(const Account& owner);
  /// Why there is no room for so much more; nullopt where there is.
  [[nodiscard]] std::optional<StoreError> no_room(const Account& owner, const Usage& more) const;
  std::uint32_t add(StoredMailbox& box, StoredMessage message);
  Outcome<std::vector<StoredMessage>> picked(std::string_view account_name, std::string_view from,
                                             const std::vector<std::uint32_t>& uids,
                                             std::string_view to);

  std::map<std::string, Account, std::less<>> accounts_;
  std::uint64_t changes_ = 0;
  bool disk_full_ = false;
};

}  // namespace posthorn::mail
