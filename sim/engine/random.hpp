// Random numbers: one seed, many independent streams, the same everywhere.
//
// The generator is xoshiro256** (Blackman and Vigna), seeded through splitmix64. Distributions are
// our own, because those of the standard library differ between implementations; they use integers
// and the IEEE 754 basic operations only (no libm), so every platform draws the same numbers.
//
// A stream is named, not numbered: `Random(seed).split("link/a-b")` depends on the seed and the
// name alone. How many numbers anyone has drawn, or which other hosts exist, does not matter.
#pragma once

#include <array>
#include <cstdint>
#include <string_view>

#include "protocols/core/time.hpp"

namespace posthorn::engine {

class Random {
 public:
  explicit Random(std::uint64_t seed = 0);

  /// An independent stream derived from this stream's seed and the name.
  [[nodiscard]] Random split(std::string_view name) const;

  /// 64 uniform bits.
  std::uint64_t next();
  /// Uniform in [0, bound) without modulo bias; bound > 0.
  std::uint64_t below(std::uint64_t bound);
  /// Uniform in [low, high], both included.
  std::int64_t between(std::int64_t low, std::int64_t high);
  /// Uniform in [0, 1), a multiple of 2^-53.
  double unit();
  /// True `parts_per_million` times in a million.
  bool chance_ppm(std::uint32_t parts_per_million);
  /// Exponentially distributed with the given mean, rounded down to nanoseconds; never negative.
  Duration exponential(Duration mean);

  friend bool operator==(const Random&, const Random&) = default;

 private:
  std::uint64_t seed_ = 0;
  std::array<std::uint64_t, 4> state_{};
};

/// Natural logarithm of a positive, finite, normal number. Accurate to a few units in the last
/// place, and bit for bit the same wherever doubles are IEEE 754.
double portable_log(double x);

}  // namespace posthorn::engine
