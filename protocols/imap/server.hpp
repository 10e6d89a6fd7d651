// IMAP server session as a copyable value: IMAP4rev1 (RFC 3501), and IMAP4rev2 (RFC 9051) for
// clients that enable it. capabilities.cpp lists the extensions.
//
// The store is lent to every call and never kept. Between commands the session remembers only which
// messages (UIDs) it has told its client about: updates by other sessions are found by comparing
// that view with the mailbox, and told at the moments that RFC 3501 §5.2, §5.5 and §7.4.1 allow.
#pragma once

#include <chrono>
#include <cstddef>
#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <variant>
#include <vector>

#include "protocols/core/outbox.hpp"
#include "protocols/core/session.hpp"
#include "protocols/core/tls.hpp"
#include "protocols/imap/framing.hpp"
#include "protocols/mail/mail_store.hpp"
#include "protocols/mail/message.hpp"
#include "protocols/mail/store_events.hpp"
#include "protocols/sasl/exchange.hpp"

namespace posthorn::imap {

using mail::Appended;
using mail::Closed;
using mail::Expunged;
using mail::FlagsChanged;
using mail::LoggedIn;
using mail::LoginAsked;
using mail::LoginDecision;
using mail::MailboxListChanged;
using mail::MailboxSelected;
using mail::MessageFetched;

using ServerEvent =
    std::variant<LoginAsked, LoggedIn, MailboxSelected, MessageFetched, FlagsChanged, Appended,
                 Expunged, MailboxListChanged, TlsWanted, Closed>;

struct ServerConfig {
  std::string hostname = "imap.example";
  std::chrono::sys_seconds epoch{};                                  ///< the date at Instant{}
  std::vector<sasl::Mechanism> mechanisms = sasl::all_mechanisms();  ///< for AUTHENTICATE
  std::string nonce = "posthorn";  ///< differs from session to session; for SASL
  bool offer_starttls = false;
  bool require_tls = false;                      ///< LOGINDISABLED without; nobody logs in
  bool secured = false;                          ///< TLS stands below already (RFC 8314: imaps)
  Duration idle_timeout = 30min;                 ///< RFC 3501 §5.4: at least 30 minutes
  Duration login_timeout = 5min;                 ///< from the greeting to the login
  std::size_t max_line = 64 * 1024;              ///< lines of one command, literals not counted
  std::size_t max_literal = 16 * 1024;           ///< other than APPEND's; also before login
  std::size_t max_message = 32 * 1024 * 1024;    ///< APPEND; more: NO [TOOBIG]
  std::size_t max_discard = 64 * 1024 * 1024;    ///< of unwanted "{n+}" literals; more: BYE
  std::size_t max_response = 256 * 1024 * 1024;  ///< what one FETCH may answer
  std::size_t max_output = 64 * 1024 * 1024;     ///< answers before a pause: see poll()
  std::size_t max_pending = 64 * 1024;           ///< bytes kept while a decision is open
  std::size_t max_mailboxes = 1000;              ///< an account's, by CREATE, RENAME and SUBSCRIBE
  std::size_t max_messages = 1'000'000;          ///< of one mailbox, by APPEND, COPY and MOVE
  std::size_t max_keyword = 200;                 ///< octets of one
  std::size_t max_keywords = 100;                ///< of one mailbox, ever
  std::size_t max_search_keys = 250;             ///< of one SEARCH
  std::uint64_t max_search_octets = 4ULL << 30;  ///< that a SEARCH or FETCH of BINARY looks through
  unsigned max_early_commands = 100;             ///< before the login; then the connection ends
  unsigned max_bad_commands = 50;                ///< and no good one between; then it ends
  unsigned max_failed_logins = 5;                ///< then the connection ends
};

/// RFC 3501 §3.
enum class ServerState : std::uint8_t { not_authenticated, authenticated, selected, logout };
std::string_view to_string(ServerState state);

/// What the client switched on (RFC 5161).
struct Enabled {
  bool condstore = false;  ///< also by every command of RFC 7162 §3.1 that shows it is known
  bool rev2 = false;
  bool utf8 = false;

  /// Mailbox names are UTF-8, not modified UTF-7.
  [[nodiscard]] bool utf8_names() const { return rev2 || utf8; }
};

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
  std::uint32_t uid_next = 1;        ///< messages from this UID on have not been told of
  std::uint64_t changes = 0;         ///< StoredMailbox::changes as last looked at
  std::size_t keywords = 0;          ///< how many the last FLAGS response named
  std::size_t recent = 0;            ///< of the entries
  std::vector<Entry> entries;        ///< sequence number n is entries[n - 1]
  std::vector<std::uint32_t> saved;  ///< UIDs of the last SEARCH RETURN (SAVE), ascending
};

class Server {
 public:
  explicit Server(ServerConfig config = {})
      : config_(std::move(config)), secured_(config_.secured) {}

  // Getters.
  [[nodiscard]] ServerState state() const { return state_; }
  [[nodiscard]] const std::string& account() const { return account_; }
  [[nodiscard]] bool waiting_for_decision() const { return waiting_; }
  /// What is said now is said under TLS.
  [[nodiscard]] bool secured() const { return secured_; }
  [[nodiscard]] const std::optional<MailboxView>& selected() const { return view_; }
  [[nodiscard]] bool idling() const { return expecting_ == Expecting::idle_end; }

