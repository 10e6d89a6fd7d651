// POP3 client session: one visit to a maildrop, as a copyable value.
//
// greeting, CAPA, UTF8 where the server knows it, the login, LIST, UIDL, RETR of what is new, DELE
// of what shall not stay, QUIT. It runs by itself: the host only moves bytes and reads events.
// Where the server offers PIPELINING (RFC 2449 §6.6), LIST and UIDL go together, and several RETR
// are under way at once.
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

#include "protocols/core/line_reader.hpp"
#include "protocols/core/outbox.hpp"
#include "protocols/core/session.hpp"
#include "protocols/core/tls.hpp"
#include "protocols/pop3/capabilities.hpp"
#include "protocols/sasl/exchange.hpp"

namespace posthorn::pop3 {

/// Where in the visit the client is; the text of SessionFailed and of the viewer comes from it.
enum class ClientPhase : std::uint8_t {
  greeting,
  capa,
  stls,
  utf8,
  user,
  pass,
  apop,
  auth,
  list,
  uidl,
  retr,
  dele,
  quit,
  closed,
};
std::string_view to_string(ClientPhase phase);

struct ListEntry {
  std::uint32_t number = 0;
  std::uint64_t size = 0;
  std::string uidl;  ///< "" when the server has no UIDL
  bool is_new = true;
  friend bool operator==(const ListEntry&, const ListEntry&) = default;
};

struct LoggedInClient {
  friend bool operator==(const LoggedInClient&, const LoggedInClient&) = default;
};
struct ListReceived {
  std::vector<ListEntry> entries;
  friend bool operator==(const ListReceived&, const ListReceived&) = default;
};
struct MessageReceived {
  std::uint32_t number = 0;
  std::string uidl;
  std::shared_ptr<const std::string> content;  ///< dot-stuffing removed
};
/// The server confirmed the deletion at QUIT for every DELE sent.
struct MessageDeleted {
  std::uint32_t number = 0;
  std::string uidl;
  friend bool operator==(const MessageDeleted&, const MessageDeleted&) = default;
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
using ClientEvent = std::variant<LoggedInClient, ListReceived, MessageReceived, MessageDeleted,
                                 TlsWanted, SessionFailed, Done>;

struct ClientConfig {
  std::string user;
  std::string password;
  /// Of those that the server offers too, the first is used (APOP is known by the greeting). None:
  /// USER and PASS.
  std::vector<sasl::Mechanism> mechanisms;
  std::string nonce = "posthorn";  ///< differs from session to session; for SCRAM
  UseTls tls = UseTls::never;
  bool secured = false;  ///< TLS stands below already (RFC 8314: pop3s)
  bool leave_on_server = false;
  std::vector<std::string> already_seen_uidls;  ///< not fetched again
  std::vector<std::string> delete_uidls;        ///< deleted although mail is left on the server
  std::size_t window = 8;                       ///< RETR under way at once, with PIPELINING
  Duration reply_timeout = 2min;
  std::size_t max_line = 4096;
  std::size_t max_messages = 100'000;
  std::size_t max_message = 64 * 1024 * 1024;
};

class Pop3Client {
 public:
  explicit Pop3Client(ClientConfig config)
      : config_(std::move(config)), secured_(config_.secured) {}

  /// Of the command that is answered next.
  [[nodiscard]] ClientPhase phase() const;
  /// What is said now is said under TLS.
  [[nodiscard]] bool secured() const { return secured_; }

  void handle_connect(Instant now);
  void handle_bytes(Instant now, std::string_view bytes);
  void handle_eof(Instant now);
  void handle_wakeup(Instant now);
  /// After TlsWanted: the handshake is done.
  void handle_secured(Instant now);
  /// Also before the greeting, where TLS comes first.
  void handle_tls_failed(Instant now, std::string reason);

  Output<ClientEvent> poll();

 private:
  /// A command that was sent and not answered yet.
  struct Asked {
    ClientPhase phase = ClientPhase::greeting;
    std::size_t entry = 0;  ///< RETR, DELE
    std::string_view rule;
  };

  void handle_status(const StreamLine& line);
  void handle_body_line(const StreamLine& line);
  void body_complete(std::uint64_t end);
  void status_ok(const Asked& asked, const std::string& text);
  void status_err(const Asked& asked, const std::string& text);
  void parse_list_line(std::string_view line);
  void parse_uidl_line(std::string_view line);
  void announce_list();

  // client_commands.cpp
  void ask(ClientPhase phase, std::string_view verb, const std::string& argument,
           std::string_view rule, std::size_t entry = 0);
  void get_secured();
  void introduce();
  void end_clear_input();
  void log_in();
  void begin_exchange(sasl::Mechanism mechanism);
  void answer_challenge(const StreamLine& line);
  void logged_in();
  void plan_visit();
  void go_on();
  void quit();
  void quit_because(ClientPhase phase, std::string reason);
  void finish();
  void fail(std::string reason);
  void end(ClientEvent last);

  ClientConfig config_;
  bool closed_ = false;
  LineReader reader_;
  Outbox<ClientEvent> out_;
  std::deque<Asked> asked_{Asked{}};  ///< the greeting counts as asked for
  Offer offer_;
  std::string time_stamp_;  ///< of the greeting, for APOP
  std::optional<sasl::ClientExchange> exchange_;
  std::optional<std::string> late_initial_;  ///< first answer, too long to go with AUTH
  std::string auth_problem_;
  std::vector<ListEntry> entries_;
  std::deque<std::size_t> to_fetch_;
  std::deque<std::size_t> to_delete_;
  std::vector<std::size_t> deleting_;  ///< DELE was accepted; gone when QUIT is
  bool in_body_ = false;               ///< inside a multi-line reply
  bool has_uidl_ = true;               ///< until CAPA says otherwise
  bool quitting_ = false;              ///< QUIT is sent
  bool shaking_hands_ = false;         ///< for handle_secured
  bool secured_ = false;
  std::string body_;
  std::size_t body_lines_ = 0;
  std::uint64_t begin_ = 0;  ///< of the reply or content being received
  Instant deadline_{};
  std::optional<SessionFailed> failure_;  ///< why we leave early; told when the session ends
};

}  // namespace posthorn::pop3
