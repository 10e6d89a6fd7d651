// Same scenario, same seed: the same bytes. A copy of the World is a checkpoint. The trace is
// complete.
#include "sim/trace/snapshot.hpp"
#include "sim/trace/trace_json.hpp"
#include "sim/world/world.hpp"
#include "tests/support/catch.hpp"
#include "tests/support/worlds.hpp"

using namespace posthorn;
using namespace posthorn::tests;

namespace {

scenario::Scenario story(double loss) {
  scenario::Scenario s = two_domains(scenario::Reads::imap, loss);
  s.story = {act(0s, "aiko@sakura.example",
                 letter({"ben@kaede.example", "nobody@kaede.example"}, "Re: 花見", "桜です。\n")),
             act(40s, "ben@kaede.example", scenario::Fetch{}),
             act(60s, "ben@kaede.example", scenario::Read{}),
             act(80s, "aiko@sakura.example", scenario::Fetch{})};
  return s;
}

/// The trace's account of a server's queue and boxes, and of a client's inbox, against its own.
void check_fold(const world::World& world, const trace::Snapshot& snapshot,
                const trace::Trace& trace) {
  for (std::uint32_t i = 1; i <= snapshot.hosts.size(); ++i) {
    const HostId id{i};
    const trace::HostState& told = snapshot.host(id);
    CHECK(told.up == world.network().host_up(id));
    if (const host::MailServer* server = world.mail_server(id)) {
      REQUIRE(told.queue.size() == server->queue().size());
      for (const trace::QueueItem& item : told.queue) REQUIRE(server->queue().contains(item.entry));
      for (const auto& [name, messages] : told.boxes) {
        const mail::StoredMailbox* box = server->store().find(name.first, name.second);
        REQUIRE(box != nullptr);
        REQUIRE(box->messages.size() == messages.size());
        for (std::size_t n = 0; n < messages.size(); ++n) {
          CHECK(box->messages[n].uid == messages[n].uid);
          CHECK(*box->messages[n].content == *trace.blob(messages[n].content));
          CHECK(box->messages[n].flags.to_string() == trace.text(messages[n].flags));
        }
      }
    }
    if (const host::MailClient* client = world.mail_client(id))
      REQUIRE(told.screen.inbox.size() == client->inbox().size());
  }
}

}  // namespace

TEST_CASE("Two runs give the same bytes, another seed does not") {
  const double loss = GENERATE(0.0, 0.05);
  const trace::Trace first = world::run_scenario(story(loss));
  const trace::Trace second = world::run_scenario(story(loss));
  CHECK(first.digest() == second.digest());
  CHECK(trace::write_json(first) == trace::write_json(second));
  CHECK(world::run_scenario(story(loss), {2, std::nullopt}).digest() != first.digest());
}

TEST_CASE("A copy of the world at any moment goes on to the same end") {
  const auto plan = scenario::make_plan(story(0.03));
  trace::Trace trace(plan->scene);
  world::World world(plan);
  const std::uint64_t end = world::run_scenario(story(0.03)).digest();
  std::size_t step = 0;
  do {
    if (step++ % 25 != 0) continue;
    world::World copy = world;
    trace::Trace copied = trace;
    while (copy.step(copied)) {
    }
    REQUIRE(copied.digest() == end);
  } while (world.step(trace));
}

TEST_CASE("At every event the trace tells the state of the world") {
  const auto plan = scenario::make_plan(story(0.02));
  trace::Trace trace(plan->scene);
  world::World world(plan);
  trace::Snapshot snapshot(plan->scene);
  while (world.step(trace)) {
    while (snapshot.last.value < trace.size())
      trace::fold(snapshot, trace, RecordId{snapshot.last.value + 1});
    check_fold(world, snapshot, trace);
  }
}

TEST_CASE("Causes come first, and a displayed letter goes back to its Send") {
  const trace::Trace trace = world::run_scenario(story(0));
  RecordId stored;
  for (std::uint32_t i = 1; i <= trace.size(); ++i) {
    REQUIRE(trace[RecordId{i}].cause.value < i);
    if (!stored && std::holds_alternative<trace::MailboxStored>(trace[RecordId{i}].fact))
      stored = RecordId{i};
  }
  bool pressed = false;
  for (RecordId at = stored; at; at = trace[at].cause)
    pressed = pressed || std::holds_alternative<trace::SendPressed>(trace[at].fact);
  CHECK(pressed);
}

TEST_CASE("A trace written as JSON reads back the same") {
  const trace::Trace trace = world::run_scenario(story(0.02));
  const std::string text = trace::write_json(trace);
  const auto back = trace::read_json(text);
  REQUIRE(back.ok());
  CHECK(back->digest() == trace.digest());
  CHECK(trace::write_json(*back) == text);
  CHECK_FALSE(trace::read_json(text.substr(0, text.size() / 2)).ok());
  CHECK_FALSE(trace::read_json("{}").ok());
}
