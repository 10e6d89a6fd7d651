// POP3 server session (RFC 1939), as a copyable value. capabilities.cpp lists the extensions.
//
// The store is lent to every call and never kept. The maildrop is the account's INBOX, locked from
// login until the session ends; sizes and contents are those of the moment of login (RFC 1939 §4).
// Messages marked by DELE go at QUIT only: a broken connection deletes nothing (RFC 1939 §6).
// Every message is given as it is stored, byte for byte; only a client that has not said UTF8 gets
// a surrogate of what holds UTF-8 in its header (RFC 6856 §4, RFC 6858).
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

#include "protocols/core/line_reader.hpp"
#include "protocols/core/outbox.hpp"
#include "protocols/core/session.hpp"
#include "protocols/core/tls.hpp"
#include "protocols/mail/mail_store.hpp"
#include "protocols/mail/store_events.hpp"
#include "protocols/pop3/words.hpp"
#include "protocols/sasl/exchange.hpp"

namespace posthorn::pop3 {

using mail::Closed;
using mail::Expunged;
using mail::LoggedIn;
using mail::LoginAsked;
using mail::LoginDecision;
using mail::MailboxSelected;
using mail::MessageFetched;

using ServerEvent = std::variant<LoginAsked, LoggedIn, MailboxSelected, MessageFetched, Expunged,
                                 TlsWanted, Closed>;

struct ServerConfig {
  std::string hostname = "pop3.example";
  bool offer_apop = true;
  bool offer_starttls = false;  ///< STLS (RFC 2595)
  bool require_tls = false;     ///< nobody logs in without
  bool secured = false;         ///< TLS stands below already (RFC 8314: pop3s)
  std::vector<sasl::Mechanism> mechanisms = sasl::all_mechanisms();  ///< for AUTH
  std::string nonce = "posthorn";       ///< differs from session to session; for APOP and AUTH
  Duration idle_timeout = 10min;        ///< RFC 1939 §3: at least that; since the last command
  Duration login_timeout = 10min;       ///< from the greeting to the login
  Duration login_delay{};               ///< LOGIN-DELAY: between two logins to one maildrop
  std::size_t max_line = 255;           ///< RFC 2449 §4, with CRLF
  std::size_t max_answer = 12 * 1024;   ///< base64 lines within AUTH (RFC 5034 §4)
  std::size_t max_pending = 64 * 1024;  ///< bytes kept while a decision is open
  std::size_t max_output = 64 * 1024 * 1024;  ///< answers before a pause: see poll()
  unsigned max_early_commands = 100;          ///< before the login; then the connection ends
  unsigned max_bad_commands = 20;             ///< then the connection ends
  unsigned max_failed_logins = 5;             ///< then the connection ends
};

/// RFC 1939 §3.
enum class ServerState : std::uint8_t { authorization, transaction, update, closed };

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

  // Inputs.
  void handle_connect(Instant now);  ///< sends the greeting
  void handle_bytes(Instant now, std::string_view bytes, mail::MailStore& store);
  /// Any end of the connection, orderly or not: gives the lock back.
  void handle_eof(Instant now, mail::MailStore& store);
  void handle_wakeup(Instant now, mail::MailStore& store);
  /// After TlsWanted: the handshake is done.
  void handle_secured(Instant now);
  void handle_tls_failed(Instant now, std::string reason);

  /// Answers LoginAsked.
  void decide_login(Instant now, const LoginDecision& decision, mail::MailStore& store);

  /// A client that asks for very much at once gets it in turns: Idle then wants to be woken at
  /// once.
  Output<ServerEvent> poll();

 private:
  friend struct ServerCommands;  // carries out one command; see commands.hpp

  /// What the next line from the client is.
  enum class Expecting : std::uint8_t {
    command,
    answer,        ///< to a challenge of AUTH
    empty_answer,  ///< to the server's last words
  };
  struct Entry {
    std::uint32_t uid = 0;
    std::uint32_t tag = 0;
    bool deleted = false;
    std::shared_ptr<const std::string> content;
  };

  void work(Instant now, mail::MailStore& store);
  void handle_line(const StreamLine& line, mail::MailStore& store);
  void handle_answer(const StreamLine& line, mail::MailStore& store);
  void go_on_with(sasl::Step step, mail::MailStore& store);
  void ask_login(LoginAsked asked, std::string_view rule);
  void refuse_login(std::string_view code, Say why, mail::MailStore& store);
  /// The client may come in: locks the maildrop, unless somebody else has.
  void open_maildrop(mail::MailStore& store);

  void ok(Say what, const std::vector<std::string>& values, std::string_view rule);
  void ok(const std::string& text, std::string_view rule);
  /// `code`: "[AUTH]" and the like (RFC 2449 §8), or "".
  void err(std::string_view code, Say why, std::string_view rule);
  /// A command that is none: answers, and ends the session when there were too many.
  void bad(Say why, std::string_view rule, mail::MailStore& store);
  void challenge(const std::string& text, Expecting then);
  /// A status line and lines up to the lone dot (RFC 1939 §3), `body` not yet stuffed.
  void multiline(const std::string& status, std::string_view body, std::string_view rule);
  void send_message(const std::string& status, std::string_view body, std::string_view rule);
  /// The undeleted message of that number; answers -ERR and returns nullptr if there is none.
  Entry* entry(std::string_view number, std::string_view rule);
  /// What APOP digests: no two sessions have the same.
  [[nodiscard]] std::string time_stamp() const;
  [[nodiscard]] std::string say(Say what, const std::vector<std::string>& values = {}) const {
    return pop3::say(language_, what, values);
  }
  void close(mail::MailStore& store, std::string reason);
  void end_session(std::string reason);
  void drop_clear_input();

  ServerConfig config_;
  ServerState state_ = ServerState::authorization;
  Language language_ = Language::i_default;
  bool utf8_ = false;  ///< the client takes headers in UTF-8
  LineReader reader_;
  Outbox<ServerEvent> out_;
  Expecting expecting_ = Expecting::command;
  std::optional<sasl::ServerExchange> exchange_;
  std::string user_;  ///< by USER
  std::string_view login_rule_;
  std::string account_;
  std::string maildrop_ = "INBOX";
  std::uint32_t uid_validity_ = 0;
  std::vector<Entry> entries_;
  Instant now_{};
  Instant deadline_{};
  std::uint64_t drained_ = 0;   ///< position in the sent stream when poll() was last Idle
  bool paused_ = false;         ///< max_output is reached: the rest waits for a wakeup
  bool waiting_ = false;        ///< for decide_login
  bool shaking_hands_ = false;  ///< after STLS: for handle_secured
  bool secured_ = false;
  bool locked_ = false;
  unsigned exchanges_ = 0;
  unsigned early_commands_ = 0;
  unsigned bad_commands_ = 0;
  unsigned failed_logins_ = 0;
};

}  // namespace posthorn::pop3
