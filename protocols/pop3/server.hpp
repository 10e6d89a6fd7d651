// POP3 server session: RFC 1939 with CAPA (RFC 2449), as a copyable value.
//
// The store is lent to every call and never kept. The maildrop is the account's INBOX, locked from
// login until the session ends; sizes and contents are those of the moment of login (RFC 1939 §4).
// Messages marked by DELE go at QUIT only: a broken connection deletes nothing (RFC 1939 §6).
#pragma once

#include <chrono>
#include <cstddef>
#include <cstdint>
#include <memory>
#include <string>
#include <string_view>
#include <variant>
#include <vector>

#include "protocols/core/line_reader.hpp"
#include "protocols/core/outbox.hpp"
#include "protocols/core/session.hpp"
#include "protocols/mail/mail_store.hpp"
#include "protocols/mail/store_events.hpp"

namespace posthorn::pop3 {

using mail::Closed;
using mail::Expunged;
using mail::LoggedIn;
using mail::LoginAsked;
using mail::MailboxSelected;
using mail::MessageFetched;

using ServerEvent =
    std::variant<LoginAsked, LoggedIn, MailboxSelected, MessageFetched, Expunged, Closed>;

struct ServerConfig {
  std::string hostname = "pop3.example";
  std::chrono::sys_seconds epoch{};     ///< the date at Instant{}
  Duration idle_timeout = 10min;        ///< RFC 1939 §3: at least 10 minutes
  std::size_t max_line = 255;           ///< RFC 2449 §4, with CRLF
  std::size_t max_pending = 64 * 1024;  ///< bytes kept while a decision is open
  unsigned max_bad_commands = 20;       ///< then the connection ends
  unsigned max_failed_logins = 5;       ///< then the connection ends
};

enum class ServerState : std::uint8_t { authorization, transaction, closed };

class Server {
 public:
  explicit Server(ServerConfig config = {}) : config_(std::move(config)) {}

  // Getters.
  [[nodiscard]] ServerState state() const { return state_; }
  [[nodiscard]] const std::string& account() const { return account_; }
  [[nodiscard]] bool waiting_for_decision() const { return waiting_; }

  // Inputs.
  void handle_connect(Instant now);  ///< sends the greeting
  void handle_bytes(Instant now, std::string_view bytes, mail::MailStore& store);
  /// Any end of the connection, orderly or not: gives the lock back.
  void handle_eof(Instant now, mail::MailStore& store);
  void handle_wakeup(Instant now, mail::MailStore& store);

  /// Answers LoginAsked. `account` names the store's account; empty: the user name given.
  void decide_login(Instant now, bool ok, mail::MailStore& store, std::string_view account = {});

  Output<ServerEvent> poll();

 private:
  friend struct ServerCommands;  // one handler a command, and the table of them; see server.cpp

  struct Entry {
    std::uint32_t uid = 0;
    std::uint32_t tag = 0;
    bool deleted = false;
    std::shared_ptr<const std::string> content;
  };

  void work(Instant now, mail::MailStore& store);
  void handle_line(const StreamLine& line, mail::MailStore& store);
  void ok(std::string_view text, std::string_view rule);
  void err(std::string_view text, std::string_view rule);
  /// A command that is none: answers, and ends the session when there were too many.
  void bad(std::string_view text, std::string_view rule, mail::MailStore& store);
  /// A status line and lines up to the lone dot (RFC 1939 §3), `body` not yet stuffed.
  void multiline(std::string_view status, std::string_view body, std::string_view rule);
  void send_message(std::string_view status, std::string_view body, std::string_view rule);
  /// The undeleted message of that number; answers -ERR and returns nullptr if there is none.
  Entry* entry(std::string_view number, std::string_view rule);
  void close(mail::MailStore& store, std::string reason);

  ServerConfig config_;
  ServerState state_ = ServerState::authorization;
  LineReader reader_;
  Outbox<ServerEvent> out_;
  std::string user_;
  std::string account_;
  std::string maildrop_ = "INBOX";
  std::uint32_t uid_validity_ = 0;
  std::vector<Entry> entries_;
  Instant deadline_{};
  unsigned bad_commands_ = 0;
  unsigned failed_logins_ = 0;
  bool waiting_ = false;
  bool locked_ = false;
};

}  // namespace posthorn::pop3
