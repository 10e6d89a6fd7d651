// "What if…": what can go wrong is understood by the world, and the past stays as it was.
#include "sim/scenario/what_if.hpp"
#include "sim/scenario/fault_line.hpp"
#include "sim/scenario/load.hpp"
#include "sim/trace/trace_json.hpp"
#include "sim/world/world.hpp"
#include "tests/support/golden.hpp"
#include "tests/viz/harness.hpp"

using namespace posthorn;
using namespace posthorn::viz;
using namespace posthorn::viz::test;
using namespace std::chrono_literals;

namespace {

scenario::Scenario shipped(const std::string& name) {
  auto loaded = scenario::load_file((tests::kSource / "scenarios" / (name + ".json")).string());
  REQUIRE(loaded.ok());
  return std::move(*loaded.scenario);
}

/// The story up to and with that moment: every event, segment and line.
std::string past(const trace::Trace& trace, Instant moment) {
  std::string text;
  for (const trace::Record& record : trace.records()) {
    if (record.at > moment) break;
    text += std::to_string(record.at.time_since_epoch().count()) + " " +
            std::string(trace::name_of(record.fact)) + " " + std::to_string(record.cause.value) +
            " " + std::to_string(record.message.value);
    if (const auto* segment = std::get_if<trace::SegmentSent>(&record.fact))
      text += " " + std::to_string(segment->sequence) + " " + std::to_string(segment->length);
    if (const auto* line = std::get_if<trace::Line>(&record.fact))
      text += " " + std::string(trace.line_text(*line));
    text += "\n";
  }
  return text;
}

std::size_t count(const trace::Trace& trace, std::string_view fact) {
  return static_cast<std::size_t>(std::ranges::count_if(
      trace.records(), [&](const trace::Record& r) { return trace::name_of(r.fact) == fact; }));
}

Instant at(Duration since) { return Instant{} + since; }

}  // namespace

TEST_CASE("everything that the window offers to go wrong is understood by the world") {
  for (const auto& file : tests::shipped_scenarios()) {
    const scenario::Scenario scenario = shipped(file.stem().string());
    const trace::Scene scene = scenario::make_plan(scenario)->scene;
    std::vector<Spot> places;
    for (std::uint32_t i = 1; i <= scene.hosts.size(); ++i) places.push_back({HostId{i}, {}});
    for (std::uint32_t i = 1; i <= scene.links.size(); ++i) places.push_back({{}, LinkId{i}});
    for (const Spot& place : places)
      for (const Mishap& mishap : mishaps_of(scene, place)) {
        const auto fault = scenario::parse_fault_line(mishap.line, scenario);
        INFO(file.stem().string() << ": " << mishap.line
                                  << (fault ? "" : ": " + fault.error().message));
        CHECK(fault);
        for (const Lang lang : {Lang::en, Lang::ja})
          for (const std::string& key : {"mishap." + mishap.key, "mishap-tip." + mishap.key})
            CHECK(texts::say(key, lang) != key);
      }
  }
}

TEST_CASE("what goes wrong changes what comes after it, and nothing before") {
  for (const std::string name : {"first-letter", "two-devices", "mailing-list", "sealed"}) {
    const trace::Trace& before = lesson(name);
    for (const int percent : {10, 40, 70}) {
      const Duration moment =
          std::min<Duration>(before.end_time().time_since_epoch(), 10s) * percent / 100;
      for (const Spot place : {Spot{HostId{2}, {}}, Spot{{}, LinkId{1}}}) {
        const Mishap mishap = mishaps_of(before.scene(), place).front();
        scenario::Scenario scenario = shipped(name);
        REQUIRE(scenario::add_what_if(scenario, {mishap.line, moment + 1ns, moment + 2h}));
        const trace::Trace after = world::run_scenario(scenario);
        INFO(name << " at " << moment.count() << " ns: " << mishap.line);
        CHECK(past(before, at(moment)) == past(after, at(moment)));
        CHECK(count(after, "fault-began") == count(before, "fault-began") + 1);
      }
    }
  }
}

TEST_CASE("who would have fetched mail from a server without power looks again, and reads it") {
  scenario::Scenario scenario = shipped("first-letter");
  REQUIRE(scenario::add_what_if(scenario, {"power_cut mail.kaede.example", 1s, 1s + 2h}));
  CHECK(scenario.expect.empty());
  const trace::Trace trace = world::run_scenario(scenario);
  CHECK(count(trace, "queue-deferred") > 0);
  CHECK(count(trace, "message-displayed") == 1);
  CHECK(trace.end_time() > at(3h));
}

