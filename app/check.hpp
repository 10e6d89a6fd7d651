// The one seam between `posthorn check` and the simulation.
#pragma once

#include <functional>

#include "sim/scenario/scenario.hpp"
#include "sim/trace/trace.hpp"

namespace posthorn::app {

/// Runs a scenario to its end. Empty while no engine is linked: check then reads files only and
/// says so.
using RunScenario = std::function<trace::Trace(const scenario::Scenario&)>;
RunScenario scenario_runner();

}  // namespace posthorn::app
