// Virtual time. The one clock of a simulated world, in integer nanoseconds.
//
// Nothing in Posthorn reads a wall clock: every session and every part of the
// world is *handed* the current Instant. VirtualClock deliberately has no now().
#pragma once

#include <chrono>
#include <cstdint>

namespace posthorn {

struct VirtualClock {
  using rep = std::int64_t;
  using period = std::nano;
  using duration = std::chrono::nanoseconds;
  using time_point = std::chrono::time_point<VirtualClock, duration>;
  static constexpr bool is_steady = true;
};

/// A length of virtual time in nanoseconds.
using Duration = std::chrono::nanoseconds;
/// A point of virtual time; Instant{} is the moment the world begins.
using Instant = VirtualClock::time_point;

using namespace std::chrono_literals;

}  // namespace posthorn
