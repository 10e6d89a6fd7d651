#include "sim/storm/ledger.hpp"

#include <algorithm>

namespace posthorn::storm {
namespace {

using scenario::lower;
using trace::RecipientOutcome;

std::vector<std::string> addresses(std::string_view list) {
  std::vector<std::string> out;
  while (!list.empty()) {
    const std::size_t comma = list.find(", ");
    out.push_back(lower(list.substr(0, comma)));
    list.remove_prefix(comma == std::string_view::npos ? list.size() : comma + 2);
  }
  return out;
}

/// The account is closed for a while: then its mail may go to the catch-all.
bool may_be_closed(const scenario::Plan& plan, const std::string& address) {
  return std::ranges::any_of(plan.scenario.story, [&](const scenario::Act& act) {
    const auto* trouble = std::get_if<scenario::Trouble>(&act.what);
    const auto* closed =
        trouble == nullptr ? nullptr : std::get_if<scenario::UnknownUser>(&trouble->what);
    return closed != nullptr && closed->address == address;
  });
}

/// Who gets what comes to this name; nobody if it stands for none but itself (or has a plus, ...).
std::vector<std::string> stands_for(const scenario::Plan& plan, const std::string& name) {
  std::vector<std::string> targets;
  if (const auto alias = plan.aliases.find(name); alias != plan.aliases.end())
    targets = alias->second;
  else if (const auto list = plan.lists.find(name); list != plan.lists.end())
    targets = list->second.members;
  else if (const auto* account = plan.account(name); account != nullptr)
    targets = account->settings.forward;
  for (std::string& target : targets) target = lower(target);
  return targets;
}

std::string name_of(QueueId entry) { return "Q" + std::to_string(entry.value); }

}  // namespace

void Ledger::complain(std::string what) {
  if (!breach_) breach_ = std::move(what);
}

std::optional<std::string> Ledger::audit(const trace::Trace& trace, const world::World& world) {
  plan_ = &world.plan();
  bool mailboxes = false;
  for (; read_ < trace.size(); ++read_) {
    const trace::Record& record = trace.records()[read_];
    mailboxes = mailboxes || std::holds_alternative<trace::HostPower>(record.fact);
    take(trace, record);
  }
  compare(world, mailboxes);
  return breach_;
}

std::optional<std::string> Ledger::close(const trace::Trace& trace, const world::World& world) {
  audit(trace, world);
  compare(world, true);
  for (const auto& [id, entry] : open_)
    complain(name_of(id) + " at " + trace.scene().host(entry.host).name +
             " is forgotten: nothing more will happen to it");
  // Every delivery by LMTP whose answer was not heard happens again.
  for (const auto& [giver, count] : by_lmtp_)
    if (count > 0) lost_acks_of_[giver.second] += static_cast<std::size_t>(count);
  for (const auto& [letter, count] : copies_) {
    if (count < 2 || multiplied_.contains(letter.first)) continue;
    duplicates_ += count - 1;
    if (lost_acks_of_[letter.first] < count - 1)
      complain("message " + std::to_string(letter.first.value) + " is " + std::to_string(count) +
               " times in the mailbox of " + letter.second + ", and no acknowledgement was lost");
  }
  return breach_;
}

void Ledger::take(const trace::Trace& trace, const trace::Record& record) {
  const trace::Fact& fact = record.fact;
  note_carrier(trace, record);
  if (const auto* f = std::get_if<trace::Line>(&fact)) hear(trace, *f);
  if (const auto* f = std::get_if<trace::QueueAccepted>(&fact)) accept(trace, *f, record);
  if (const auto* f = std::get_if<trace::RecipientResult>(&fact)) settle(trace, *f);
  if (const auto* f = std::get_if<trace::BounceCreated>(&fact)) report(trace, *f);
  if (const auto* f = std::get_if<trace::QueueReleased>(&fact)) release(*f);
  if (const auto* f = std::get_if<trace::MailboxStored>(&fact)) store(trace, *f, record);
  if (const auto* f = std::get_if<trace::MailboxExpunged>(&fact)) --stored_at_[f->host];
  if (const auto* f = std::get_if<trace::MessageSubmitted>(&fact))
    if (!known_.contains(record.message))
      complain(trace.scene().host(f->host).name + " thinks that its letter was taken over");
  if (const auto* f = std::get_if<trace::HostPower>(&fact); f != nullptr && !f->up)
    for (auto& [id, entry] : open_)
      if (entry.host == f->host)
        for (const std::string& one : entry.waiting) start_anew(entry, one);
}

/// The connection by which something came: that of the line that is the closest cause.
ConnId connection_behind(const trace::Trace& trace, const trace::Record& record) {
  RecordId cause = record.cause;
  for (int steps = 0; cause && steps < 16; ++steps) {
    const trace::Fact& fact = trace[cause].fact;
    if (const auto* line = std::get_if<trace::Line>(&fact)) return line->conn;
    if (std::holds_alternative<trace::QueueAccepted>(fact) ||
        std::holds_alternative<trace::BounceCreated>(fact) ||
        std::holds_alternative<trace::ReportCreated>(fact))
      return {};  // written or passed on by the server itself
    cause = trace[cause].cause;
  }
  return {};
}

void Ledger::accept(const trace::Trace& trace, const trace::QueueAccepted& fact,
                    const trace::Record& record) {
  ++accepted_total_;
  const MessageId message = record.message;
  ConnId conn = connection_behind(trace, record);
  const trace::ConnectionOpening* way = trace.connection(conn);
  if (way != nullptr && way->server != fact.host) way = nullptr;  // it talked to others just now
  if (way != nullptr && by_lmtp(trace, record, fact.host)) {      // forwarding, behind the MX
    way = nullptr;
    multiplied_.insert(message);
    if (quiet_.contains(conn)) quiet_messages_.insert({fact.host, message});
  }
  if (way != nullptr) acknowledgements_[conn] = {};
  known_.insert(message);
  Entry& entry = open_[fact.entry];
  entry.host = fact.host;
  entry.message = message;
  entry.report = trace.text(fact.sender).empty();
  if (++spawned_[{fact.host, message}] > 1 && way == nullptr) multiplied_.insert(message);
  if (way == nullptr) {
    const std::vector<std::string> all = addresses(trace.text(fact.recipients));
    last_spawn_[{fact.host, message}] = {all.begin(), all.end()};
  }
  ++open_at_[fact.host];
  if (!trace.text(fact.sender).empty())  // else the postmaster hears of it in any case
    note_quiet(entry, way != nullptr ? conn : ConnId{});
  for (const std::string& one : addresses(trace.text(fact.recipients))) {
    if (way != nullptr) take_from(trace, way->client, conn, {message, one});
    // Two names of one mailbox may bring it two copies: "aiko+shop", or a catch-all.
    if (plan_->account(one) == nullptr || may_be_closed(*plan_, one)) multiplied_.insert(message);
    entry.waiting.insert(one);
    count_holders({message, one});
  }
}

/// Which entry goes by which connection: the attempt that opened it, or the next one in the same
/// session, whose cause is the last reply heard there.
void Ledger::note_carrier(const trace::Trace& trace, const trace::Record& record) {
  const auto* opening = std::get_if<trace::ConnectionOpening>(&record.fact);
  const auto* next = std::get_if<trace::QueueAttempt>(&record.fact);
  if (opening == nullptr && next == nullptr) return;
  RecordId cause = record.cause;
  for (int steps = 0; cause && steps < 4; ++steps) {
    const trace::Fact& fact = trace[cause].fact;
    const auto* attempt = std::get_if<trace::QueueAttempt>(&fact);
    if (opening != nullptr && attempt != nullptr) carries_[opening->conn] = attempt->entry;
    const auto* line = std::get_if<trace::Line>(&fact);
    if (next != nullptr && line != nullptr) {
      const trace::ConnectionOpening* way = trace.connection(line->conn);
      if (way != nullptr && way->client == next->host) carries_[line->conn] = next->entry;
    }
    if (attempt != nullptr || line != nullptr || std::holds_alternative<trace::DnsAnswered>(fact))
      return;
    cause = trace[cause].cause;
  }
}

/// `giver` hands the letter over by `conn`. It must have it, and must not have heard that somebody
/// else took it.
void Ledger::take_from(const trace::Trace& trace, HostId giver, ConnId conn, const Letter& letter) {
  if (trace.scene().host(giver).kind == trace::HostKind::client) {
    // A mail client that was not told keeps the letter in its outbox, and submits it again.
    if (submitted_.insert(letter).second) return;
    ++lost_acks_[letter];
    ++lost_acks_of_[letter.first];
    return;
  }
  // An alias and its writer may both send the same letter to the same person: then the giver has it
  // twice. It is not the one whose acknowledgement was heard, if there is another; and rather one
  // that nobody has taken yet.
  Entry* from = nullptr;
  int best = -1;
  const auto carried = carries_.find(conn);
  for (auto& [id, entry] : open_) {
    if (entry.host != giver || entry.message != letter.first ||
        !entry.waiting.contains(letter.second))
      continue;
    if (carried != carries_.end() && carried->second != id) continue;
    const auto handed = entry.handed.find(letter.second);
    const int fits = handed == entry.handed.end() ? 2 : handed->second.heard ? 0 : 1;
    if (fits <= best) continue;
    best = fits;
    from = &entry;
  }
  if (from == nullptr && came_too_late(giver, conn, letter)) {
    ++lost_acks_[letter];
    ++lost_acks_of_[letter.first];
    return;
  }
  if (from == nullptr)
    return complain(trace.scene().host(giver).name + " hands on a letter for " + letter.second +
                    " that it does not have");
  start_anew(*from, letter.second);
  from->handed[letter.second] = {conn, false};
}

/// A server so slow that the giver has lost patience, and the letter, before it is taken: the
/// window of RFC 1047 at its widest. The letter must have crossed the line while the giver had it.
bool Ledger::came_too_late(HostId giver, ConnId conn, const Letter& letter) const {
  const auto crossed = contents_.find(conn);
  const auto settled = settled_.find({giver, letter});
  return crossed != contents_.end() && settled != settled_.end() &&
         crossed->second < settled->second;
}

void Ledger::start_anew(Entry& entry, const std::string& recipient) {
  const auto handed = entry.handed.find(recipient);
  if (handed == entry.handed.end()) return;
  if (handed->second.heard)
    complain("message " + std::to_string(entry.message.value) + " for " + recipient +
             " is sent again, though the 250 was heard");
  entry.handed.erase(handed);
  ++lost_acks_[{entry.message, recipient}];
  ++lost_acks_of_[entry.message];
}

bool Ledger::by_lmtp(const trace::Trace& trace, const trace::Record& record, HostId host) {
  const trace::ConnectionOpening* way = trace.connection(connection_behind(trace, record));
  if (way == nullptr || way->server != host ||
      way->server_port != scenario::port_of(scenario::Service::lmtp))
    return false;
  ++by_lmtp_[{way->client, record.message}];
  return true;
}

void Ledger::note_quiet(Entry& entry, ConnId conn) {
  if (conn) {
    if (const auto found = quiet_.find(conn); found != quiet_.end()) entry.quiet = found->second;
  } else if (quiet_messages_.contains({entry.host, entry.message})) {
    entry.quiet.insert("*");  // an alias, or forwarding: it may have come from one of those
  }
  if (!entry.quiet.empty()) quiet_messages_.insert({entry.host, entry.message});
}

/// The first reply after an acceptance is the acknowledgement.
void Ledger::hear(const trace::Trace& trace, const trace::Line& line) {
  if (line.kind == NoteKind::command && line.flow == Flow::received &&
      line.speaker == Side::client) {
    const std::string verb(trace.text(line.verb));
    if (verb == "MAIL") quiet_.erase(line.conn);
    if (verb == "RCPT") {
      const std::string words = lower(trace.line_text(line));
      const std::size_t notify = words.find(" notify=");
      const std::size_t open = words.find('<'), close = words.find('>');
      if (notify != std::string::npos && close != std::string::npos &&
          words.find("failure", notify) == std::string::npos)
        quiet_[line.conn].insert(words.substr(open + 1, close - open - 1));
    }
  }
  if (line.kind == NoteKind::content && line.flow == Flow::sent) contents_[line.conn] = read_;
  if (line.speaker != Side::server) return;
  const auto found = acknowledgements_.find(line.conn);
  if (found == acknowledgements_.end()) return;
  if (!found->second.said && line.flow == Flow::sent) found->second = {true, line.begin};
  if (line.flow != Flow::received || !found->second.said || line.begin != found->second.begin)
    return;
  for (auto& [id, entry] : open_)
    for (auto& [recipient, handed] : entry.handed)
      if (handed.conn == line.conn) handed.heard = true;
}

/// One holds it; whoever has handed it on and waits for the acknowledgement does not count; and
/// each acknowledgement that got lost made one more copy.
void Ledger::count_holders(const Letter& letter) {
  if (multiplied_.contains(letter.first)) return;
  std::size_t holders = 0;
  for (const auto& [id, entry] : open_)
    if (entry.message == letter.first && entry.waiting.contains(letter.second) &&
        !entry.handed.contains(letter.second))
      ++holders;
  const auto lost = lost_acks_.find(letter);
  if (holders > 1 + (lost == lost_acks_.end() ? 0 : lost->second))
    complain("message " + std::to_string(letter.first.value) + " for " + letter.second +
             " is in the hands of " + std::to_string(holders) + " servers");
}

void Ledger::settle(const trace::Trace& trace, const trace::RecipientResult& fact) {
  const auto found = open_.find(fact.entry);
  const std::string recipient = lower(trace.text(fact.recipient));
  if (found == open_.end() || found->second.host != fact.host)
    return complain("a result for " + name_of(fact.entry) + ", which nobody has");
  Entry& entry = found->second;
  if (fact.outcome == RecipientOutcome::deferred) return start_anew(entry, recipient);
  const auto one = entry.waiting.find(recipient);
  if (one == entry.waiting.end())
    return complain(name_of(fact.entry) + " has a second result for " + recipient);
  entry.waiting.erase(one);
  settled_[{fact.host, {entry.message, recipient}}] = read_;
  const std::string what = name_of(fact.entry) + " for " + recipient;
  switch (fact.outcome) {
    case RecipientOutcome::delivered: {
      const bool by_lmtp = trace.text(fact.reply).starts_with("2");
      auto& deliveries = by_lmtp ? by_lmtp_ : local_;
      if (--deliveries[{fact.host, entry.message}] < 0) complain(what + " is in no mailbox");
      break;
    }
    case RecipientOutcome::relayed:
      // A list and its writer may both send the same letter to the same person: either may be it.
      for (auto& [id, twin] : open_)
        if (!entry.handed.contains(recipient) && twin.host == entry.host &&
            twin.message == entry.message && twin.handed.contains(recipient))
          entry.handed.insert(twin.handed.extract(recipient));
      if (!entry.handed.contains(recipient)) complain(what + " was handed over to nobody");
      if (!entry.waiting.contains(recipient)) entry.handed.erase(recipient);
      break;
    case RecipientOutcome::passed_on:
      if (--spawned_[{fact.host, entry.message}] < 1) complain(what + " was passed on to nobody");
      for (const std::string& target : stands_for(*plan_, recipient))
        if (!last_spawn_[{fact.host, entry.message}].contains(target) && !entry.report)
          complain(what + " was passed on, but not to " + target);
      break;
    case RecipientOutcome::failed:
      start_anew(entry, recipient);
      entry.failed.push_back(recipient);
      break;
    case RecipientOutcome::deferred:
      break;
  }
}

void Ledger::report(const trace::Trace& trace, const trace::BounceCreated& fact) {
  ++reports_;
  for (const std::string& one : addresses(trace.text(fact.recipient))) {
    // Of two entries for the same person the report is of the one that has come to its end.
    Entry* about = nullptr;
    for (auto& [id, entry] : open_) {
      if (entry.host != fact.host || entry.message != fact.about) continue;
      if (std::ranges::count(entry.failed, one) == 0) continue;
      if (about == nullptr || entry.waiting.empty()) about = &entry;
    }
    if (about != nullptr) about->failed.erase(std::ranges::find(about->failed, one));
  }
}

void Ledger::release(const trace::QueueReleased& fact) {
  const auto found = open_.find(fact.entry);
  if (found == open_.end()) return complain(name_of(fact.entry) + " left a queue twice");
  for (const std::string& one : found->second.waiting)
    complain(name_of(fact.entry) + " left the queue, but not for " + one);
  const std::set<std::string>& quiet = found->second.quiet;
  for (const std::string& one : found->second.failed)
    if (!quiet.contains(one) && !quiet.contains("*"))
      complain("nobody was told that " + name_of(fact.entry) + " failed for " + one);
  --open_at_[found->second.host];
  open_.erase(found);
}

void Ledger::store(const trace::Trace& trace, const trace::MailboxStored& fact,
                   const trace::Record& record) {
  const MessageId message = record.message;
  ++stored_at_[fact.host];
  if (!by_lmtp(trace, record, fact.host)) ++local_[{fact.host, message}];
  ++copies_[{message, lower(trace.text(fact.account))}];
}

/// What the trace tells must be what the servers have.
void Ledger::compare(const world::World& world, bool mailboxes) {
  const scenario::Plan& plan = world.plan();
  for (std::uint32_t i = 1; i <= plan.scenario.hosts.size(); ++i) {
    const HostId id{i};
    const host::MailServer* server = world.mail_server(id);
    if (server == nullptr) continue;
    const auto open = open_at_.find(id);
    const std::size_t told = open == open_at_.end() ? 0 : open->second;
    if (server->queue().size() != told)
      complain("the queue of " + plan.host(id).name + " has " +
               std::to_string(server->queue().size()) + " entries, not " + std::to_string(told));
    if (!mailboxes) continue;
    std::size_t messages = 0;
    for (const std::string& account : server->store().accounts())
      messages += server->store().usage(account).messages;
    const auto stored = stored_at_.find(id);
    if (messages != (stored == stored_at_.end() ? 0 : stored->second))
      complain("mailboxes of " + plan.host(id).name + " have " + std::to_string(messages) +
               " messages, not " + std::to_string(stored_at_[id]));
  }
}

}  // namespace posthorn::storm
