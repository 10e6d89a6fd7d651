// POP3 client session: one visit to a maildrop, as a copyable value.
//
// greeting, CAPA, USER, PASS, UIDL (or none), LIST, RETR of what is new, DELE unless
// leave_on_server, QUIT. It runs by itself: the host only moves bytes and reads events.
#pragma once

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

namespace posthorn::pop3 {

/// Where in the visit the client is; the text of SessionFailed and of the viewer comes from it.
enum class ClientPhase : std::uint8_t {
  greeting,
  capa,
  user,
  pass,
  uidl,
  list,
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
                                 SessionFailed, Done>;

struct ClientConfig {
  std::string user;
  std::string password;
  bool leave_on_server = false;
  std::vector<std::string> already_seen_uidls;  ///< not fetched again
  Duration reply_timeout = 2min;
  std::size_t max_line = 4096;
  std::size_t max_messages = 100'000;
  std::size_t max_message = 64 * 1024 * 1024;
};

class Pop3Client {
 public:
  explicit Pop3Client(ClientConfig config) : config_(std::move(config)) {}

  [[nodiscard]] ClientPhase phase() const { return phase_; }

  void handle_connect(Instant now);
  void handle_bytes(Instant now, std::string_view bytes);
  void handle_eof(Instant now);
  void handle_wakeup(Instant now);

  Output<ClientEvent> poll();

 private:
  void handle_status(const StreamLine& line);
  void handle_body_line(const StreamLine& line);
  void body_complete(std::uint64_t end);
  void status_ok();
  void status_err(const std::string& text);
  void parse_list_line(std::string_view line);
  void parse_uidl_line(std::string_view line);
  void ask(ClientPhase phase, std::string_view verb, const std::string& argument,
           std::string_view rule);
  void announce_list();
  void next_message();
  void after_retrieval();
  void quit();
  void quit_because(std::string reason);
  void finish();
  void fail(std::string reason);
  void end(ClientEvent last);

  ClientConfig config_;
  ClientPhase phase_ = ClientPhase::greeting;
  LineReader reader_;
  Outbox<ClientEvent> out_;
  std::vector<ListEntry> entries_;
  std::vector<ListEntry> deleting_;  ///< DELE was accepted; gone when QUIT is
  std::size_t at_ = 0;               ///< the entry being fetched or deleted
  bool in_body_ = false;             ///< inside a multi-line reply
  bool has_uidl_ = true;             ///< until CAPA says otherwise
  std::string body_;
  std::size_t body_lines_ = 0;
  std::uint64_t begin_ = 0;  ///< of the reply or content being received
  std::string_view rule_;    ///< of the command under way
  Instant deadline_{};
  std::optional<SessionFailed> failure_;  ///< why we leave early; told when the session ends
};

}  // namespace posthorn::pop3
