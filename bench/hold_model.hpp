// The hold model: N events are pending; each, when its time comes, schedules itself again after a
// delay. All contenders get the same delays, and each event runs through its own way of dispatch.
#pragma once

#include <cstddef>
#include <cstdint>
#include <vector>

namespace posthorn::bench {

struct HoldModel {
  std::size_t pending = 0;            ///< N
  std::size_t holds = 0;              ///< how many events to run while measuring
  std::vector<std::uint64_t> delays;  ///< nanoseconds; a power of two of them, used in turn
  [[nodiscard]] std::uint64_t delay(std::uint64_t n) const {
    return delays[n & (delays.size() - 1)];
  }
};

struct HoldResult {
  double seconds = 0;
  std::uint64_t checksum = 0;  ///< over (time, event) in the order of running: must agree
};

/// What every event does when it runs.
inline void note(std::uint64_t& checksum, std::uint64_t time, std::uint32_t event) {
  checksum = (checksum ^ time) * 0x100000001b3 + event;
}

#if POSTHORN_NS3
/// ns3::PriorityQueueScheduler alone: events are allocated once and inserted again and again.
HoldResult hold_ns3_scheduler(const HoldModel& model);
/// ns3::Simulator with that scheduler, used as ns-3's models use it: Schedule() and Run().
HoldResult hold_ns3_simulator(const HoldModel& model);
#endif

}  // namespace posthorn::bench
