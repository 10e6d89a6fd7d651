// Faults: each is seen in the trace, does what it says, and is over when its time is over.
#include "protocols/mail/message.hpp"
#include "sim/trace/snapshot.hpp"
#include "sim/world/world.hpp"
#include "tests/support/catch.hpp"
#include "tests/support/worlds.hpp"

using namespace posthorn;
using namespace posthorn::tests;

namespace {

const std::string kSakura = "mail.sakura.example", kKaede = "mail.kaede.example";

scenario::Act fault(Duration at, scenario::Fault::What what, std::optional<Duration> lasts = {}) {
  scenario::Trouble trouble;
  trouble.what = std::move(what);
  trouble.lasts = lasts;
  trouble.id = "trouble";
  return act(at, "", trouble);
}

scenario::Act send_to_ben(Duration when = 1s) {
  return act(when, "aiko@sakura.example", letter({"ben@kaede.example"}, "hello", "A line.\n"));
}

trace::Trace run(std::vector<scenario::Act> story, std::vector<Duration> retry = {1min, 5min}) {
  scenario::Scenario s = two_domains();
  s.hosts[1].retry = std::move(retry);
  s.story = std::move(story);
  return world::run_scenario(s);
}

template <class Fact>
std::vector<Fact> all(const trace::Trace& trace) {
  std::vector<Fact> facts;
  for (const trace::Record& record : trace.records())
    if (const auto* fact = std::get_if<Fact>(&record.fact)) facts.push_back(*fact);
  return facts;
}

std::size_t copies(const trace::Trace& trace, std::string_view account = "ben@kaede.example") {
  std::size_t count = 0;
  for (const auto& stored : all<trace::MailboxStored>(trace))
    count += trace.text(stored.account) == account;
  return count;
}

bool says(const trace::Trace& trace, std::string_view words) {
  for (const auto& line : all<trace::Line>(trace))
    if (trace.line_text(line).find(words) != std::string::npos) return true;
  return false;
}

std::size_t drops(const trace::Trace& trace, trace::DropReason why) {
  std::size_t count = 0;
  for (const auto& drop : all<trace::PacketDropped>(trace)) count += drop.why == why;
  return count;
}

}  // namespace

TEST_CASE("Every fault is an event of the trace, and so is its end") {
  const auto what = GENERATE(
      scenario::Fault::What(scenario::PowerCut{kKaede}), scenario::ShutDown{kKaede},
      scenario::StopService{scenario::Service::smtp, kKaede},
      scenario::Slow{scenario::HangPoint::greeting, kKaede}, scenario::DiskFull{kKaede},
      scenario::WrongClock{kKaede, 1h, {}}, scenario::CutLink{kKaede, "internet"},
      scenario::BadLine{kKaede, "internet", 0.5}, scenario::Partition{{kKaede, "ben-phone"}},
      scenario::BadDns{scenario::DnsTrouble::silent, "ns.example", ""},
      scenario::BadDns{scenario::DnsTrouble::server_failure, "ns.example", "kaede.example"},
      scenario::BadDns{scenario::DnsTrouble::lame, "ns.example", "kaede.example"});
  const trace::Trace trace = run({fault(0s, what, 2h), send_to_ben()});
  REQUIRE(all<trace::FaultBegan>(trace).size() == 1);
  REQUIRE(all<trace::FaultEnded>(trace).size() == 1);
  CHECK(all<trace::FaultBegan>(trace)[0].kind == all<trace::FaultEnded>(trace)[0].kind);
  // While it lasts the letter may wait; when it is over, the letter arrives. (A client that cannot
  // look its own server up tells its user so.)
  const bool submitted = all<trace::MessageSubmitted>(trace).size() == 1;
  CHECK(copies(trace) == (submitted ? 1 : 0));
  CHECK((submitted || all<trace::ClientProblem>(trace).size() == 1));
  CHECK(trace::Keyframes(trace).at(trace, trace.size()).faults.empty());
}

TEST_CASE("A stopped service refuses; other services go on") {
  const trace::Trace trace =
      run({fault(0s, scenario::StopService{scenario::Service::smtp, kKaede}, 10min), send_to_ben(),
           act(2s, "ben@kaede.example", scenario::Fetch{})});
  bool refused = false;
  for (const auto& failed : all<trace::ConnectionFailed>(trace))
    refused = refused || failed.why == trace::ConnectFailure::refused;
  CHECK(refused);
  CHECK(all<trace::FetchFinished>(trace).size() == 1);
  CHECK(copies(trace) == 1);
}

TEST_CASE("A server that is shut down says good-bye; one without power does not") {
  // The letter is in the middle of its delivery.
  const trace::Trace shut =
      run({send_to_ben(0s), fault(1600ms, scenario::ShutDown{kKaede}, 10min)});
  CHECK(says(shut, "421 4.3.2 mail.kaede.example"));
  CHECK(copies(shut) == 1);
  const trace::Trace cut = run({send_to_ben(0s), fault(1600ms, scenario::PowerCut{kKaede}, 10min)});
  CHECK_FALSE(says(cut, "421"));
  CHECK(copies(cut) == 1);
}

