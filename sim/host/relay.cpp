// A mail server as SMTP client: one job for each domain that an entry of the queue goes to. Its
// mail exchangers, their addresses, a session; and LMTP to the server that keeps a domain's
// mailboxes.
#include <algorithm>

#include "protocols/mail/address.hpp"
#include "protocols/mail/charset.hpp"
#include "protocols/mail/message.hpp"
#include "sim/host/mail_server.hpp"

namespace posthorn::host {
namespace {

using scenario::lower;
using trace::RecipientOutcome;

constexpr std::size_t kMaxTargets = 10;
constexpr Duration kRest = std::chrono::minutes(1);  ///< for a domain that cannot be reached

std::string status_of(const smtp::Reply& reply) {
  return reply.enhanced.empty() ? std::to_string(reply.code / 100) + ".0.0" : reply.enhanced;
}

std::string to_text(trace::ConnectFailure why) {
  switch (why) {
    case trace::ConnectFailure::refused:
      return "connection refused";
    case trace::ConnectFailure::timed_out:
      return "connection timed out";
    case trace::ConnectFailure::unreachable:
      return "host unreachable";
  }
  return "no connection";
}

bool has_eight_bit_fields(const mail::Part& part, std::string_view content) {
  return !mail::is_ascii(part.header.range.of(content)) ||
         std::ranges::any_of(part.children, [&](const mail::Part& child) {
           return has_eight_bit_fields(child, content);
         });
}

/// UTF-8 in header fields, of the letter or of its parts: what SMTPUTF8 is for (RFC 6532).
bool has_eight_bit_fields(const std::shared_ptr<const std::string>& content) {
  return has_eight_bit_fields(mail::parse_message(content).root, *content);
}

}  // namespace

Job* MailServer::job_of(ConnId conn) {
  const auto found = conns_.find(conn);
  if (found == conns_.end()) return nullptr;
  const auto job = jobs_.find(found->second);
  return job == jobs_.end() ? nullptr : &job->second;
}

namespace {

HostId home_of(Context& ctx, const std::string& domain) {
  const auto home = ctx.plan().homes.find(domain);
  return home == ctx.plan().homes.end() ? HostId{} : home->second;
}

}  // namespace

/// The server that keeps the domain's mailboxes, if we are its MX and they are not ours.
HostId MailServer::mailboxes_behind(Context& ctx, const std::string& domain) const {
  const HostId home = home_of(ctx, domain);
  if (!home || home == id_) return {};
  const scenario::Host& host = ctx.plan().host(home);
  const bool takes_mail =
      host.offers(scenario::Service::lmtp) || host.offers(scenario::Service::smtp);
  return takes_mail && relays_for(ctx, domain) ? home : HostId{};
}

void MailServer::start_job(Context& ctx, QueueEntry& entry, const std::string& domain,
                           std::vector<std::size_t> recipients) {
  Job job;
  job.id = ++last_job_;
  job.entry = entry.id;
  job.domain = domain;
  for (const std::size_t i : recipients)
    entry.recipients[i].state = QueueRecipient::State::under_way;
  job.recipients = std::move(recipients);
  const std::uint32_t id = job.id;
  jobs_.emplace(id, std::move(job));
  Destination& destination = destinations_[domain];
  if (ctx.now() < destination.resting_until) {
    jobs_.at(id).remote = destination.remote;
    return finish_job(ctx, id, "4.4.1", destination.reason);
  }
  if (destination.active >= ctx.plan().host(id_).max_connections)
    return destination.waiting.push_back(id);
  begin_job(ctx, jobs_.at(id));
}

void MailServer::begin_job(Context& ctx, Job& job) {
  job.active = true;
  ++destinations_[job.domain].active;
  const std::uint32_t id = job.id;
  const std::string domain = job.domain;
  if (const HostId store = mailboxes_behind(ctx, domain)) {
    job.lmtp = ctx.plan().host(store).offers(scenario::Service::lmtp);
    job.targets = {ctx.plan().host(store).name};
    return try_target(ctx, job);
  }
  if (const auto address = mail::parse_address_literal(domain)) {  // RFC 5321 §5.1: no look-up
    job.targets = {domain};
    job.addresses = {*address};
    return try_addresses(ctx, job);
  }
  const auto name = dns::Name::parse(domain);
  if (!name) return finish_job(ctx, id, "5.1.2", "bad destination domain " + domain);
  ask(ctx, job, *name, dns::RecordType::mx);
}

void MailServer::begin_waiting(Context& ctx, const std::string& domain) {
  for (;;) {
    const auto found = destinations_.find(domain);
    if (found == destinations_.end()) return;
    Destination& destination = found->second;
    if (destination.waiting.empty()) {
      const bool resting = ctx.now() < destination.resting_until;
      if (destination.active == 0 && !resting) destinations_.erase(found);
      return;
    }
    if (destination.active >= ctx.plan().host(id_).max_connections) return;
    const auto job = jobs_.find(destination.waiting.front());
    destination.waiting.pop_front();
    if (job == jobs_.end()) continue;
    const trace::Scope scope(ctx.trace());
    ctx.set_message(queue_.at(job->second.entry).message);
    if (ctx.now() < destination.resting_until) {
      job->second.remote = destination.remote;
      finish_job(ctx, job->first, "4.4.1", destination.reason);
    } else {
      begin_job(ctx, job->second);
    }
  }
}

bool MailServer::take_next(Context& ctx, ConnId conn, const Job& done,
                           smtp::ClientSession& session) {
  const auto found = destinations_.find(done.domain);
  if (found == destinations_.end() || session.closed()) return false;
  while (!found->second.waiting.empty()) {
    const auto next = jobs_.find(found->second.waiting.front());
    found->second.waiting.pop_front();
    if (next == jobs_.end()) continue;
    Job& job = next->second;
    job.active = true;
    ++found->second.active;
    job.stage = Job::Stage::session;
    job.lmtp = done.lmtp;
    job.implicit_mx = done.implicit_mx;
    job.targets = done.targets;
    job.target = done.target;
    job.addresses = done.addresses;
    job.address = done.address;
    job.dane = done.dane;
    job.tlsa = done.tlsa;
    job.conn = conn;
    conns_[conn] = job.id;
    const QueueEntry& entry = queue_.at(job.entry);
    ctx.set_message(entry.message);
    trace::Trace& trace = ctx.trace();
    trace.append_as_cause(ctx.now(), trace::QueueAttempt{id_, job.entry, entry.attempts,
                                                         trace.intern(job.targets[job.target])});
    session.send(ctx.now(), envelope_for(job), entry.content);
    return true;
  }
  return false;
}

void MailServer::ask(Context& ctx, Job& job, const dns::Name& name, dns::RecordType type) {
  queries_[ctx.resolve(id_, name, type)] = job.id;
}

void MailServer::handle_dns(Context& ctx, dns::QueryId query, const dns::Answer& answer) {
  const auto found = queries_.find(query);
  if (found == queries_.end()) return;
  const auto job = jobs_.find(found->second);
  queries_.erase(found);
  if (job == jobs_.end()) return;
  if (job->second.stage == Job::Stage::mx)
    take_mx(ctx, job->second, answer);
  else if (job->second.stage == Job::Stage::tlsa)
    take_tlsa(ctx, job->second, answer);
  else
    take_addresses(ctx, job->second, answer);
}

void MailServer::take_mx(Context& ctx, Job& job, const dns::Answer& answer) {
  struct Choice {
    std::uint16_t preference;
    std::uint64_t tie;
    std::string host;
  };
  std::vector<Choice> choices;
  switch (answer.outcome) {
    case dns::Outcome::nxdomain:
      return finish_job(ctx, job.id, "5.1.2", "the domain " + job.domain + " does not exist");
    case dns::Outcome::ok:
      for (const dns::Record& record : answer.records)
        if (const auto* mx = std::get_if<dns::Mx>(&record.data))
          choices.push_back({mx->preference, ctx.random(id_).next(), mx->exchange.to_string()});
      break;
    case dns::Outcome::nodata:
      break;
    default:
      return finish_job(ctx, job.id, "4.4.3", "no answer from DNS about " + job.domain);
  }
  if (choices.size() == 1 && choices.front().host == ".")  // a null MX (RFC 7505 §4.1)
    return finish_job(ctx, job.id, "5.1.10",
                      "556 5.1.10 the domain " + job.domain + " accepts no mail (null MX)");
  // Beside others it means nothing (RFC 7505 §3).
  std::erase_if(choices, [](const Choice& choice) { return choice.host == "."; });
  job.implicit_mx = choices.empty();
  if (job.implicit_mx) choices.push_back({0, 0, job.domain});
  // Best first; equal preferences in random order (RFC 5321 §5.1).
  std::ranges::stable_sort(choices, [](const Choice& a, const Choice& b) {
    return std::pair(a.preference, a.tie) < std::pair(b.preference, b.tie);
  });
  // We are one of them: only better ones are of use, the others would send it back to us.
  const std::string self = lower(ctx.plan().host(id_).name);
  for (const Choice& choice : choices) {
    if (lower(choice.host) == self) {
      std::erase_if(choices, [&](const Choice& c) { return c.preference >= choice.preference; });
      break;
    }
  }
  // An exchanger of equal rank has been told where the mailboxes are, or it would be of no use.
  if (const HostId home = relays_for(ctx, job.domain) ? home_of(ctx, job.domain) : HostId{};
      choices.empty() && home && ctx.plan().host(home).offers(scenario::Service::smtp))
    choices.push_back({0, 0, ctx.plan().host(home).name});
  if (choices.empty())
    return finish_job(ctx, job.id, "5.4.6", "mail for " + job.domain + " loops back to us");
  for (const Choice& choice : choices)
    if (job.targets.size() < kMaxTargets) job.targets.push_back(choice.host);
  try_target(ctx, job);
}

void MailServer::try_target(Context& ctx, Job& job) {
  job.stage = Job::Stage::address;
  job.addresses.clear();
  job.address = 0;
  job.asked_aaaa = false;
  job.dane = false;
  job.tlsa.clear();
  const auto name = dns::Name::parse(job.targets[job.target]);
  if (!name) return try_next(ctx, job, "bad name of a mail exchanger");
  ask(ctx, job, *name, dns::RecordType::a);
}

void MailServer::take_addresses(Context& ctx, Job& job, const dns::Answer& answer) {
  for (const dns::Record& record : answer.records) {
    if (const auto* a = std::get_if<dns::A>(&record.data)) job.addresses.push_back(a->address);
    if (const auto* b = std::get_if<dns::Aaaa>(&record.data)) job.addresses.push_back(b->address);
  }
  const std::string target = job.targets[job.target];
  if (job.addresses.empty() && !job.asked_aaaa && answer.outcome != dns::Outcome::nxdomain &&
      answer.outcome != dns::Outcome::timeout) {
    job.asked_aaaa = true;
    return ask(ctx, job, *dns::Name::parse(target), dns::RecordType::aaaa);
  }
  if (job.addresses.empty()) {
    const bool missing =
        answer.outcome == dns::Outcome::nxdomain || answer.outcome == dns::Outcome::nodata;
    if (job.implicit_mx && missing)
      return finish_job(ctx, job.id, "5.1.2", "the domain " + job.domain + " has no mail server");
    return try_next(ctx, job, "no address found for " + target);
  }
  if (!ask_for_tlsa(ctx, job)) try_addresses(ctx, job);
}

void MailServer::try_addresses(Context& ctx, Job& job) {
  const QueueEntry& entry = queue_.at(job.entry);
  trace::Trace& trace = ctx.trace();
  trace.append_as_cause(ctx.now(), trace::QueueAttempt{id_, job.entry, entry.attempts,
                                                       trace.intern(job.targets[job.target])});
  try_address(ctx, job);
}

/// The scenario says that nothing goes to this domain but under TLS with a valid certificate.
bool MailServer::needs_tls(Context& ctx, const std::string& domain) const {
  return std::ranges::count(ctx.plan().host(id_).tls.require_to, domain) > 0;
}

void MailServer::try_address(Context& ctx, Job& job) {
  job.stage = Job::Stage::session;
  job.remote = job.targets[job.target];
  const QueueEntry& entry = queue_.at(job.entry);
  smtp::ClientConfig config;
  config.hostname = ctx.plan().host(id_).name;
  config.lmtp = job.lmtp;
  const bool strict = needs_tls(ctx, job.domain);
  if (strict || job.dane)
    config.tls = UseTls::required;
  else if (!job.in_clear && !ctx.plan().root.empty())
    config.tls = UseTls::if_offered;
  smtp::ClientSession session(config, ctx.now());
  session.send(ctx.now(), envelope_for(job), entry.content);
  const std::uint32_t id = job.id;
  const IpAddress address = job.addresses[job.address];
  const ConnId conn = ctx.connect(
      id_, address, scenario::port_of(job.lmtp ? scenario::Service::lmtp : scenario::Service::smtp),
      std::move(session),
      {lower(job.targets[job.target]), strict || !job.tlsa.empty(), false, job.tlsa});
  if (const auto still = jobs_.find(id); still != jobs_.end()) {
    still->second.conn = conn;
    conns_[conn] = id;
  }
}

/// For those recipients of the job that have no answer yet.
smtp::Envelope MailServer::envelope_for(const Job& job) const {
  const QueueEntry& entry = queue_.at(job.entry);
  smtp::Envelope envelope = entry.envelope;
  envelope.recipients.clear();
  envelope.authenticated_as.clear();
  envelope.declared_size.reset();
  envelope.eight_bit = !mail::is_ascii(*entry.content);
  // Declared, but not needed: header fields in ASCII go to everybody (the client sees to the
  // addresses), whatever the body is (RFC 6531 §3.6).
  envelope.smtputf8 =
      envelope.smtputf8 && envelope.eight_bit && has_eight_bit_fields(entry.content);
  for (const std::size_t i : job.recipients)
    if (entry.recipients[i].state == QueueRecipient::State::under_way)
      envelope.recipients.push_back(entry.recipients[i].path);
  return envelope;
}

/// In the same session, if the server took some recipients and had enough of them then.
bool MailServer::send_rest(Context& ctx, const Job& job, smtp::ClientSession& session) {
  smtp::Envelope rest = envelope_for(job);
  if (rest.recipients.empty() || session.closed()) return false;
  session.send(ctx.now(), std::move(rest), queue_.at(job.entry).content);
  return true;
}

/// The next address of this target, or the next target, or enough for this time.
void MailServer::try_next(Context& ctx, Job& job, std::string reason) {
  job.reason = std::move(reason);
  job.in_clear = false;
  conns_.erase(job.conn);
  if (job.stage == Job::Stage::session && ++job.address < job.addresses.size())
    return try_address(ctx, job);
  if (++job.target < job.targets.size()) return try_target(ctx, job);
  Destination& destination = destinations_[job.domain];
  destination.resting_until = ctx.now() + kRest;
  destination.reason = job.reason;
  destination.remote = job.remote;
  finish_job(ctx, job.id, "4.4.1", job.reason);
}

void MailServer::handle_connect_failed(Context& ctx, ConnId conn, trace::ConnectFailure why) {
  if (Job* job = job_of(conn)) {
    ctx.set_message(queue_.at(job->entry).message);
    try_next(ctx, *job, job->targets[job->target] + ": " + to_text(why));
  }
}

void MailServer::handle_event(Context& ctx, ConnId conn, smtp::ClientSession& session,
                              const smtp::ClientEvent& event) {
  Job* job = job_of(conn);
  if (job == nullptr) return;
  ctx.set_message(queue_.at(job->entry).message);  // a time-out or a 421 may not know
  if (const auto* done = std::get_if<smtp::MessageDone>(&event)) {
    take_replies(ctx, *job, session, *done);
  } else if (const auto* failed = std::get_if<smtp::SessionFailed>(&event)) {
    if (job->done) return;
    if (failed->phase == smtp::Phase::tls && !job->in_clear && !job->dane &&
        !needs_tls(ctx, job->domain)) {
      // Opportunistic (RFC 7435): rather in clear than not at all.
      job->in_clear = true;
      conns_.erase(conn);
      return try_address(ctx, *job);
    }
    const std::string words = failed->reply ? failed->reply->to_string() : failed->reason;
    try_next(ctx, *job, job->targets[job->target] + ": " + words);
  } else if (std::holds_alternative<smtp::Closed>(event)) {
    conns_.erase(conn);
  }
}

void MailServer::take_replies(Context& ctx, Job& job, smtp::ClientSession& session,
                              const smtp::MessageDone& done) {
  job.reports_promised = session.capabilities().dsn;
  const QueueEntry& entry = queue_.at(job.entry);
  std::vector<std::size_t> asked;
  for (const std::size_t i : job.recipients)
    if (entry.recipients[i].state == QueueRecipient::State::under_way) asked.push_back(i);
  for (std::size_t n = 0; n < asked.size(); ++n) {
    const bool answered = n < done.recipients.size() && done.recipients[n].code != 0;
    const bool refused = answered && !done.recipients[n].positive();
    const bool own_answer = refused || (answered && done.each);
    if (refused && done.recipients[n].code == 452 && done.accepted && !done.each) {
      // RFC 5321 §4.5.3.1.10: too many at once; this one comes with the next transaction.
      continue;
    }
    settle_recipient(ctx, job, asked[n], own_answer ? done.recipients[n] : done.final);
  }
  if (send_rest(ctx, job, session)) return;
  job.done = true;
  const Job done_job = job;
  const ConnId conn = job.conn;
  const bool goes_on = take_next(ctx, conn, done_job, session);
  if (!goes_on) session.quit(ctx.now());
  const trace::Scope scope(ctx.trace());
  ctx.set_message(queue_.at(done_job.entry).message);
  finish_job(ctx, done_job.id, "", "");
}

void MailServer::settle_recipient(Context& ctx, Job& job, std::size_t index,
                                  const smtp::Reply& reply) {
  QueueEntry& entry = queue_.at(job.entry);
  QueueRecipient& recipient = entry.recipients[index];
  if (reply.positive()) {
    if (job.lmtp || !job.reports_promised)  // else the next server will tell
      entry.fates.push_back({recipient.path, job.lmtp ? Fate::delivered : Fate::relayed,
                             status_of(reply), reply.to_string(), job.targets[job.target]});
    return settle(ctx, entry, recipient,
                  job.lmtp ? RecipientOutcome::delivered : RecipientOutcome::relayed,
                  reply.to_string());
  }
  if (!reply.permanent()) {
    recipient.status = status_of(reply);
    recipient.remote = reply.ours ? std::string() : job.targets[job.target];
    return settle(ctx, entry, recipient, RecipientOutcome::deferred, reply.to_string());
  }
  // What we refuse by ourselves nobody has said (RFC 3464 §2.3.6).
  entry.fates.push_back({recipient.path, Fate::failed, status_of(reply), reply.to_string(),
                         reply.ours ? std::string() : job.targets[job.target]});
  settle(ctx, entry, recipient, RecipientOutcome::failed, reply.to_string());
}

void MailServer::finish_job(Context& ctx, std::uint32_t id, const std::string& status,
                            std::string reason) {  // by value: it may be the job's own
  const auto found = jobs_.find(id);
  if (found == jobs_.end()) return;
  const Job job = std::move(found->second);
  jobs_.erase(found);
  if (job.active) --destinations_[job.domain].active;
  QueueEntry& entry = queue_.at(job.entry);
  for (const std::size_t i : job.recipients) {
    QueueRecipient& recipient = entry.recipients[i];
    if (recipient.state != QueueRecipient::State::under_way) continue;
    const bool permanent = !status.empty() && status.front() == '5';
    recipient.status = status;
    recipient.remote = job.remote;
    if (permanent) entry.fates.push_back({recipient.path, Fate::failed, status, reason, ""});
    settle(ctx, entry, recipient, permanent ? RecipientOutcome::failed : RecipientOutcome::deferred,
           reason);
  }
  if (--entry.open_jobs == 0) finish_run(ctx, entry);
  if (job.active) begin_waiting(ctx, job.domain);
}

}  // namespace posthorn::host
