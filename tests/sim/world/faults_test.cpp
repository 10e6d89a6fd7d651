// Mail survives: servers that sleep, addresses that do not exist, lines that lose packets.
#include "sim/world/world.hpp"
#include "tests/support/catch.hpp"
#include "tests/support/mailboxes.hpp"

using namespace posthorn;
using namespace posthorn::tests;

namespace {

scenario::Act at(Duration when, decltype(scenario::Act::what) what) {
  return act(when, "", std::move(what));
}

const char* const kReport = "Undelivered Mail Returned to Sender";

}  // namespace

TEST_CASE("A server that sleeps gets its mail when it wakes up") {
  scenario::Scenario s = two_domains();
  s.hosts[1].retry = {1min, 5min};
  s.story = {at(0s, scenario::Break{"mail.kaede.example", "", ""}), send_to("ben@kaede.example"),
             at(10min, scenario::Repair{"mail.kaede.example", "", ""})};
  const trace::Trace trace = world::run_scenario(s);
  CHECK(inbox(trace, kKaede, "ben@kaede.example") == Subjects{"hello"});
  CHECK(inbox(trace, kSakura, "aiko@sakura.example").empty());
}

TEST_CASE("A server that never wakes up makes the sender's server report") {
  scenario::Scenario s = two_domains();
  s.hosts[1].retry = {1h};
  s.hosts[1].give_up = 6h;
  s.story = {at(0s, scenario::Break{"mail.kaede.example", "", ""}), send_to("ben@kaede.example")};
  const trace::Trace trace = world::run_scenario(s);
  CHECK(inbox(trace, kSakura, "aiko@sakura.example") ==
        Subjects{"Your message is delayed", kReport});  // after 4 hours, RFC 5321 §4.5.4.1
}

TEST_CASE("An address or a domain that does not exist is reported to the sender") {
  const auto* address = GENERATE("nobody@kaede.example", "ben@nowhere.example");
  scenario::Scenario s = two_domains();
  s.story = {send_to(address)};
  const trace::Trace trace = world::run_scenario(s);
  CHECK(inbox(trace, kSakura, "aiko@sakura.example") == Subjects{kReport});
}

TEST_CASE("A power cut after the 250 loses nothing") {
  scenario::Scenario s = two_domains();
  const Duration cut = GENERATE(1100ms, 1180ms, 1250ms, 1400ms, 1700ms);
  s.story = {send_to("ben@kaede.example"), at(cut, scenario::Break{"mail.sakura.example", "", ""}),
             at(5min, scenario::Repair{"mail.sakura.example", "", ""})};
  const trace::Trace trace = world::run_scenario(s);
  bool accepted = false;
  for (const trace::Record& record : trace.records())
    accepted = accepted || std::holds_alternative<trace::QueueAccepted>(record.fact);
  const std::size_t arrived = inbox(trace, kKaede, "ben@kaede.example").size();
  CHECK((!accepted || arrived >= 1));
}

TEST_CASE("A line that goes down and up in the middle loses nothing and doubles nothing") {
  scenario::Scenario s = two_domains();
  s.hosts[1].retry = {1min};
  const Duration cut = GENERATE(1500ms, 1600ms, 1700ms, 1750ms);
  s.story = {send_to("ben@kaede.example"),
             at(cut, scenario::Break{"", "mail.kaede.example", "internet"}),
             at(cut + 4s, scenario::Repair{"", "mail.kaede.example", "internet"})};
  const trace::Trace trace = world::run_scenario(s);
  CHECK(inbox(trace, kKaede, "ben@kaede.example") == Subjects{"hello"});
}

TEST_CASE("Bad lines: every letter arrives exactly once, or its writer is told at once") {
  int refused = 0;
  for (std::uint64_t seed = 1; seed <= 30; ++seed) {
    scenario::Scenario s = two_domains(scenario::Reads::imap, 0.08);
    s.seed = seed;
    s.story = {send_to("ben@kaede.example")};
    const trace::Trace trace = world::run_scenario(s);
    bool told = false;  // the client could not even look its server up
    for (const trace::Record& record : trace.records())
      told = told || std::holds_alternative<trace::ClientProblem>(record.fact);
    INFO("seed " << seed);
    CHECK(inbox(trace, kKaede, "ben@kaede.example") == (told ? Subjects{} : Subjects{"hello"}));
    refused += told ? 1 : 0;
  }
  CHECK(refused <= 3);
}
