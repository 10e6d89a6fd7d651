#include "viz/model/lanes.hpp"

#include <algorithm>
#include <array>
#include <cmath>
#include <map>

namespace posthorn::viz {
namespace {

using namespace trace;

/// More would be more than the pixels of a wide screen.
constexpr std::size_t kMostSpans = 4000;

std::vector<Lanes::Span> spans_of(const Trace& trace) {
  std::vector<Lanes::Span> spans;
  std::map<ConnId, std::size_t> open;  // index into spans
  for (const Record& record : trace.records()) {
    if (const auto* opening = std::get_if<ConnectionOpening>(&record.fact)) {
      open[opening->conn] = spans.size();
      spans.push_back({record.at, trace.end_time(), opening->protocol, opening->conn, 0});
    } else if (const auto* closed = std::get_if<ConnectionClosed>(&record.fact)) {
      if (const auto found = open.find(closed->conn); found != open.end())
        spans[found->second].to = record.at;
    } else if (const auto* failed = std::get_if<ConnectionFailed>(&record.fact)) {
      if (const auto found = open.find(failed->conn); found != open.end())
        spans[found->second].to = record.at;
    }
  }
  return spans;
}

/// The first lane that is free; when all are taken, the one that becomes free first.
void assign_lanes(std::vector<Lanes::Span>& spans) {
  std::array<Instant, Lanes::kLanes> free{};
  for (Lanes::Span& span : spans) {
    int lane = 0;
    while (lane < Lanes::kLanes && free[static_cast<std::size_t>(lane)] > span.from) ++lane;
    if (lane == Lanes::kLanes)
      lane = static_cast<int>(std::ranges::min_element(free) - free.begin());
    span.lane = lane;
    auto& until = free[static_cast<std::size_t>(lane)];
    until = std::max(until, span.to);
  }
}

/// Spans of one lane that touch become one, until there are few enough to draw.
void merge_spans(std::vector<Lanes::Span>& spans, const Track& track) {
  if (spans.size() <= kMostSpans) return;
  constexpr double kClose = 1.0 / 2000;
  std::array<std::ptrdiff_t, Lanes::kLanes> last;
  last.fill(-1);
  std::vector<Lanes::Span> out;
  for (const Lanes::Span& span : spans) {
    auto& former = last[static_cast<std::size_t>(span.lane)];
    if (former >= 0) {
      Lanes::Span& before = out[static_cast<std::size_t>(former)];
      if (track.slider(span.from) - track.slider(before.to) < kClose) {
        before.to = std::max(before.to, span.to);
        continue;
      }
    }
    former = static_cast<std::ptrdiff_t>(out.size());
    out.push_back(span);
  }
  spans = std::move(out);
}

std::vector<float> density_of(const Trace& trace, const Track& track) {
  std::vector<float> bins(Lanes::kBins, 0.0f);
  for (const std::uint32_t count : track.events) {
    const double at = track.slider(trace[RecordId{count}].at);
    const auto bin = static_cast<std::size_t>(at * static_cast<double>(Lanes::kBins));
    bins[std::min(bin, Lanes::kBins - 1)] += 1;
  }
  const float most = *std::ranges::max_element(bins);
  if (most > 0)
    for (float& bin : bins) bin = std::sqrt(bin / most);  // a single event can still be seen
  return bins;
}

}  // namespace

Lanes make_lanes(const Trace& trace, const Track& track) {
  Lanes lanes;
  lanes.spans = spans_of(trace);
  assign_lanes(lanes.spans);
  merge_spans(lanes.spans, track);
  lanes.density = density_of(trace, track);
  return lanes;
}

const Lanes& lanes_of(const Trace& trace, const Track& track) {
  static Lanes lanes;
  static std::uint64_t digest = 0;
  static std::size_t size = ~std::size_t{0};
  if (size != trace.size() || digest != trace.digest()) {
    lanes = make_lanes(trace, track);
    digest = trace.digest();
    size = trace.size();
  }
  return lanes;
}

}  // namespace posthorn::viz
