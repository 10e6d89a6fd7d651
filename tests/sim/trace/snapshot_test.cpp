// The snapshot is a fold of the records; any position is near a keyframe.
#include "sim/trace/snapshot.hpp"

#include "sim/world/world.hpp"
#include "tests/support/catch.hpp"
#include "tests/support/worlds.hpp"

using namespace posthorn;
using namespace posthorn::tests;

namespace {

trace::Trace letter_trace() {
  scenario::Scenario s = two_domains();
  s.story = {act(0s, "aiko@sakura.example", letter({"ben@kaede.example"}, "花見", "桜\n")),
             act(20s, "ben@kaede.example", scenario::Fetch{}),
             act(30s, "ben@kaede.example", scenario::Read{})};
  return world::run_scenario(s);
}

}  // namespace

TEST_CASE("Seeking to any position equals folding from the start") {
  const trace::Trace trace = letter_trace();
  const trace::Keyframes keyframes(trace, 16);
  trace::Snapshot folded(trace.scene());
  for (std::size_t count = 0; count <= trace.size(); ++count) {
    const trace::Snapshot sought = keyframes.at(trace, count);
    REQUIRE(sought.last == folded.last);
    REQUIRE(sought.hosts == folded.hosts);
    REQUIRE(sought.links_up == folded.links_up);
    REQUIRE(sought.conns.size() == folded.conns.size());
    REQUIRE(sought.flights.size() == folded.flights.size());
    if (count < trace.size())
      trace::fold(folded, trace, RecordId{static_cast<std::uint32_t>(count + 1)});
  }
}

TEST_CASE("At the end nothing is left in flight or in a queue, and the letter is read") {
  const trace::Trace trace = letter_trace();
  const trace::Snapshot end = trace::Keyframes(trace).at(trace, trace.size());
  CHECK(end.flights.empty());
  CHECK(end.step == 5);
  for (const trace::HostState& host : end.hosts) CHECK(host.queue.empty());
  const trace::ClientScreen& screen = end.hosts.back().screen;
  REQUIRE(screen.inbox.size() == 1);
  CHECK(screen.reading == 1);
  CHECK(screen.inbox[0].seen);
}

TEST_CASE("Causes lead from the reader's screen back to Send") {
  const trace::Trace trace = letter_trace();
  RecordId at;
  for (std::uint32_t id = 1; id <= trace.size(); ++id)
    if (std::holds_alternative<trace::MailboxStored>(trace[RecordId{id}].fact)) at = RecordId{id};
  REQUIRE(at);
  bool through_dns = false, from_send = false;
  for (std::size_t hops = 0; at && hops < trace.size(); ++hops) {
    const trace::Record& record = trace[at];
    through_dns = through_dns || std::holds_alternative<trace::DnsAnswered>(record.fact);
    from_send = from_send || std::holds_alternative<trace::SendPressed>(record.fact);
    CHECK(record.cause < at);  // causes come first
    at = record.cause;
  }
  CHECK(through_dns);
  CHECK(from_send);
}
