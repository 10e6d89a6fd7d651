#include "sim/engine/random.hpp"

#include <bit>
#include <cassert>

namespace posthorn::engine {
namespace {

std::uint64_t splitmix(std::uint64_t& state) {
  std::uint64_t z = (state += 0x9e3779b97f4a7c15);
  z = (z ^ (z >> 30)) * 0xbf58476d1ce4e5b9;
  z = (z ^ (z >> 27)) * 0x94d049bb133111eb;
  return z ^ (z >> 31);
}

std::uint64_t fnv1a(std::string_view text) {
  std::uint64_t hash = 0xcbf29ce484222325;
  for (const char c : text) hash = (hash ^ static_cast<unsigned char>(c)) * 0x100000001b3;
  return hash;
}

}  // namespace

Random::Random(std::uint64_t seed) : seed_(seed) {
  std::uint64_t state = seed;
  for (auto& word : state_) word = splitmix(state);
}

Random Random::split(std::string_view name) const {
  std::uint64_t state = seed_ ^ fnv1a(name);
  splitmix(state);  // mix the name in twice, so that swapping seed and name is not the same stream
  return Random(splitmix(state) + std::rotl(fnv1a(name), 23));
}

std::uint64_t Random::next() {
  const std::uint64_t result = std::rotl(state_[1] * 5, 7) * 9;
  const std::uint64_t shifted = state_[1] << 17;
  state_[2] ^= state_[0];
  state_[3] ^= state_[1];
  state_[1] ^= state_[2];
  state_[0] ^= state_[3];
  state_[2] ^= shifted;
  state_[3] = std::rotl(state_[3], 45);
  return result;
}

std::uint64_t Random::below(std::uint64_t bound) {
  assert(bound > 0);
  // Values under `uneven` belong to an incomplete cycle of `bound`: draw again.
  const std::uint64_t uneven = (0 - bound) % bound;
  std::uint64_t value = next();
  while (value < uneven) value = next();
  return value % bound;
}

std::int64_t Random::between(std::int64_t low, std::int64_t high) {
  assert(low <= high);
  const std::uint64_t span = static_cast<std::uint64_t>(high) - static_cast<std::uint64_t>(low) + 1;
  const std::uint64_t offset = span == 0 ? next() : below(span);
  return static_cast<std::int64_t>(static_cast<std::uint64_t>(low) + offset);
}

double Random::unit() { return static_cast<double>(next() >> 11) * 0x1p-53; }

bool Random::chance_ppm(std::uint32_t parts_per_million) {
  return below(1'000'000) < parts_per_million;
}

Duration Random::exponential(Duration mean) {
  // 1 - unit() lies in (0, 1], so the logarithm is finite and not positive.
  const double draw = -portable_log(1.0 - unit()) * static_cast<double>(mean.count());
  return Duration(static_cast<Duration::rep>(draw));
}

double portable_log(double x) {
  // x = m * 2^k with m in [sqrt(1/2), sqrt(2)); ln m = 2 atanh(t), t = (m-1)/(m+1), |t| < 0.172.
  const auto bits = std::bit_cast<std::uint64_t>(x);
  int exponent = static_cast<int>(bits >> 52) - 1023;
  double m = std::bit_cast<double>((bits & 0x000fffffffffffff) | 0x3ff0000000000000);
  if (m > 1.4142135623730951) {
    m *= 0.5;
    ++exponent;
  }
  const double t = (m - 1.0) / (m + 1.0);
  const double t2 = t * t;
  double series = 0.0;
  for (int power = 23; power >= 1; power -= 2) series = series * t2 + 1.0 / power;
  return exponent * 0.6931471805599453 + 2.0 * t * series;
}

}  // namespace posthorn::engine