TEST_CASE("RFC 1047: a server that is slow to acknowledge gets the letter twice") {
  using scenario::HangPoint;
  const auto slow = [](HangPoint point, Duration delay) {
    return run({fault(0s, scenario::Slow{point, kKaede, delay}, 30min), send_to_ben()}, {30min});
  };
  // The sender waits for ten minutes after the final dot (RFC 5321 §4.5.3.2.6).
  CHECK(copies(slow(HangPoint::before_final_reply, 9min)) == 1);
  CHECK(copies(slow(HangPoint::before_final_reply, 11min)) == 2);
  // Whoever hangs earlier has not taken the letter, but lets the sender wait.
  CHECK(all<trace::QueueDeferred>(slow(HangPoint::greeting, 6min)).size() == 1);
  CHECK(all<trace::QueueDeferred>(slow(HangPoint::after_rcpt, 6min)).size() == 1);
  CHECK(copies(slow(HangPoint::greeting, 6min)) == 1);
  CHECK(copies(slow(HangPoint::after_rcpt, 6min)) == 1);
}

TEST_CASE("A bad line: everything happens to packets, nothing to the letter") {
  const trace::Trace trace =
      run({fault(0s, scenario::BadLine{kKaede, "internet", 0.1, 0.2, 0.2, 0.1}), send_to_ben()});
  CHECK(copies(trace) == 1);
  CHECK(drops(trace, trace::DropReason::corrupted) > 0);
  CHECK(drops(trace, trace::DropReason::loss) > 0);
  CHECK_FALSE(all<trace::PacketDuplicated>(trace).empty());
}

TEST_CASE("A full disk: 452, the sender keeps the letter") {
  const trace::Trace trace = run({fault(0s, scenario::DiskFull{kKaede}, 10min), send_to_ben()});
  CHECK(says(trace, "452 4.3.1"));
  CHECK(copies(trace) == 1);
}

TEST_CASE("NXDOMAIN brings a letter back, SERVFAIL makes it wait") {
  using scenario::DnsTrouble;
  const auto dns = [](DnsTrouble trouble) {
    return run({fault(0s, scenario::BadDns{trouble, "ns.example", "kaede.example"}, 30min),
                send_to_ben()});
  };
  const trace::Trace gone = dns(DnsTrouble::no_such_name);
  CHECK(copies(gone) == 0);
  CHECK(copies(gone, "aiko@sakura.example") == 1);  // the report
  CHECK(copies(dns(DnsTrouble::server_failure)) == 1);
}

TEST_CASE("A wrong record in a cache leads astray until it is flushed") {
  const trace::Trace trace = run(
      {fault(0s,
             scenario::WrongRecord{"kaede.example", "MX", "10 mail.gone.example", 86400, kSakura},
             1h),
       send_to_ben()},
      {30min});
  CHECK(copies(trace) == 1);
  std::size_t waited = all<trace::QueueDeferred>(trace).size();
  CHECK(waited >= 2);
}

TEST_CASE("A wrong clock writes wrong dates, and that is all") {
  const trace::Trace trace =
      run({fault(0s, scenario::WrongClock{kKaede, 24h * 365, {}}), send_to_ben()});
  const auto stored = all<trace::MailboxStored>(trace);
  REQUIRE(stored.size() == 1);
  const std::string& content = *trace.blob(stored[0].content);
  CHECK(content.find("6 Apr 2027") < content.find("6 Apr 2026"));  // Kaede's line stands on top
  CHECK(content.find("Date: Mon, 6 Apr 2026") != std::string::npos);
}

TEST_CASE("Two faults of the same host do not undo each other") {
  const trace::Trace trace = run({fault(0s, scenario::PowerCut{kKaede}, 10min),
                                  fault(1min, scenario::PowerCut{kKaede}, 1h), send_to_ben()});
  const auto power = all<trace::HostPower>(trace);
  REQUIRE(power.size() == 2);
  for (const trace::Record& record : trace.records())
    if (const auto* f = std::get_if<trace::HostPower>(&record.fact); f != nullptr && f->up)
      CHECK(record.at == Instant{} + 1h + 1min);
}

TEST_CASE("Faults by hand: a running world can be disturbed and put right") {
  scenario::Scenario s = two_domains();
  s.story = {send_to_ben(10s)};
  const auto plan = scenario::make_plan(s);
  trace::Trace trace(plan->scene);
  world::World world(plan);
  const std::uint32_t number =
      world.intervene(trace, Instant{} + 5s, scenario::Fault{scenario::PowerCut{kKaede}, {}, ""});
  REQUIRE(number == 1);
  CHECK(world.intervene(trace, Instant{} + 5s,
                        scenario::Fault{scenario::PowerCut{"nowhere"}, {}, ""}) == 0);
  CHECK(world.faults().size() == 1);
  world.run_until(trace, Instant{} + 10min);
  CHECK(copies(trace) == 0);
  world.intervene(trace, Instant{} + 10min, number);
  CHECK(world.faults().empty());
  world.run_until(trace, Instant{} + 2h);
  CHECK(copies(trace) == 1);
}

TEST_CASE("A repair ends a fault by its id") {
  scenario::Repair repair;
  repair.fault = "trouble";
  const trace::Trace trace =
      run({fault(0s, scenario::CutLink{kKaede, "internet"}), send_to_ben(), act(3min, "", repair)});
  CHECK(all<trace::FaultEnded>(trace).size() == 1);
  CHECK(copies(trace) == 1);
}

TEST_CASE("Five days of retries are a few thousand events") {
  scenario::Scenario s = two_domains();
  s.story = {fault(0s, scenario::PowerCut{kKaede}), send_to_ben()};
  const auto plan = scenario::make_plan(s);
  trace::Trace trace(plan->scene);
  world::World world(plan);
  std::size_t events = 0;
  while (world.step(trace)) ++events;
  CHECK(world.now() > Instant{} + 24h * 5);
  CHECK(events < 5000);
  CHECK(copies(trace, "aiko@sakura.example") == 2);  // it is delayed; it came back
}
