// Bad weather by hand in a running world: what a person types at a console, or to `serve`.
//
//     fault power_cut mail.kaede.example for 10s      see scenario/fault_line.hpp
//     repair 1        repair all        repair no-smtp
//     faults
#pragma once

#include <string_view>
#include <vector>

#include "sim/world/world.hpp"

namespace posthorn::world {

struct ByHand {
  bool understood = false;  ///< the line was one of those above
  bool done = false;        ///< and what it asked for has been done
  std::vector<LocalText> answer;
};

/// Does at `now` what the line says (first the world runs what is due before).
ByHand obey(World& world, trace::Trace& trace, Instant now, std::string_view line);

}  // namespace posthorn::world
