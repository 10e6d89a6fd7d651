// "What if…": what somebody at the window can let go wrong, and what has gone wrong by their hand.
#pragma once

#include <optional>
#include <string>
#include <vector>

#include "protocols/core/time.hpp"
#include "sim/trace/scene.hpp"

namespace posthorn::viz {

/// A host or a link.
struct Spot {
  HostId host;
  LinkId link;  ///< where there is no host
  friend bool operator==(const Spot&, const Spot&) = default;
};

/// Something that can go wrong at a place.
struct Mishap {
  std::string key;   ///< of its words: "mishap.power" and "mishap-tip.power"
  std::string line;  ///< as one types it (sim/scenario/fault_line.hpp), without how long it lasts
};
std::vector<Mishap> mishaps_of(const trace::Scene& scene, const Spot& place);

/// Something that somebody at the window has let go wrong.
struct HandFault {
  Mishap what;
  Spot place;
  Instant at{};
  std::optional<Instant> until;  ///< none: it never ends
  [[nodiscard]] bool holds(Instant now) const { return at <= now && (!until || now < *until); }
};

/// Behind everything that has happened in the instant on display: the past stays as it was.
inline Instant just_behind(Instant shown) { return shown + std::chrono::nanoseconds(1); }

/// How long it can last; the last one is for ever.
struct Lasting {
  const char* key;   ///< of its word: "lasting.10s"
  const char* text;  ///< as one types it; "" for ever
  Duration length;
};
const std::vector<Lasting>& lastings();

}  // namespace posthorn::viz
