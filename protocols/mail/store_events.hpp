// What POP3 and IMAP servers tell their host: one set of events, so that the host needs one
// visitor.
#pragma once

#include <cstdint>
#include <string>
#include <utility>

#include "protocols/mail/mail_store.hpp"
#include "protocols/sasl/mechanism.hpp"

namespace posthorn::mail {

/// A question: the server stops until decide_login() answers it.
struct LoginAsked {
  std::string user;
  sasl::Proof proof;
  std::string identity;  ///< whom to act as; "": the user
  friend bool operator==(const LoginAsked&, const LoginAsked&) = default;
};
/// The host's answer to it.
struct LoginDecision {
  enum class Kind : std::uint8_t {
    welcome,
    wrong,        ///< name or password; which of them is not told
    not_allowed,  ///< it is clear who they are, but they may not act as `identity`
    unavailable,  ///< nobody can say just now
  };
  Kind kind = Kind::wrong;
  std::string account;     ///< welcome: how the store calls it
  std::string last_words;  ///< welcome: sasl::Verdict::last_words

  static LoginDecision welcome(std::string account, std::string last_words = {}) {
    return {Kind::welcome, std::move(account), std::move(last_words)};
  }
  static LoginDecision refuse(Kind why = Kind::wrong) { return {why, {}, {}}; }
};
struct LoggedIn {
  std::string account;
  friend bool operator==(const LoggedIn&, const LoggedIn&) = default;
};
struct MailboxSelected {
  std::string mailbox;
  bool read_only = false;
  friend bool operator==(const MailboxSelected&, const MailboxSelected&) = default;
};
/// The client asked for (parts of) a message; `whole`: for all of its bytes.
struct MessageFetched {
  std::string mailbox;
  std::uint32_t uid = 0;
  bool whole = false;
  std::uint32_t tag = 0;  ///< StoredMessage::tag
  friend bool operator==(const MessageFetched&, const MessageFetched&) = default;
};
struct FlagsChanged {
  std::string mailbox;
  std::uint32_t uid = 0;
  Flags flags;  ///< all flags after the change
  std::uint32_t tag = 0;
  friend bool operator==(const FlagsChanged&, const FlagsChanged&) = default;
};
/// By APPEND or COPY; a copy keeps the tag of its original, an upload has tag 0.
struct Appended {
  std::string mailbox;
  std::uint32_t uid = 0;
  std::uint32_t tag = 0;
  friend bool operator==(const Appended&, const Appended&) = default;
};
struct Expunged {
  std::string mailbox;
  std::uint32_t uid = 0;
  std::uint32_t tag = 0;
  friend bool operator==(const Expunged&, const Expunged&) = default;
};
/// A mailbox was created, deleted or renamed, or a subscription changed.
struct MailboxListChanged {
  std::string what;  ///< "CREATE", "DELETE", "RENAME", "SUBSCRIBE", "UNSUBSCRIBE"
  std::string mailbox;
  friend bool operator==(const MailboxListChanged&, const MailboxListChanged&) = default;
};
/// The session is over (QUIT, LOGOUT, timeout, violation, end of stream); always the last event.
struct Closed {
  std::string reason;
  friend bool operator==(const Closed&, const Closed&) = default;
};

}  // namespace posthorn::mail
