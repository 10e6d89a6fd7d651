// A mail server's counters: what it takes over (SMTP, submission) and hands out (POP3, IMAP).
#include "sim/host/mail_server.hpp"

#include <algorithm>

#include "protocols/mail/trace_fields.hpp"

namespace posthorn::host {
namespace {

using scenario::lower;

template <class... Handlers>
struct Overloaded : Handlers... {
  using Handlers::operator()...;
};
template <class... Handlers>
Overloaded(Handlers...) -> Overloaded<Handlers...>;

constexpr Duration kCounterTime =
    std::chrono::milliseconds(50);         ///< from acceptance to the queue run
constexpr std::size_t kMaxReceived = 100;  ///< RFC 5321 §6.3: more hops than this is a loop

std::size_t count_received(std::string_view content) {
  std::size_t count = 0, at = 0;
  while (at < content.size() && content.substr(at, 2) != "\r\n") {
    if (lower(content.substr(at, 9)) == "received:") ++count;
    const std::size_t end = content.find("\r\n", at);
    if (end == std::string_view::npos) break;
    at = end + 2;
  }
  return count;
}

std::string address_of(const smtp::Path& path) { return lower(path.mailbox()); }

}  // namespace

MailServer::MailServer(HostId id, const scenario::Plan& plan) : id_(id) {
  for (const auto& [address, account] : plan.accounts)
    if (account.home == id) store_.add_account(address);
  store_.add_account("postmaster");  // RFC 5321 §4.5.1: there always is one
}

std::optional<Session> MailServer::accept(Context& ctx, std::uint16_t port) {
  const scenario::Host& host = ctx.plan().host(id_);
  switch (port) {
    case 25: {
      smtp::ServerConfig config;
      config.hostname = host.name;
      config.max_size = host.max_message_size;
      return smtp::ServerSession(config, ctx.now());
    }
    case 587: {
      smtp::ServerConfig config = smtp::ServerConfig::for_submission(host.name);
      config.max_size = host.max_message_size;
      return smtp::ServerSession(config, ctx.now());
    }
    case 110: {
      pop3::ServerConfig config;
      config.hostname = host.name;
      config.epoch = ctx.plan().scenario.start;
      pop3::Server server(config);
      server.handle_connect(ctx.now());
      return server;
    }
    case 143: {
      imap::ServerConfig config;
      config.hostname = host.name;
      config.epoch = ctx.plan().scenario.start;
      imap::Server server(config);
      server.handle_connect(ctx.now());
      return server;
    }
    default:
      return std::nullopt;
  }
}

// ---- SMTP and submission -------------------------------------------------------------------

bool MailServer::is_home_of(Context& ctx, const std::string& domain) const {
  const auto found = ctx.plan().homes.find(domain);
  return found != ctx.plan().homes.end() && found->second == id_;
}

bool MailServer::relays_for(Context& ctx, const std::string& domain) const {
  const auto found = ctx.plan().relays.find(domain);
  return found != ctx.plan().relays.end() && std::ranges::count(found->second, id_) > 0;
}

/// RFC 5321 §3.6.2 and §7.7: our own users, domains that we are an MX for, and whatever our
/// own authenticated users want; nobody else may use us as a relay.
smtp::Decision MailServer::judge_recipient(Context& ctx, const smtp::ServerSession& session,
                                           const smtp::Path& path) const {
  const std::string domain = lower(path.domain);
  if (domain.empty() && lower(path.local) == "postmaster") return smtp::Decision::accept();
  if (is_home_of(ctx, domain)) {
    if (lower(path.local) == "postmaster" || store_.has_account(address_of(path)))
      return smtp::Decision::accept();
    return smtp::Decision::refuse(550, "5.1.1", path.to_string() + " No such user here");
  }
  if (relays_for(ctx, domain) || !session.authenticated_as().empty())
    return smtp::Decision::accept();
  return smtp::Decision::refuse(550, "5.7.1", path.to_string() + " Relaying denied");
}

/// Users log in with their whole address, or with its local part where that is clear.
const scenario::PlannedAccount* MailServer::own_account(Context& ctx,
                                                        const std::string& user) const {
  const std::string wanted = lower(user);
  const scenario::PlannedAccount* found = nullptr;
  for (const auto& [address, account] : ctx.plan().accounts) {
    if (account.home != id_) continue;
    if (address == wanted) return &account;
    if (address.substr(0, address.rfind('@')) != wanted) continue;
    if (found != nullptr) return nullptr;
    found = &account;
  }
  return found;
}

void MailServer::handle_event(Context& ctx, ConnId conn, smtp::ServerSession& session,
                              const smtp::ServerEvent& event) {
  const Instant now = ctx.now();
  std::visit(
      Overloaded{[&](const smtp::AuthAsked& asked) {
                   const scenario::PlannedAccount* account = own_account(ctx, asked.user);
                   const bool known =
                       account != nullptr && account->password == asked.password &&
                       (asked.identity.empty() || own_account(ctx, asked.identity) == account);
                   ctx.trace().append(
                       now, trace::LoginDecided{id_, conn, ctx.trace().intern(asked.user), known});
                   session.decide(
                       now, known ? smtp::Decision::accept()
                                  : smtp::Decision::refuse(535, "5.7.8", "Authentication failed"));
                 },
                 [&](const smtp::SenderAsked&) { session.decide(now, smtp::Decision::accept()); },
                 [&](const smtp::RecipientAsked& asked) {
                   session.decide(now, judge_recipient(ctx, session, asked.forward_path));
                 },
                 [&](const smtp::ContentReceived& content) {
                   session.decide(now, take_over(ctx, conn, session, content));
                 },
                 [&](const smtp::VerifyAsked&) { session.decide(now, smtp::Decision::accept()); },
                 [](const auto&) {}},
      event);
}

smtp::Decision MailServer::take_over(Context& ctx, ConnId conn, const smtp::ServerSession& session,
                                     const smtp::ContentReceived& content) {
  if (count_received(*content.content) > kMaxReceived)
    return smtp::Decision::refuse(554, "5.4.6", "Too many hops; this message is in a loop");
  const MessageId message = ctx.trace().message() ? ctx.trace().message() : ctx.new_message();
  ctx.set_message(message);

  mail::ReceivedInfo info;
  info.helo = session.client_name();
  if (const auto client = ctx.client_address(conn)) info.client = *client;
  info.by = ctx.plan().host(id_).name;
  info.with = !session.extended()                   ? "SMTP"
              : !session.authenticated_as().empty() ? "ESMTPA"
                                                    : "ESMTP";  // RFC 3848
  const QueueId id = ctx.new_queue_entry();
  info.id = "Q" + std::to_string(id.value);
  if (content.envelope.recipients.size() == 1)  // more would tell Bcc names (RFC 5321 §7.2)
    info.recipient = content.envelope.recipients.front().mailbox();
  info.date = {wall_time(ctx.plan(), ctx.now()), ctx.plan().scenario.utc_offset};

  auto stamped = std::make_shared<const std::string>(
      mail::prepend_fields(*content.content, mail::received_field(info)));
  QueueEntry entry;
  entry.id = id;
  entry.message = message;
  entry.envelope = content.envelope;
  for (const smtp::Path& path : content.envelope.recipients) entry.recipients.push_back({path});
  entry.content = std::move(stamped);
  admit(ctx, std::move(entry));
  return smtp::Decision::accept("Ok: queued as " + info.id);
}

void MailServer::admit(Context& ctx, QueueEntry entry) {
  trace::Trace& trace = ctx.trace();
  std::string recipients;
  for (const QueueRecipient& recipient : entry.recipients)
    recipients += (recipients.empty() ? "" : ", ") + recipient.path.mailbox();
  trace.append_as_cause(
      ctx.now(),
      trace::QueueAccepted{id_, entry.id, trace.intern(entry.envelope.reverse_path.mailbox()),
                           trace.intern(recipients), trace.add_blob(entry.content)});
  entry.accepted = ctx.now();
  const QueueId id = entry.id;
  entry.retry = ctx.wake(ctx.now() + kCounterTime, {id_, Timer::Kind::queue_run, id.value});
  queue_.emplace(id, std::move(entry));
}

// ---- POP3 and IMAP -------------------------------------------------------------------------

template <class Server>
void MailServer::decide_login(Context& ctx, ConnId conn, Server& session,
                              const mail::LoginAsked& asked) {
  const scenario::PlannedAccount* account = own_account(ctx, asked.user);
  const bool known = account != nullptr && account->password == asked.password;
  ctx.trace().append(ctx.now(),
                     trace::LoginDecided{id_, conn, ctx.trace().intern(asked.user), known});
  session.decide_login(ctx.now(), known, store_, known ? account->address : std::string());
}

namespace {

/// Mailbox events that both protocols have, as facts.
class BoxRecorder {
 public:
  BoxRecorder(Context& ctx, HostId host, const mail::MailStore& store, const std::string& account)
      : ctx_(ctx), host_(host), store_(store), account_(account) {}

