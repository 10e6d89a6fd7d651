// A mail server's back room: where the queue goes. Local recipients get their message into the
// mailbox (MDA); for the others the domain is looked up and another server asked to take over.
#include <algorithm>

#include "protocols/mail/trace_fields.hpp"
#include "sim/host/bounce.hpp"
#include "sim/host/mail_server.hpp"

namespace posthorn::host {
namespace {

using scenario::lower;
using trace::RecipientOutcome;

constexpr std::size_t kMaxTargets = 10;

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

bool has_eight_bit(std::string_view content) {
  return std::ranges::any_of(content, [](char c) { return (c & 0x80) != 0; });
}

std::string hex(std::uint64_t value) {
  std::string text;
  for (int shift = 60; shift >= 0; shift -= 4) text += "0123456789abcdef"[(value >> shift) & 15];
  return text;
}

}  // namespace

// ---- one run of the queue over one entry ---------------------------------------------------

void MailServer::handle_timer(Context& ctx, const Timer& timer) {
  if (timer.kind == Timer::Kind::queue_run) run_queue(ctx, QueueId{timer.id});
}

void MailServer::run_queue(Context& ctx, QueueId id) {
  const auto found = queue_.find(id);
  if (found == queue_.end() || found->second.open_jobs > 0) return;
  QueueEntry& entry = found->second;
  ctx.set_message(entry.message);
  ++entry.attempts;

  std::map<std::string, std::vector<std::size_t>> remote;
  for (std::size_t i = 0; i < entry.recipients.size(); ++i) {
    QueueRecipient& recipient = entry.recipients[i];
    if (recipient.state != QueueRecipient::State::waiting) continue;
    const std::string domain = lower(recipient.path.domain);
    if (domain.empty() || is_home_of(ctx, domain))
      deliver_locally(ctx, entry, recipient);
    else
      remote[domain].push_back(i);
  }
  if (!remote.empty()) ctx.reach(entry.message, 3);
  entry.open_jobs = static_cast<std::uint32_t>(remote.size());
  if (remote.empty()) return finish_run(ctx, entry);
  for (auto& [domain, recipients] : remote)
    if (QueueEntry* still = entry_of(id)) start_job(ctx, *still, domain, std::move(recipients));
}

QueueEntry* MailServer::entry_of(QueueId id) {
  const auto found = queue_.find(id);
  return found == queue_.end() ? nullptr : &found->second;
}

void MailServer::deliver_locally(Context& ctx, QueueEntry& entry, QueueRecipient& recipient) {
  std::string account = lower(recipient.path.mailbox());
  if (!store_.has_account(account) && lower(recipient.path.local) == "postmaster")
    account = "postmaster";
  // RFC 5321 §4.4: the delivering server writes the envelope's sender on top.
  auto content = std::make_shared<const std::string>(mail::prepend_fields(
      *entry.content, mail::return_path_field(entry.envelope.reverse_path.mailbox())));
  const auto uid =
      store_.deliver(account, content, wall_time(ctx.plan(), ctx.now()), entry.message.value);
  if (!uid) {
    entry.failures.push_back({recipient.path, "5.1.1", "No such user here", ""});
    settle(ctx, entry, recipient, RecipientOutcome::failed, "550 5.1.1 No such user here");
    return;
  }
  ctx.reach(entry.message, 4);
  trace::Trace& trace = ctx.trace();
  trace.append(ctx.now(), trace::MailboxStored{id_, trace.intern(account), trace.intern("INBOX"),
                                               *uid, trace.add_blob(content)});
  settle(ctx, entry, recipient, RecipientOutcome::delivered, "delivered to INBOX");
}

void MailServer::settle(Context& ctx, QueueEntry& entry, QueueRecipient& recipient,
                        RecipientOutcome outcome, const std::string& reply) {
  recipient.state = outcome == RecipientOutcome::deferred ? QueueRecipient::State::waiting
                                                          : QueueRecipient::State::settled;
  recipient.reason = outcome == RecipientOutcome::deferred ? reply : std::string();
  trace::Trace& trace = ctx.trace();
  trace.append(ctx.now(),
               trace::RecipientResult{id_, entry.id, trace.intern(recipient.path.mailbox()),
                                      trace.intern(reply), outcome});
}

/// RFC 5321 §4.5.4.1: retry for days, at growing intervals.
Duration MailServer::retry_wait(Context& ctx, const QueueEntry& entry) const {
  const std::vector<Duration>& waits = ctx.plan().host(id_).retry;
  if (!waits.empty()) return waits[std::min<std::size_t>(entry.attempts, waits.size()) - 1];
  return std::chrono::minutes(entry.attempts <= 2 ? 30 : entry.attempts <= 6 ? 120 : 240);
}

void MailServer::finish_run(Context& ctx, QueueEntry& entry) {
  const Duration age = ctx.now() - entry.accepted;
  const bool give_up = age >= ctx.plan().host(id_).give_up;
  bool anyone_waits = false;
  std::string waiting;
  for (QueueRecipient& recipient : entry.recipients) {
    if (recipient.state == QueueRecipient::State::settled) continue;
    anyone_waits = true;
    waiting = recipient.reason;
    if (!give_up) continue;
    entry.failures.push_back({recipient.path, "4.4.7", "Message expired: " + waiting, ""});
    settle(ctx, entry, recipient, RecipientOutcome::failed, "message expired: " + waiting);
  }
  if (!entry.failures.empty()) report_failures(ctx, entry);
  entry.failures.clear();
  trace::Trace& trace = ctx.trace();
  if (!anyone_waits || give_up) {
    trace.append(ctx.now(), trace::QueueReleased{id_, entry.id});
    queue_.erase(entry.id);
    return;
  }
  const Duration wait = retry_wait(ctx, entry);
  trace.append(ctx.now(),
               trace::QueueDeferred{id_, entry.id, trace.intern(waiting),
                                    static_cast<std::uint32_t>(wait / std::chrono::seconds(1))});
  entry.retry = ctx.wake(ctx.now() + wait, {id_, Timer::Kind::queue_run, entry.id.value});
}

/// RFC 5321 §4.5.5 and §6.1: a report with a null reverse-path, so that none is made about it.
void MailServer::report_failures(Context& ctx, QueueEntry& entry) {
  const bool to_postmaster = entry.envelope.reverse_path.null();
  const scenario::Plan& plan = ctx.plan();
  BounceInfo info;
  info.reporting_host = plan.host(id_).name;
  info.sender =
      to_postmaster ? "postmaster@" + info.reporting_host : entry.envelope.reverse_path.mailbox();
  info.message_id = "<" + hex(ctx.random(id_).next()) + "@" + info.reporting_host + ">";
  info.date = {wall_time(plan, ctx.now()), plan.scenario.utc_offset};
  info.arrival = {wall_time(plan, entry.accepted), plan.scenario.utc_offset};
  info.failures = entry.failures;
  info.original = *entry.content;

  QueueEntry report;
  report.id = ctx.new_queue_entry();
  report.message = ctx.new_message();
  report.content = std::make_shared<const std::string>(write_bounce(info));
  report.envelope.eight_bit = has_eight_bit(*report.content);
  smtp::Path to = entry.envelope.reverse_path;
  if (to_postmaster) to = smtp::Path{"postmaster", ""};
  report.recipients.push_back({to});

  const trace::Scope scope(ctx.trace());
  ctx.set_message(report.message);
  std::string recipients;
  for (const Failure& failure : entry.failures)
    recipients += (recipients.empty() ? "" : ", ") + failure.recipient.mailbox();
  ctx.trace().append_as_cause(ctx.now(), trace::BounceCreated{id_, report.id, entry.message,
                                                              ctx.trace().intern(recipients)});
  admit(ctx, std::move(report));
}

// ---- one job: a domain's mail exchangers, their addresses, a session -------------------------

Job* MailServer::job_of(ConnId conn) {
  const auto found = conns_.find(conn);
  if (found == conns_.end()) return nullptr;
  const auto job = jobs_.find(found->second);
  return job == jobs_.end() ? nullptr : &job->second;
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
  const auto name = dns::Name::parse(domain);
  if (!name || domain.front() == '[')  // address literals are not routed here
    return finish_job(ctx, id, "5.1.2", "bad destination domain " + domain);
  ask(ctx, jobs_.at(id), *name, dns::RecordType::mx);
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
  const QueueEntry& entry = queue_.at(job.entry);
  trace::Trace& trace = ctx.trace();
  trace.append_as_cause(ctx.now(),
                        trace::QueueAttempt{id_, job.entry, entry.attempts, trace.intern(target)});
  try_address(ctx, job);
}

void MailServer::try_address(Context& ctx, Job& job) {
  job.stage = Job::Stage::session;
  const QueueEntry& entry = queue_.at(job.entry);
  smtp::ClientConfig config;
  config.hostname = ctx.plan().host(id_).name;
  smtp::ClientSession session(config, ctx.now());
  smtp::Envelope envelope = entry.envelope;
  envelope.recipients.clear();
  envelope.authenticated_as.clear();
  envelope.declared_size.reset();
  envelope.eight_bit = has_eight_bit(*entry.content);
  for (const std::size_t i : job.recipients)
    if (entry.recipients[i].state == QueueRecipient::State::under_way)
      envelope.recipients.push_back(entry.recipients[i].path);
  session.send(ctx.now(), std::move(envelope), entry.content);
  session.quit(ctx.now());
  const std::uint32_t id = job.id;
  const IpAddress address = job.addresses[job.address];
  const ConnId conn = ctx.connect(id_, address, 25, std::move(session));
  if (const auto still = jobs_.find(id); still != jobs_.end()) {
    still->second.conn = conn;
    conns_[conn] = id;
  }
}

/// The next address of this target, or the next target, or enough for this time.
void MailServer::try_next(Context& ctx, Job& job, std::string reason) {
  job.reason = std::move(reason);
  conns_.erase(job.conn);
  if (job.stage == Job::Stage::session && ++job.address < job.addresses.size())
    return try_address(ctx, job);
  if (++job.target < job.targets.size()) return try_target(ctx, job);
  finish_job(ctx, job.id, "4.4.1", job.reason);
}

void MailServer::handle_connect_failed(Context& ctx, ConnId conn, trace::ConnectFailure why) {
  if (Job* job = job_of(conn)) {
    ctx.set_message(queue_.at(job->entry).message);
    try_next(ctx, *job, job->targets[job->target] + ": " + to_text(why));
  }
}

void MailServer::handle_event(Context& ctx, ConnId conn, smtp::ClientSession&,
                              const smtp::ClientEvent& event) {
  Job* job = job_of(conn);
  if (job == nullptr) return;
  if (const auto* done = std::get_if<smtp::MessageDone>(&event)) {
    take_replies(ctx, *job, *done);
  } else if (const auto* failed = std::get_if<smtp::SessionFailed>(&event)) {
    if (job->done) return;
    const std::string words = failed->reply ? failed->reply->to_string() : failed->reason;
    try_next(ctx, *job, job->targets[job->target] + ": " + words);
  } else if (std::holds_alternative<smtp::Closed>(event)) {
    conns_.erase(conn);
  }
}

void MailServer::take_replies(Context& ctx, Job& job, const smtp::MessageDone& done) {
  const QueueEntry& entry = queue_.at(job.entry);
  std::vector<std::size_t> asked;
  for (const std::size_t i : job.recipients)
    if (entry.recipients[i].state == QueueRecipient::State::under_way) asked.push_back(i);
  for (std::size_t n = 0; n < asked.size(); ++n) {
    const bool answered = n < done.recipients.size() && done.recipients[n].code != 0;
    const bool refused = answered && !done.recipients[n].positive();
    settle_recipient(ctx, job, asked[n], refused ? done.recipients[n] : done.final);
  }
  job.done = true;
  finish_job(ctx, job.id, "", "");
}

void MailServer::settle_recipient(Context& ctx, Job& job, std::size_t index,
                                  const smtp::Reply& reply) {
  QueueEntry& entry = queue_.at(job.entry);
  QueueRecipient& recipient = entry.recipients[index];
  if (reply.positive())
    return settle(ctx, entry, recipient, RecipientOutcome::relayed, reply.to_string());
  if (!reply.permanent())
    return settle(ctx, entry, recipient, RecipientOutcome::deferred, reply.to_string());
  entry.failures.push_back(
      {recipient.path, status_of(reply), reply.to_string(), job.targets[job.target]});
  settle(ctx, entry, recipient, RecipientOutcome::failed, reply.to_string());
}

void MailServer::finish_job(Context& ctx, std::uint32_t id, const std::string& status,
                            std::string reason) {  // by value: it may be the job's own
  const auto found = jobs_.find(id);
  if (found == jobs_.end()) return;
  const Job job = std::move(found->second);
  jobs_.erase(found);
  QueueEntry& entry = queue_.at(job.entry);
  for (const std::size_t i : job.recipients) {
    QueueRecipient& recipient = entry.recipients[i];
    if (recipient.state != QueueRecipient::State::under_way) continue;
    const bool permanent = !status.empty() && status.front() == '5';
    if (permanent) entry.failures.push_back({recipient.path, status, reason, ""});
    settle(ctx, entry, recipient, permanent ? RecipientOutcome::failed : RecipientOutcome::deferred,
           reason);
  }
  if (--entry.open_jobs == 0) finish_run(ctx, entry);
}

}  // namespace posthorn::host
