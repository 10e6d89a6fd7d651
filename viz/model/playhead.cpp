#include "viz/model/playhead.hpp"

#include <algorithm>
#include <cmath>

namespace posthorn::viz {
namespace {

using namespace trace;

template <class... Ts>
bool is_any(const Fact& fact) {
  return (std::holds_alternative<Ts>(fact) || ...);
}

bool is_story(const Fact& fact) { return is_any<StepReached, NarrationShown>(fact); }
/// The letter passes from one hand to the next, or comes back as a report.
bool is_hop(const Fact& fact) {
  return is_any<SendPressed, MessageSubmitted, QueueAccepted, BounceCreated, ReportCreated,
                MailboxStored, InboxReceived, MessageDisplayed>(fact);
}
bool is_packet(const Fact& fact) { return is_any<SegmentSent, DatagramSent, PacketDropped>(fact); }

/// Gaps that would be felt at some speed; shorter ones are not worth a list entry.
constexpr Duration kShortestGap = std::chrono::milliseconds(50);

double seconds_between(Instant from, Instant to) {
  return std::chrono::duration<double>(to - from).count();
}

double lesson_pace(const Scene& scene) {
  std::vector<Duration> latencies;
  for (const SceneLink& link : scene.links) latencies.push_back(link.latency);
  if (latencies.empty()) return 0.02;
  std::sort(latencies.begin(), latencies.end());
  const double seconds = std::chrono::duration<double>(latencies[latencies.size() / 2]).count();
  constexpr double kHopOnScreen = 0.6;  // seconds for the middle link
  return std::clamp(seconds / kHopOnScreen, kSlowest, 1.0);
}

std::uint32_t find_opening(const Trace& trace, HostId& writer) {
  const auto& records = trace.records();
  for (std::size_t i = 0; i < records.size(); ++i) {
    const auto* composing = std::get_if<ComposeOpened>(&records[i].fact);
    if (composing == nullptr) continue;
    writer = composing->host;
    std::size_t end = i + 1;  // take in the narration that belongs to this moment
    while (end < records.size() && records[end].at == records[i].at &&
           std::holds_alternative<NarrationShown>(records[end].fact))
      ++end;
    return static_cast<std::uint32_t>(end);
  }
  return 0;
}

}  // namespace

bool is_meaningful(const Fact& fact) {
  if (const auto* line = std::get_if<Line>(&fact)) return line->flow == Flow::sent;
  if (const auto* opened = std::get_if<ConnectionOpened>(&fact))
    return opened->side == Side::client;
  if (const auto* shake = std::get_if<TlsMessage>(&fact)) return shake->flow == Flow::sent;
  if (const auto* done = std::get_if<TlsEstablished>(&fact)) return done->side == Side::client;
  return is_any<TlsFailed, StreamAltered, StepReached, NarrationShown, ComposeOpened, SendPressed,
                MessageSubmitted, ClientProblem, FetchStarted, InboxReceived, FetchFinished,
                MessageDisplayed, InboxRemoved, InboxGone, InboxSeen, ConnectionFailed,
                PacketDropped, HostPower, LinkPower, FaultBegan, FaultEnded, DnsAsked, DnsAnswered,
                QueueAccepted, QueueAttempt, RecipientResult, QueueDeferred, QueueReleased,
                BounceCreated, ReportCreated, LoginDecided, MailboxStored, MailboxFlags,
                MailboxExpunged, RunEnded>(fact);
}

Track::Track(const Trace& trace) {
  Instant busy{};  // until when something is on a wire
  const auto& records = trace.records();
  for (std::size_t i = 0; i < records.size(); ++i) {
    const Record& record = records[i];
    const auto count = static_cast<std::uint32_t>(i + 1);
    if (record.at - busy >= kShortestGap) gaps.push_back({busy, record.at, 0});
    busy = std::max(busy, record.at);
    if (const auto* hop = std::get_if<PacketHop>(&record.fact))
      busy = std::max(busy, record.at + std::chrono::microseconds(hop->travel));
    if (is_meaningful(record.fact)) events.push_back(count);
    if (is_story(record.fact)) stories.push_back(count);
    if (is_hop(record.fact)) hops.push_back(count);
    if (is_packet(record.fact)) packets.push_back(count);
    if (const auto* reached = std::get_if<StepReached>(&record.fact)) {
      const bool known = std::any_of(chapters.begin(), chapters.end(),
                                     [&](const Chapter& c) { return c.step == reached->step; });
      if (!known) chapters.push_back({reached->step, count, record.at});
    }
  }
  opening = find_opening(trace, writer);
  speed = lesson_pace(trace.scene());
  end_ = trace.end_time();
  measure_gaps();
}

void Track::measure_gaps() {
  double played = 0;
  Instant from{};
  for (Gap& gap : gaps) {
    played += seconds_between(from, gap.from) / speed;
    gap.played_before = played;
    played += std::min(kQuietSeconds, seconds_between(gap.from, gap.to) / speed);
    from = gap.to;
  }
}

double Track::play_time(Instant at) const {
  const auto next =
      std::partition_point(gaps.begin(), gaps.end(), [&](const Gap& gap) { return gap.from < at; });
  if (next == gaps.begin()) return seconds_between(Instant{}, at) / speed;
  const Gap& gap = *(next - 1);
  const double quiet = std::min(kQuietSeconds, seconds_between(gap.from, gap.to) / speed);
  if (at < gap.to)
    return gap.played_before +
           quiet * seconds_between(gap.from, at) / seconds_between(gap.from, gap.to);
  return gap.played_before + quiet + seconds_between(gap.to, at) / speed;
}

double Track::slider(Instant at) const {
  const double whole = play_time(end_);
  return whole <= 0 ? 0 : std::clamp(play_time(std::clamp(at, Instant{}, end_)) / whole, 0.0, 1.0);
}

Instant Track::from_slider(double position) const {
  if (position <= 0) return Instant{};
  if (position >= 1) return end_;
  Instant low{}, high = end_;
  while (high - low > std::chrono::microseconds(50)) {
    const Instant middle = low + (high - low) / 2;
    (slider(middle) < position ? low : high) = middle;
  }
  return high;
}

void advance(Playhead& head, const Trace& trace, const Track& track, double real_seconds) {
  if (!head.playing) return;
  double left = std::clamp(real_seconds, 0.0, 1.0);
  const Instant end = trace.end_time();
  auto gap = std::partition_point(track.gaps.begin(), track.gaps.end(),
                                  [&](const Track::Gap& g) { return g.to <= head.at; });
  while (left > 1e-12 && head.at < end) {
    Instant until = end;
    double rate = head.speed;
    if (gap != track.gaps.end()) {
      const bool inside = gap->from <= head.at;
      until = inside ? gap->to : gap->from;
      const double length = std::chrono::duration<double>(gap->to - gap->from).count();
      if (inside) rate = std::max(rate, length / kQuietSeconds);
      if (inside) ++gap;
    }
    const double need = std::chrono::duration<double>(until - head.at).count() / rate;
    if (need <= left) {
      head.at = until;
      left -= need;
      continue;
    }
    head.at +=
        std::max(Duration(1),
                 std::chrono::duration_cast<Duration>(std::chrono::duration<double>(left * rate)));
    left = 0;
  }
  const auto reached = static_cast<std::uint32_t>(trace.position_after(head.at));
  head.count = std::max(head.count, reached);
  if (head.at >= end) head.playing = false;
}

void seek_time(Playhead& head, const Trace& trace, Instant at) {
  head.at = std::clamp(at, Instant{}, trace.end_time());
  head.count = static_cast<std::uint32_t>(trace.position_after(head.at));
}

void seek_count(Playhead& head, const Trace& trace, std::uint32_t count) {
  head.count = std::min(count, static_cast<std::uint32_t>(trace.size()));
  head.at = head.count == 0 ? Instant{} : trace[RecordId{head.count}].at;
}

bool step(Playhead& head, const Trace& trace, const std::vector<std::uint32_t>& stops,
          bool forward) {
  if (forward) {
    const auto next = std::upper_bound(stops.begin(), stops.end(), head.count);
    if (next == stops.end()) return false;
    seek_count(head, trace, *next);
    return true;
  }
  const auto here = std::lower_bound(stops.begin(), stops.end(), head.count);
  if (here == stops.begin()) return false;
  seek_count(head, trace, *(here - 1));
  return true;
}

const std::vector<std::uint32_t>& stops_of(const Track& track, Stride stride) {
  switch (stride) {
    case Stride::story:
      return track.stories;
    case Stride::hop:
      return track.hops;
    case Stride::packet:
      return track.packets;
    case Stride::command:
      break;
  }
  return track.events;
}

double speed_to_slider(double speed) {
  const double s = std::clamp(speed, kSlowest, kFastest);
  return std::log(s / kSlowest) / std::log(kFastest / kSlowest);
}
double slider_to_speed(double position) {
  return kSlowest * std::pow(kFastest / kSlowest, std::clamp(position, 0.0, 1.0));
}

}  // namespace posthorn::viz
