// What the sequence diagrams draw of a story, and what of a long one.
#include "export/ladder.hpp"

#include <algorithm>

#include "sim/world/world.hpp"
#include "tests/support/catch.hpp"
#include "tests/support/worlds.hpp"

using namespace posthorn;
using namespace posthorn::tests;
using exporting::Ladder;
using exporting::Rung;

namespace {

trace::Trace letters(int count) {
  scenario::Scenario s = two_domains();
  for (int i = 0; i < count; ++i)
    s.story.push_back(act(std::chrono::seconds(i), "aiko@sakura.example",
                          letter({"ben@kaede.example"}, "hanami", "Come!\n")));
  return world::run_scenario(s);
}

Ladder ladder_of(const trace::Trace& trace, std::size_t most = 400) {
  exporting::LadderOptions options;
  options.most_rungs = most;
  return exporting::make_ladder(trace, exporting::Filter(trace), options);
}

std::size_t count(const Ladder& ladder, Rung::Kind kind) {
  return static_cast<std::size_t>(std::ranges::count(ladder.rungs, kind, &Rung::kind));
}

}  // namespace

TEST_CASE("A short story is drawn line by line") {
  const Ladder ladder = ladder_of(letters(1));
  CHECK(std::ranges::any_of(ladder.rungs, [](auto& r) { return r.text.starts_with("BDAT "); }));
  CHECK(std::ranges::none_of(ladder.rungs, [](auto& r) { return r.text.starts_with("SMTP ("); }));
}

TEST_CASE("Of a long story, each dialogue is one arrow that says how many lines it has") {
  const trace::Trace trace = letters(12);
  std::size_t connections = 0;
  for (const auto& record : trace.records())
    connections += std::holds_alternative<trace::ConnectionOpening>(record.fact);
  const Ladder ladder = ladder_of(trace, 200);
  CHECK(ladder.rungs.size() <= 200);
  const auto dialogues = std::ranges::count_if(ladder.rungs, [](const Rung& rung) {
    return rung.kind == Rung::Kind::line && rung.conn && rung.text.ends_with(" lines)");
  });
  CHECK(static_cast<std::size_t>(dialogues) == connections);
  // From whom it was opened, whoever spoke first.
  for (const Rung& rung : ladder.rungs)
    if (rung.kind == Rung::Kind::line && rung.conn)
      CHECK(rung.from == trace.connection(rung.conn)->client);
}

TEST_CASE("What does not fit even so is counted in one last rung") {
  const Ladder ladder = ladder_of(letters(12), 10);
  CHECK(ladder.rungs.size() <= 11);
  CHECK(ladder.rungs.back().kind == Rung::Kind::folded);
}

TEST_CASE("Many notes of one kind at one host are folded, as lines of one verb are") {
  trace::Scene scene;
  scene.hosts.resize(1);
  scene.hosts[0].name = "mail.sakura.example";
  trace::Trace trace(scene);
  for (int i = 0; i < 20; ++i) {
    trace::HostPower power{};
    power.host = HostId{1};
    power.up = i % 2 != 0;
    trace.append(Instant{} + std::chrono::seconds(i), power);
  }
  const Ladder ladder = ladder_of(trace);
  CHECK(count(ladder, Rung::Kind::note) == 6);
  REQUIRE(count(ladder, Rung::Kind::folded) == 1);
  CHECK(ladder.rungs.back().text == "… (14 more)");
}
