// IMAP4rev1 server session (RFC 3501), as a copyable value.
//
// The store is lent to every call and never kept. Between commands the session remembers only which
// messages (UIDs) it has told its client about: updates by other sessions are found by comparing
// that view with the mailbox, and told at the moments that RFC 3501 §5.2, §5.5 and §7.4.1 allow.
#pragma once

#include <chrono>
#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <variant>
#include <vector>

#include "protocols/core/outbox.hpp"
#include "protocols/core/session.hpp"
#include "protocols/imap/framing.hpp"
#include "protocols/mail/mail_store.hpp"
#include "protocols/mail/store_events.hpp"

namespace posthorn::imap {

using mail::Appended;
using mail::Closed;
using mail::Expunged;
using mail::FlagsChanged;
using mail::LoggedIn;
using mail::LoginAsked;
using mail::MailboxListChanged;
using mail::MailboxSelected;
using mail::MessageFetched;

using ServerEvent = std::variant<LoginAsked, LoggedIn, MailboxSelected, MessageFetched,
                                 FlagsChanged, Appended, Expunged, MailboxListChanged, Closed>;

struct ServerConfig {
  std::string hostname = "imap.example";
  std::chrono::sys_seconds epoch{};              ///< the date at Instant{}
  Duration idle_timeout = 30min;                 ///< RFC 3501 §5.4: at least 30 minutes
  Duration login_timeout = 5min;                 ///< before authentication
  std::size_t max_line = 16 * 1024;              ///< lines of one command, literals not counted
  std::size_t max_literal = 16 * 1024;           ///< other than APPEND's; also before login
  std::size_t max_message = 32 * 1024 * 1024;    ///< APPEND
  std::size_t max_response = 256 * 1024 * 1024;  ///< what one FETCH may answer
  std::size_t max_pending = 64 * 1024;           ///< bytes kept while a decision is open
  std::size_t max_mailboxes = 1000;              ///< an account's, by CREATE, RENAME and SUBSCRIBE
  std::size_t max_keywords = 100;                ///< of one message
  unsigned max_bad_commands = 50;                ///< then the connection ends
  unsigned max_failed_logins = 5;                ///< then the connection ends
};

/// RFC 3501 §3.
enum class ServerState : std::uint8_t { not_authenticated, authenticated, selected, logout };
std::string_view to_string(ServerState state);

/// What a session has told its client about its mailbox.
struct MailboxView {
  struct Entry {
    std::uint32_t uid = 0;
    std::uint64_t changed = 0;  ///< StoredMessage::changed as last told
    bool recent = false;
  };
  std::string name;
  std::uint32_t uid_validity = 0;  ///< identifies the mailbox even after RENAME
  bool read_only = false;
  std::uint32_t uid_next = 1;  ///< messages from this UID on have not been told of
  std::uint64_t changes = 0;   ///< StoredMailbox::changes as last looked at
  std::vector<Entry> entries;  ///< sequence number n is entries[n - 1]
};

class Server {
 public:
  explicit Server(ServerConfig config = {}) : config_(std::move(config)) {}

  // Getters.
  [[nodiscard]] ServerState state() const { return state_; }
  [[nodiscard]] const std::string& account() const { return account_; }
  [[nodiscard]] bool waiting_for_decision() const { return waiting_; }
  [[nodiscard]] bool idling() const { return !idle_tag_.empty(); }
  [[nodiscard]] const std::optional<MailboxView>& selected() const { return view_; }

  // Inputs.
  void handle_connect(Instant now);  ///< sends the greeting
  void handle_bytes(Instant now, std::string_view bytes, mail::MailStore& store);
  /// Any end of the connection, orderly or not.
  void handle_eof(Instant now, mail::MailStore& store);
  void handle_wakeup(Instant now, mail::MailStore& store);
  /// Somebody changed the store. Only a client in IDLE is told at once.
  void handle_store_changed(Instant now, mail::MailStore& store);

  /// Answers LoginAsked. `account` names the store's account; empty: the user name given.
  void decide_login(Instant now, bool ok, mail::MailStore& store, std::string_view account = {});

  Output<ServerEvent> poll();

 private:
  friend struct Execution;  // runs one command; see execution.hpp

  void work(Instant now, mail::MailStore& store);
  void literal_announced(const LiteralAnnounced& literal);
  void run(Instant now, const Frame& frame, mail::MailStore& store);
  void refuse(const Frame& frame, std::string_view text);
  void answer_to_challenge(const StreamLine& line);
  void end_idle(Instant now, const StreamLine& line, mail::MailStore& store);
  void ask_login(std::string tag, std::string user, std::string password, std::string_view rule);
  void ask_plain_login(std::string tag, std::string_view base64);
  /// "* " text; the word that tells what it is becomes the note's verb.
  void untagged(const std::string& text, std::string_view verb);
  void tagged(std::string_view tag, std::string_view status, const std::string& text,
              std::string_view rule);
  void bad(std::string_view tag, const std::string& text, std::string_view rule);
  [[nodiscard]] std::string capabilities() const;
  void close(std::string reason);

  ServerConfig config_;
  ServerState state_ = ServerState::not_authenticated;
  Framer framer_;
  Outbox<ServerEvent> out_;
  std::string account_;
  std::optional<MailboxView> view_;
  std::string login_tag_;  ///< of the LOGIN or AUTHENTICATE being decided
  std::string login_user_;
  std::string_view login_rule_;
  std::string idle_tag_;  ///< of the IDLE that is going on
  Instant deadline_{};
  unsigned bad_commands_ = 0;
  unsigned failed_logins_ = 0;
  bool authenticating_ = false;  ///< the next line answers AUTHENTICATE's challenge
  bool waiting_ = false;         ///< for decide_login
};

}  // namespace posthorn::imap
