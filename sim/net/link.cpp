#include "sim/net/link.hpp"

#include <algorithm>

namespace posthorn::net {
namespace {

/// Time to put so many octets on the line, rounded up. Split, so that nothing overflows.
Duration serialisation(std::uint32_t octets, std::uint64_t bits_per_second) {
  if (bits_per_second == 0) return {};
  constexpr std::uint64_t kNano = 1'000'000'000;
  const std::uint64_t bits = std::uint64_t{octets} * 8;
  const std::uint64_t scaled = bits * kNano;  // octets < 2^24 in practice: below 2^57
  return Duration(static_cast<Duration::rep>((scaled + bits_per_second - 1) / bits_per_second));
}

}  // namespace

void Link::set_up(bool up) {
  if (up_ && !up) {
    ++epoch_;
    busy_until_ = {};
  }
  up_ = up;
}

Link::Passage Link::enter(Instant now, HostId from, std::uint32_t octets) {
  Instant& busy = busy_until_[from == config_.a ? 0 : 1];
  busy = std::max(busy, now) + serialisation(octets, config_.bandwidth_bps);
  Passage passage{busy - now + config_.latency, false};
  // Both numbers are always drawn, so that changing one setting leaves the other's draws alone.
  const std::int64_t extra = random_.between(0, config_.jitter.count());
  passage.travel += Duration(extra);
  passage.lost = random_.chance_ppm(config_.loss_ppm);
  if (weather_ != LinkWeather{}) pass_weather(passage);
  return passage;
}

void Link::pass_weather(Passage& passage) {
  using std::chrono::milliseconds;
  const bool lost = weather_random_.chance_ppm(weather_.loss_ppm);
  const bool held = weather_random_.chance_ppm(weather_.reordering_ppm);
  const std::int64_t most = Duration(3 * config_.latency + milliseconds(20)).count();
  const Duration behind(weather_random_.between(most / 4, most));
  if (held) passage.travel += behind;
  passage.lost = passage.lost || lost;
  passage.corrupted = weather_random_.chance_ppm(weather_.corruption_ppm);
  passage.doubled = weather_random_.chance_ppm(weather_.duplication_ppm);
}

}  // namespace posthorn::net
