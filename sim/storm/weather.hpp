// A scenario made of a seed: some domains and lines, some letters, and bad weather over them.
#pragma once

#include <cstdint>

#include "sim/scenario/scenario.hpp"

namespace posthorn::storm {

/// The same seed, the same scenario. Every fault ends; every letter can come to its end.
scenario::Scenario make_weather(std::uint64_t seed);

}  // namespace posthorn::storm
