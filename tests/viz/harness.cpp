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

namespace {

std::vector<ReadyFonts>& kept_fonts() {
  static std::vector<ReadyFonts> kept;
  return kept;
}

}  // namespace

ReadyFonts fonts_for(const Model& model, int width, int height) {
  const float scale = Shell::scale_of(static_cast<float>(width), static_cast<float>(height),
                                      model.likes, model.presenting);
  const GlyphSet glyphs = glyphs_for(*model.trace);
  for (auto fonts = kept_fonts().begin(); fonts != kept_fonts().end(); ++fonts)
    if (fonts->scale == scale && fonts->glyphs == glyphs) {
      ReadyFonts found = std::move(*fonts);
      kept_fonts().erase(fonts);
      return found;
    }
  return {};
}

void keep_fonts(ReadyFonts fonts) {
  constexpr std::size_t kAtMost = 12;  // an atlas has some 30 MB
  if (kept_fonts().size() == kAtMost) kept_fonts().erase(kept_fonts().begin());
  kept_fonts().push_back(std::move(fonts));
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
