// A mail server: submission counter (MSA), transfer agent with its queue (MTA), delivery (MDA)
// and the mailboxes. A plain value; the world lends it a Context for every call.
#pragma once

#include <map>
#include <set>
#include <string>

#include "protocols/mail/mail_store.hpp"
#include "sim/host/context.hpp"
#include "sim/host/gatekeeper.hpp"
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
  /// What it refuses from now on, beside what its scenario says. What is here stays.
  void set_trouble(const ServerTrouble& trouble) {
    gatekeeper_.set_trouble(trouble);
    store_.set_no_room(trouble.disk_full, trouble.full);
  }
  /// Off: what was under way is gone, the queue and the mailboxes are not. On: the queue runs.
  void handle_power(Context& ctx, bool up);

 private:
  // mail_server.cpp: taking over
  [[nodiscard]] bool is_home_of(Context& ctx, const std::string& domain) const;
  /// What is for this very machine: "<Postmaster>", its name, one of its addresses.
  [[nodiscard]] bool is_this_host(Context& ctx, const std::string& domain) const;
  [[nodiscard]] bool is_local(Context& ctx, const std::string& domain) const {
    return is_home_of(ctx, domain) || is_this_host(ctx, domain);
  }
  [[nodiscard]] bool relays_for(Context& ctx, const std::string& domain) const;
  [[nodiscard]] bool submits_for(Context& ctx, const std::string& domain) const;
  /// `to_submit`: also those whose mailboxes are elsewhere, but who send through us.
  [[nodiscard]] const scenario::PlannedAccount* own_account(Context& ctx, const std::string& user,
                                                            bool to_submit) const;
  [[nodiscard]] smtp::Decision judge_recipient(Context& ctx, ConnId conn,
                                               const smtp::ServerSession& session,
                                               const smtp::Path& path);
  smtp::Decision take_over(Context& ctx, ConnId conn, const smtp::ServerSession& session,
                           const smtp::ContentReceived& content);
  [[nodiscard]] smtp::Decision expand(Context& ctx, const std::string& what) const;
  mail::LoginDecision judge_login(Context& ctx, ConnId conn, const mail::LoginAsked& asked,
                                  bool to_submit = false);
  [[nodiscard]] std::string stamp(Context& ctx, ConnId conn, const smtp::ServerSession& session,
                                  const smtp::ContentReceived& content,
                                  const std::string& queue_name);
  std::vector<smtp::Decision> deliver_each(Context& ctx, ConnId conn,
                                           const smtp::ServerSession& session,
                                           const smtp::ContentReceived& content);
  /// From here on the message is this server's responsibility.
  void admit(Context& ctx, QueueEntry entry);

  [[nodiscard]] bool needs_tls(Context& ctx, const std::string& domain) const;

  // delivery.cpp: a run of the queue
  void run_queue(Context& ctx, QueueId id);
  void deliver_locally(Context& ctx, QueueEntry& entry, QueueRecipient& recipient);
  void finish_run(Context& ctx, QueueEntry& entry);
  [[nodiscard]] Duration retry_wait(Context& ctx, const QueueEntry& entry) const;
  [[nodiscard]] QueueEntry* entry_of(QueueId id);
  void settle(Context& ctx, QueueEntry& entry, QueueRecipient& recipient,
              trace::RecipientOutcome outcome, const std::string& reply);

  // local_delivery.cpp: mailboxes, and names that stand for others
  /// What a local address means.
  struct Local {
    enum class Kind : std::uint8_t { nobody, mailbox, alias, list, owner };
    Kind kind = Kind::nobody;
    std::string name;  ///< account, or address of the alias or list
  };
  struct Delivery {
    MessageId message;
    smtp::Envelope envelope;  ///< without recipients
    std::shared_ptr<const std::string> content;
  };
  struct Delivered {
    enum class What : std::uint8_t { stored, passed_on, full, failed };
    What what = What::failed;
    std::string status;  ///< "5.1.1"
    std::string words;   ///< for trace and replies
    bool to_list = false;
    bool expanded = false;  ///< to several addresses
  };
  [[nodiscard]] Local find_local(Context& ctx, const smtp::Path& path) const;
  [[nodiscard]] Local find_name(const scenario::Plan& plan, const std::string& address) const;
  [[nodiscard]] Local find_in_own_domains(const scenario::Plan& plan,
                                          const std::string& local) const;
  [[nodiscard]] bool is_full(const std::string& account, std::uint64_t more) const;
  Delivered deliver(Context& ctx, const Delivery& letter, const smtp::Recipient& recipient);
  Delivered put_into_mailbox(Context& ctx, const Delivery& letter, const std::string& account);
  Delivered pass_on(Context& ctx, const Delivery& letter, const smtp::Recipient& recipient,
                    const std::string& address, const std::vector<std::string>& targets);
  Delivered post_to_list(Context& ctx, const Delivery& letter, const std::string& address,
                         const scenario::MailingList& list);
  Delivered spawn(Context& ctx, MessageId message, QueueEntry entry,
                  const std::vector<std::string>& targets);
  void answer_for_the_absent(Context& ctx, const Delivery& letter, const std::string& account);

  // reports.cpp: telling the sender
  /// Once, when the letter has waited for `warn_after`.
  void warn_of_delay(Context& ctx, QueueEntry& entry);
  void send_reports(Context& ctx, QueueEntry& entry);
  void send_shorter(Context& ctx, const QueueEntry& report);
  void send_report(Context& ctx, const QueueEntry& entry, std::vector<RecipientFate> fates);

  // relay.cpp: handing on
  void start_job(Context& ctx, QueueEntry& entry, const std::string& domain,
                 std::vector<std::size_t> recipients);
  void begin_job(Context& ctx, Job& job);
  /// A place is free: the next one that waits for this domain.
  void begin_waiting(Context& ctx, const std::string& domain);
  /// The next letter to the same domain goes by the session that is open already.
  bool take_next(Context& ctx, ConnId conn, const Job& done, smtp::ClientSession& session);
  void take_mx(Context& ctx, Job& job, const dns::Answer& answer);
  void take_addresses(Context& ctx, Job& job, const dns::Answer& answer);
  void try_target(Context& ctx, Job& job);
  void try_addresses(Context& ctx, Job& job);
  // dane.cpp
  bool ask_for_tlsa(Context& ctx, Job& job);
  void take_tlsa(Context& ctx, Job& job, const dns::Answer& answer);
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
  std::map<std::string, Destination> destinations_;  ///< by domain
  std::uint32_t last_job_ = 0;
  Gatekeeper gatekeeper_;
  std::map<std::string, std::set<std::string>> answered_;  ///< vacation: account -> who was told
};

}  // namespace posthorn::host
