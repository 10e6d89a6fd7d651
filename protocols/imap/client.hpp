// IMAP client sessions, as copyable values.
//
// Client: sends queued commands one after the other and turns the answers into events.
// ImapClient: the mail user agent's use of it (log in, select, fetch what is new, mark, delete).
#pragma once

#include <cstddef>
#include <cstdint>
#include <deque>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <variant>
#include <vector>

#include "protocols/core/outbox.hpp"
#include "protocols/core/session.hpp"
#include "protocols/imap/framing.hpp"
#include "protocols/mail/mail_store.hpp"

namespace posthorn::imap {

// ---- Commands a Client can be given. -----------------------------------------------------------

struct Login {
  std::string user;
  std::string password;
};
struct Select {
  std::string mailbox = "INBOX";
  bool read_only = false;  ///< EXAMINE
};
/// UID FETCH after:* (UID FLAGS RFC822.SIZE ENVELOPE), then UID FETCH n BODY.PEEK[] for each.
struct FetchNew {
  std::uint32_t after_uid = 0;
  bool mark_seen = false;  ///< then also UID STORE n +FLAGS.SILENT (\Seen)
};
struct StoreFlags {
  enum class How : std::uint8_t { add, remove, replace };
  std::uint32_t uid = 0;
  How how = How::add;
  mail::Flags flags;
};
struct Expunge {};
struct Append {
  std::string mailbox;
  mail::Flags flags;
  std::shared_ptr<const std::string> content;
};
struct Noop {};
struct Logout {};
using ClientCommand =
    std::variant<Login, Select, FetchNew, StoreFlags, Expunge, Append, Noop, Logout>;

// ---- Events. -----------------------------------------------------------------------------------

enum class ClientPhase : std::uint8_t {
  greeting,
  idle,
  login,
  select,
  list_new,
  fetch,
  store,
  expunge,
  append,
  noop,
  logout,
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
  friend bool operator==(const AppendDone&, const AppendDone&) = default;
};
/// The server told of a different number of messages.
struct ExistsChanged {
  std::uint32_t exists = 0;
  friend bool operator==(const ExistsChanged&, const ExistsChanged&) = default;
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
using ClientEvent = std::variant<Ready, LoggedInClient, Selected, MessageListed, MessageReceived,
                                 FetchDone, FlagsStored, ExpungeDone, AppendDone, ExistsChanged,
                                 CommandFailed, SessionFailed, Done>;

struct ClientLimits {
  Duration reply_timeout = 2min;
  std::size_t max_line = 64 * 1024;  ///< one response, literals not counted
  std::size_t max_literal = 64 * 1024 * 1024;
  std::size_t max_listed = 100'000;  ///< messages of one FetchNew
};

class Client {
 public:
  explicit Client(ClientLimits limits = {}) : limits_(limits) {}

  // Getters.
  [[nodiscard]] ClientPhase phase() const { return phase_; }
  /// Nothing is queued or under way.
  [[nodiscard]] bool quiet() const { return phase_ == ClientPhase::idle && queue_.empty(); }

  // Inputs.
  void handle_connect(Instant now);
  void handle_bytes(Instant now, std::string_view bytes);
  void handle_eof(Instant now);
  void handle_wakeup(Instant now);

  // Commands. They run in order, each after the one before has been answered.
  void enqueue(Instant now, ClientCommand command);
  /// Drops what is queued but not begun.
  void drop_queue() { queue_.clear(); }

  Output<ClientEvent> poll();

 private:
  struct Sender;  // turns a command into bytes

  void handle_frame(Instant now, const Frame& frame);
  void handle_greeting(Instant now, const Frame& frame);
  void handle_continuation(Instant now, const Frame& frame);
  void handle_untagged(const Frame& frame);
  void handle_tagged(Instant now, const Frame& frame);
  void handle_fetch(std::string_view items, const Frame& frame);
  void completed(Instant now);
  void start_next(Instant now);
  void send(ClientPhase phase, std::string_view verb, std::string_view rest, std::string_view rule);
  void start(const Login& command);
  void start(const Select& command);
  void start(const FetchNew& command);
  void start(const StoreFlags& command);
  void start(const Expunge& command);
  void start(const Append& command);
  void start(const Noop& command);
  void start(const Logout& command);
  void fetch_one_or_finish();
  void fail(std::string reason);

  ClientLimits limits_;
  ClientPhase phase_ = ClientPhase::greeting;
  Framer framer_;
  Outbox<ClientEvent> out_;
  std::deque<ClientCommand> queue_;
  std::string tag_;
  std::string pending_;              ///< bytes to send at the next "+ "
  std::uint64_t command_begin_ = 0;  ///< of the command under way, in the sent stream
  std::string command_verb_;
  std::string_view command_rule_;
  bool sent_whole_ = false;  ///< of the command under way
  unsigned tags_ = 0;
  Selected selecting_;
  FetchNew fetching_;
  std::vector<std::uint32_t> to_fetch_;  ///< UIDs, ascending; from fetch_at_ on not yet asked for
  std::size_t fetch_at_ = 0;
  std::uint32_t fetched_ = 0;
  bool got_body_ = false;
  bool storing_for_fetch_ = false;
  std::uint32_t store_uid_ = 0;
  std::uint32_t expunged_ = 0;
  std::string append_mailbox_;
  std::uint32_t exists_ = 0;
  Instant deadline_{};
};

struct ClientConfig {
  std::string user;
  std::string password;
  std::string mailbox = "INBOX";
  std::uint32_t last_seen_uid = 0;  ///< fetch_new() asks for greater UIDs
  bool mark_seen = false;           ///< fetch_new() also marks what it fetched \Seen
  ClientLimits limits{};
};

/// Logs in and selects by itself when connected; the rest on request, in order. A failed login or
/// select ends the session with SessionFailed (after a polite LOGOUT).
class ImapClient {
 public:
  explicit ImapClient(ClientConfig config)
      : config_(std::move(config)), client_(config_.limits), last_uid_(config_.last_seen_uid) {}

  // Getters.
  [[nodiscard]] ClientPhase phase() const { return client_.phase(); }
  [[nodiscard]] bool quiet() const { return client_.quiet(); }
  [[nodiscard]] std::uint32_t last_seen_uid() const { return last_uid_; }
  [[nodiscard]] std::uint32_t uid_validity() const { return uid_validity_; }

  // Inputs.
  void handle_connect(Instant now);
  void handle_bytes(Instant now, std::string_view bytes);
  void handle_eof(Instant now) { client_.handle_eof(now); }
  void handle_wakeup(Instant now) { client_.handle_wakeup(now); }

  // Commands, at any time (also before the login is through).
  void fetch_new(Instant now);
  void mark_seen(Instant now, std::uint32_t uid);
  void delete_message(Instant now, std::uint32_t uid);  ///< \Deleted, then EXPUNGE
  void append(Instant now, std::string mailbox, std::shared_ptr<const std::string> content);
  void logout(Instant now);

  Output<ClientEvent> poll();

 private:
  void watch(const ClientEvent& event);

  ClientConfig config_;
  Client client_;
  std::uint32_t last_uid_ = 0;
  std::uint32_t uid_validity_ = 0;
  Instant now_{};
  std::optional<SessionFailed> failure_;  ///< told instead of Done
};

}  // namespace posthorn::imap
