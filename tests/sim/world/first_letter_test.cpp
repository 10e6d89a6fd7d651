// From Send to the reader's screen, through every real protocol.
#include "export/transcript.hpp"
#include "sim/trace/snapshot.hpp"
#include "sim/world/world.hpp"
#include "tests/support/catch.hpp"
#include "tests/support/worlds.hpp"

using namespace posthorn;
using namespace posthorn::tests;

namespace {

scenario::Scenario first_letter(scenario::Reads reads) {
  scenario::Scenario s = two_domains(reads);
  s.story = {act(0s, "aiko@sakura.example",
                 letter({"ben@kaede.example"}, "花見のお知らせ", "桜が咲きました。\n")),
             act(20s, "ben@kaede.example", scenario::Fetch{}),
             act(25s, "ben@kaede.example", scenario::Read{})};
  return s;
}

std::vector<std::uint32_t> steps_of(const trace::Trace& trace) {
  std::vector<std::uint32_t> steps;
  for (const trace::Record& record : trace.records())
    if (const auto* step = std::get_if<trace::StepReached>(&record.fact))
      steps.push_back(step->step);
  return steps;
}

}  // namespace

TEST_CASE("A letter takes the five steps and is displayed") {
  const auto reads = GENERATE(scenario::Reads::imap, scenario::Reads::pop3);
  const trace::Trace trace = world::run_scenario(first_letter(reads));
  INFO(exporting::write_transcript(trace));
  CHECK(steps_of(trace) == std::vector<std::uint32_t>{1, 2, 3, 4, 5});
  const trace::Snapshot end = trace::Keyframes(trace).at(trace, trace.size());
  const trace::ClientScreen& screen = end.host(HostId{6}).screen;
  REQUIRE(screen.inbox.size() == 1);
  CHECK(screen.inbox[0].seen);
  CHECK(screen.reading == 1);
  CHECK(end.host(HostId{2}).queue.empty());
  CHECK(end.host(HostId{5}).queue.empty());
  CHECK(end.conns.empty());
  CHECK(end.flights.empty());
}
