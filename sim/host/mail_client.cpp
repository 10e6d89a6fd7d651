#include "sim/host/mail_client.hpp"

#include <algorithm>
#include <set>
#include <utility>

#include "protocols/mail/charset.hpp"
#include "protocols/mail/compose.hpp"
#include "protocols/mail/message.hpp"

namespace posthorn::host {
namespace {

using scenario::lower;

constexpr Duration kTypingTime = std::chrono::seconds(1);  ///< compose window open before Send

template <class... Handlers>
struct Overloaded : Handlers... {
  using Handlers::operator()...;
};
template <class... Handlers>
Overloaded(Handlers...) -> Overloaded<Handlers...>;

std::string hex(std::uint64_t value) {
  std::string text;
  for (int shift = 60; shift >= 0; shift -= 4) text += "0123456789abcdef"[(value >> shift) & 15];
  return text;
}

mail::Mailbox mailbox_of(const scenario::Plan& plan, const std::string& address, bool japanese) {
  mail::Mailbox mailbox;
  const std::size_t at = address.rfind('@');
  mailbox.local_part = address.substr(0, at);
  if (at != std::string::npos) mailbox.domain = address.substr(at + 1);
  if (const scenario::PlannedAccount* account = plan.account(address))
    mailbox.display_name = account->display.in(japanese ? Lang::ja : Lang::en);
  return mailbox;
}

smtp::Path path_of(const std::string& address) {
  auto path = smtp::Path::parse(address);
  return path ? *path : smtp::Path{address, ""};
}

/// What the writer ticked: "tell me when it has arrived".
std::optional<smtp::Notify> notify_of(const scenario::Send& send) {
  if (send.notify.empty()) return std::nullopt;
  const auto has = [&send](scenario::Notify what) {
    return std::find(send.notify.begin(), send.notify.end(), what) != send.notify.end();
  };
  return smtp::Notify{has(scenario::Notify::success), has(scenario::Notify::failure),
                      has(scenario::Notify::delay)};
}

/// Who the envelope names; Bcc is here and nowhere else (RFC 5322 §3.6.3).
smtp::Envelope envelope_for(const std::string& from, const scenario::Send& send,
                            std::string_view content) {
  smtp::Envelope envelope;
  envelope.reverse_path = path_of(from);
  for (const auto* list : {&send.to, &send.cc, &send.bcc})
    for (const std::string& address : *list) envelope.recipients.push_back(path_of(address));
  envelope.eight_bit = !mail::is_ascii(content);
  for (smtp::Recipient& recipient : envelope.recipients) {
    envelope.smtputf8 = envelope.smtputf8 || recipient.non_ascii();
    recipient.notify = notify_of(send);
  }
  return envelope;
}

}  // namespace

const scenario::PlannedAccount& MailClient::account(Context& ctx) const {
  static const scenario::PlannedAccount nobody;
  const scenario::PlannedAccount* found = ctx.plan().account(ctx.plan().host(id_).user);
  return found != nullptr ? *found : nobody;
}

const scenario::Client& MailClient::settings(Context& ctx) const {
  return ctx.plan().host(id_).client;
}

std::string MailClient::own_server(Context& ctx, const std::string& configured) const {
  if (!configured.empty()) return configured;
  const HostId home = account(ctx).home;
  return home ? ctx.plan().host(home).name : std::string();
}

// ---- the person ----------------------------------------------------------------------------

void MailClient::handle_act(Context& ctx, const scenario::Act& act) {
  std::visit(Overloaded{[&](const scenario::Send& send) { compose(ctx, send); },
                        [&](const scenario::Reply& answer) { reply(ctx, answer); },
                        [&](const scenario::Fetch&) { enqueue(ctx, {}); },
                        [&](const scenario::Read& read) {
                          Task task;
                          task.kind = Task::Kind::read;
                          task.which = read.which;
                          enqueue(ctx, std::move(task));
                        },
                        [&](const scenario::Delete& deletion) {
                          Task task;
                          task.kind = Task::Kind::remove;
                          task.which = deletion.which;
                          enqueue(ctx, std::move(task));
                        },
                        [](const auto&) {}},
             act.what);
}

void MailClient::compose(Context& ctx, const scenario::Send& send) {
  const scenario::Plan& plan = ctx.plan();
  const std::string from = account(ctx).address;
  Task task;
  task.kind = Task::Kind::send;
  task.message = ctx.new_message();
  ctx.name_message(send.id, task.message);
  std::string subject = send.subject;
  if (send.eml) {
    task.content = std::make_shared<const std::string>(mail::to_crlf(*send.eml));
    if (subject.empty()) subject = mail::subject(mail::parse_message(task.content));
  } else {
    const bool japanese = !mail::is_ascii(send.subject) || !mail::is_ascii(send.text);
    mail::Draft draft;
    draft.from = {mailbox_of(plan, from, japanese)};
    for (const std::string& to : send.to) draft.to.push_back(mailbox_of(plan, to, japanese));
    for (const std::string& cc : send.cc) draft.cc.push_back(mailbox_of(plan, cc, japanese));
    draft.subject = send.subject;
    draft.text = send.text;
    for (const scenario::Attachment& a : send.attachments)
      draft.attachments.push_back({a.name, a.content_type, a.bytes ? *a.bytes : std::string()});
    draft.in_reply_to = reply_to_;
    if (!reply_to_.empty()) draft.references = {reply_to_};
    draft.date = {wall_time(ctx, id_, ctx.now() + kTypingTime), plan.scenario.utc_offset};
    draft.message_id =
        "<" + hex(ctx.random(id_).next()) + "@" + std::string(scenario::domain_of(from)) + ">";
    draft.charset = send.charset == scenario::Charset::iso2022jp ? mail::WireCharset::iso2022jp
                                                                 : mail::WireCharset::utf8;
    draft.user_agent = "Posthorn";
    task.content = std::make_shared<const std::string>(mail::compose(draft));
  }
  task.envelope = envelope_for(from, send, *task.content);
  std::vector<std::string> everybody = send.to;
  everybody.insert(everybody.end(), send.cc.begin(), send.cc.end());
  everybody.insert(everybody.end(), send.bcc.begin(), send.bcc.end());
  open_compose_window(ctx, std::move(task), everybody, subject);
}

void MailClient::reply(Context& ctx, const scenario::Reply& answer) {
  const InboxMessage* original = find(ctx, answer.which);
  if (original == nullptr) {
    ctx.trace().append(
        ctx.now(),
        trace::ClientProblem{
            id_, ctx.trace().intern("There is no such message in the inbox to reply to")});
    return;
  }
  const mail::Message parsed = mail::parse_message(original->content);
  scenario::Send send;
  auto to = mail::reply_to(parsed);
  if (to.empty()) to = mail::from(parsed);
  for (const mail::Mailbox& mailbox : to) send.to.push_back(mailbox.address());
  send.subject = mail::reply_subject(mail::subject(parsed));
  send.text = answer.text;
  send.attachments = answer.attachments;
  send.id = answer.id;
  reply_to_ = mail::message_id(parsed);
  compose(ctx, send);
  reply_to_.clear();
}

void MailClient::open_compose_window(Context& ctx, Task task, const std::vector<std::string>& to,
                                     const std::string& subject) {
  const trace::Scope scope(ctx.trace());
  ctx.set_message(task.message);
  std::string recipients;
  for (const std::string& address : to) recipients += (recipients.empty() ? "" : ", ") + address;
  trace::Trace& trace = ctx.trace();
  trace.append_as_cause(ctx.now(),
                        trace::ComposeOpened{id_, trace.intern(recipients), trace.intern(subject),
                                             trace.add_blob(task.content)});
  waiting_.push_back({++last_waiting_, std::move(task)});
  ctx.wake(ctx.now() + kTypingTime, {id_, Timer::Kind::press_send, last_waiting_});
}

void MailClient::handle_timer(Context& ctx, const Timer& timer) {
  if (timer.kind == Timer::Kind::next_task) return start_next(ctx);
  const auto found =
      std::ranges::find_if(waiting_, [&](const Waiting& w) { return w.id == timer.id; });
  if (timer.kind != Timer::Kind::press_send || found == waiting_.end()) return;
  Task task = std::move(found->task);
  waiting_.erase(found);
  ctx.set_message(task.message);
  ctx.trace().append_as_cause(ctx.now(), trace::SendPressed{id_});
  ctx.reach(task.message, 1);
  enqueue(ctx, std::move(task));
}

// ---- one task after the other ----------------------------------------------------------------

void MailClient::enqueue(Context& ctx, Task task) {
  tasks_.push_back(std::move(task));
  if (!task_) start_next(ctx);
}

void MailClient::start_next(Context& ctx) {
  if (task_ || tasks_.empty()) return;
  task_ = std::move(tasks_.front());
  tasks_.pop_front();
  if (task_->message) ctx.set_message(task_->message);
  switch (task_->kind) {
    case Task::Kind::read:
      return read(ctx);
    case Task::Kind::remove:
      return remove(ctx);
    default:
      return start(ctx);
  }
}

/// Begins a task that needs a server, by looking up the server's address.
void MailClient::start(Context& ctx) {
  const bool sending = task_->kind == Task::Kind::send;
  const scenario::Client& mine = settings(ctx);
  task_->server = own_server(ctx, sending ? mine.submission : mine.incoming);
  if (!sending && mine.reads == scenario::Reads::none)
    return finish(ctx, "This client is not set up to receive mail");
  if (task_->kind == Task::Kind::fetch) {
    const Protocol protocol = mine.reads == scenario::Reads::imap ? Protocol::imap : Protocol::pop3;
    ctx.trace().append_as_cause(ctx.now(), trace::FetchStarted{id_, protocol});
    ctx.reader_fetches(account(ctx).address);
  }
  const auto name = dns::Name::parse(task_->server);
  if (task_->server.empty() || !name) return finish(ctx, "No mail server is set up");
  if (ctx.plan().name_servers.empty() || name->label_count() < 2) {
    const HostId host = ctx.plan().find(task_->server);  // a world without DNS: a fixed address
    if (!host) return finish(ctx, "Unknown server " + task_->server);
    return connect(ctx, ctx.plan().addresses[host.value - 1].front());
  }
  task_->query = ctx.resolve(id_, *name, dns::RecordType::a);
}

void MailClient::handle_dns(Context& ctx, dns::QueryId query, const dns::Answer& answer) {
  if (!task_ || task_->query != query) return;
  for (const dns::Record& record : answer.records) {
    if (const auto* a = std::get_if<dns::A>(&record.data)) return connect(ctx, a->address);
    if (const auto* b = std::get_if<dns::Aaaa>(&record.data)) return connect(ctx, b->address);
  }
  // No IPv4 there: perhaps IPv6. Like a server's, a client's first question is for A.
  if (const auto name = dns::Name::parse(task_->server);
      name && !task_->asked_aaaa && answer.outcome == dns::Outcome::nodata) {
    task_->asked_aaaa = true;
    task_->query = ctx.resolve(id_, *name, dns::RecordType::aaaa);
    return;
  }
  finish(ctx, "The address of " + task_->server + " was not found");
}

void MailClient::connect(Context& ctx, const IpAddress& address) {
  const scenario::Client& mine = settings(ctx);
  const bool sending = task_->kind == Task::Kind::send;
  const scenario::Service service = sending ? mine.sends_to() : mine.fetches_from();
  if (sending) ctx.reach(task_->message, 2);
  auto session = make_session(ctx);
  if (!session) return finish(ctx, "This cannot be done by POP3");
  task_->conn =
      ctx.connect(id_, address, scenario::port_of(service), std::move(*session),
                  {lower(task_->server), mine.certificates == scenario::Certificates::insist,
                   scenario::implicit_tls(service)});
}

std::optional<Session> MailClient::make_session(Context& ctx) {
  const Instant now = ctx.now();
  const scenario::PlannedAccount& user = account(ctx);
  const scenario::Client& mine = settings(ctx);
  if (task_->kind == Task::Kind::send) {
    smtp::ClientConfig config;
    config.hostname = ctx.plan().host(id_).name;
    config.credentials = smtp::Credentials{user.address, user.password};
    config.mechanisms = {mine.auth};
    config.tls = tls_wish(ctx);
    config.secured = mine.tls == scenario::ClientTls::implicit;
    for (const sasl::Mechanism other : sasl::all_mechanisms())
      if (other != mine.auth) config.mechanisms.push_back(other);
    if (mine.auth == sasl::Mechanism::scram_sha_256)
      config.nonce = std::to_string(ctx.random(id_).next());
    smtp::ClientSession session(config, now);
    session.send(now, task_->envelope, task_->content);
    session.quit(now);
    return session;
  }
  if (mine.reads == scenario::Reads::pop3) {
    if (task_->kind != Task::Kind::fetch) return std::nullopt;
    return pop3::Pop3Client(pop3_config(ctx));
  }
  imap::ClientConfig config;
  config.tls = tls_wish(ctx);
  config.secured = mine.tls == scenario::ClientTls::implicit;
  config.user = user.address;
  config.password = user.password;
  if (mine.auth != sasl::Mechanism::plain) config.mechanisms = {mine.auth};
  if (mine.auth == sasl::Mechanism::scram_sha_256)
    config.nonce = std::to_string(ctx.random(id_).next());
  config.last_seen_uid = last_uid_;
  config.uid_validity = uid_validity_;
  imap::ImapClient client(config);
  if (task_->kind == Task::Kind::fetch) {
    if (!inbox_.empty()) client.list_known(now);
    client.fetch_new(now);
  }
  if (task_->kind == Task::Kind::mark_seen) client.mark_seen(now, task_->uid);
  if (task_->kind == Task::Kind::remove) client.delete_message(now, task_->uid);
  client.logout(now);
  return client;
}

UseTls MailClient::tls_wish(Context& ctx) const {
  if (ctx.plan().root.empty()) return UseTls::never;  // a world without TLS
  switch (settings(ctx).tls) {
    case scenario::ClientTls::starttls:
      return UseTls::required;
    case scenario::ClientTls::if_offered:
      return UseTls::if_offered;
    default:
      return UseTls::never;
  }
}

pop3::ClientConfig MailClient::pop3_config(Context& ctx) const {
  const scenario::Client& mine = settings(ctx);
  pop3::ClientConfig config;
  config.tls = tls_wish(ctx);
  config.secured = mine.tls == scenario::ClientTls::implicit;
  config.user = account(ctx).address;
  config.password = account(ctx).password;
  // Whoever sends the password in the clear anyway does it by USER and PASS, as ever.
  if (mine.auth != sasl::Mechanism::plain) config.mechanisms = {mine.auth};
  if (mine.auth == sasl::Mechanism::scram_sha_256)
    config.nonce = std::to_string(ctx.random(id_).next());
  config.leave_on_server = mine.leave_on_server;
  for (const Fetched& fetched : fetched_) {
    config.already_seen_uidls.push_back(fetched.uidl);
    if (mine.delete_after && ctx.now() - fetched.at >= *mine.delete_after)
      config.delete_uidls.push_back(fetched.uidl);
  }
  return config;
}

/// The task is over; the next one begins a moment later.
void MailClient::finish(Context& ctx, const std::string& problem) {
  if (!task_) return;
  trace::Trace& trace = ctx.trace();
  if (!problem.empty())
    trace.append(ctx.now(), trace::ClientProblem{id_, trace.intern(problem)});
  else if (task_->kind == Task::Kind::fetch)
    trace.append(ctx.now(), trace::FetchFinished{id_, task_->received});
  task_.reset();
  if (!tasks_.empty())
    ctx.wake(ctx.now() + std::chrono::milliseconds(1), {id_, Timer::Kind::next_task, 0});
}

// ---- reading -------------------------------------------------------------------------------

InboxMessage* MailClient::find(Context& ctx, const std::string& which) {
  if (which.empty()) return inbox_.empty() ? nullptr : &inbox_.back();
  const MessageId wanted = ctx.named_message(which);
  for (InboxMessage& message : inbox_)
    if (wanted && message.message == wanted) return &message;
  return nullptr;
}

void MailClient::read(Context& ctx) {
  InboxMessage* message = find(ctx, task_->which);
  if (message == nullptr) return finish(ctx, "There is no such message in the inbox");
  message->seen = true;
  ctx.set_message(message->message);
  ctx.trace().append_as_cause(ctx.now(), trace::MessageDisplayed{id_, message->item});
  if (settings(ctx).reads != scenario::Reads::imap) return finish(ctx);
  task_->kind = Task::Kind::mark_seen;  // IMAP: the server is told, other devices see it
  task_->uid = message->uid;
  start(ctx);
}

void MailClient::remove(Context& ctx) {
  const InboxMessage* message = find(ctx, task_->which);
  if (message == nullptr) return finish(ctx, "There is no such message in the inbox");
  ctx.set_message(message->message);
  ctx.trace().append_as_cause(ctx.now(), trace::InboxRemoved{id_, message->item});
  task_->uid = message->uid;
  inbox_.erase(inbox_.begin() + (message - inbox_.data()));
  if (settings(ctx).reads != scenario::Reads::imap) return finish(ctx);
  start(ctx);
}

void MailClient::take_message(Context& ctx, std::uint32_t uid, const std::string& uidl,
                              const std::shared_ptr<const std::string>& content) {
  InboxMessage message{++last_item_, uid, uidl, ctx.identify(id_, *content), content};
  ctx.set_message(message.message);
  ctx.trace().append(ctx.now(),
                     trace::InboxReceived{id_, message.item, uid, ctx.trace().add_blob(content)});
  inbox_.push_back(std::move(message));
  if (task_) ++task_->received;
}

/// Other devices have been at the mailbox, too: what they deleted goes here as well, what they read
/// has been read.
void MailClient::agree_with_server(Context& ctx, const imap::KnownListed& known) {
  const trace::Scope scope(ctx.trace());
  for (auto message = inbox_.begin(); message != inbox_.end();) {
    const auto there =
        std::ranges::lower_bound(known.messages, message->uid, {}, &imap::KnownListed::Known::uid);
    if (there == known.messages.end() || there->uid != message->uid) {
      forget(ctx, *message);
      message = inbox_.erase(message);
      continue;
    }
    // What was read here while the server could not be told stays read.
    const bool seen = there->flags.has(mail::SystemFlag::seen);
    const bool news = seen != std::exchange(message->seen_there, seen);
    if (news && seen != std::exchange(message->seen, seen)) {
      ctx.set_message(message->message);
      ctx.trace().append(ctx.now(), trace::InboxSeen{id_, message->item, seen});
    }
    ++message;
  }
}

/// Tells that the server has it no longer; erases nothing.
void MailClient::forget(Context& ctx, const InboxMessage& message) {
  ctx.set_message(message.message);
  ctx.trace().append(ctx.now(), trace::InboxGone{id_, message.item});
}

// ---- what the sessions say -------------------------------------------------------------------

void MailClient::handle_event(Context& ctx, ConnId conn, smtp::ClientSession&,
                              const smtp::ClientEvent& event) {
  if (!task_ || task_->conn != conn) return;
  if (const auto* done = std::get_if<smtp::MessageDone>(&event)) {
    task_->done = true;
    trace::Trace& trace = ctx.trace();
    if (done->accepted) trace.append(ctx.now(), trace::MessageSubmitted{id_});
    std::string problem;
    for (std::size_t i = 0; i < done->recipients.size() && done->accepted; ++i)
      if (!done->recipients[i].positive())
        problem +=
            task_->envelope.recipients[i].mailbox() + ": " + done->recipients[i].to_string() + "\n";
    if (!done->accepted) problem = done->final.to_string();
    if (!problem.empty()) trace.append(ctx.now(), trace::ClientProblem{id_, trace.intern(problem)});
  } else if (const auto* failed = std::get_if<smtp::SessionFailed>(&event)) {
    const std::string words = failed->reply ? failed->reply->to_string() : failed->reason;
    finish(ctx, task_->done ? std::string() : words);
  } else if (std::holds_alternative<smtp::Closed>(event)) {
    finish(ctx);
  }
}

void MailClient::handle_event(Context& ctx, ConnId conn, pop3::Pop3Client&,
                              const pop3::ClientEvent& event) {
  if (!task_ || task_->conn != conn) return;
  if (const auto* received = std::get_if<pop3::MessageReceived>(&event)) {
    take_message(ctx, received->number, received->uidl, received->content);
    if (!received->uidl.empty()) fetched_.push_back({received->uidl, ctx.now()});
  } else if (const auto* list = std::get_if<pop3::ListReceived>(&event)) {
    // What is gone from the server needs no remembering.
    std::set<std::string_view> kept;
    for (const pop3::ListEntry& entry : list->entries) kept.insert(entry.uidl);
    std::erase_if(fetched_, [&](const Fetched& fetched) { return !kept.contains(fetched.uidl); });
  } else if (const auto* failed = std::get_if<pop3::SessionFailed>(&event)) {
    finish(ctx, failed->reason);
  } else if (std::holds_alternative<pop3::Done>(event)) {
    finish(ctx);
  }
}

void MailClient::handle_event(Context& ctx, ConnId conn, imap::ImapClient&,
                              const imap::ClientEvent& event) {
  if (!task_ || task_->conn != conn) return;
  if (const auto* received = std::get_if<imap::MessageReceived>(&event)) {
    take_message(ctx, received->uid, "", received->content);
    last_uid_ = std::max(last_uid_, received->uid);
  } else if (const auto* known = std::get_if<imap::KnownListed>(&event)) {
    agree_with_server(ctx, *known);
  } else if (const auto* selected = std::get_if<imap::Selected>(&event)) {
    const std::uint32_t before = std::exchange(uid_validity_, selected->uid_validity);
    if (before == 0 || before == uid_validity_) return;
    const trace::Scope scope(ctx.trace());
    for (const InboxMessage& message : inbox_) forget(ctx, message);  // RFC 3501 §2.3.1.1
    inbox_.clear();
    last_uid_ = 0;
  } else if (const auto* failed = std::get_if<imap::SessionFailed>(&event)) {
    finish(ctx, failed->reason);
  } else if (std::holds_alternative<imap::Done>(event)) {
    finish(ctx);
  }
}

/// TLS is there. Whoever does not insist on a valid certificate goes on with any.
void MailClient::handle_secured(Context& ctx, ConnId conn, tls::Verdict verdict) {
  if (!task_ || task_->conn != conn || verdict == tls::Verdict::valid) return;
  if (settings(ctx).certificates != scenario::Certificates::warn) return;
  trace::Trace& trace = ctx.trace();
  trace.append(ctx.now(),
               trace::ClientProblem{
                   id_, trace.intern("The certificate of " + task_->server +
                                     " is not valid: " + std::string(tls::to_string(verdict)) +
                                     ". The user says: go on all the same")});
}

void MailClient::handle_connect_failed(Context& ctx, ConnId conn, trace::ConnectFailure why) {
  if (!task_ || task_->conn != conn) return;
  const char* words = why == trace::ConnectFailure::refused     ? " refused the connection"
                      : why == trace::ConnectFailure::timed_out ? " did not answer"
                                                                : " cannot be reached";
  finish(ctx, task_->server + words);
}

void MailClient::handle_power(Context& ctx, bool up) {
  if (up) return start_next(ctx);
  if (task_ && (task_->kind == Task::Kind::send && !task_->done))
    tasks_.push_front(*task_);  // the outbox is on disk
  task_.reset();
}

}  // namespace posthorn::host
