#include "tests/viz/harness.hpp"

#include <map>

#include "sim/scenario/load.hpp"
#include "sim/world/world.hpp"
#include "tests/support/golden.hpp"

namespace posthorn::viz::test {

const trace::Trace& lesson(const std::string& name) {
  static std::map<std::string, trace::Trace> known;
  if (const auto found = known.find(name); found != known.end()) return found->second;
  const auto loaded =
      scenario::load_file((tests::kSource / "scenarios" / (name + ".json")).string());
  if (!loaded.ok()) throw std::runtime_error(name + " is not a lesson");
  return known.emplace(name, world::run_scenario(*loaded.scenario)).first->second;
}

const std::vector<Lesson>& lessons() {
  static const std::vector<Lesson> known = [] {
    std::vector<Lesson> out;
    for (const auto& file : tests::shipped_scenarios()) {
      const auto loaded = scenario::load_file(file.string());
      if (!loaded.ok()) throw std::runtime_error(file.string() + " is broken");
      out.push_back({file.string(), loaded.scenario->title, loaded.scenario->summary});
    }
    return out;
  }();
  return known;
}

bool tab_to(Harness& h, const std::string& name) {
  drop_focus();
  for (int i = 0; i < 400; ++i) {
    h.press(Key::tab);
    if (focused_name() == name) return true;
  }
  return false;
}

}  // namespace posthorn::viz::test
