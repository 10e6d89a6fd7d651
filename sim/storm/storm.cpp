#include "sim/storm/storm.hpp"

#include <set>

#include "sim/storm/ledger.hpp"

namespace posthorn::storm {

Outcome run(const scenario::Scenario& scenario, std::uint64_t max_events) {
  const auto plan = scenario::make_plan(scenario);
  trace::Trace trace(plan->scene);
  world::World world(plan);
  Ledger ledger;
  Outcome outcome;
  while (!outcome.breach && world.step(trace)) {
    outcome.breach = ledger.audit(trace, world);
    if (++outcome.events >= max_events) outcome.breach = "it never ends";
  }
  if (!outcome.breach) outcome.breach = ledger.close(trace, world);
  std::set<MessageId> messages;
  for (const trace::Record& record : trace.records()) {
    if (record.message) messages.insert(record.message);
    outcome.faults += std::holds_alternative<trace::FaultBegan>(record.fact);
  }
  outcome.accepted = ledger.accepted();
  outcome.messages = messages.size();
  outcome.reports = ledger.reports();
  outcome.duplicates = ledger.duplicates();
  return outcome;
}

}  // namespace posthorn::storm
