// The server's side of an SMTP (RFC 5321), submission (RFC 6409) or LMTP (RFC 2033) session,
// sans-I/O.
//
// It knows the protocol; its host knows the users. What only the host can know, it asks: events
// marked ASK stop all work on the input until decide() is called, however much later. Bytes that
// arrive meanwhile are kept (up to ServerConfig::max_kept).
//
// Extensions: PIPELINING (RFC 2920), SIZE (1870), 8BITMIME (6152), SMTPUTF8 (6531), CHUNKING
// (3030), STARTTLS (3207), DSN (3461), LIMITS (9422), ENHANCEDSTATUSCODES (2034), AUTH (4954) with
// the mechanisms of protocols/sasl. With ServerConfig::lmtp it speaks LMTP (2033) instead.
#pragma once

#include <cstddef>
#include <cstdint>
#include <memory>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <variant>
#include <vector>

#include "protocols/core/line_buffer.hpp"
#include "protocols/core/outbox.hpp"
#include "protocols/core/session.hpp"
#include "protocols/core/tls.hpp"
#include "protocols/sasl/exchange.hpp"
#include "protocols/smtp/chunk_reader.hpp"
#include "protocols/smtp/command.hpp"
#include "protocols/smtp/dot_reader.hpp"
#include "protocols/smtp/envelope.hpp"
#include "protocols/smtp/reply.hpp"
#include "protocols/smtp/transitions.hpp"

namespace posthorn::smtp {

/// The host's answer to an ASK.
struct Decision {
  int code = 0;            ///< 0: yes, with the usual code for what was asked; else 2xx, 4xx, 5xx
  std::string enhanced;    ///< "5.1.1"; "" takes the usual one for the code
  std::string text;        ///< "" takes the usual one; several lines are parted by '\n'
  std::string last_words;  ///< AUTH, yes: sasl::Verdict::last_words

  [[nodiscard]] bool accepted() const { return code < 300; }
  static Decision accept(std::string text = {}) { return {0, {}, std::move(text), {}}; }
  /// `code` 4xx: not now; 5xx: never. 421 also ends the session.
  static Decision refuse(int code, std::string enhanced, std::string text) {
    return {code, std::move(enhanced), std::move(text), {}};
  }
  friend bool operator==(const Decision&, const Decision&) = default;
};

struct ServerConfig {
  std::string hostname;     ///< in the greeting and in replies
  bool submission = false;  ///< RFC 6409: domains in the envelope must be fully qualified
  bool lmtp = false;        ///< LHLO, and an answer to the content for each recipient
  bool offer_auth = false;
  bool require_auth = false;  ///< 530 to MAIL before AUTH (RFC 6409 §4.3); implies offer_auth
  bool offer_starttls = false;
  bool require_tls = false;  ///< 530 to what should not be said in clear (RFC 3207 §4)
  bool secured = false;      ///< TLS stands below already (RFC 8314: submissions)
  bool offer_ehlo = true;    ///< else as in RFC 821: HELO, and no extension
  bool offer_pipelining = true;
  bool offer_size = true;
  bool offer_8bitmime = true;
  bool offer_smtputf8 = true;
  bool offer_chunking = true;
  bool offer_dsn = true;
  bool offer_limits = true;
  bool offer_expn = true;  ///< else 502 (RFC 5321 §7.3)
  std::vector<sasl::Mechanism> mechanisms = sasl::all_mechanisms();
  std::string nonce = "posthorn";  ///< differs from session to session; for SASL's challenges
  std::uint64_t max_size = 25 * 1024 * 1024;  ///< of one message, octets
  unsigned max_recipients = 100;              ///< of one message; more get 452
  unsigned max_errors = 20;                   ///< the one that reaches it gets 421
  unsigned max_idle_commands = 1000;          ///< that brought no message nearer; one more gets 421
  std::size_t max_kept = 1024 * 1024;         ///< octets kept while an ASK is open; more get 421
  Duration command_timeout = 5min;            ///< RFC 5321 §4.5.3.2.7; since the last octet
  Duration data_timeout = 5min;               ///< inside content; since the last octet
  std::optional<Decision> refuse;             ///< greet with this 554 (or 421) instead of 220

