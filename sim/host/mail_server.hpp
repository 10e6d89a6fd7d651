// A mail server: submission counter (MSA), transfer agent with its queue (MTA), delivery (MDA)
// and the mailboxes. A plain value; the world lends it a Context for every call.
#pragma once

#include <map>
#include <string>

#include "protocols/mail/mail_store.hpp"
#include "sim/host/context.hpp"
#include "sim/host/queue.hpp"

namespace posthorn::host {

class MailServer {
 public:
  MailServer() = default;
  MailServer(HostId id, const scenario::Plan& plan);

  // getters
  [[nodiscard]] const std::map<QueueId, QueueEntry>& queue() const { return queue_; }
  [[nodiscard]] const mail::MailStore& store() const { return store_; }
  [[nodiscard]] mail::MailStore& store() { return store_; }

  // what happens to it
  /// The session that answers on `port`; nullopt if nothing listens there.
  [[nodiscard]] std::optional<Session> accept(Context& ctx, std::uint16_t port);
  void handle_event(Context& ctx, ConnId conn, smtp::ServerSession& session,
                    const smtp::ServerEvent& event);
  void handle_event(Context& ctx, ConnId conn, smtp::ClientSession& session,
                    const smtp::ClientEvent& event);
  void handle_event(Context& ctx, ConnId conn, pop3::Server& session,
                    const pop3::ServerEvent& event);
  void handle_event(Context& ctx, ConnId conn, imap::Server& session,
                    const imap::ServerEvent& event);
  void handle_dns(Context& ctx, dns::QueryId query, const dns::Answer& answer);
  void handle_connect_failed(Context& ctx, ConnId conn, trace::ConnectFailure why);
  void handle_timer(Context& ctx, const Timer& timer);
  /// Off: what was under way is gone, the queue and the mailboxes are not. On: the queue runs.
  void handle_power(Context& ctx, bool up);

 private:
  // mail_server.cpp: taking over
  [[nodiscard]] bool is_home_of(Context& ctx, const std::string& domain) const;
  [[nodiscard]] bool relays_for(Context& ctx, const std::string& domain) const;
  [[nodiscard]] const scenario::PlannedAccount* own_account(Context& ctx,
                                                            const std::string& user) const;
  [[nodiscard]] smtp::Decision judge_recipient(Context& ctx, const smtp::ServerSession& session,
                                               const smtp::Path& path) const;
  smtp::Decision take_over(Context& ctx, ConnId conn, const smtp::ServerSession& session,
                           const smtp::ContentReceived& content);
  mail::LoginDecision judge_login(Context& ctx, ConnId conn, const mail::LoginAsked& asked);
  [[nodiscard]] std::string stamp(Context& ctx, ConnId conn, const smtp::ServerSession& session,
                                  const smtp::ContentReceived& content,
                                  const std::string& queue_name);
  std::vector<smtp::Decision> deliver_each(Context& ctx, ConnId conn,
                                           const smtp::ServerSession& session,
                                           const smtp::ContentReceived& content);
  /// From here on the message is this server's responsibility.
  void admit(Context& ctx, QueueEntry entry);

  // delivery.cpp: a run of the queue
  void run_queue(Context& ctx, QueueId id);
  void deliver_locally(Context& ctx, QueueEntry& entry, QueueRecipient& recipient);
  bool put_into_mailbox(Context& ctx, MessageId message, const smtp::Path& reverse_path,
                        const std::string& content, const std::string& account);
  void finish_run(Context& ctx, QueueEntry& entry);
  [[nodiscard]] Duration retry_wait(Context& ctx, const QueueEntry& entry) const;
  [[nodiscard]] QueueEntry* entry_of(QueueId id);
  void settle(Context& ctx, QueueEntry& entry, QueueRecipient& recipient,
              trace::RecipientOutcome outcome, const std::string& reply);

  // reports.cpp: telling the sender
  void warn_of_delay(Context& ctx, QueueEntry& entry);
  void send_reports(Context& ctx, QueueEntry& entry);
  void send_report(Context& ctx, const QueueEntry& entry, std::vector<RecipientFate> fates);

  // relay.cpp: handing on
  void start_job(Context& ctx, QueueEntry& entry, const std::string& domain,
                 std::vector<std::size_t> recipients);
  void take_mx(Context& ctx, Job& job, const dns::Answer& answer);
  void take_addresses(Context& ctx, Job& job, const dns::Answer& answer);
  void try_target(Context& ctx, Job& job);
  void try_address(Context& ctx, Job& job);
  void try_next(Context& ctx, Job& job, std::string reason);
  void take_replies(Context& ctx, Job& job, smtp::ClientSession& session,
                    const smtp::MessageDone& done);
  [[nodiscard]] HostId mailboxes_behind(Context& ctx, const std::string& domain) const;
  [[nodiscard]] smtp::Envelope envelope_for(const Job& job) const;
  bool send_rest(Context& ctx, const Job& job, smtp::ClientSession& session);
  void settle_recipient(Context& ctx, Job& job, std::size_t index, const smtp::Reply& reply);
  /// Everybody of the job who has no answer yet fails (status 5.x.x) or waits (4.x.x).
  void finish_job(Context& ctx, std::uint32_t id, const std::string& status, std::string reason);
  void ask(Context& ctx, Job& job, const dns::Name& name, dns::RecordType type);
  [[nodiscard]] Job* job_of(ConnId conn);

  HostId id_;
  mail::MailStore store_;
  std::map<QueueId, QueueEntry> queue_;
  std::map<std::uint32_t, Job> jobs_;
  std::map<dns::QueryId, std::uint32_t> queries_;
  std::map<ConnId, std::uint32_t> conns_;
  std::uint32_t last_job_ = 0;
};

}  // namespace posthorn::host