  // Inputs.
  void handle_connect(Instant now);  ///< sends the greeting
  void handle_bytes(Instant now, std::string_view bytes, mail::MailStore& store);
  /// Any end of the connection, orderly or not.
  void handle_eof(Instant now, mail::MailStore& store);
  void handle_wakeup(Instant now, mail::MailStore& store);
  /// After TlsWanted: the handshake is done.
  void handle_secured(Instant now);
  void handle_tls_failed(Instant now, std::string reason);
  /// Somebody else may have changed the store: a client that idles is told (RFC 2177).
  void handle_store_changed(Instant now, mail::MailStore& store);

  /// Octets that an unfinished command holds.
  [[nodiscard]] std::size_t held() const { return framer_.partial().size() + framer_.buffered(); }
  /// No room: the literal that is being read is thrown away, and its command refused at its end.
  void forget_content() { framer_.forget(); }
  /// The server is switched off: BYE (RFC 3501 §7.1.5), and the end.
  void go_away();
  /// Answers LoginAsked.
  void decide_login(Instant now, const LoginDecision& decision, mail::MailStore& store);

  /// A client that asks for very much at once gets it in turns: Idle then wants to be woken at
  /// once.
  Output<ServerEvent> poll();

 private:
  friend struct Execution;  // runs one command; see execution.hpp

  /// What the next line from the client is.
  enum class Expecting : std::uint8_t { command, challenge_answer, empty_answer, idle_end };
  /// How updates are told: not every moment allows EXPUNGE; UID commands want UIDs.
  struct Telling {
    bool expunges = true;
    bool uids = false;
  };

  // server.cpp
  void work(Instant now, mail::MailStore& store);
  void read_raw_line(const StreamLine& line, mail::MailStore& store);
  void literal_announced(const LiteralAnnounced& literal);
  void run(Instant now, const Frame& frame, mail::MailStore& store);
  void refuse(const Frame& frame, std::string_view text);
  void refuse_literal(const Frame& frame);
  void refuse_forgotten(const Frame& frame);
  void end_idle(const StreamLine& line, mail::MailStore& store);
  /// "* " text; the word that tells what it is becomes the note's verb.
  void untagged(const std::string& text, std::string_view verb);
  void tagged(std::string_view tag, std::string_view status, const std::string& text,
              std::string_view rule);
  void bad(std::string_view tag, const std::string& text, std::string_view rule);
  [[nodiscard]] bool logged_in() const { return state_ != ServerState::not_authenticated; }
  void say_goodbye(std::string reason);
  void close(std::string reason);

  // server_tls.cpp
  void drop_clear_input();
  [[nodiscard]] bool may_log_in() const { return secured_ || !config_.require_tls; }

  // authentication.cpp
  void answer_to_challenge(const StreamLine& line, mail::MailStore& store);
  void go_on_with(sasl::Step step);
  void challenge(std::string_view text, Expecting then);
  void ask_login(std::string tag, LoginAsked asked, std::string_view rule);
  void refuse_login(const std::string& why);
  void let_in(const mail::MailStore& store);
  [[nodiscard]] std::string capabilities() const;

  // update.cpp
  [[nodiscard]] const mail::StoredMailbox* selected_box(const mail::MailStore& store) const;
  void tell_updates(mail::MailStore& store, Telling how);
  void tell_keywords(const mail::StoredMailbox& box);
  [[nodiscard]] bool only_appended(const mail::StoredMailbox& box) const;
  /// "PERMANENTFLAGS (...)", with "\*" where a mailbox may have more keywords.
  [[nodiscard]] std::string permanent_flags(const mail::StoredMailbox& box) const;
  void tell_expunged(const mail::StoredMailbox* box);
  void tell_new(const mail::StoredMailbox& box, mail::MailStore& store);
  void tell_flags(const mail::StoredMailbox& box, bool uids);
  /// "* n FETCH (UID u FLAGS (...) MODSEQ (m))"; the view takes note of it.
  void tell_message(std::size_t index, const mail::StoredMessage& message, bool uid, bool flags);
  [[nodiscard]] std::string flags_of(const mail::StoredMessage& message, bool recent) const;
  void enable_condstore(const mail::MailStore& store);

  ServerConfig config_;
  ServerState state_ = ServerState::not_authenticated;
  Framer framer_;
  Outbox<ServerEvent> out_;
  std::string account_;
  Enabled enabled_;
  std::optional<MailboxView> view_;
  Expecting expecting_ = Expecting::command;
  std::string open_tag_;  ///< of the LOGIN, AUTHENTICATE or IDLE under way
  std::optional<sasl::ServerExchange> exchange_;
  unsigned exchanges_ = 0;
  std::string_view login_rule_;
  Instant now_{};
  Instant deadline_{};
  std::uint64_t drained_ = 0;  ///< position in the sent stream when poll() was last Idle
  bool paused_ = false;        ///< max_output is reached: the rest waits for a wakeup
  unsigned early_commands_ = 0;
  unsigned bad_commands_ = 0;
  unsigned failed_logins_ = 0;
  bool waiting_ = false;        ///< for decide_login
  bool shaking_hands_ = false;  ///< after STARTTLS: for handle_secured
  bool secured_ = false;
  /// The message that was last looked into: clients fetch a large part piece by piece.
  std::shared_ptr<const mail::Message> parsed_;
};

}  // namespace posthorn::imap