  /// As RFC 6409 wants it: authentication offered and required.
  static ServerConfig for_submission(std::string hostname);
};

// --- events ---

struct HelloReceived {
  std::string client_name;
  bool extended = false;  ///< EHLO, not HELO
};
/// ASK. The usual yes: 235 2.7.0. No: 535 5.7.8.
struct AuthAsked {
  std::string identity;  ///< whom to act as; "": the user
  std::string user;
  sasl::Proof proof;
};
/// ASK. The usual yes: 250 2.1.0.
struct SenderAsked {
  Path reverse_path;
  std::optional<std::uint64_t> size;
};
/// ASK. The usual yes: 250 2.1.5. No: 550 5.1.1, 451 4.7.1 (greylisting), ...
struct RecipientAsked {
  Recipient recipient;
};
/// ASK. Yes (250 2.0.0) means: the responsibility is ours now. The transaction is over either way.
/// LMTP: answered by decide_each().
struct ContentReceived {
  Envelope envelope;
  std::shared_ptr<const std::string> content;  ///< dots unstuffed; every line ends with CRLF
};
/// ASK. The usual yes: 252, "cannot verify, but will try"; 250 with "<mailbox>" to tell.
struct VerifyAsked {
  std::string what;
};
/// ASK. Who is on the list? Yes: 250 with a line for each. No: 550 5.1.1.
struct ExpandAsked {
  std::string what;
};
/// The transaction in progress was given up: RSET, a second EHLO, or content that we refused.
struct TransactionReset {};
/// The client said QUIT. Shutdown follows. The session is over.
struct Quit {};
/// The session ended without QUIT: end of stream, time-out, 421. Shutdown follows.
struct Aborted {
  std::string reason;
};

using ServerEvent =
    std::variant<HelloReceived, TlsWanted, AuthAsked, SenderAsked, RecipientAsked, ContentReceived,
                 VerifyAsked, ExpandAsked, TransactionReset, Quit, Aborted>;

class ServerSession {
 public:
  using Event = ServerEvent;

  /// The greeting is ready to be polled at once.
  ServerSession(ServerConfig config, Instant now);

  // getters
  [[nodiscard]] ServerState state() const { return state_; }
  [[nodiscard]] bool closed() const { return state_ == ServerState::closed; }
  /// An ASK is open.
  [[nodiscard]] bool awaiting_decision() const { return asked_.has_value(); }
  /// The transaction so far.
  [[nodiscard]] const Envelope& envelope() const { return envelope_; }
  [[nodiscard]] const std::string& client_name() const { return client_name_; }
  /// The client said EHLO: "with ESMTP" in Received:.
  [[nodiscard]] bool extended() const { return extended_; }
  /// What is said now is said under TLS.
  [[nodiscard]] bool secured() const { return secured_; }
  [[nodiscard]] const std::string& authenticated_as() const { return authenticated_as_; }
  [[nodiscard]] const ServerConfig& config() const { return config_; }
  /// Octets of content that is not complete yet.
  [[nodiscard]] std::size_t held() const;

  // inputs
  void handle_bytes(Instant now, std::string_view bytes);
  /// The client closed its half; what it sent before is still worked on.
  void handle_eof(Instant now);
  void handle_wakeup(Instant now);
  /// After TlsWanted: the handshake is done.
  void handle_secured(Instant now);
  void handle_tls_failed(Instant now, std::string reason);

  // commands
  /// Answers the open ASK. Without one (the session ended meanwhile) it does nothing.
  void decide(Instant now, const Decision& decision);
  /// The same for ContentReceived in LMTP: one for each recipient of its envelope, in order.
  void decide_each(Instant now, std::span<const Decision> decisions);

  /// No room: content that is not complete is thrown away, and refused with 452 at its end.
  void forget_content();
  /// The server is about to stop: 421 at once, whatever was going on (RFC 5321 §3.8).
  void go_away(Instant now);

  Output<Event> poll();

 private:
  enum class Asked : std::uint8_t { auth, sender, recipient, content, verify, expand };
  struct Pending {
    Asked what = Asked::verify;
    Envelope envelope = {};      ///< sender, recipient: the envelope as it will be
    std::string user = {};       ///< auth
    std::size_t recipients = 0;  ///< content
    bool smtputf8 = false;       ///< verify, expand: UTF-8 may be said in the answer
  };
  /// A BDAT whose octets are being read.
  struct Chunk {
    std::uint64_t left = 0;
    bool last = false;
    std::optional<Refusal> refusal = {};  ///< thrown away, then answered with this
    bool answered = false;                ///< ... or it was answered already
  };

