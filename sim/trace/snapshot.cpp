#include "sim/trace/snapshot.hpp"

#include <algorithm>

namespace posthorn::trace {
namespace {

/// Applies one fact. One small function a fact; facts that change nothing fall to the template.
struct Folder {
  Snapshot& s;
  const Trace& trace;
  const Record& record;
  RecordId id;

  HostState& host(HostId host_id) { return s.hosts.at(host_id.value - 1); }
  ClientScreen& screen(HostId host_id, ClientScreen::Mode mode) {
    ClientScreen& screen = host(host_id).screen;
    screen.mode = mode;
    screen.since = record.at;
    return screen;
  }
  QueueItem* queued(HostId host_id, QueueId entry) {
    for (QueueItem& item : host(host_id).queue)
      if (item.entry == entry) return &item;
    return nullptr;
  }
  std::vector<BoxMessage>& box(HostId host_id, TextId account, TextId mailbox) {
    return host(host_id)
        .boxes[{std::string(trace.text(account)), std::string(trace.text(mailbox))}];
  }

  template <class Other>
  void operator()(const Other&) {}

  void operator()(const ActBegan& f) { s.act = f.act + 1; }
  void operator()(const StepReached& f) {
    s.step = f.step;
    s.message = record.message;
  }
  void operator()(const NarrationShown& f) { s.narration = f.index + 1; }

  // ---- mail clients
  void operator()(const ComposeOpened& f) {
    ClientScreen& c = screen(f.host, ClientScreen::Mode::composing);
    c.draft = record.message;
    c.to = f.to;
    c.subject = f.subject;
    c.content = f.content;
    c.problem = {};
    s.step = 0;  // another letter begins
    s.message = record.message;
  }
  void operator()(const SendPressed& f) { screen(f.host, ClientScreen::Mode::sending); }
  void operator()(const MessageSubmitted& f) { screen(f.host, ClientScreen::Mode::sent); }
  void operator()(const ClientProblem& f) {
    ClientScreen& c = host(f.host).screen;
    c.problem = f.problem;
    if (c.mode == ClientScreen::Mode::fetching) c.mode = ClientScreen::Mode::inbox;
  }
  void operator()(const FetchStarted& f) {
    screen(f.host, ClientScreen::Mode::fetching).problem = {};
  }
  void operator()(const InboxReceived& f) {
    host(f.host).screen.inbox.push_back({f.item, f.uid, record.message, f.content, false});
  }
  void operator()(const FetchFinished& f) { screen(f.host, ClientScreen::Mode::inbox); }
  void operator()(const MessageDisplayed& f) {
    ClientScreen& c = screen(f.host, ClientScreen::Mode::reading);
    c.reading = f.item;
    for (InboxItem& item : c.inbox)
      if (item.item == f.item) item.seen = true;
  }
  void operator()(const InboxRemoved& f) {
    ClientScreen& c = screen(f.host, ClientScreen::Mode::inbox);
    std::erase_if(c.inbox, [&](const InboxItem& item) { return item.item == f.item; });
    if (c.reading == f.item) c.reading = 0;
  }

  void operator()(const InboxGone& f) {
    ClientScreen& c = host(f.host).screen;
    std::erase_if(c.inbox, [&](const InboxItem& item) { return item.item == f.item; });
    if (c.reading == f.item) c.reading = 0;
  }
  void operator()(const InboxSeen& f) {
    for (InboxItem& item : host(f.host).screen.inbox)
      if (item.item == f.item) item.seen = f.seen;
  }

  // ---- the network
  void operator()(const ConnectionOpening& f) {
    ConnState& conn = s.conns[f.conn];
    conn.who = f;
    conn.since = record.at;
    conn.message = record.message;
  }
  void phase(ConnId conn, ConnState::Phase phase) {
    if (const auto found = s.conns.find(conn); found != s.conns.end()) {
      found->second.phase = phase;
      found->second.since = record.at;
    }
  }
  void operator()(const ConnectionOpened& f) {
    if (f.side == Side::client) phase(f.conn, ConnState::Phase::open);
  }
  void operator()(const TlsEstablished& f) {
    const auto found = s.conns.find(f.conn);
    if (found != s.conns.end() && f.side == Side::client) found->second.sealed = true;
  }
  void operator()(const ConnectionFailed& f) { s.conns.erase(f.conn); }
  void operator()(const ConnectionClosed& f) {
    const auto found = s.conns.find(f.conn);
    if (found == s.conns.end()) return;
    if (found->second.phase == ConnState::Phase::closing || f.why != CloseReason::orderly)
      s.conns.erase(found);
    else
      phase(f.conn, ConnState::Phase::closing);
  }
  void operator()(const SegmentSent& f) {
    Flight& flight = s.flights[f.packet];
    flight.sent = id;
    flight.conn = f.conn;
    flight.message = record.message;
    flight.length = f.length;
    if (const ConnectionOpening* who = trace.connection(f.conn)) {
      flight.protocol = who->protocol;
      flight.from = flight.to = f.side == Side::client ? who->client : who->server;
    }
    flight.left = flight.arrives = record.at;
  }
  void operator()(const DatagramSent& f) {
    Flight& flight = s.flights[f.packet];
    flight.sent = id;
    flight.from = flight.to = f.from;
    flight.left = flight.arrives = record.at;
    flight.message = record.message;
    flight.protocol = f.from_port == 53 || f.to_port == 53 ? Protocol::dns : Protocol::none;
    flight.length = static_cast<std::uint16_t>(trace.blob(f.bytes)->size());
  }
  void operator()(const PacketHop& f) {
    const auto found = s.flights.find(f.packet);
    if (found == s.flights.end()) return;
    Flight& flight = found->second;
    flight.link = f.link;
    flight.from = f.from;
    flight.to = f.to;
    flight.left = record.at;
    flight.arrives = record.at + std::chrono::microseconds(f.travel);
  }
  void operator()(const PacketDelivered& f) { s.flights.erase(f.packet); }
  void operator()(const PacketDropped& f) { s.flights.erase(f.packet); }
  void operator()(const PacketDuplicated& f) {
    const auto found = s.flights.find(f.original);
    if (found != s.flights.end()) s.flights.insert_or_assign(f.packet, Flight(found->second));
  }
  void operator()(const HostPower& f) { host(f.host).up = f.up; }
  void operator()(const LinkPower& f) { s.links_up.at(f.link.value - 1) = f.up; }

