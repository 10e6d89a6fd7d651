// What is on the stage at an instant: a fold of the records so far.
//
// Snapshot is a plain value. fold() applies one record; Keyframes keeps copies along the
// trace so that any position is near one. The viewer, the tests and the expectations all ask
// here; nobody keeps a second account.
#pragma once

#include <map>
#include <string>
#include <vector>

#include "sim/trace/trace.hpp"

namespace posthorn::trace {

/// One recipient of a queue entry that is not settled yet, or its result.
struct QueueItem {
  QueueId entry;
  MessageId message;
  TextId sender, recipients;
  BlobId content;
  std::uint32_t attempts = 0;
  TextId target;       ///< of the running or last attempt
  TextId reason;       ///< why it waits; none while it never failed
  Instant next_try{};  ///< meaningful while `reason` is set
  friend bool operator==(const QueueItem&, const QueueItem&) = default;
};

struct BoxMessage {
  std::uint32_t uid = 0;
  MessageId message;
  BlobId content;
  TextId flags;
  friend bool operator==(const BoxMessage&, const BoxMessage&) = default;
};

struct CacheItem {
  TextId question, answer;
  Instant expires{};
  friend bool operator==(const CacheItem&, const CacheItem&) = default;
};

struct InboxItem {
  std::uint32_t item = 0;
  std::uint32_t uid = 0;
  MessageId message;
  BlobId content;
  bool seen = false;
  friend bool operator==(const InboxItem&, const InboxItem&) = default;
};

/// What a mail client's screen shows.
struct ClientScreen {
  enum class Mode : std::uint8_t { idle, composing, sending, sent, fetching, inbox, reading };
  Mode mode = Mode::idle;
  Instant since{};
  MessageId draft;  ///< the message being composed or sent (last one)
  TextId to, subject;
  BlobId content;
  TextId problem;  ///< the last problem, until the next action
  std::vector<InboxItem> inbox;
  std::uint32_t reading = 0;  ///< inbox item on display; 0 for none
  friend bool operator==(const ClientScreen&, const ClientScreen&) = default;
};

struct HostState {
  bool up = true;
  std::vector<QueueItem> queue;
  /// (account, mailbox) as texts -> messages by arrival
  std::map<std::pair<std::string, std::string>, std::vector<BoxMessage>> boxes;
  std::vector<CacheItem> cache;
  ClientScreen screen;
  friend bool operator==(const HostState&, const HostState&) = default;
};

struct ConnState {
  enum class Phase : std::uint8_t { opening, open, closing, closed, failed };
  ConnectionOpening who{};
  Phase phase = Phase::opening;
  Instant since{};
  MessageId message;
  bool sealed = false;    ///< both ends speak TLS
  RecordId last_line[2];  ///< last Line spoken (flow sent) by Side::client, Side::server
};

/// A packet on a link: from `left` to `arrives` on its way between two neighbours.
struct Flight {
  RecordId sent;  ///< its SegmentSent or DatagramSent
  LinkId link;
  HostId from, to;  ///< of the current hop
  Instant left{}, arrives{};
  ConnId conn;  ///< none for a datagram
  MessageId message;
  Protocol protocol = Protocol::none;
  std::uint16_t length = 0;  ///< payload octets
};

struct Snapshot {
  Instant at{};
  RecordId last;                      ///< the last record folded in
  std::uint32_t step = 0;             ///< the primer step that was reached last
  MessageId message;                  ///< the message that reached it
  std::uint32_t narration = 0;        ///< 1-based index of the narration shown; 0 for none
  std::uint32_t act = 0;              ///< 1-based index of the last story item begun; 0 for none
  std::vector<HostState> hosts;       ///< by HostId - 1
  std::vector<bool> links_up;         ///< by LinkId - 1
  std::map<ConnId, ConnState> conns;  ///< closed ones are removed when both sides are done
  std::map<PacketId, Flight> flights;
  std::vector<FaultBegan> faults;  ///< those that are not over

  explicit Snapshot(const Scene& scene)
      : hosts(scene.hosts.size()), links_up(scene.links.size(), true) {}
  /// One that has not joined yet is empty.
  [[nodiscard]] const HostState& host(HostId id) const;
  [[nodiscard]] bool has(HostId id) const { return id && id.value <= hosts.size(); }
};

/// Applies record `id` of `trace`, which must be the one after snapshot.last.
void fold(Snapshot& snapshot, const Trace& trace, RecordId id);

/// Copies of the snapshot every `spacing` records; at() folds from the nearest.
class Keyframes {
 public:
  explicit Keyframes(const Trace& trace, std::size_t spacing = 512);
  /// The snapshot after the first `count` records. `trace` may have grown since construction.
  [[nodiscard]] Snapshot at(const Trace& trace, std::size_t count) const;
  /// Takes in the records that came since the last time.
  void grow(const Trace& trace);
  [[nodiscard]] std::size_t covered() const { return covered_; }

 private:
  std::size_t spacing_;
  std::vector<Snapshot> frames_;  ///< before record i * spacing_
  std::size_t covered_ = 0;       ///< records that the frames know of
  Snapshot last_;                 ///< after them
};

}  // namespace posthorn::trace
