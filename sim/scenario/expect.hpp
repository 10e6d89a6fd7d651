// Did what the scenario promises come true? Reads the trace and nothing else.
#pragma once

#include <string>
#include <vector>

#include "sim/scenario/scenario.hpp"
#include "sim/trace/trace.hpp"

namespace posthorn::scenario {

struct ExpectationResult {
  bool held = false;
  std::string what;  ///< what was expected: "1 message in the mailbox of ben@kaede.example"
  std::string why;   ///< what was found; says so also when it held
  Position where;    ///< in the scenario file
};

/// One result for each of scenario.expect, in its order.
std::vector<ExpectationResult> check_expectations(const Scenario& scenario,
                                                  const trace::Trace& trace);

}  // namespace posthorn::scenario
