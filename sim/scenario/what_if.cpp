#include "sim/scenario/what_if.hpp"

#include <algorithm>
#include <chrono>
#include <iterator>
#include <utility>
#include <vector>

#include "sim/scenario/fault_line.hpp"

namespace posthorn::scenario {

namespace {

bool looks_at_mail(const Act& act) {
  return std::holds_alternative<Fetch>(act.what) || std::holds_alternative<Read>(act.what);
}

}  // namespace

Result<bool> add_what_if(Scenario& scenario, const WhatIf& wanted) {
  auto fault = parse_fault_line(wanted.line, scenario);
  if (!fault) return Error{"\"" + wanted.line + "\": " + fault.error().message};
  std::vector<Act> more(1);
  more.front().at = wanted.at;
  if (wanted.until) {
    fault->lasts = *wanted.until - wanted.at;
    // By then the servers have tried again: they wait half an hour, and longer each time.
    const Duration again = std::min<Duration>(*fault->lasts, std::chrono::hours(6));
    const Duration later = *wanted.until + again + std::chrono::hours(1);
    for (const Act& act : scenario.story)
      if (looks_at_mail(act) && act.at >= wanted.at && act.at < later) {
        more.push_back(act);
        more.back().at = later + (act.at - wanted.at);
      }
  }
  more.front().what = Trouble{*std::move(fault), {}};
  scenario.expect.clear();
  scenario.story.insert(scenario.story.end(), std::make_move_iterator(more.begin()),
                        std::make_move_iterator(more.end()));
  return true;
}

}  // namespace posthorn::scenario
