// A mail server's counters: what it takes over (SMTP, submission) and hands out (POP3, IMAP).
#include "sim/host/mail_server.hpp"

#include <algorithm>

#include "protocols/mail/address.hpp"
#include "protocols/mail/international.hpp"
#include "protocols/mail/trace_fields.hpp"
#include "sim/host/server_sessions.hpp"

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

/// For Received: (RFC 3848, RFC 6531 §4.3).
std::string protocol_word(const smtp::ServerSession& session, const smtp::Envelope& envelope) {
  const std::string user =
      std::string(session.secured() ? "S" : "") + (session.authenticated_as().empty() ? "" : "A");
  if (session.config().lmtp) return (envelope.smtputf8 ? "UTF8LMTP" : "LMTP") + user;
  if (!session.extended()) return "SMTP";
  return (envelope.smtputf8 ? "UTF8SMTP" : "ESMTP") + user;
}

/// RFC 3463 §3.4: X.3.1.
smtp::Decision no_room() {
  return smtp::Decision::refuse(452, "4.3.1", "Insufficient system storage");
}

smtp::Decision as_reply(const mail::LoginDecision& login) {
  if (login.kind != mail::LoginDecision::Kind::welcome)
    return smtp::Decision::refuse(535, "5.7.8", "Authentication failed");
  smtp::Decision yes = smtp::Decision::accept();
  yes.last_words = login.last_words;
  return yes;
}

}  // namespace

MailServer::MailServer(HostId id, const scenario::Plan& plan) : id_(id) {
  for (const auto& [address, account] : plan.accounts) {
    if (account.home != id) continue;
    store_.add_account(address, plan.scenario.first_uid_validity);
    mail::Quota quota;
    if (account.settings.quota_octets > 0) quota.octets = account.settings.quota_octets;
    if (account.settings.quota_messages > 0) quota.messages = account.settings.quota_messages;
    store_.set_quota(address, quota);
  }
  store_.add_account("postmaster");  // RFC 5321 §4.5.1: there always is one
}

std::optional<Session> MailServer::accept(Context& ctx, std::uint16_t port) {
  const auto service = scenario::service_at(port);
  if (!service) return std::nullopt;
  return open_session(ctx, id_, *service, gatekeeper_.trouble().max_size);
}

// ---- SMTP, submission and LMTP -------------------------------------------------------------

bool MailServer::is_home_of(Context& ctx, const std::string& domain) const {
  const auto found = ctx.plan().homes.find(domain);
  return found != ctx.plan().homes.end() && found->second == id_;
}

/// RFC 5321 §4.5.1 for the postmaster; RFC 1123 §5.2.17 for our own address literals.
bool MailServer::is_this_host(Context& ctx, const std::string& domain) const {
  if (domain.empty()) return true;
  if (domain.front() != '[')
    return domain == lower(ctx.plan().host(id_).name) && !ctx.plan().homes.contains(domain);
  const auto address = mail::parse_address_literal(domain);
  return address && std::ranges::count(ctx.plan().addresses[id_.value - 1], *address) > 0;
}

bool MailServer::relays_for(Context& ctx, const std::string& domain) const {
  const auto found = ctx.plan().relays.find(domain);
  return found != ctx.plan().relays.end() && std::ranges::count(found->second, id_) > 0;
}

bool MailServer::submits_for(Context& ctx, const std::string& domain) const {
  const auto found = ctx.plan().submitters.find(domain);
  return found != ctx.plan().submitters.end() && std::ranges::count(found->second, id_) > 0;
}

/// RFC 5321 §3.6.2 and §7.7: our own users, domains that we are an MX for, and whatever our
/// own authenticated users want; nobody else may use us as a relay.
smtp::Decision MailServer::judge_recipient(Context& ctx, ConnId conn,
                                           const smtp::ServerSession& session,
                                           const smtp::Path& path) {
  const std::string domain = mail::ascii_domain(path.domain);
  const bool ours = is_local(ctx, domain);
  const bool user = !session.authenticated_as().empty();
  if (!ours && !relays_for(ctx, domain) && !user)
    return smtp::Decision::refuse(550, "5.7.1", path.to_string() + " Relaying denied");
  if (ours) {
    const Local local = find_local(ctx, path);
    if (local.kind == Local::Kind::nobody)
      return smtp::Decision::refuse(550, "5.1.1", path.to_string() + " No such user here");
    const scenario::PlannedAccount* account = ctx.plan().account(local.name);
    const bool stays = local.kind == Local::Kind::mailbox &&
                       (account == nullptr || account->settings.forward.empty());
    const std::uint64_t declared = session.envelope().declared_size.value_or(0);
    if (stays && declared > store_.quota(local.name).octets.value_or(declared))
      return smtp::Decision::refuse(552, "5.2.3",
                                    path.to_string() + " The mailbox will never have that room");
    if (stays && is_full(local.name, declared))
      return smtp::Decision::refuse(452, "4.2.2", path.to_string() + " The mailbox is full");
  }
  if (user) return smtp::Decision::accept();
  return gatekeeper_.judge_recipient(ctx.plan().host(id_), ctx.now(),
                                     ctx.client_address(conn).value_or(IpAddress{}),
                                     session.envelope().reverse_path, path);
}

