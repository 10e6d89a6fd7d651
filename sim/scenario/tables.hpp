// The format itself: every key of a scenario, its type and its description.
#pragma once

#include <string>
#include <utility>
#include <vector>

#include "sim/scenario/table.hpp"

namespace posthorn::scenario {

const Record<Scenario>& scenario_table();

/// Name and schema text of every object that the scenario's own schema refers to.
std::vector<std::pair<std::string, std::string>> definitions();

/// "smtp" and so on: how messages and traces call a service.

inline constexpr std::size_t kMaxHosts = 512;
inline constexpr std::size_t kMaxLinks = 2048;
inline constexpr std::size_t kMaxDomains = 256;
inline constexpr std::size_t kMaxAccounts = 1000;
inline constexpr std::size_t kMaxActs = 10000;

}  // namespace posthorn::scenario
