// Names in the world: large answers by TCP, domains without mail, where services are, and the walk
// from the root.
#include "sim/world/world.hpp"
#include "tests/support/catch.hpp"
#include "tests/support/worlds.hpp"

using namespace posthorn;
using namespace posthorn::tests;

namespace {

scenario::Act send_to(std::string address, Duration when = 0s) {
  return act(when, "aiko@sakura.example", letter({std::move(address)}, "hello", "A line.\n"));
}

template <class Fact>
std::vector<Fact> all(const trace::Trace& trace) {
  std::vector<Fact> facts;
  for (const trace::Record& record : trace.records())
    if (const auto* fact = std::get_if<Fact>(&record.fact)) facts.push_back(*fact);
  return facts;
}

/// What was said on connections to port 53, as people read it.
std::vector<std::string> dns_lines(const trace::Trace& trace) {
  std::vector<std::string> lines;
  for (const trace::Line& line : all<trace::Line>(trace))
    if (trace.connection(line.conn)->protocol == Protocol::dns && line.flow == Flow::sent)
      lines.push_back(trace.line_text(line).substr(0, 40));
  return lines;
}

/// Mailboxes in which something was put, in order.
std::vector<std::string> deliveries(const trace::Trace& trace) {
  std::vector<std::string> accounts;
  for (const trace::MailboxStored& stored : all<trace::MailboxStored>(trace))
    accounts.emplace_back(trace.text(stored.account));
  return accounts;
}

/// kaede.example has so many mail exchangers that no datagram holds them.
scenario::Scenario many_exchangers() {
  scenario::Scenario s = two_domains();
  for (int i = 0; i < 60; ++i)
    s.domains[1].records.push_back(
        {"kaede.example", "MX", "50 spare" + std::to_string(i) + ".kaede.example", 300, {}});
  return s;
}

}  // namespace

TEST_CASE("An answer too long for a datagram is fetched by TCP") {
  scenario::Scenario s = many_exchangers();
  s.story = {send_to("ben@kaede.example")};
  const trace::Trace trace = world::run_scenario(s);
  CHECK(dns_lines(trace) ==
        std::vector<std::string>{"MX? kaede.example", "MX 10 mail.kaede.example TTL 300, MX 50 "});
  CHECK(deliveries(trace) == std::vector<std::string>{"ben@kaede.example"});
  // The connection is there because of the letter, and it is closed again in good order.
  const trace::ConnectionOpening* opening = nullptr;
  for (const trace::Record& record : trace.records())
    if (const auto* fact = std::get_if<trace::ConnectionOpening>(&record.fact))
      if (fact->protocol == Protocol::dns) {
        opening = fact;
        CHECK(record.message == MessageId{1});
      }
  REQUIRE(opening != nullptr);
  CHECK(opening->server_port == 53);
  int closed = 0;
  for (const trace::ConnectionClosed& fact : all<trace::ConnectionClosed>(trace))
    closed += fact.conn == opening->conn && fact.why == trace::CloseReason::orderly;
  CHECK(closed == 2);
}

TEST_CASE("A line that loses packets loses no long answers") {
  scenario::Scenario s = many_exchangers();
  s.links[2].loss = 0.15;  // the name server's
  for (std::uint64_t seed = 1; seed <= 5; ++seed) {
    s.seed = seed;
    s.story = {send_to("ben@kaede.example")};
    CHECK(deliveries(world::run_scenario(s)) == std::vector<std::string>{"ben@kaede.example"});
  }
}

TEST_CASE("A name server that dies in the middle of a long answer is only a delay") {
  scenario::Scenario s = many_exchangers();
  s.hosts[1].retry = {1min};
  s.story = {send_to("ben@kaede.example"), act(1400ms, "", scenario::Break{"ns.example", "", ""}),
             act(10min, "", scenario::Repair{"ns.example", "", ""})};
  for (Duration when = 1050ms; when < 1300ms; when += 20ms) {
    s.story[1].at = when;
    const trace::Trace trace = world::run_scenario(s);
    CHECK(deliveries(trace) == std::vector<std::string>{"ben@kaede.example"});
  }
}
