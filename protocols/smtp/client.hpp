// The client's side of an SMTP, submission or LMTP session, sans-I/O: greets, authenticates, and
// sends any number of messages one after the other.
//
//     ClientSession session(config, now);
//     session.send(now, envelope, content);   // may be called at once, and again at any time
//     session.quit(now);                      // after the last message is done
//
// Every send() ends in exactly one MessageDone, unless the session fails first: SessionFailed
// means that every message without MessageDone is still the caller's to retry. A session ends in
// exactly one Closed (after QUIT) or SessionFailed, and then Shutdown.
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
#include "protocols/core/tls.hpp"
#include "protocols/sasl/exchange.hpp"
#include "protocols/smtp/capabilities.hpp"
#include "protocols/smtp/envelope.hpp"
#include "protocols/smtp/reply.hpp"
#include "protocols/smtp/transitions.hpp"

namespace posthorn::smtp {

struct Credentials {
  std::string user;
  std::string password;
};

struct ClientConfig {
  std::string hostname;                    ///< said in EHLO; an address literal if there is none
  std::optional<Credentials> credentials;  ///< authenticate, or fail
  /// Of those that the server offers too, the first is used.
  std::vector<sasl::Mechanism> mechanisms = sasl::all_mechanisms();
  std::string nonce = "posthorn";  ///< differs from session to session; for SASL
  bool lmtp = false;               ///< RFC 2033: LHLO, and an answer for each recipient
  UseTls tls = UseTls::never;
  bool secured = false;        ///< TLS stands below already (RFC 8314: submissions)
  bool use_pipelining = true;  ///< where the server offers it
  bool use_chunking = true;    ///< BDAT instead of DATA, where the server offers it
  std::size_t chunk_size = 1024 * 1024;
  // RFC 5321 §4.5.3.2
  Duration greeting_timeout = 5min;
  Duration command_timeout = 5min;     ///< EHLO, AUTH, RSET, QUIT
  Duration mail_timeout = 5min;        ///< MAIL
  Duration rcpt_timeout = 5min;        ///< RCPT
  Duration data_timeout = 2min;        ///< DATA, until the 354
  Duration data_block_timeout = 3min;  ///< allowed more for every 64 KiB of content
  Duration content_timeout = 10min;    ///< after the final dot
};

/// Where the session was when it failed.
enum class Phase : std::uint8_t {
  greeting,
  hello,
  tls,
  auth,
  idle,
  mail,
  rcpt,
  data,
  content,
  reset,
  quit
};
[[nodiscard]] std::string_view to_string(Phase phase);

// --- events ---

/// Greeted and, if asked for, authenticated.
struct Ready {
  Capabilities capabilities;
};
struct RecipientAnswered {
  std::size_t index = 0;  ///< into Envelope::recipients
  Reply reply;
};
/// The final answer to one send().
struct MessageDone {
  /// To the content; or the refusal that ended it earlier (no recipient accepted: the last one's;
  /// some may have been 4xx and others 5xx, so look at `recipients`).
  Reply final;
  std::vector<Reply> recipients;  ///< one for each recipient; code 0 where none was asked
  bool accepted = false;          ///< the server took it, for those recipients with 2xx
  bool each = false;  ///< LMTP: `recipients` are answers to the content, each for its recipient
  /// We did not even try, because the server does not offer what the message needs (SMTPUTF8,
  /// 8BITMIME, its size): `final` is our own words, as RFC 6531 §3.2 and RFC 1870 §6.1 foresee.
  bool refused_by_us = false;
};
struct SessionFailed {
  Phase phase = Phase::greeting;
  std::optional<Reply> reply;  ///< what the server said, if it said something
  std::string reason;
  bool permanent = false;  ///< 5xx: another try will hardly help
};
/// The orderly end, after QUIT.
struct Closed {};

using ClientEvent =
    std::variant<Ready, TlsWanted, RecipientAnswered, MessageDone, SessionFailed, Closed>;

class ClientSession {
 public:
  using Event = ClientEvent;

  ClientSession(ClientConfig config, Instant now);

  // getters
  [[nodiscard]] ClientState state() const { return state_; }
  [[nodiscard]] bool closed() const { return state_ == ClientState::closed; }
  /// Greeted, and nothing outstanding: send() will go out at once.
  [[nodiscard]] bool ready() const { return state_ == ClientState::ready; }
  /// Messages handed to send() and not done, the one in progress included.
  [[nodiscard]] std::size_t unfinished() const { return waiting_.size() + (message_ ? 1 : 0); }
  [[nodiscard]] const Capabilities& capabilities() const { return capabilities_; }
  /// What is said now is said under TLS.
  [[nodiscard]] bool secured() const { return secured_; }
  [[nodiscard]] const ClientConfig& config() const { return config_; }