/// Users log in with their whole address, or with its local part where that is clear.
const scenario::PlannedAccount* MailServer::own_account(Context& ctx, const std::string& user,
                                                        bool to_submit) const {
  const std::string wanted = lower(mail::prepared(user));
  const auto here = [&](const std::string& address, const scenario::PlannedAccount& account) {
    const bool served = account.home == id_ ||
                        (to_submit && submits_for(ctx, address.substr(address.rfind('@') + 1)));
    return served && !gatekeeper_.trouble().closed.contains(address);
  };
  if (const auto* whole = ctx.plan().account(wanted);
      whole != nullptr && here(whole->address, *whole))
    return whole;
  if (wanted.find('@') != std::string::npos) return nullptr;
  const scenario::PlannedAccount* found = nullptr;
  for (const auto& [address, account] : ctx.plan().accounts) {
    if (!address.starts_with(wanted) || address.substr(0, address.rfind('@')) != wanted) continue;
    if (!here(address, account)) continue;
    if (found != nullptr) return nullptr;
    found = &account;
  }
  return found;
}

void MailServer::handle_event(Context& ctx, ConnId conn, smtp::ServerSession& session,
                              const smtp::ServerEvent& event) {
  const Instant now = ctx.now();
  const auto decide = [&](const smtp::Decision& decision) { session.decide(now, decision); };
  std::visit(
      Overloaded{[&](const smtp::AuthAsked& asked) {
                   decide(as_reply(judge_login(ctx, conn, {asked.user, asked.proof, asked.identity},
                                               /*to_submit=*/true)));
                 },
                 [&](const smtp::SenderAsked& asked) {
                   decide(gatekeeper_.judge_sender(ctx.plan().host(id_), now,
                                                   ctx.client_address(conn).value_or(IpAddress{}),
                                                   asked.reverse_path));
                 },
                 [&](const smtp::RecipientAsked& asked) {
                   decide(judge_recipient(ctx, conn, session, asked.recipient));
                 },
                 [&](const smtp::ContentReceived& content) {
                   if (session.config().lmtp)
                     session.decide_each(now, deliver_each(ctx, conn, session, content));
                   else
                     decide(take_over(ctx, conn, session, content));
                 },
                 [&](const smtp::VerifyAsked&) { decide(smtp::Decision::accept()); },
                 [&](const smtp::ExpandAsked& asked) { decide(expand(ctx, asked.what)); },
                 [](const auto&) {}},
      event);
}

/// RFC 5321 §3.5.2: who stands behind a name.
smtp::Decision MailServer::expand(Context& ctx, const std::string& what) const {
  const scenario::Plan& plan = ctx.plan();
  const auto of = [&](const std::string& address) -> const std::vector<std::string>* {
    if (!is_home_of(ctx, address.substr(address.rfind('@') + 1))) return nullptr;
    if (const auto found = plan.aliases.find(address); found != plan.aliases.end())
      return &found->second;
    const auto found = plan.lists.find(address);
    return found == plan.lists.end() ? nullptr : &found->second.members;
  };
  const std::string name = lower(what);
  const std::vector<std::string>* members = of(name);
  for (const auto& [domain, home] : plan.homes)
    if (members == nullptr && home == id_) members = of(name + "@" + domain);
  if (members == nullptr) return smtp::Decision::refuse(550, "5.1.1", "No such list here");
  std::string lines;
  for (const std::string& member : *members) lines += (lines.empty() ? "<" : "\n<") + member + ">";
  return smtp::Decision::accept(lines);
}

mail::LoginDecision MailServer::judge_login(Context& ctx, ConnId conn,
                                            const mail::LoginAsked& asked, bool to_submit) {
  const scenario::PlannedAccount* account = own_account(ctx, asked.user, to_submit);
  // Checked in any case: whether a name exists shows neither in words nor in the time it takes.
  const sasl::Verdict verdict = asked.proof.check(account != nullptr ? account->password : "");
  const bool proven = account != nullptr && verdict.ok;
  const bool known =
      proven && (asked.identity.empty() || own_account(ctx, asked.identity, to_submit) == account);
  ctx.trace().append(ctx.now(),
                     trace::LoginDecided{id_, conn, ctx.trace().intern(asked.user), known});
  if (!proven) return mail::LoginDecision::refuse();
  if (!known) return mail::LoginDecision::refuse(mail::LoginDecision::Kind::not_allowed);
  return mail::LoginDecision::welcome(account->address, verdict.last_words);
}

