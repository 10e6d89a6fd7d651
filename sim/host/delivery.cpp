// A mail server's back room: where the queue goes. Local recipients get their message into the
// mailbox (MDA); for the others the domain is looked up and another server asked to take over.
#include <algorithm>

#include "protocols/mail/international.hpp"
#include "sim/host/mail_server.hpp"

namespace posthorn::host {
namespace {

using scenario::lower;
using trace::RecipientOutcome;

}  // namespace

// ---- one run of the queue over one entry ---------------------------------------------------

void MailServer::handle_timer(Context& ctx, const Timer& timer) {
  if (timer.kind == Timer::Kind::queue_run) run_queue(ctx, QueueId{timer.id});
  if (timer.kind != Timer::Kind::delay_warning) return;
  QueueEntry* entry = entry_of(QueueId{timer.id});
  if (entry == nullptr || entry->open_jobs > 0) return;  // the end of the run looks after it
  ctx.set_message(entry->message);
  warn_of_delay(ctx, *entry);
  send_reports(ctx, *entry);
}

void MailServer::run_queue(Context& ctx, QueueId id) {
  const auto found = queue_.find(id);
  if (found == queue_.end() || found->second.open_jobs > 0) return;
  QueueEntry& entry = found->second;
  ctx.set_message(entry.message);
  ++entry.attempts;

  // Beyond ASCII apart from the others: a server without SMTPUTF8 can take the others (RFC 6531
  // §3.2).
  std::map<std::pair<std::string, bool>, std::vector<std::size_t>> remote;
  for (std::size_t i = 0; i < entry.recipients.size(); ++i) {
    QueueRecipient& recipient = entry.recipients[i];
    if (recipient.state != QueueRecipient::State::waiting) continue;
    const std::string domain = mail::ascii_domain(recipient.path.domain);
    if (is_local(ctx, domain))
      deliver_locally(ctx, entry, recipient);
    else
      remote[{domain, recipient.path.non_ascii()}].push_back(i);
  }
  if (!remote.empty() && !entry.envelope.reverse_path.null()) ctx.reach(entry.message, 3);
  entry.open_jobs = static_cast<std::uint32_t>(remote.size());
  if (remote.empty()) return finish_run(ctx, entry);
  for (auto& [where, recipients] : remote)
    if (QueueEntry* still = entry_of(id))
      start_job(ctx, *still, where.first, std::move(recipients));
}

QueueEntry* MailServer::entry_of(QueueId id) {
  const auto found = queue_.find(id);
  return found == queue_.end() ? nullptr : &found->second;
}

void MailServer::deliver_locally(Context& ctx, QueueEntry& entry, QueueRecipient& recipient) {
  const Delivery letter{entry.message, entry.envelope, entry.content};
  const Delivered done = deliver(ctx, letter, recipient.path);
  switch (done.what) {
    case Delivered::What::full:  // there may be room later
      recipient.status = done.status;
      recipient.remote.clear();
      return settle(ctx, entry, recipient, RecipientOutcome::deferred, done.words);
    case Delivered::What::failed:
      entry.fates.push_back({recipient.path, Fate::failed, done.status, done.words, ""});
      return settle(ctx, entry, recipient, RecipientOutcome::failed, done.words);
    case Delivered::What::stored:
      entry.fates.push_back({recipient.path, Fate::delivered, done.status, "", ""});
      return settle(ctx, entry, recipient, RecipientOutcome::delivered, done.words);
    case Delivered::What::passed_on:
      if (done.to_list)  // RFC 3461 §5.2.7.1: with that it is delivered
        entry.fates.push_back({recipient.path, Fate::delivered, done.status, "", ""});
      else if (done.expanded)  // RFC 3461 §5.2.7.3
        entry.fates.push_back({recipient.path, Fate::expanded, done.status, "", ""});
      return settle(ctx, entry, recipient, RecipientOutcome::passed_on, done.words);
  }
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
    entry.fates.push_back({recipient.path, Fate::failed, "4.4.7", waiting, recipient.remote});
    settle(ctx, entry, recipient, RecipientOutcome::failed, "message expired: " + waiting);
  }
  if (anyone_waits && !give_up) warn_of_delay(ctx, entry);
  send_reports(ctx, entry);
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
  const Instant warning = entry.accepted + ctx.plan().host(id_).warn_after;
  ctx.cancel(entry.warning);
  if (!entry.warned && warning > ctx.now() && warning < ctx.now() + wait)  // else a run does it
    entry.warning = ctx.wake(warning, {id_, Timer::Kind::delay_warning, entry.id.value});
}

}  // namespace posthorn::host
