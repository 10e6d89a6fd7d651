// Every event of every shipped lesson: the same state from all directions, and a picture of each
// view in which nothing overlaps and every character has a glyph.
#include <cstdlib>

#include "sim/scenario/load.hpp"
#include "sim/world/world.hpp"
#include "tests/support/golden.hpp"
#include "tests/viz/harness.hpp"
#include "viz/app/fonts.hpp"

using namespace posthorn;
using namespace posthorn::viz;
using namespace posthorn::viz::test;

namespace {

trace::Trace run(const std::filesystem::path& file) {
  const auto loaded = scenario::load_file(file.string());
  REQUIRE(loaded.ok());
  return world::run_scenario(*loaded.scenario);
}

/// A number for all that is on the stage; equal states have equal numbers.
std::size_t hash_of(const trace::Snapshot& s) {
  std::size_t hash = 1469598103934665603u;
  const auto mix = [&](std::uint64_t value) { hash = (hash ^ value) * 1099511628211u; };
  mix(static_cast<std::uint64_t>(s.at.time_since_epoch().count()));
  mix(s.last.value);
  mix(s.step);
  mix(s.message.value);
  mix(s.narration);
  mix(s.act);
  for (const trace::HostState& host : s.hosts) {
    mix(host.up);
    for (const auto& item : host.queue) mix(item.entry.value * 31u + item.attempts);
    for (const auto& item : host.queue) mix(item.reason.value * 7u + item.target.value);
    for (const auto& [key, box] : host.boxes) {
      for (const char c : key.first + key.second) mix(static_cast<unsigned char>(c));
      for (const auto& message : box) mix(message.uid * 31u + message.flags.value);
    }
    for (const auto& item : host.cache) mix(item.question.value * 31u + item.answer.value);
    mix(static_cast<std::uint64_t>(host.screen.mode));
    mix(host.screen.inbox.size() * 31u + host.screen.reading);
  }
  for (const bool up : s.links_up) mix(up);
  for (const auto& [id, conn] : s.conns)
    mix(id.value * 31u + static_cast<std::uint64_t>(conn.phase) * 7u + conn.last_line[0].value +
        conn.last_line[1].value * 3u);
  for (const auto& [id, flight] : s.flights)
    mix(id.value * 31u + flight.link.value * 7u + flight.sent.value);
  return hash;
}

bool overlap(const Mark& a, const Mark& b) {
  return a.min.x < b.max.x - 0.5f && b.min.x < a.max.x - 0.5f && a.min.y < b.max.y - 0.5f &&
         b.min.y < a.max.y - 0.5f;
}

}  // namespace

TEST_CASE("Playing forward, stepping back and seeking lead to the same state at every event") {
  for (const auto& file : tests::shipped_scenarios()) {
    INFO(file.stem().string());
    const trace::Trace trace = run(file);
    Model m(trace), seeking(trace);
    const auto& stops = m.track.events;
    // Every event; of a lesson with tens of thousands every so-manyth.
    const std::size_t stride = std::max<std::size_t>(1, stops.size() / 800);
    std::size_t wrong = 0;
    for (std::size_t k = 1; k + 1 < stops.size(); k += stride) {
      if (stride > 1 || m.head.count != stops[k - 1])
        apply(m, SelectRecord{RecordId{stops[k - 1]}});
      apply(m, StepForward{});
      const std::size_t forward = hash_of(m.now);
      apply(m, StepForward{});
      apply(m, StepBack{});
      wrong += hash_of(m.now) != forward;
      // From far away: never folded on from where it stood before.
      apply(seeking, SelectRecord{RecordId{stops[(k * 7919) % stops.size()]}});
      apply(seeking, SelectRecord{RecordId{stops[k]}});
      wrong += hash_of(seeking.now) != forward;
    }
    CHECK(wrong == 0);
  }
}

TEST_CASE("Every view can be drawn all along every lesson, with every glyph") {
  constexpr std::size_t kMoments = 9;
  int turn = 0;
  for (const auto& file : tests::shipped_scenarios()) {
    const trace::Trace trace = run(file);
    Harness h(1440, 810, trace);
    h.model.likes.lang = ++turn % 2 == 0 ? Lang::ja : Lang::en;
    h.model.likes.dark = turn % 3 == 0;
    const auto& stops = h.model.track.events;
    for (std::size_t i = 0; i < kMoments; ++i) {
      apply(h.model, SelectRecord{RecordId{stops[i * (stops.size() - 1) / (kMoments - 1)]}});
      apply(h.model, SetView{static_cast<View>((i + static_cast<std::size_t>(turn)) % 6)});
      apply(h.model, SetLevel{static_cast<texts::Level>(i % texts::kLevels)});
      h.headless.frame();
      h.headless.frame();
      INFO(file.stem().string() << " at record " << h.model.head.count);
      CHECK(take_missing_glyphs().empty());
      std::vector<Mark> cards, panels;
      for (const Mark& m : marks()) {
        if (m.name.rfind("host:", 0) == 0) cards.push_back(m);
        if (m.name.rfind("panel-", 0) == 0) panels.push_back(m);
      }
      for (const auto* group : {&cards, &panels})
        for (std::size_t a = 0; a < group->size(); ++a)
          for (std::size_t b = a + 1; b < group->size(); ++b) {
            INFO((*group)[a].name << " and " << (*group)[b].name);
            CHECK_FALSE(overlap((*group)[a], (*group)[b]));
          }
    }
  }
}