TEST_CASE("a line that says nothing leaves the scenario as it was") {
  scenario::Scenario scenario = shipped("first-letter");
  const std::size_t acts = scenario.story.size();
  const auto wrong = scenario::add_what_if(scenario, {"power_cut nobody.example", 1s, {}});
  REQUIRE_FALSE(wrong);
  CHECK(wrong.error().message.find("nobody.example") != std::string::npos);
  CHECK(scenario.story.size() == acts);
  CHECK_FALSE(scenario.expect.empty());
}

TEST_CASE(
    "W opens it for the selected host; a click lets it go wrong from now on, as long as chosen") {
  Harness h;
  h.model.may_change = true;
  apply(h.model, SeekTime{at(100ms)});
  const Instant now = h.model.head.at;
  apply(h.model, SelectHost{HostId{2}});
  h.type("w");
  REQUIRE(h.model.what_if);
  h.click("lasting-10m");
  h.click("mishap-power");
  REQUIRE(h.model.requests.size() == 1);
  const auto& faults = std::get<SetWeather>(h.model.requests.front()).faults;
  REQUIRE(faults.size() == 1);
  CHECK(faults[0].what.line == "power_cut " + h.model.scene().hosts[1].name);
  CHECK(faults[0].at == now + 1ns);
  CHECK(faults[0].until == now + 1ns + 10min);
  h.press(Key::escape);
  CHECK_FALSE(h.model.what_if);
}

TEST_CASE("what was caused can be mended at the moment on display, or undone as if it never was") {
  Harness h;
  h.model.may_change = true;
  h.model.by_hand = {{{"power", "power_cut x"}, {HostId{2}, {}}, at(50ms), at(2h)},
                     {{"disk", "disk_full x"}, {HostId{2}, {}}, at(60ms), std::nullopt}};
  apply(h.model, SeekTime{at(100ms)});
  h.type("w");
  h.click("mend-1");
  REQUIRE(h.model.requests.size() == 1);
  auto faults = std::get<SetWeather>(h.model.requests.back()).faults;
  REQUIRE(faults.size() == 2);
  CHECK(faults[0].until == h.model.head.at + 1ns);
  h.click("undo-2");
  faults = std::get<SetWeather>(h.model.requests.back()).faults;
  REQUIRE(faults.size() == 1);
  CHECK(faults[0].what.key == "power");
  // Before its time it does not hold: there is nothing to mend.
  apply(h.model, SeekTime{at(10ms)});
  h.headless.frame();
  CHECK(find_mark("mend-1") == nullptr);
  CHECK(find_mark("undo-1") != nullptr);
}

TEST_CASE("in a running world a click does at once what somebody would type") {
  Harness h;
  h.model.live = true;
  apply(h.model, SelectHost{HostId{2}});
  h.type("w");
  h.click("mishap-power");
  REQUIRE(h.model.requests.size() == 1);
  CHECK(std::get<Obey>(h.model.requests.back()).line ==
        "fault power_cut " + h.model.scene().hosts[1].name + " for 2h");
  h.model.now.faults.push_back({7, HostId{2}, {}, {}, trace::FaultKind::power_cut});
  h.headless.frame();
  h.click("mend-7");
  CHECK(std::get<Obey>(h.model.requests.back()).line == "repair 7");
}

TEST_CASE("a recorded story says that it cannot be changed") {
  Harness h;
  h.type("w");
  REQUIRE(h.model.what_if);
  CHECK(find_mark("mishap-power") == nullptr);
}

TEST_CASE("the letter can be written, too, when more is noted in its instant") {
  scenario::Scenario scenario = shipped("first-letter");
  const Track track(lesson("first-letter"));
  const Duration opening =
      lesson("first-letter").records()[track.opening - 1].at.time_since_epoch();
  REQUIRE(scenario::add_what_if(scenario, {"power_cut mail.kaede.example", opening, {}}));
  const trace::Trace trace = world::run_scenario(scenario);
  Harness h(1600, 900, trace);
  h.model.may_write = true;
  // As a scenario that is saved anew, or a hand on the slider, leaves it: behind all of it.
  apply(h.model, SeekTime{h.model.head.at});
  REQUIRE(h.model.head.count > h.model.track.opening);
  h.headless.frame();
  CHECK(find_mark("own-subject") != nullptr);
  apply(h.model, StepForward{});
  h.headless.frame();
  CHECK(find_mark("own-subject") == nullptr);
}
