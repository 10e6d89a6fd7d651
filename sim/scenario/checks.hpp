// Whether what a scenario names is there: the loader asks it of files, and fault_line of what is
// typed, so that both are told the same.
#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "sim/scenario/scenario.hpp"

namespace posthorn::scenario {

/// In words for people (English); the hint may be "".
struct Problem {
  std::string message, hint;
};

std::optional<Problem> host_problem(const Scenario& scenario, std::string_view name);
std::optional<Problem> account_problem(const Scenario& scenario, std::string_view address);
std::optional<Problem> service_problem(const Host& host, Service service);
/// Names that are "" or no host's are another problem.
std::optional<Problem> link_problem(const Scenario& scenario, std::string_view a,
                                    std::string_view b);
/// "aiko@sakura.example" of every account.
std::vector<std::string> account_addresses(const Scenario& scenario);

struct FaultProblem : Problem {
  std::string key;                ///< of the fault, whose value is wrong; "" for all of it
  const Host* lacking = nullptr;  ///< the host that does not offer a service
};
/// What keeps the fault from happening, or from doing anything. After fill_host(); names that are
/// "" are passed over.
std::vector<FaultProblem> fault_problems(const Scenario& scenario, const Fault& fault);

}  // namespace posthorn::scenario