  // inputs
  void handle_bytes(Instant now, std::string_view bytes);
  void handle_eof(Instant now);
  void handle_wakeup(Instant now);
  /// After TlsWanted: the handshake is done.
  void handle_secured(Instant now);
  /// Also before the greeting, where TLS comes first.
  void handle_tls_failed(Instant now, std::string reason);

  // commands
  /// Of the envelope it uses the paths, smtputf8 and, where the server offers DSN, what RFC 3461
  /// has; SIZE and BODY follow from the content.
  /// `content`: CRLF line ends (an unended last line is ended). Needs at least one recipient.
  void send(Instant now, Envelope envelope, std::shared_ptr<const std::string> content);
  /// Ends the session once everything handed to send() is done.
  void quit(Instant now);

  Output<Event> poll();

 private:
  struct Message {
    Envelope envelope;
    std::shared_ptr<const std::string> content;
    std::vector<Reply> answers;     ///< to RCPT, in order
    bool transaction_open = false;  ///< on the server: MAIL accepted, content not answered
    bool any_accepted = false;
    std::size_t outstanding = 0;  ///< answers still to come
    std::size_t sent = 0;         ///< octets of content that went out in chunks
    bool all_sent = false;
    bool any_delivered = false;    ///< LMTP
    std::size_t next_answer = 0;   ///< LMTP: whom the next answer to the content is about
    std::optional<Reply> failure;  ///< what ended it early
  };
  struct Outgoing {
    std::string line;  ///< with CRLF
    std::string_view verb;
    std::string_view rule;
    NoteKind kind = NoteKind::command;
  };

  // session (client.cpp)
  void handle_reply(const ReceivedReply& received);
  void dispatch(ClientState was, const Reply& reply);
  void on_greeting(const Reply& reply);
  void on_hello(ClientState was, const Reply& reply);
  void on_auth(ClientState was, const Reply& reply);
  void say_hello();
  void begin_tls();
  void on_starttls(const Reply& reply);
  void end_clear_input();
  void go_on_after_hello();
  void begin_auth();
  [[nodiscard]] std::string answer_to(const Reply& challenge);
  void become_ready();
  void go_on();
  void move(ClientInput input);
  void transmit(const std::vector<Outgoing>& group);
  void say(std::string line, std::string_view verb, std::string_view rule,
           NoteKind kind = NoteKind::command);
  void arm(Duration timeout) { deadline_ = now_ + timeout; }
  void fail(ClientState was, std::optional<Reply> reply, std::string reason, bool permanent);
  void hang_up(ClientState was, std::optional<Reply> reply, std::string reason);

  // one message (client_transaction.cpp)
  void on_transaction(ClientState was, const Reply& reply);
  void on_mail(const Reply& reply);
  void on_rcpt(const Reply& reply);
  void on_data(const Reply& reply);
  void begin_transaction();
  void recipients_answered();
  void give_up(const Reply& reply);
  [[nodiscard]] std::size_t recipients_asked() const;
  void on_content(const Reply& reply);
  void on_chunk(const Reply& reply);
  void send_content();
  void send_chunks();
  /// The command, and the octets that follow it.
  [[nodiscard]] std::pair<std::string, std::string> next_chunk();
  void await_last_chunk();
  [[nodiscard]] std::size_t content_answers() const;
  void settle();
  void finish_message(const Reply& reply, bool accepted, bool each = false);
  [[nodiscard]] std::optional<Reply> refuse_locally(const Message& message) const;
  std::optional<Reply> convert(Message& message) const;
  [[nodiscard]] Outgoing mail_command() const;
  [[nodiscard]] Outgoing rcpt_command(std::size_t index) const;
  [[nodiscard]] bool pipelining() const {
    return config_.use_pipelining && capabilities_.pipelining;
  }
  [[nodiscard]] bool chunking() const { return config_.use_chunking && capabilities_.chunking; }

  ClientConfig config_;
  ClientState state_ = ClientState::greeting;
  Capabilities capabilities_;
  ReplyParser replies_;
  Outbox<Event> out_;
  std::deque<Message> waiting_;
  std::optional<Message> message_;
  std::optional<sasl::ClientExchange> auth_;  ///< under way
  std::string auth_problem_;                  ///< why we cancelled it
  bool secured_ = false;
  bool greeted_ = false;  ///< Ready was emitted
  bool quit_wanted_ = false;
  bool failed_ = false;
  Instant now_;
  std::optional<Instant> deadline_;
};

}  // namespace posthorn::smtp