  void operator()(const mail::MessageFetched& f) { about(f.tag); }
  void operator()(const mail::FlagsChanged& f) {
    about(f.tag);
    append(trace::MailboxFlags{host_, text(account_), text(f.mailbox), f.uid,
                               text(f.flags.to_string())});
  }
  void operator()(const mail::Expunged& f) {
    about(f.tag);
    append(trace::MailboxExpunged{host_, text(account_), text(f.mailbox), f.uid});
  }
  void operator()(const mail::Appended& f) {
    about(f.tag);
    const mail::StoredMailbox* box = store_.find(account_, f.mailbox);
    const mail::StoredMessage* message = box != nullptr ? box->find(f.uid) : nullptr;
    if (message == nullptr) return;
    append(trace::MailboxStored{host_, text(account_), text(f.mailbox), f.uid,
                                ctx_.trace().add_blob(message->content)});
  }
  template <class Other>
  void operator()(const Other&) {}

 private:
  void about(std::uint32_t tag) {
    if (tag != 0) ctx_.set_message(MessageId{tag});
  }
  TextId text(std::string_view words) { return ctx_.trace().intern(words); }
  void append(trace::Fact fact) { ctx_.trace().append(ctx_.now(), std::move(fact)); }

  Context& ctx_;
  HostId host_;
  const mail::MailStore& store_;
  const std::string& account_;
};

}  // namespace

void MailServer::handle_event(Context& ctx, ConnId conn, pop3::Server& session,
                              const pop3::ServerEvent& event) {
  if (const auto* asked = std::get_if<mail::LoginAsked>(&event))
    decide_login(ctx, conn, session, *asked);
  else
    std::visit(BoxRecorder(ctx, id_, store_, session.account()), event);
}

void MailServer::handle_event(Context& ctx, ConnId conn, imap::Server& session,
                              const imap::ServerEvent& event) {
  if (const auto* asked = std::get_if<mail::LoginAsked>(&event))
    decide_login(ctx, conn, session, *asked);
  else
    std::visit(BoxRecorder(ctx, id_, store_, session.account()), event);
}

// ---- power ---------------------------------------------------------------------------------

void MailServer::handle_power(Context& ctx, bool up) {
  jobs_.clear();
  queries_.clear();
  conns_.clear();
  for (const std::string& account : store_.accounts()) store_.unlock_pop3(account, "INBOX");
  for (auto& [id, entry] : queue_) {
    ctx.cancel(entry.retry);
    entry.open_jobs = 0;
    for (QueueRecipient& recipient : entry.recipients)
      if (recipient.state == QueueRecipient::State::under_way)
        recipient.state = QueueRecipient::State::waiting;
    if (up)
      entry.retry = ctx.wake(ctx.now() + kCounterTime, {id_, Timer::Kind::queue_run, id.value});
  }
}

}  // namespace posthorn::host
