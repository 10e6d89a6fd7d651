// Nothing is lost, whatever the weather.
#include "sim/storm/storm.hpp"
#include "sim/storm/weather.hpp"
#include "tests/support/catch.hpp"

using namespace posthorn;

TEST_CASE("A hundred random storms lose nothing") {
  std::uint64_t faults = 0, accepted = 0, reports = 0;
  for (std::uint64_t seed = 1; seed <= 100; ++seed) {
    const storm::Outcome outcome = storm::run(storm::make_weather(seed));
    INFO("seed " << seed << ": " << outcome.breach.value_or(""));
    CHECK_FALSE(outcome.breach);
    faults += outcome.faults;
    accepted += outcome.accepted;
    reports += outcome.reports;
  }
  // The storms are storms: there was much to lose.
  CHECK(faults > 200);
  CHECK(accepted > 500);
  CHECK(reports > 20);
}