smtp::Decision MailServer::take_over(Context& ctx, ConnId conn, const smtp::ServerSession& session,
                                     const smtp::ContentReceived& content) {
  if (gatekeeper_.trouble().disk_full) return no_room();
  if (count_received(*content.content) > kMaxReceived)
    return smtp::Decision::refuse(554, "5.4.6", "Too many hops; this message is in a loop");
  const MessageId message = ctx.trace().message() ? ctx.trace().message() : ctx.new_message();
  ctx.set_message(message);
  const QueueId id = ctx.new_queue_entry();
  const std::string queue_name = "Q" + std::to_string(id.value);
  auto stamped =
      std::make_shared<const std::string>(stamp(ctx, conn, session, content, queue_name));
  QueueEntry entry;
  entry.id = id;
  entry.message = message;
  entry.envelope = content.envelope;
  entry.envelope.recipients.clear();
  for (const smtp::Recipient& one : content.envelope.recipients) entry.recipients.push_back({one});
  entry.content = std::move(stamped);
  admit(ctx, std::move(entry));
  return smtp::Decision::accept("Ok: queued as " + queue_name);
}

/// The message with what this server adds on top (RFC 5321 §4.4; submission: RFC 6409 §8).
std::string MailServer::stamp(Context& ctx, ConnId conn, const smtp::ServerSession& session,
                              const smtp::ContentReceived& content, const std::string& queue_name) {
  const scenario::Plan& plan = ctx.plan();
  mail::ReceivedInfo info;
  info.helo = session.client_name();
  if (const auto client = ctx.client_address(conn)) info.client = *client;
  info.by = plan.host(id_).name;
  info.with = protocol_word(session, content.envelope);
  info.id = queue_name;
  if (content.envelope.recipients.size() == 1)  // more would tell Bcc names (RFC 5321 §7.2)
    info.recipient = content.envelope.recipients.front().mailbox();
  info.date = {wall_time(ctx, id_, ctx.now()), plan.scenario.utc_offset};
  std::string fields = mail::received_field(info);
  if (session.config().submission)
    fields += mail::missing_fields(*content.content, info.date,
                                   "<" + queue_name + "." +
                                       std::to_string(ctx.now().time_since_epoch().count()) + "@" +
                                       info.by + ">");
  return mail::prepend_fields(*content.content, fields);
}

/// RFC 2033 §4.2: no queue here; each recipient is delivered or refused on the spot.
std::vector<smtp::Decision> MailServer::deliver_each(Context& ctx, ConnId conn,
                                                     const smtp::ServerSession& session,
                                                     const smtp::ContentReceived& content) {
  const MessageId message = ctx.trace().message() ? ctx.trace().message() : ctx.new_message();
  ctx.set_message(message);
  const std::string stamped = stamp(ctx, conn, session, content, "");
  std::vector<smtp::Decision> decisions;
  Delivery letter{message, content.envelope, std::make_shared<const std::string>(stamped)};
  letter.envelope.recipients.clear();
  for (const smtp::Recipient& recipient : content.envelope.recipients) {
    const Delivered done = deliver(ctx, letter, recipient);
    if (done.what == Delivered::What::full || done.what == Delivered::What::failed)  // "550 5.1.1 "
      decisions.push_back(
          smtp::Decision::refuse(std::stoi(done.words), done.status, done.words.substr(10)));
    else
      decisions.push_back(smtp::Decision::accept("Delivered to " + recipient.to_string()));
  }
  return decisions;
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
    session.decide_login(ctx.now(), judge_login(ctx, conn, *asked), store_);
  else
    std::visit(BoxRecorder(ctx, id_, store_, session.account()), event);
}

void MailServer::handle_event(Context& ctx, ConnId conn, imap::Server& session,
                              const imap::ServerEvent& event) {
  if (const auto* asked = std::get_if<mail::LoginAsked>(&event))
    session.decide_login(ctx.now(), judge_login(ctx, conn, *asked), store_);
  else
    std::visit(BoxRecorder(ctx, id_, store_, session.account()), event);
}

// ---- power ---------------------------------------------------------------------------------

void MailServer::handle_power(Context& ctx, bool up) {
  jobs_.clear();
  queries_.clear();
  conns_.clear();
  destinations_.clear();
  for (const std::string& account : store_.accounts()) store_.unlock_pop3(account, "INBOX");
  for (auto& [id, entry] : queue_) {
    ctx.cancel(entry.retry);
    ctx.cancel(entry.warning);
    entry.open_jobs = 0;
    for (QueueRecipient& recipient : entry.recipients)
      if (recipient.state == QueueRecipient::State::under_way)
        recipient.state = QueueRecipient::State::waiting;
    if (up)
      entry.retry = ctx.wake(ctx.now() + kCounterTime, {id_, Timer::Kind::queue_run, id.value});
  }
}

}  // namespace posthorn::host
