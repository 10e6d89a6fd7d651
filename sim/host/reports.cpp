// What a mail server tells senders about their letters (RFC 3461 §5.2, RFC 3464).
#include <algorithm>
#include <utility>

#include "protocols/mail/seven_bit.hpp"
#include "sim/host/mail_server.hpp"
#include "sim/host/report.hpp"

namespace posthorn::host {
namespace {

std::string hex(std::uint64_t value) {
  std::string text;
  for (int shift = 60; shift >= 0; shift -= 4) text += "0123456789abcdef"[(value >> shift) & 15];
  return text;
}

/// Whether the sender wants to hear this (RFC 3461 §4.1). Whoever said nothing hears of failures
/// and delays.
bool is_wanted(const RecipientFate& fate, bool has_sender) {
  const auto& notify = fate.recipient.notify;
  if (!has_sender) return fate.fate == Fate::failed;  // the postmaster hears of every lost report
  switch (fate.fate) {
    case Fate::failed:
      return !notify || notify->failure;
    case Fate::delayed:
      return !notify || notify->delay;
    case Fate::delivered:
    case Fate::relayed:
    case Fate::expanded:
      return notify && notify->success;
  }
  return false;
}

trace::ReportKind kind_of(Fate fate) {
  switch (fate) {
    case Fate::delayed:
      return trace::ReportKind::delayed;
    case Fate::delivered:
      return trace::ReportKind::delivered;
    case Fate::relayed:
      return trace::ReportKind::relayed;
    case Fate::expanded:
      return trace::ReportKind::expanded;
    case Fate::failed:
      break;
  }
  return trace::ReportKind::failed;
}

/// The letter that a report brings back is what stood in its way: too large, or not to be
/// converted.
bool is_about_content(const RecipientFate& fate) {
  return fate.fate == Fate::failed && (fate.status == "5.3.4" || fate.status == "5.6.3" ||
                                       fate.status == "5.2.3" || fate.status == "5.6.7");
}

/// More of a letter than this does not come back (RFC 3461 §6.2 leaves that to us).
constexpr std::size_t kReturned = 50'000;

bool may_come_back(const std::string& letter) {
  return letter.size() <= kReturned && mail::to_seven_bit(letter).ok();
}

}  // namespace

/// RFC 5321 §4.5.4.1: whoever waits long wants to know.
void MailServer::warn_of_delay(Context& ctx, QueueEntry& entry) {
  const scenario::Host& host = ctx.plan().host(id_);
  if (entry.warned || entry.envelope.reverse_path.null()) return;
  if (ctx.now() - entry.accepted < host.warn_after) return;
  entry.warned = true;
  const mail::DateTime until{wall_time(ctx, id_, entry.accepted + host.give_up),
                             ctx.plan().scenario.utc_offset};
  for (const QueueRecipient& recipient : entry.recipients)
    if (recipient.state != QueueRecipient::State::settled)
      entry.fates.push_back({recipient.path, Fate::delayed,
                             recipient.status.empty() ? "4.0.0" : recipient.status,
                             recipient.reason, recipient.remote, until});
}

/// One report for each kind of fate that came up in this run of the queue.
void MailServer::send_reports(Context& ctx, QueueEntry& entry) {
  const std::vector<RecipientFate> fates = std::exchange(entry.fates, {});
  const bool has_sender = !entry.envelope.reverse_path.null();
  if (!has_sender && entry.shorter && std::ranges::any_of(fates, is_about_content))
    return send_shorter(ctx, entry);
  for (const Fate fate :
       {Fate::failed, Fate::delayed, Fate::delivered, Fate::relayed, Fate::expanded}) {
    std::vector<RecipientFate> wanted;
    for (const RecipientFate& one : fates)
      if (one.fate == fate && is_wanted(one, has_sender)) wanted.push_back(one);
    if (!wanted.empty()) send_report(ctx, entry, std::move(wanted));
  }
}

/// RFC 5321 §4.5.5 and §6.1: a report has a null reverse-path, so that none is made about it. What
/// cannot be reported to a sender goes to our own postmaster.
void MailServer::send_report(Context& ctx, const QueueEntry& entry,
                             std::vector<RecipientFate> fates) {
  const bool to_postmaster = entry.envelope.reverse_path.null();
  const scenario::Plan& plan = ctx.plan();
  const Fate fate = fates.front().fate;
  std::string recipients;
  for (const RecipientFate& one : fates)
    recipients += (recipients.empty() ? "" : ", ") + one.recipient.mailbox();

  DeliveryReport report;
  report.reporting_host = plan.host(id_).name;
  report.sender =
      to_postmaster ? "postmaster@" + report.reporting_host : entry.envelope.reverse_path.mailbox();
  report.message_id = "<" + hex(ctx.random(id_).next()) + "@" + report.reporting_host + ">";
  report.date = {wall_time(ctx, id_, ctx.now()), plan.scenario.utc_offset};
  report.arrival = {wall_time(ctx, id_, entry.accepted), plan.scenario.utc_offset};
  report.envelope_id = entry.envelope.envelope_id;
  report.whole_message = fate == Fate::failed &&
                         entry.envelope.return_content == smtp::ReturnContent::full &&
                         may_come_back(*entry.content);
  report.fates = std::move(fates);
  report.original = *entry.content;

  QueueEntry letter;
  letter.id = ctx.new_queue_entry();
  letter.message = ctx.new_message();
  letter.content = std::make_shared<const std::string>(write_report(report));
  if (std::exchange(report.whole_message, false))
    letter.shorter = std::make_shared<const std::string>(write_report(report));
  letter.envelope.smtputf8 = entry.envelope.reverse_path.non_ascii();
  smtp::Recipient to(to_postmaster ? smtp::Path{"postmaster", ""} : entry.envelope.reverse_path);
  to.notify = smtp::Notify{};  // RFC 3461 §6.1: nobody reports on a report
  letter.recipients.push_back({to});

  const trace::Scope scope(ctx.trace());
  ctx.set_message(letter.message);
  trace::Trace& trace = ctx.trace();
  const TextId about = trace.intern(recipients);
  if (fate == Fate::failed)
    trace.append_as_cause(ctx.now(), trace::BounceCreated{id_, letter.id, entry.message, about});
  else
    trace.append_as_cause(
        ctx.now(), trace::ReportCreated{id_, letter.id, entry.message, about, kind_of(fate)});
  admit(ctx, std::move(letter));
}

/// Rather a report without the letter than none.
void MailServer::send_shorter(Context& ctx, const QueueEntry& report) {
  QueueEntry letter;
  letter.id = ctx.new_queue_entry();
  letter.message = report.message;
  letter.envelope = report.envelope;
  letter.content = report.shorter;
  for (const QueueRecipient& recipient : report.recipients)
    letter.recipients.push_back({recipient.path});
  const trace::Scope scope(ctx.trace());
  admit(ctx, std::move(letter));
}

}  // namespace posthorn::host
