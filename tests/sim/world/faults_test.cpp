// Mail survives: servers that sleep, addresses that do not exist, lines that lose packets.
#include "protocols/mail/message.hpp"
#include "sim/trace/snapshot.hpp"
#include "sim/world/world.hpp"
#include "tests/support/catch.hpp"
#include "tests/support/worlds.hpp"

using namespace posthorn;
using namespace posthorn::tests;

namespace {

scenario::Act at(Duration when, decltype(scenario::Act::what) what) {
  return act(when, "", std::move(what));
}

scenario::Act send_to(std::string address) {
  return act(0s, "aiko@sakura.example", letter({std::move(address)}, "hello", "A line.\n"));
}

/// Subjects of the messages in a mailbox at the end of the run.
std::vector<std::string> inbox(const trace::Trace& trace, std::uint32_t host, std::string account) {
  const trace::Snapshot end = trace::Keyframes(trace).at(trace, trace.size());
  std::vector<std::string> subjects;
  for (const auto& [name, messages] : end.host(HostId{host}).boxes)
    if (name.first == account)
      for (const trace::BoxMessage& message : messages)
        subjects.push_back(mail::subject(mail::parse_message(trace.blob(message.content))));
  return subjects;
}

constexpr std::uint32_t kSakura = 2, kKaede = 5;
const char* const kReport = "Undelivered Mail Returned to Sender";
using Subjects = std::vector<std::string>;

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
