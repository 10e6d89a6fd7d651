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
#include <set>
#include <string>
#include <string_view>
#include <vector>

#include "protocols/core/outbox.hpp"
#include "protocols/core/session.hpp"
#include "protocols/imap/client_events.hpp"
#include "protocols/imap/framing.hpp"
#include "protocols/imap/syntax.hpp"
#include "protocols/mail/mail_store.hpp"
#include "protocols/sasl/exchange.hpp"

namespace posthorn::imap {

struct ClientLimits {
  Duration reply_timeout = 2min;
  std::size_t max_line = 64 * 1024;  ///< one response, literals not counted
  std::size_t max_literal = 64 * 1024 * 1024;
  std::size_t max_listed = 100'000;  ///< messages of one FetchNew or FetchKnown
  Duration watch_renewal = 29min;    ///< RFC 2177 §3: IDLE is begun again before half an hour
};

class Client {
 public:
  explicit Client(ClientLimits limits = {}) : limits_(limits) {}

  // Getters.
  [[nodiscard]] ClientPhase phase() const { return phase_; }
  /// Nothing is queued or under way.
  [[nodiscard]] bool quiet() const { return phase_ == ClientPhase::idle && queue_.empty(); }
  /// Nothing but a Watch is under way.
  [[nodiscard]] bool watching() const { return phase_ == ClientPhase::watch && queue_.empty(); }
  /// What is said now is said under TLS.
  [[nodiscard]] bool secured() const { return secured_; }
  /// What the server last announced, in upper case.
  [[nodiscard]] const std::set<std::string>& capabilities() const { return capabilities_; }

  // Inputs.
  void handle_connect(Instant now);
  void handle_bytes(Instant now, std::string_view bytes);
  void handle_eof(Instant now);
  void handle_wakeup(Instant now);
  /// After TlsWanted: the handshake is done. Before the greeting: TLS stands below already.
  void handle_secured(Instant now);
  void handle_tls_failed(Instant now, std::string reason);

  // Commands. They run in order, each after the one before has been answered.
  void enqueue(Instant now, ClientCommand command);
  /// Drops what is queued but not begun.
  void drop_queue() { queue_.clear(); }

  Output<ClientEvent> poll();

 private:
  /// A command's bytes, cut where the server must first ask for a literal (RFC 3501 §4.3).
  struct Text {
    bool literal_plus = false;  ///< the server takes literals without being asked (RFC 7888)
    std::deque<std::string> chunks{1};
    std::size_t content_begin = 0;  ///< behind the command's name; of the literal added last
    std::size_t content_size = 0;

    Text& add(std::string_view text);
    Text& add_string(std::string_view text);
    Text& add_literal(std::string_view bytes, bool binary = false);
    [[nodiscard]] std::size_t size() const;
  };

  void literal_announced(const LiteralAnnounced& literal);
  void handle_frame(const Frame& frame);
  void handle_greeting(const Frame& frame);
  void handle_continuation(const Frame& frame);
  void handle_untagged(const Frame& frame);
  void handle_numbered(std::uint32_t number, std::string_view verb, Parser rest);
  void handle_code(Parser code);
  void handle_capabilities(Parser words);
  void handle_list(Parser rest);
  struct Fetched;
  void handle_fetch(std::uint32_t number, Parser items);
  void handle_tagged(const Frame& frame);
  void command_ok();
  void command_failed(const std::string& text);
  void become_idle();
  void send_chunk();
  void send(ClientPhase phase, std::string_view verb, Text rest, std::string_view rule);
  // client_tls.cpp
  void start(const StartTls& command);
  void decide_tls();
  void end_clear_input();

  void start(const Login& command);
  void authenticate(sasl::Mechanism mechanism, const Login& command);
  void answer_challenge(std::string_view text);
  void logged_in();
  void start(const Select& command);
  void start(const FetchNew& command);
  void start(const FetchKnown& command);
  void start(const StoreFlags& command);
  void start(const Expunge& command);
  void start(const Append& command);
  void start(const Noop& command);
  void start(const Logout& command);
  void start(const Copy& command);
  void start(const Move& command);
  void start(const CreateMailbox& command);
  void start(const ListMailboxes& command);
  void start(const Watch& command);
  [[nodiscard]] Text text() const;
  [[nodiscard]] bool can(const char* capability) const {
    return capabilities_.contains(capability);
  }
  void transfer(ClientPhase phase, std::string_view verb, std::string_view rule);
  void expunge(std::uint32_t uid);
  void end_watch();
  void list_new();
  void fetch_next();
  void store(std::uint32_t uid, StoreFlags::How how, const mail::Flags& flags);
  void fail(std::string reason);
  void end(ClientEvent last);

