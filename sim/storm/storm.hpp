// One storm: a scenario run with the ledger open after every event.
#pragma once

#include <cstdint>
#include <optional>
#include <string>

#include "sim/scenario/scenario.hpp"

namespace posthorn::storm {

struct Outcome {
  std::uint64_t events = 0;
  std::uint64_t accepted = 0;         ///< entries of queues
  std::uint64_t messages = 0;         ///< letters that were written, reports included
  std::uint64_t faults = 0;           ///< that really began
  std::uint64_t reports = 0;          ///< non-delivery reports
  std::uint64_t duplicates = 0;       ///< second copies, each explained by a lost acknowledgement
  std::optional<std::string> breach;  ///< what is against the law; see ledger.hpp
};

/// Stops at the first breach, and after `max_events`, which is a breach, too.
Outcome run(const scenario::Scenario& scenario, std::uint64_t max_events = 20'000'000);

}  // namespace posthorn::storm
