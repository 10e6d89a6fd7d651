// The delivery agent: what a local address means, and mail into mailboxes, on to other addresses,
// and to everybody on a list.
#include <algorithm>

#include "protocols/mail/address.hpp"
#include "protocols/mail/charset.hpp"
#include "protocols/mail/compose.hpp"
#include "protocols/mail/header.hpp"
#include "protocols/mail/international.hpp"
#include "protocols/mail/trace_fields.hpp"
#include "sim/host/mail_server.hpp"

namespace posthorn::host {
namespace {

using scenario::lower;

/// "club-bounces" -> "club": reports and questions about a list go to its owner.
std::string list_behind(const std::string& local) {
  for (const std::string_view suffix : {"-bounces", "-owner", "-request"})
    if (local.size() > suffix.size() && local.ends_with(suffix))
      return local.substr(0, local.size() - suffix.size());
  return {};
}

/// RFC 5321 §6.3: an address that this letter has passed already.
bool passed_before(const std::string& content, const std::string& address) {
  const mail::Header header = mail::parse_header(content);
  for (const std::string_view seen : header.values("Delivered-To"))
    if (lower(seen) == address) return true;
  return false;
}

std::string delivered_to(const std::string& address) { return "Delivered-To: " + address + "\r\n"; }

smtp::Path path_of(const std::string& address) {
  const auto path = smtp::Path::parse(address);
  return path.ok() ? *path : smtp::Path{address, ""};
}

/// RFC 2369, RFC 2919.
std::string list_fields(const std::string& address, const scenario::MailingList& list) {
  std::string id = address;
  std::ranges::replace(id, '@', '.');
  const std::string local = address.substr(0, address.rfind('@'));
  const std::string domain = address.substr(address.rfind('@'));
  std::string title;
  for (const char c : list.title.empty() ? list.name : list.title)
    if (c != '\r' && c != '\n') title += c;
  return "List-Id: " + mail::encode_unstructured(title, 9) + " <" + id +
         ">\r\nList-Post: <mailto:" + address + ">\r\nList-Help: <mailto:" + local + "-request" +
         domain + ">\r\nList-Unsubscribe: <mailto:" + local + "-request" + domain +
         "?subject=unsubscribe>\r\nList-Owner: <mailto:" + local + "-owner" + domain +
         ">\r\nPrecedence: list\r\n";
}

/// RFC 3834 §2: letters that nobody wrote by hand to this very person get no answer.
bool may_be_answered(const mail::Header& header, const smtp::Path& sender,
                     const std::string& address) {
  if (sender.null() || lower(sender.mailbox()) == address) return false;
  const std::string local = lower(sender.local);
  if (local == "mailer-daemon" || local == "postmaster" || local.starts_with("owner-") ||
      !list_behind(local).empty())
    return false;
  const std::string automatic = lower(header.value("Auto-Submitted"));
  if (!automatic.empty() && automatic != "no") return false;
  const std::string precedence = lower(header.value("Precedence"));
  if (precedence == "list" || precedence == "bulk" || precedence == "junk") return false;
  if (header.find("List-Id") != nullptr) return false;
  for (const char* field : {"To", "Cc", "Resent-To", "Resent-Cc"})
    for (const std::string_view list : header.values(field))
      for (const mail::Mailbox& one : mail::parse_mailboxes(list))
        if (lower(one.address()) == address) return true;
  return false;
}

}  // namespace

MailServer::Local MailServer::find_name(const scenario::Plan& plan,
                                        const std::string& address) const {
  if (plan.aliases.contains(address)) return {Local::Kind::alias, address};
  if (plan.lists.contains(address)) return {Local::Kind::list, address};
  if (store_.has_account(address) && !gatekeeper_.trouble().closed.contains(address))
    return {Local::Kind::mailbox, address};
  return {};
}

/// Whom a name without a domain of ours means: the first who is called so.
MailServer::Local MailServer::find_in_own_domains(const scenario::Plan& plan,
                                                  const std::string& local) const {
  for (const auto& [domain, home] : plan.homes)
    if (home == id_)
      if (const Local found = find_name(plan, local + "@" + domain);
          found.kind != Local::Kind::nobody)
        return found;
  return {};
}

MailServer::Local MailServer::find_local(Context& ctx, const smtp::Path& path) const {
  const scenario::Plan& plan = ctx.plan();
  const std::string local = lower(path.local), domain = mail::ascii_domain(path.domain);
  // Whoever answers a report reaches the one who can help (RFC 3464 §2).
  const bool postmaster = local == "postmaster" || local == "mailer-daemon";
  if (const Local known = find_name(plan, local + "@" + domain);
      known.kind != Local::Kind::nobody && !domain.empty())
    return known;
  if (const std::string list = list_behind(local) + "@" + domain; plan.lists.contains(list))
    return {Local::Kind::owner, list};
  // RFC 5233: what follows the plus is for the user's own sorting.
  if (const std::size_t plus = local.find('+'); plus != std::string::npos && plus > 0)
    if (const Local known = find_name(plan, local.substr(0, plus) + "@" + domain);
        known.kind != Local::Kind::nobody)
      return known;
  if (postmaster || domain.starts_with('['))
    if (const Local known = find_in_own_domains(plan, postmaster ? "postmaster" : local);
        known.kind != Local::Kind::nobody)
      return known;
  if (postmaster) return {Local::Kind::mailbox, "postmaster"};
  if (const auto found = plan.catch_alls.find(domain); found != plan.catch_alls.end())
    return {Local::Kind::mailbox, found->second};
  return {};
}

bool MailServer::is_full(const std::string& account, std::uint64_t more) const {
  if (gatekeeper_.trouble().full.contains(account)) return true;
  const mail::Quota quota = store_.quota(account);
  const mail::Usage usage = store_.usage(account);
  return (quota.octets && usage.octets + more > *quota.octets) ||
         (quota.messages && usage.messages >= *quota.messages);
}

MailServer::Delivered MailServer::deliver(Context& ctx, const Delivery& letter,
                                          const smtp::Recipient& recipient) {
  const Local local = find_local(ctx, recipient);
  const scenario::Plan& plan = ctx.plan();
  const auto loop = [&] { return passed_before(*letter.content, local.name); };
  switch (local.kind) {
    case Local::Kind::nobody:
      return {Delivered::What::failed, "5.1.1", "550 5.1.1 No such user here"};
    case Local::Kind::owner:
      return pass_on(ctx, letter, recipient, local.name, {plan.lists.at(local.name).owner});
    case Local::Kind::alias:
      if (loop()) break;
      return pass_on(ctx, letter, recipient, local.name, plan.aliases.at(local.name));
    case Local::Kind::list:
      if (letter.envelope.reverse_path.null())  // a report is not for the members
        return pass_on(ctx, letter, recipient, local.name, {plan.lists.at(local.name).owner});
      if (loop()) break;
      return post_to_list(ctx, letter, local.name, plan.lists.at(local.name));
    case Local::Kind::mailbox: {
      const scenario::PlannedAccount* account = plan.account(local.name);
      if (account == nullptr || account->settings.forward.empty())
        return put_into_mailbox(ctx, letter, local.name);
      if (loop()) break;
      if (account->settings.keep_copy)
        if (const Delivered kept = put_into_mailbox(ctx, letter, local.name);
            kept.what != Delivered::What::stored)
          return kept;
      return pass_on(ctx, letter, recipient, local.name, account->settings.forward);
    }
  }
  return {Delivered::What::failed, "5.4.6", "554 5.4.6 Mail forwarding loop for " + local.name};
}

MailServer::Delivered MailServer::put_into_mailbox(Context& ctx, const Delivery& letter,
                                                   const std::string& account) {
  if (gatekeeper_.trouble().disk_full)
    return {Delivered::What::full, "4.3.1", "452 4.3.1 Insufficient system storage"};
  if (gatekeeper_.trouble().full.contains(account))
    return {Delivered::What::full, "4.2.2", "452 4.2.2 The mailbox is full"};
  // RFC 5321 §4.4: the delivering server writes the envelope's sender on top.
  auto whole = std::make_shared<const std::string>(mail::prepend_fields(
      *letter.content, mail::return_path_field(letter.envelope.reverse_path.mailbox())));
  const auto uid =
      store_.deliver(account, whole, wall_time(ctx, id_, ctx.now()), letter.message.value);
  const bool over_quota = !uid && uid.error().why == mail::StoreError::Why::over_quota;
  if (over_quota && whole->size() > store_.quota(account).octets.value_or(UINT64_MAX))
    return {Delivered::What::failed, "5.2.3", "552 5.2.3 The mailbox will never have that room"};
  if (over_quota) return {Delivered::What::full, "4.2.2", "452 4.2.2 The mailbox is full"};
  if (!uid) return {Delivered::What::failed, "5.1.1", "550 5.1.1 No such user here"};
  // The five steps are a letter's; what servers write to each other's users is none.
  if (!letter.envelope.reverse_path.null()) ctx.reach(letter.message, 4);
  trace::Trace& trace = ctx.trace();
  trace.append(ctx.now(), trace::MailboxStored{id_, trace.intern(account), trace.intern("INBOX"),
                                               *uid, trace.add_blob(whole)});
  answer_for_the_absent(ctx, letter, account);
  return {Delivered::What::stored, "2.1.5", "delivered to INBOX"};
}

namespace {

/// Whoever is named twice gets one letter. Domains are the same in any case, local parts are not.
std::vector<std::string> each_once(const std::vector<std::string>& targets) {
  std::vector<std::string> out, seen;
  for (const std::string& target : targets) {
    const std::size_t at = std::min(target.rfind('@'), target.size());
    std::string key = target.substr(0, at) + scenario::lower(target.substr(at));
    if (std::ranges::count(seen, key) > 0) continue;
    seen.push_back(std::move(key));
    out.push_back(target);
  }
  return out;
}

}  // namespace

/// A new entry of our queue: same letter, same sender, other recipients (RFC 5321 §3.9.1).
MailServer::Delivered MailServer::pass_on(Context& ctx, const Delivery& letter,
                                          const smtp::Recipient& recipient,
                                          const std::string& address,
                                          const std::vector<std::string>& named) {
  const std::vector<std::string> targets = each_once(named);
  QueueEntry entry;
  entry.envelope = letter.envelope;
  entry.content = std::make_shared<const std::string>(
      mail::prepend_fields(*letter.content, delivered_to(address)));
  for (const std::string& target : targets) {
    smtp::Recipient next(path_of(target));
    next.notify = recipient.notify;
    // RFC 3461 §5.2.7.3: of success, the sender hears once, from us.
    if (next.notify && targets.size() > 1) next.notify->success = false;
    next.original = recipient.original.empty()
                        ? (recipient.non_ascii() ? "utf-8;" : "rfc822;") + recipient.mailbox()
                        : recipient.original;
    next.original_is_ours = recipient.original.empty() || recipient.original_is_ours;
    entry.recipients.push_back({std::move(next)});
  }
  Delivered done = spawn(ctx, letter.message, std::move(entry), targets);
  done.expanded = targets.size() > 1;
  return done;
}

/// RFC 5321 §3.9.2: from here on the list is the sender, so that its owner hears of failures.
MailServer::Delivered MailServer::post_to_list(Context& ctx, const Delivery& letter,
                                               const std::string& address,
                                               const scenario::MailingList& list) {
  QueueEntry entry;
  entry.envelope.reverse_path = path_of(address);
  entry.envelope.reverse_path.local += "-bounces";
  entry.envelope.smtputf8 = letter.envelope.smtputf8;
  entry.content = std::make_shared<const std::string>(
      mail::prepend_fields(*letter.content, delivered_to(address) + list_fields(address, list)));
  const std::vector<std::string> members = each_once(list.members);
  for (const std::string& member : members)
    entry.recipients.push_back({smtp::Recipient(path_of(member))});
  Delivered done = spawn(ctx, letter.message, std::move(entry), members);
  done.to_list = true;
  return done;
}

MailServer::Delivered MailServer::spawn(Context& ctx, MessageId message, QueueEntry entry,
                                        const std::vector<std::string>& targets) {
  entry.id = ctx.new_queue_entry();
  entry.message = message;
  entry.envelope.eight_bit = !mail::is_ascii(*entry.content);
  const std::string name = "Q" + std::to_string(entry.id.value);
  const trace::Scope scope(ctx.trace());
  admit(ctx, std::move(entry));
  const std::string to =
      targets.size() == 1 ? targets.front() : std::to_string(targets.size()) + " addresses";
  return {Delivered::What::passed_on, "2.1.5", "passed on to " + to + " as " + name};
}

/// RFC 3834: never twice to the same person.
void MailServer::answer_for_the_absent(Context& ctx, const Delivery& letter,
                                       const std::string& account) {
  const scenario::PlannedAccount* owner = ctx.plan().account(account);
  if (owner == nullptr || !owner->settings.vacation) return;
  const mail::Header header = mail::parse_header(*letter.content);
  if (!may_be_answered(header, letter.envelope.reverse_path, account)) return;
  if (!answered_[account].insert(lower(letter.envelope.reverse_path.mailbox())).second) return;

  const scenario::Vacation& vacation = *owner->settings.vacation;
  mail::Draft draft;
  const smtp::Path self = path_of(account);
  draft.from = {{owner->display.ja.empty() ? owner->display.en : owner->display.ja,
                 self.local,
                 self.domain,
                 {},
                 {}}};
  draft.to = {
      {{}, letter.envelope.reverse_path.local, letter.envelope.reverse_path.domain, {}, {}}};
  draft.subject = vacation.subject.empty() ? "Auto: " + header.text("Subject") : vacation.subject;
  draft.text = vacation.text;
  draft.date = {wall_time(ctx, id_, ctx.now()), ctx.plan().scenario.utc_offset};
  draft.in_reply_to = std::string(header.value("Message-ID"));
  if (!draft.in_reply_to.empty()) draft.references = {draft.in_reply_to};

  QueueEntry entry;
  entry.id = ctx.new_queue_entry();
  entry.message = ctx.new_message();
  draft.message_id =
      "<auto-" + std::to_string(entry.message.value) + "@" + ctx.plan().host(id_).name + ">";
  entry.content = std::make_shared<const std::string>(
      mail::prepend_fields(mail::compose(draft), "Auto-Submitted: auto-replied\r\n"));
  smtp::Recipient to(letter.envelope.reverse_path);
  to.notify = smtp::Notify{};  // RFC 3834 §4: nobody hears of it if it cannot be delivered
  entry.recipients.push_back({to});
  const trace::Scope scope(ctx.trace());
  ctx.set_message(entry.message);
  admit(ctx, std::move(entry));
}

}  // namespace posthorn::host
