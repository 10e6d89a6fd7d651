// The shrinker finds what matters, and the file that it would write is the same world.
#include "sim/storm/shrink.hpp"

#include <algorithm>

#include "sim/scenario/load.hpp"
#include "sim/scenario/write.hpp"
#include "sim/storm/weather.hpp"
#include "sim/world/world.hpp"
#include "tests/support/catch.hpp"

using namespace posthorn;

namespace {

bool cuts_power(const scenario::Act& act) {
  const auto* trouble = std::get_if<scenario::Trouble>(&act.what);
  return trouble != nullptr && std::holds_alternative<scenario::PowerCut>(trouble->what);
}

/// An artificial bug: a letter is sent, and the power fails somewhere.
bool has_bug(const scenario::Scenario& s) {
  const auto sends = [](const scenario::Act& act) {
    return std::holds_alternative<scenario::Send>(act.what);
  };
  return std::any_of(s.story.begin(), s.story.end(), cuts_power) &&
         std::any_of(s.story.begin(), s.story.end(), sends);
}

scenario::Scenario load(const std::string& text) {
  const scenario::LoadResult loaded = scenario::load_text(
      text, "x.json", [](const std::string&) -> Result<std::shared_ptr<const std::string>> {
        return Error{"no files"};
      });
  INFO(scenario::to_text(loaded.diagnostics));
  REQUIRE(loaded.ok());
  return *loaded.scenario;
}

}  // namespace

TEST_CASE("Of a storm remains what the bug needs") {
  int found = 0;
  for (std::uint64_t seed = 1; seed <= 60 && found < 5; ++seed) {
    const scenario::Scenario storm = storm::make_weather(seed);
    if (!has_bug(storm) || storm.story.size() < 5) continue;
    ++found;
    const scenario::Scenario small = storm::shrink(storm, has_bug);
    INFO("seed " << seed << "\n" << scenario::write_scenario(small));
    CHECK(small.story.size() == 2);
    CHECK(small.hosts.size() <= 5);
    CHECK(small.domains.size() <= 2);
    CHECK(has_bug(load(scenario::write_scenario(small))));
  }
  CHECK(found == 5);
}

TEST_CASE("A storm and its file run alike") {
  for (std::uint64_t seed = 1; seed <= 40; ++seed) {
    const scenario::Scenario storm = storm::make_weather(seed);
    const scenario::Scenario again = load(scenario::write_scenario(storm));
    INFO("seed " << seed);
    CHECK(world::run_scenario(storm).digest() == world::run_scenario(again).digest());
  }
}
