#include "viz/model/clocks.hpp"

#include "sim/scenario/units.hpp"

namespace posthorn::viz {

using namespace trace;

/// The fault's detail is "+2h" or "-1d"; faults that overlap add up, as they do in the world.
Duration clock_error(const Snapshot& now, const Trace& trace, HostId host) {
  Duration error{};
  for (const FaultBegan& fault : now.faults) {
    if (fault.kind != FaultKind::wrong_clock || fault.host != host) continue;
    const std::string_view detail = trace.text(fault.detail);
    if (detail.size() < 2) continue;
    const auto by = scenario::parse_duration(detail.substr(1));
    if (by) error += detail.front() == '-' ? -*by : *by;
  }
  return error;
}

}  // namespace posthorn::viz