  ClientLimits limits_;
  ClientPhase phase_ = ClientPhase::greeting;
  Framer framer_;
  Outbox<ClientEvent> out_;
  std::deque<ClientCommand> queue_;
  // The command under way.
  std::string tag_;
  unsigned tags_ = 0;
  std::deque<std::string> chunks_;   ///< still to be sent
  std::uint64_t command_begin_ = 0;  ///< in the sent stream
  std::string verb_;
  std::string_view rule_;
  std::uint64_t content_begin_ = 0;  ///< of the message in an APPEND, in the sent stream
  std::uint64_t content_end_ = 0;
  Instant now_{};
  Instant deadline_{};
  std::set<std::string> capabilities_;
  UseTls use_tls_ = UseTls::never;
  bool secured_ = false;
  bool shaking_hands_ = false;
  // An AUTHENTICATE under way.
  std::optional<sasl::ClientExchange> exchange_;
  std::optional<std::string> late_initial_;  ///< first answer, where the server has no SASL-IR
  std::string auth_problem_;
  // The selected mailbox.
  Selected selecting_;
  std::uint32_t exists_ = 0;
  std::uint32_t last_uid_ = 0;  ///< greatest UID fetched since it was selected
  bool fresh_ = false;          ///< just selected: the server's numbers are new
  // A FetchNew under way.
  bool fetching_ = false;
  FetchNew fetch_;
  std::vector<std::uint32_t> to_fetch_;
  std::size_t fetch_at_ = 0;
  std::uint32_t fetched_ = 0;
  KnownListed known_;  ///< of a FetchKnown under way
  // Others.
  std::uint32_t store_uid_ = 0;
  std::uint32_t expunged_ = 0;
  std::uint32_t append_uid_ = 0;
  std::string mailbox_;  ///< that APPEND, COPY, MOVE or CREATE is about
  Move move_;            ///< made of COPY, STORE and EXPUNGE; uid 0: none
  enum class WatchState : std::uint8_t { asked, begun, ending } watch_ = WatchState::asked;
  bool bye_ = false;
};

struct ClientConfig {
  std::string user;
  std::string password;
  /// Of those that the server offers too, the first is used. None: LOGIN.
  std::vector<sasl::Mechanism> mechanisms{};
  std::string nonce = "posthorn";  ///< differs from session to session; for SCRAM
  UseTls tls = UseTls::never;
  bool secured = false;  ///< TLS stands below already (RFC 8314: imaps)
  std::string mailbox = "INBOX";
  std::uint32_t last_seen_uid = 0;  ///< fetch_new() asks for greater UIDs
  std::uint32_t uid_validity = 0;   ///< of last_seen_uid: another one makes it 0; 0: not known
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
  [[nodiscard]] bool quiet() const { return client_.quiet() && waiting_.empty(); }
  [[nodiscard]] std::uint32_t last_seen_uid() const { return last_uid_; }
  [[nodiscard]] std::uint32_t uid_validity() const { return uid_validity_; }

  // Inputs.
  void handle_connect(Instant now);
  void handle_bytes(Instant now, std::string_view bytes);
  void handle_eof(Instant now);
  void handle_wakeup(Instant now);
  void handle_secured(Instant now);  ///< after TlsWanted
  void handle_tls_failed(Instant now, std::string reason);

  // Commands, at any time (also before the login is through).
  void fetch_new(Instant now);
  /// Are the messages up to last_seen_uid there still, and seen? KnownListed tells, unless their
  /// UIDs mean nothing any more: then Selected has another uid_validity.
  void list_known(Instant now);
  void mark_seen(Instant now, std::uint32_t uid);
  void delete_message(Instant now, std::uint32_t uid);  ///< \Deleted, then (UID) EXPUNGE
  void move_message(Instant now, std::uint32_t uid, std::string mailbox);
  /// A mailbox that does not exist yet is made.
  void append(Instant now, std::string mailbox, std::shared_ptr<const std::string> content);
  /// From now on, whenever there is nothing else to do: IDLE, and new messages are fetched at
  /// once. Without effect where the server has no IDLE.
  void watch_mailbox(Instant now);
  void logout(Instant now);

  Output<ClientEvent> poll();

 private:
  void give(Instant now, ClientCommand command);
  /// May replace the event (Done after a failure).
  ClientEvent watch(ClientEvent event);
  void selected(const Selected& event);
  void failed(const CommandFailed& failure);

  ClientConfig config_;
  Client client_;
  std::deque<ClientCommand> waiting_;  ///< until the mailbox is selected
  bool selected_ = false;
  bool watches_ = false;  ///< by watch_mailbox
  struct Appending {
    Append command;
    bool again = false;  ///< its mailbox has been made
  };
  std::deque<Appending> appending_;  ///< not answered yet
  std::uint32_t last_uid_ = 0;
  std::uint32_t uid_validity_ = 0;
  Instant now_{};
  std::optional<SessionFailed> failure_;  ///< told instead of Done
};

}  // namespace posthorn::imap
