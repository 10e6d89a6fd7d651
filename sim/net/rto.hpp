// When to retransmit: RFC 6298. Measures are taken by Karn's rule: never of what was sent twice.
#pragma once

#include <algorithm>

#include "protocols/core/time.hpp"

namespace posthorn::net {

class RtoEstimator {
 public:
  static constexpr Duration kInitial = 1s;   ///< §2.1
  static constexpr Duration kMinimum = 1s;   ///< §2.4
  static constexpr Duration kMaximum = 60s;  ///< §2.5

  [[nodiscard]] Duration timeout() const { return timeout_; }
  [[nodiscard]] Duration smoothed() const { return smoothed_; }

  /// A round trip was measured (§2.2, §2.3: alpha = 1/8, beta = 1/4).
  void measured(Duration round_trip) {
    if (!any_) {
      smoothed_ = round_trip;
      variation_ = round_trip / 2;
      any_ = true;
    } else {
      const Duration error =
          smoothed_ > round_trip ? smoothed_ - round_trip : round_trip - smoothed_;
      variation_ += (error - variation_) / 4;
      smoothed_ += (round_trip - smoothed_) / 8;
    }
    timeout_ = std::clamp<Duration>(smoothed_ + 4 * variation_, kMinimum, kMaximum);
  }
  /// The timer expired (§5.5).
  void back_off() { timeout_ = std::min<Duration>(timeout_ * 2, kMaximum); }

 private:
  Duration smoothed_{}, variation_{}, timeout_ = kInitial;
  bool any_ = false;
};

}  // namespace posthorn::net
