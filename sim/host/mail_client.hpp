// A mail client (MUA) and the scripted person in front of it. A plain value.
//
// The person's wishes become tasks; the client does one task after the other: look up its
// server's name, connect, speak SMTP, POP3 or IMAP, and show what came of it.
#pragma once

#include <deque>
#include <optional>
#include <string>
#include <vector>

#include "sim/host/context.hpp"
#include "tls/certificate.hpp"

namespace posthorn::host {

struct InboxMessage {
  std::uint32_t item = 0;  ///< counts from 1, never reused
  std::uint32_t uid = 0;   ///< IMAP UID, or POP3 message number
  std::string uidl;        ///< POP3
  MessageId message;
  std::shared_ptr<const std::string> content;
  bool seen = false;
  bool seen_there = false;  ///< as the IMAP server said last
};

class MailClient {
 public:
  MailClient() = default;
  explicit MailClient(HostId id) : id_(id) {}

  // getters
  [[nodiscard]] const std::vector<InboxMessage>& inbox() const { return inbox_; }
  [[nodiscard]] bool busy() const { return task_.has_value(); }

  // what the person wants
  void handle_act(Context& ctx, const scenario::Act& act);

  // what happens to it
  void handle_event(Context& ctx, ConnId conn, smtp::ClientSession& session,
                    const smtp::ClientEvent& event);
  void handle_event(Context& ctx, ConnId conn, pop3::Pop3Client& session,
                    const pop3::ClientEvent& event);
  void handle_event(Context& ctx, ConnId conn, imap::ImapClient& session,
                    const imap::ClientEvent& event);
  void handle_dns(Context& ctx, dns::QueryId query, const dns::Answer& answer);
  void handle_secured(Context& ctx, ConnId conn, tls::Verdict verdict);
  void handle_connect_failed(Context& ctx, ConnId conn, trace::ConnectFailure why);
  void handle_timer(Context& ctx, const Timer& timer);
  void handle_power(Context& ctx, bool up);

 private:
  struct Task {
    enum class Kind : std::uint8_t { send, fetch, read, mark_seen, remove };
    Kind kind = Kind::fetch;
    MessageId message;
    smtp::Envelope envelope;                     // send
    std::shared_ptr<const std::string> content;  // send
    std::string which;                           // read, remove: a Send's id or ""
    std::uint32_t uid = 0;                       // mark_seen, remove
    std::uint32_t received = 0;                  // fetch: so far
    std::string server;                          // host name to connect to
    dns::QueryId query;
    ConnId conn;
    bool asked_aaaa = false;  // the server has no A record
    bool done = false;
  };
  struct Waiting {  ///< composed, Send not pressed yet
    std::uint32_t id = 0;
    Task task;
  };

  void compose(Context& ctx, const scenario::Send& send);
  void reply(Context& ctx, const scenario::Reply& reply);
  void open_compose_window(Context& ctx, Task task, const std::vector<std::string>& to,
                           const std::string& subject);
  void enqueue(Context& ctx, Task task);
  void start_next(Context& ctx);
  void start(Context& ctx);
  void connect(Context& ctx, const IpAddress& address);
  [[nodiscard]] std::optional<Session> make_session(Context& ctx);
  void read(Context& ctx);
  void remove(Context& ctx);
  void take_message(Context& ctx, std::uint32_t uid, const std::string& uidl,
                    const std::shared_ptr<const std::string>& content);
  void agree_with_server(Context& ctx, const imap::KnownListed& known);
  void forget(Context& ctx, const InboxMessage& message);
  [[nodiscard]] UseTls tls_wish(Context& ctx) const;
  [[nodiscard]] pop3::ClientConfig pop3_config(Context& ctx) const;
  void finish(Context& ctx, const std::string& problem = {});
  [[nodiscard]] InboxMessage* find(Context& ctx, const std::string& which);
  [[nodiscard]] const scenario::PlannedAccount& account(Context& ctx) const;
  [[nodiscard]] const scenario::Client& settings(Context& ctx) const;
  [[nodiscard]] std::string own_server(Context& ctx, const std::string& configured) const;

  HostId id_;
  std::deque<Task> tasks_;
  std::optional<Task> task_;  ///< the one under way
  std::vector<Waiting> waiting_;
  std::vector<InboxMessage> inbox_;
  std::string reply_to_;  ///< Message-ID that the letter being composed answers
  std::uint32_t last_item_ = 0;
  std::uint32_t last_waiting_ = 0;
  std::uint32_t last_uid_ = 0;      ///< IMAP: fetched up to here
  std::uint32_t uid_validity_ = 0;  ///< IMAP: of the inbox's UIDs
  struct Fetched {
    std::string uidl;
    Instant at;
  };
  std::vector<Fetched> fetched_;  ///< POP3: what is still on the server, and when we fetched it
};

}  // namespace posthorn::host
