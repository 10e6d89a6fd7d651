// What an IMAP client can be told to do, and what it tells.
#pragma once

#include <cstdint>
#include <memory>
#include <string>
#include <string_view>
#include <variant>
#include <vector>

#include "protocols/core/tls.hpp"
#include "protocols/mail/mail_flags.hpp"
#include "protocols/sasl/mechanism.hpp"

namespace posthorn::imap {

// ---- Commands a Client can be given. -----------------------------------------------------------

/// STARTTLS (RFC 9051 §6.2.1), if the server offers it; where it must be and cannot, CommandFailed.
struct StartTls {
  UseTls use = UseTls::if_offered;
};
/// AUTHENTICATE by the first of `mechanisms` that the server offers; by none of them: LOGIN.
struct Login {
  std::string user;
  std::string password;
  std::vector<sasl::Mechanism> mechanisms{};
  std::string nonce{};
};
struct Select {
  std::string mailbox = "INBOX";
  bool read_only = false;  ///< EXAMINE
};
/// (NOOP, unless just selected,) UID FETCH after:* (UID FLAGS RFC822.SIZE ENVELOPE), then UID FETCH
/// n BODY.PEEK[] for each.
struct FetchNew {
  std::uint32_t after_uid = 0;
  bool mark_seen = false;  ///< then also UID STORE n +FLAGS.SILENT (\Seen)
};
/// UID FETCH 1:up_to (FLAGS): which of the messages that we know are still there, and what became
/// of them (RFC 4549 §4.3.1).
struct FetchKnown {
  std::uint32_t up_to_uid = 0;
};
struct StoreFlags {
  enum class How : std::uint8_t { add, remove, replace };
  std::uint32_t uid = 0;
  How how = How::add;
  mail::Flags flags;
};
/// With `uid` only that message goes, if the server can do that (UIDPLUS, RFC 4315).
struct Expunge {
  std::uint32_t uid = 0;
};
struct Append {
  std::string mailbox;
  mail::Flags flags;
  std::shared_ptr<const std::string> content;
};
/// Several need the mailbox to exist; CommandFailed says "[TRYCREATE]" where it does not.
struct Copy {
  std::uint32_t uid = 0;
  std::string mailbox;
};
/// MOVE (RFC 6851), or COPY, STORE and EXPUNGE where the server has no MOVE.
struct Move {
  std::uint32_t uid = 0;
  std::string mailbox;
};
struct CreateMailbox {
  std::string mailbox;
};
struct ListMailboxes {};
/// IDLE (RFC 2177): the server tells what happens. Any command given meanwhile ends it.
struct Watch {};
struct Noop {};
struct Logout {};
using ClientCommand =
    std::variant<Login, Select, FetchNew, StoreFlags, Expunge, Append, Noop, Logout, Copy, Move,
                 CreateMailbox, ListMailboxes, Watch, StartTls, FetchKnown>;

// ---- Events. -----------------------------------------------------------------------------------

enum class ClientPhase : std::uint8_t {
  greeting,
  idle,
  login,
  select,
  list_new,
  list_known,
  fetch,
  store,
  expunge,
  append,
  noop,
  logout,
  copy,
  move,
  create,
  list,
  watch,       ///< IDLE
  capability,  ///< asked for because of TLS
  tls,         ///< STARTTLS and the handshake
  closed,
};
std::string_view to_string(ClientPhase phase);

/// The greeting has come.
struct Ready {
  friend bool operator==(const Ready&, const Ready&) = default;
};
struct LoggedInClient {
  friend bool operator==(const LoggedInClient&, const LoggedInClient&) = default;
};
struct Selected {
  std::uint32_t exists = 0;
  std::uint32_t uid_validity = 0;
  std::uint32_t uid_next = 0;
  bool read_only = false;
  friend bool operator==(const Selected&, const Selected&) = default;
};
struct MessageListed {
  std::uint32_t uid = 0;
  mail::Flags flags;
  std::uint64_t size = 0;
  std::string envelope;  ///< the ENVELOPE as sent, with its parentheses
  friend bool operator==(const MessageListed&, const MessageListed&) = default;
};
struct MessageReceived {
  std::uint32_t uid = 0;
  std::shared_ptr<const std::string> content;
};
/// A FetchNew is complete; continue from `last_uid` next time.
struct FetchDone {
  std::uint32_t last_uid = 0;
  std::uint32_t messages = 0;
  friend bool operator==(const FetchDone&, const FetchDone&) = default;
};
/// A FetchKnown is complete: these are there still, by ascending UID.
struct KnownListed {
  struct Known {
    std::uint32_t uid = 0;
    mail::Flags flags;
    friend bool operator==(const Known&, const Known&) = default;
  };
  std::vector<Known> messages;
  friend bool operator==(const KnownListed&, const KnownListed&) = default;
};
struct FlagsStored {
  std::uint32_t uid = 0;
  friend bool operator==(const FlagsStored&, const FlagsStored&) = default;
};
/// An EXPUNGE command is complete; `messages` were removed.
struct ExpungeDone {
  std::uint32_t messages = 0;
  friend bool operator==(const ExpungeDone&, const ExpungeDone&) = default;
};
struct AppendDone {
  std::string mailbox;
  std::uint32_t uid = 0;  ///< 0 where the server did not say (RFC 4315 §3)
  friend bool operator==(const AppendDone&, const AppendDone&) = default;
};
/// The server told of a different number of messages.
struct ExistsChanged {
  std::uint32_t exists = 0;
  friend bool operator==(const ExistsChanged&, const ExistsChanged&) = default;
};
/// Another session changed a message's flags.
struct FlagsNoticed {
  std::uint32_t sequence = 0;
  mail::Flags flags;
  friend bool operator==(const FlagsNoticed&, const FlagsNoticed&) = default;
};
/// A message is gone; those behind it move up by one.
struct MessageGone {
  std::uint32_t sequence = 0;
  friend bool operator==(const MessageGone&, const MessageGone&) = default;
};
/// By COPY or MOVE.
struct TransferDone {
  std::uint32_t uid = 0;
  std::string mailbox;
  friend bool operator==(const TransferDone&, const TransferDone&) = default;
};
struct MailboxCreated {
  std::string mailbox;
  friend bool operator==(const MailboxCreated&, const MailboxCreated&) = default;
};
struct MailboxListed {
  std::string mailbox;                  ///< UTF-8
  std::vector<std::string> attributes;  ///< "\HasNoChildren", "\Sent"
  friend bool operator==(const MailboxListed&, const MailboxListed&) = default;
};
/// A ListMailboxes is complete.
struct ListDone {
  friend bool operator==(const ListDone&, const ListDone&) = default;
};
/// NO or BAD; the session goes on.
struct CommandFailed {
  std::string tag;
  ClientPhase phase = ClientPhase::idle;
  std::string text;
  friend bool operator==(const CommandFailed&, const CommandFailed&) = default;
};
struct SessionFailed {
  ClientPhase phase = ClientPhase::greeting;
  std::string reason;
  friend bool operator==(const SessionFailed&, const SessionFailed&) = default;
};
struct Done {
  friend bool operator==(const Done&, const Done&) = default;
};
/// Exactly one of SessionFailed and Done ends every session.
using ClientEvent =
    std::variant<Ready, LoggedInClient, Selected, MessageListed, MessageReceived, FetchDone,
                 FlagsStored, ExpungeDone, AppendDone, ExistsChanged, CommandFailed, SessionFailed,
                 Done, FlagsNoticed, MessageGone, TransferDone, MailboxCreated, MailboxListed,
                 ListDone, TlsWanted, KnownListed>;

}  // namespace posthorn::imap