  void operator()(const FaultBegan& f) { s.faults.push_back(f); }
  void operator()(const FaultEnded& f) {
    std::erase_if(s.faults, [&](const FaultBegan& one) { return one.fault == f.fault; });
  }

  void operator()(const HostJoined& f) {
    if (s.hosts.size() < f.host.value) s.hosts.resize(f.host.value);
  }

  // ---- conversations
  void operator()(const Line& f) {
    const auto found = s.conns.find(f.conn);
    if (found == s.conns.end()) return;
    if (f.flow == Flow::sent) found->second.last_line[static_cast<int>(f.speaker)] = id;
    if (record.message) found->second.message = record.message;
  }
  void operator()(const DnsCached& f) {
    std::vector<CacheItem>& cache = host(f.host).cache;
    std::erase_if(cache, [&](const CacheItem& item) { return item.question == f.question; });
    cache.push_back({f.question, f.answer, record.at + std::chrono::seconds(f.ttl)});
  }

  // ---- servers
  void operator()(const QueueAccepted& f) {
    host(f.host).queue.push_back(
        {f.entry, record.message, f.sender, f.recipients, f.content, 0, {}, {}, {}});
  }
  void operator()(const QueueAttempt& f) {
    if (QueueItem* item = queued(f.host, f.entry)) {
      item->attempts = f.attempt;
      item->target = f.target;
    }
  }
  void operator()(const QueueDeferred& f) {
    if (QueueItem* item = queued(f.host, f.entry)) {
      item->reason = f.reason;
      item->next_try = record.at + std::chrono::seconds(f.wait);
    }
  }
  void operator()(const QueueReleased& f) {
    std::erase_if(host(f.host).queue, [&](const QueueItem& item) { return item.entry == f.entry; });
  }
  void operator()(const MailboxStored& f) {
    box(f.host, f.account, f.mailbox).push_back({f.uid, record.message, f.content, {}});
  }
  void operator()(const MailboxFlags& f) {
    for (BoxMessage& message : box(f.host, f.account, f.mailbox))
      if (message.uid == f.uid) message.flags = f.flags;
  }
  void operator()(const MailboxExpunged& f) {
    std::erase_if(box(f.host, f.account, f.mailbox),
                  [&](const BoxMessage& message) { return message.uid == f.uid; });
  }
};

}  // namespace

void fold(Snapshot& snapshot, const Trace& trace, RecordId id) {
  const Record& record = trace[id];
  snapshot.at = record.at;
  snapshot.last = id;
  std::visit(Folder{snapshot, trace, record, id}, record.fact);
}

const HostState& Snapshot::host(HostId id) const {
  static const HostState absent;
  return has(id) ? hosts[id.value - 1] : absent;
}

Keyframes::Keyframes(const Trace& trace, std::size_t spacing)
    : spacing_(spacing), frames_{Snapshot(trace.scene())}, last_(frames_.front()) {
  grow(trace);
}

void Keyframes::grow(const Trace& trace) {
  for (; covered_ < trace.size(); ++covered_) {
    if (covered_ % spacing_ == 0 && covered_ > 0) frames_.push_back(last_);
    fold(last_, trace, RecordId{static_cast<std::uint32_t>(covered_ + 1)});
  }
}

Snapshot Keyframes::at(const Trace& trace, std::size_t count) const {
  const std::size_t frame = std::min(count / spacing_, frames_.size() - 1);
  Snapshot snapshot = frames_[frame];
  for (std::size_t i = frame * spacing_; i < count; ++i)
    fold(snapshot, trace, RecordId{static_cast<std::uint32_t>(i + 1)});
  return snapshot;
}

}  // namespace posthorn::trace
