// A link: a full-duplex line between two hosts. Each direction serialises its packets by the
// bandwidth (they queue), then delays them by latency plus jitter. Jitter may reorder packets.
#pragma once

#include <array>
#include <cstdint>

#include "protocols/core/time.hpp"
#include "sim/engine/random.hpp"
#include "sim/trace/ids.hpp"

namespace posthorn::net {

struct LinkConfig {
  LinkId id;
  HostId a, b;
  Duration latency{};
  std::uint64_t bandwidth_bps = 0;  ///< bits per second in each direction; 0 is unlimited
  Duration jitter{};                ///< uniform in [0, jitter] on top of the latency
  std::uint32_t loss_ppm = 0;       ///< packets lost in a million
};

/// What goes wrong on a bad line, each in a million packets, on top of the link's own loss.
struct LinkWeather {
  std::uint32_t loss_ppm = 0;
  std::uint32_t duplication_ppm = 0;
  std::uint32_t reordering_ppm = 0;  ///< held back so long that later ones overtake it
  std::uint32_t corruption_ppm = 0;
  friend bool operator==(const LinkWeather&, const LinkWeather&) = default;
};

class Link {
 public:
  /// `random` is this link's own stream.
  Link(const LinkConfig& config, engine::Random random)
      : config_(config), random_(random), weather_random_(random.split("weather")) {}

  [[nodiscard]] const LinkConfig& config() const { return config_; }
  [[nodiscard]] bool up() const { return up_; }
  /// Changes whenever the link goes down; what was on its way then never arrives.
  [[nodiscard]] std::uint32_t epoch() const { return epoch_; }
  [[nodiscard]] HostId far_end(HostId near_end) const {
    return near_end == config_.a ? config_.b : config_.a;
  }

  void set_up(bool up);
  void set_weather(const LinkWeather& weather) { weather_ = weather; }
  /// Somebody on the line takes the offer of TLS out of what servers say.
  [[nodiscard]] bool strips_tls() const { return strips_tls_; }
  void set_strips_tls(bool strips) { strips_tls_ = strips; }

  struct Passage {
    Duration travel{};  ///< from now to arrival, waiting included
    bool lost = false;
    bool corrupted = false;
    bool doubled = false;  ///< a copy comes right after it
  };
  /// A packet of `octets` enters at host `from` now.
  Passage enter(Instant now, HostId from, std::uint32_t octets);

 private:
  void pass_weather(Passage& passage);

  LinkConfig config_;
  LinkWeather weather_;
  engine::Random random_, weather_random_;
  std::array<Instant, 2> busy_until_{};  ///< by direction: from a, from b
  bool up_ = true;
  bool strips_tls_ = false;
  std::uint32_t epoch_ = 0;
};

}  // namespace posthorn::net
