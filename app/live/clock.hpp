// The virtual clock of a live world: it follows the real one, `speed` times as fast.
#pragma once

#include <algorithm>
#include <chrono>
#include <cstdint>

#include "protocols/core/time.hpp"

namespace posthorn::app {

class LiveClock {
 public:
  using Real = std::chrono::steady_clock;

  explicit LiveClock(double speed) : start_(Real::now()), speed_(speed) {}

  [[nodiscard]] Instant now() const {
    return Instant{} +
           Duration(static_cast<Duration::rep>(
               std::chrono::duration<double, std::nano>(Real::now() - start_).count() * speed_));
  }
  /// The real moment at which the virtual clock shows `at`; far futures are brought nearer, since
  /// whoever waits will look again.
  [[nodiscard]] Real::time_point when(Instant at) const {
    const double real = static_cast<double>(at.time_since_epoch().count()) / speed_;
    const double limit = std::chrono::duration<double, std::nano>(Real::now() - start_).count() +
                         std::chrono::duration<double, std::nano>(std::chrono::hours(1)).count();
    // One tick later, so that rounding never wakes anybody too early.
    return start_ + std::chrono::nanoseconds(static_cast<std::int64_t>(std::min(real, limit)) + 1);
  }

 private:
  Real::time_point start_;
  double speed_;
};

}  // namespace posthorn::app
