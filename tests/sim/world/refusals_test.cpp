// What a server refuses for a while: each is a fault with a beginning and an end, says its own
// reply, and ends as the reply promises: 4xx waits and arrives, 5xx comes back.
#include "sim/world/world.hpp"
#include "tests/support/catch.hpp"
#include "tests/support/mailboxes.hpp"

using namespace posthorn;
using namespace posthorn::tests;

namespace {

const std::string kServer = "mail.kaede.example", kBen = "ben@kaede.example";
const Subjects kReport{"Undelivered Mail Returned to Sender"};

scenario::Act fault(Duration at, scenario::Fault::What what, Duration lasts) {
  scenario::Trouble trouble;
  trouble.what = std::move(what);
  trouble.lasts = lasts;
  return act(at, "", trouble);
}

trace::Trace run(std::vector<scenario::Act> story) {
  scenario::Scenario s = two_domains();
  s.hosts[1].retry = {10min};
  s.story = std::move(story);
  return world::run_scenario(s);
}

bool says(const trace::Trace& trace, std::string_view words) {
  for (const trace::Record& record : trace.records())
    if (const auto* line = std::get_if<trace::Line>(&record.fact))
      if (trace.line_text(*line).find(words) != std::string::npos) return true;
  return false;
}

template <class Fact>
std::size_t count(const trace::Trace& trace) {
  std::size_t facts = 0;
  for (const trace::Record& record : trace.records())
    facts += std::holds_alternative<Fact>(record.fact);
  return facts;
}

}  // namespace

TEST_CASE("A refusal for now makes a letter wait, and it arrives when the fault is over") {
  struct Case {
    scenario::Fault::What what;
    const char* reply;
  };
  const auto one = GENERATE(
      Case{scenario::FullMailbox{kBen, ""}, "452 4.2.2 <ben@kaede.example> The mailbox is full"},
      Case{scenario::DiskFull{kServer}, "452 4.3.1"},
      Case{scenario::Greylist{kServer, 5min}, "451 4.7.1"});
  const trace::Trace trace = run({fault(0s, one.what, 30min), send_to(kBen, 1s)});
  INFO(one.reply);
  CHECK(says(trace, one.reply));
  CHECK(count<trace::FaultBegan>(trace) == 1);
  CHECK(count<trace::FaultEnded>(trace) == 1);
  CHECK(inbox(trace, kKaede, kBen) == Subjects{"hello"});
  CHECK(inbox(trace, kSakura, "aiko@sakura.example").empty());
}

TEST_CASE("A refusal for good brings a letter back, and the next one arrives") {
  struct Case {
    scenario::Fault::What what;
    const char* reply;
  };
  const auto one = GENERATE(Case{scenario::UnknownUser{kBen, ""}, "550 5.1.1"},
                            Case{scenario::RejectSender{"sakura.example", kServer}, "550 5.7.1"},
                            Case{scenario::RejectSender{"Aiko@sakura.example", kServer},
                                 "550 5.7.1 <aiko@sakura.example> is not welcome here"},
                            Case{scenario::SizeLimit{kServer, 100}, "SIZE 100"});
  const trace::Trace trace =
      run({fault(0s, one.what, 30min), send_to(kBen, 1s), send_to(kBen, 40min)});
  INFO(one.reply);
  CHECK(says(trace, one.reply));
  CHECK(inbox(trace, kKaede, kBen) == Subjects{"hello"});
  CHECK(inbox(trace, kSakura, "aiko@sakura.example") == kReport);
}

TEST_CASE("A rate limit by fault: the third letter of an hour waits") {
  const trace::Trace trace = run({fault(0s, scenario::Throttle{kServer, 2, 1h}, 30min),
                                  send_to(kBen, 1s), send_to(kBen, 1min), send_to(kBen, 2min)});
  CHECK(says(trace, "450 4.7.1"));
  CHECK(inbox(trace, kKaede, kBen) == Subjects{"hello", "hello", "hello"});
}

TEST_CASE("A blocked port is a time-out, a stopped service a refusal") {
  const auto failures = [](const trace::Trace& trace) {
    std::vector<trace::ConnectFailure> why;
    for (const trace::Record& record : trace.records())
      if (const auto* f = std::get_if<trace::ConnectionFailed>(&record.fact)) why.push_back(f->why);
    return why;
  };
  const trace::Trace blocked = run(
      {fault(0s, scenario::BlockPort{scenario::Service::smtp, kServer}, 5min), send_to(kBen, 1s)});
  REQUIRE_FALSE(failures(blocked).empty());
  CHECK(failures(blocked).front() == trace::ConnectFailure::timed_out);
  CHECK(inbox(blocked, kKaede, kBen) == Subjects{"hello"});
  const trace::Trace stopped =
      run({fault(0s, scenario::StopService{scenario::Service::smtp, kServer}, 5min),
           send_to(kBen, 1s)});
  REQUIRE_FALSE(failures(stopped).empty());
  CHECK(failures(stopped).front() == trace::ConnectFailure::refused);
}

TEST_CASE("A closed account: nobody logs in, and what is in its mailbox stays") {
  const trace::Trace trace = run({send_to(kBen, 0s), act(1min, kBen, scenario::Fetch{}),
                                  fault(2min, scenario::UnknownUser{kBen, ""}, 10min),
                                  act(3min, kBen, scenario::Fetch{})});
  CHECK(count<trace::FetchFinished>(trace) == 1);
  CHECK(count<trace::ClientProblem>(trace) == 1);
  CHECK(inbox(trace, kKaede, kBen) == Subjects{"hello"});
}

TEST_CASE("Two faults of one mailbox overlap: it is full until the last is over") {
  const trace::Trace trace =
      run({fault(0s, scenario::FullMailbox{kBen, ""}, 15min), send_to(kBen, 1s),
           fault(5min, scenario::FullMailbox{kBen, ""}, 1h)});
  for (const trace::Record& record : trace.records())
    if (std::holds_alternative<trace::MailboxStored>(record.fact))
      CHECK(record.at >= Instant{} + 1h + 5min);
  CHECK(inbox(trace, kKaede, kBen) == Subjects{"hello"});
}
