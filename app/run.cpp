#include <iostream>

#include "app/commands.hpp"
#include "app/input.hpp"
#include "export/transcript.hpp"
#include "sim/scenario/expect.hpp"
#include "sim/trace/trace_json.hpp"
#include "sim/world/world.hpp"

namespace posthorn::app {

int run(const RunOptions& options) {
  const auto scenario = load_scenario(options.scenario, options.lang);
  if (!scenario) return kBadInput;
  const trace::Trace trace = world::run_scenario(*scenario, {options.seed, options.until});
  if (!options.quiet)
    std::cout << exporting::write_transcript(trace, {options.lang, 24, true}) << std::flush;
  if (!options.record.empty()) {
    const auto written = write_file(options.record, trace::write_json(trace), true);
    if (!written) {
      complain(written.error().message);
      return kBadInput;
    }
  }
  int status = kOk;
  std::size_t held = 0;
  const auto results = scenario::check_expectations(*scenario, trace);
  for (const scenario::ExpectationResult& result : results) {
    if (result.held) {
      ++held;
      continue;
    }
    status = kExpectationFailed;
    std::cerr << tell_failed(scenario->file, result, options.lang);
  }
  if (!options.quiet) std::cerr << held << " of " << results.size() << " expectations hold\n";
  return status;
}

}  // namespace posthorn::app
