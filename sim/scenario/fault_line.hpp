// A fault as somebody types it: the keys and values of "fault" in a scenario, without its signs.
//
//     power_cut mail.kaede.example for 10s
//     slow before-final-reply host mail.kaede.example delay 11m
//     bad_line mail.kaede.example internet loss 0.1 corruption 0.02
//     wrong_record kaede.example host ns.example type MX value 10 mail.sakura.example
//
// Whoever is used to quotation marks may write them: value "10 mail.sakura.example".
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "protocols/core/result.hpp"
#include "sim/scenario/scenario.hpp"

namespace posthorn::scenario {

/// What is wrong with the line, if anything is, in words for people (English): all that a file
/// would be told too.
Result<Fault> parse_fault_line(std::string_view line, const Scenario& scenario);

/// The words that a line may begin with, each with the others that belong to it:
/// "slow … host … delay …".
std::vector<std::string> fault_line_forms();

}  // namespace posthorn::scenario
