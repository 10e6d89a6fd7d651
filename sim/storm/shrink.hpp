// From a scenario that shows a fault of ours to a small one that still does: delta debugging over
// story items, letters' recipients, hosts, domains and what makes each of them special.
#pragma once

#include <functional>

#include "sim/scenario/scenario.hpp"

namespace posthorn::storm {

/// True if the scenario still fails. Only ever asked about scenarios that a file can hold.
using Fails = std::function<bool(const scenario::Scenario&)>;

/// `scenario` must fail. At most `budget` questions. The result fails, is a scenario that loads
/// without a complaint, and none of its parts can be left out (unless the budget ended first).
scenario::Scenario shrink(scenario::Scenario scenario, const Fails& fails, int budget = 2000);

}  // namespace posthorn::storm
