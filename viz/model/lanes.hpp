// The timeline's picture of a whole trace: how much happens when, and when connections are open.
// Positions in time are Track's, where quiet gaps are short.
#pragma once

#include <vector>

#include "viz/model/playhead.hpp"

namespace posthorn::viz {

struct Lanes {
  struct Span {
    Instant from, to;
    Protocol protocol = Protocol::none;
    ConnId conn;
    int lane = 0;  ///< 0..kLanes-1; connections that overlap stand on different ones if they can
  };
  static constexpr int kLanes = 4;
  static constexpr std::size_t kBins = 240;
  std::vector<Span> spans;     ///< at most kMostSpans; beyond, those that touch are merged
  std::vector<float> density;  ///< kBins numbers, 0..1
};

Lanes make_lanes(const trace::Trace& trace, const Track& track);
/// The same, made once for a trace and its length.
const Lanes& lanes_of(const trace::Trace& trace, const Track& track);

}  // namespace posthorn::viz