  void greet();
  void process(Instant now);
  void handle_line(const Line& line);
  void read_content();
  /// Content that is complete, and what was found while it was read.
  struct Content {
    std::string text;
    bool bare_cr_or_lf = false;
    bool too_large = false;
    bool forgotten = false;
    std::uint64_t begin = 0;
  };
  void finish_content(Content content, std::string_view rule);

  // server_commands.cpp: each does all of it, or returns why not and has done nothing
  std::optional<Refusal> perform(const Command& command);
  std::optional<Refusal> on_hello(const Command& command);
  std::optional<Refusal> on_mail(const Command& command);
  std::optional<Refusal> on_rcpt(const Command& command);
  std::optional<Refusal> on_data(const Command& command);
  std::optional<Refusal> on_question(const Command& command);
  std::optional<Refusal> on_other(const Command& command);
  [[nodiscard]] std::optional<Refusal> out_of_order(const Command& command) const;
  [[nodiscard]] Refusal no_valid_recipients(std::string_view rule) const;
  [[nodiscard]] Result<Envelope, Refusal> read_sender(const PathArgument& argument) const;
  [[nodiscard]] std::optional<Refusal> check_path(const Path& path, bool smtputf8,
                                                  bool sender) const;

  [[nodiscard]] Result<Recipient, Refusal> read_recipient(const PathArgument& argument) const;

  // server_tls.cpp
  [[nodiscard]] bool offers_starttls() const { return config_.offer_starttls && !secured_; }
  [[nodiscard]] bool offers_auth() const {
    return config_.offer_auth && !config_.mechanisms.empty() && (secured_ || !config_.require_tls);
  }
  std::optional<Refusal> on_starttls(const Command& command);
  void drop_clear_input();

  // server_chunks.cpp
  std::optional<Refusal> on_bdat(const Command& command);
  void give_chunk_up(Refusal refusal);
  void refuse_large_chunk();
  void read_chunk();
  void finish_chunk(std::uint64_t begin);

  // server_auth.cpp
  std::optional<Refusal> on_auth(const Command& command);
  std::optional<Refusal> take_auth_answer(std::string_view text);
  std::optional<Refusal> go_on_with(sasl::Step step, ServerInput input);
  void decide_auth(const std::string& user, const Decision& decision);
  void welcome();

  void move(ServerInput input);
  void emit(Event event);
  void note_heard();
  void ask(Pending pending, Event event);
  void reply(int code, std::string_view enhanced, std::string text, std::string_view rule);
  void answer(const Decision& decision, const Decision& usual, std::string_view rule);
  void answer_question(const Pending& pending, const Decision& decision);
  void send(Reply reply, NoteKind kind, std::string_view rule);
  void refuse(Refusal refusal);
  void close(Refusal last_words, std::string reason);
  void end_session(ServerInput input);
  void drop_transaction();

  ServerConfig config_;
  ServerState state_ = ServerState::start;
  LineBuffer input_;
  Outbox<Event> out_;
  std::optional<Pending> asked_;
  std::optional<DotReader> content_;   ///< while in state content
  std::optional<ChunkReader> chunks_;  ///< from the first BDAT of a message to its last
  std::optional<Chunk> chunk_;         ///< while in state chunk, or throwing one away
  std::uint64_t content_begin_ = 0;
  Envelope envelope_;
  std::string client_name_;
  std::string authenticated_as_;
  std::optional<sasl::ServerExchange> auth_;  ///< under way
  unsigned auth_tries_ = 0;
  std::string auth_user_;      ///< proved, but it has not acknowledged the last words yet
  std::optional<Note> heard_;  ///< the line being worked on; noted before its consequences
  bool extended_ = false;
  bool utf8_answer_ = false;  ///< what is being said may hold UTF-8
  bool secured_ = false;
  bool eof_ = false;
  unsigned errors_ = 0;
  unsigned idle_commands_ = 0;  ///< since the last message; accepted RCPT and BDAT do not count
  Instant last_activity_;
};

}  // namespace posthorn::smtp
