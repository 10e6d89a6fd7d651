// "What if…": a scenario whose story is the same up to a moment, and then something goes wrong.
#pragma once

#include <optional>
#include <string>

#include "protocols/core/result.hpp"
#include "sim/scenario/scenario.hpp"

namespace posthorn::scenario {

struct WhatIf {
  std::string line;               ///< scenario/fault_line.hpp, without how long it lasts
  Duration at{};                  ///< since the beginning
  std::optional<Duration> until;  ///< none: it never ends
};

/// Adds it to the story, and takes the expectations away: nobody expects now what the author did.
/// Whoever would have fetched and read mail while it lasts, or soon after, does so again some hours
/// later, in the same order: when the servers have tried again.
/// An error says what is wrong with the line (English); the scenario is as it was.
Result<bool> add_what_if(Scenario& scenario, const WhatIf& wanted);

}  // namespace posthorn::scenario
