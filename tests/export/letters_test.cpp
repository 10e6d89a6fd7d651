// What tables say of letters and deliveries: each server by its name, each writer known.
#include "export/letters.hpp"

#include <algorithm>

#include "sim/world/world.hpp"
#include "tests/export/outsider.hpp"
#include "tests/support/catch.hpp"
#include "tests/support/worlds.hpp"

using namespace posthorn;
using namespace posthorn::tests;
using exporting::Delivery;
using exporting::Filter;

namespace {

/// Aiko's server has neighbours: Kaede's with Ben, and Momo's with Chie.
scenario::Scenario three_domains(std::vector<std::string> to) {
  using enum scenario::Service;
  scenario::Scenario s = two_domains();
  s.hosts.push_back(server("mail.momo.example", {smtp, imap}));
  s.domains.push_back(domain("momo.example", "mail.momo.example", {"chie"}));
  s.links.push_back(link("mail.momo.example", "internet", 20ms));
  s.story = {act(0s, "aiko@sakura.example", letter(std::move(to), "hanami", "Come!\n"))};
  return s;
}

/// Breaks (or repairs) a host.
template <class What>
scenario::Act to_host(Duration at, const std::string& host) {
  scenario::Act act;
  act.at = at;
  What what;
  what.host = host;
  act.what = what;
  return act;
}

/// "ben@kaede.example 1 mail.kaede.example relayed" for each result at Aiko's server, in order of
/// the trace.
std::vector<std::string> deliveries(const trace::Trace& trace) {
  std::vector<std::string> lines;
  exporting::each_delivery(trace, Filter(trace), [&](const Delivery& d) {
    CHECK(d.accepted <= d.attempted);
    CHECK(d.attempted <= d.at);
    if (trace.scene().host(d.host).name != "mail.sakura.example") return;
    constexpr const char* outcomes[] = {"delivered", "relayed", "deferred", "failed", "passed on"};
    lines.push_back(std::string(trace.text(d.recipient)) + " " + std::to_string(d.attempt) + " " +
                    (d.target ? std::string(trace.text(d.target)) : "-") + " " +
                    outcomes[static_cast<std::size_t>(d.outcome)]);
  });
  return lines;
}

bool has(const std::vector<std::string>& lines, const std::string& line) {
  return std::ranges::count(lines, line) > 0;
}

}  // namespace

TEST_CASE("A letter to two domains goes to two servers at once, and each result names its own") {
  const trace::Trace trace =
      world::run_scenario(three_domains({"ben@kaede.example", "chie@momo.example"}));
  const auto lines = deliveries(trace);
  CHECK(lines.size() == 2);
  CHECK(has(lines, "ben@kaede.example 1 mail.kaede.example relayed"));
  CHECK(has(lines, "chie@momo.example 1 mail.momo.example relayed"));
}

TEST_CASE("Where no server was asked, none is named") {
  const trace::Trace trace = world::run_scenario(three_domains(
      {"ben@kaede.example", "nobody@kaede.example", "x@nowhere.example", "aiko@sakura.example"}));
  const auto lines = deliveries(trace);
  CHECK(has(lines, "ben@kaede.example 1 mail.kaede.example relayed"));
  CHECK(has(lines, "nobody@kaede.example 1 mail.kaede.example failed"));
  CHECK(has(lines, "x@nowhere.example 0 - failed"));       // DNS says so
  CHECK(has(lines, "aiko@sakura.example 0 - delivered"));  // into a mailbox here
}

TEST_CASE("A server that does not answer is named in each attempt, and when patience ends") {
  scenario::Scenario s = three_domains({"ben@kaede.example", "chie@momo.example"});
  const auto sakura = std::ranges::find(s.hosts, "mail.sakura.example", &scenario::Host::name);
  sakura->retry = {10min};
  sakura->give_up = 15min;
  s.story.insert(s.story.begin(), to_host<scenario::Break>(0s, "mail.momo.example"));
  const auto lines = deliveries(world::run_scenario(s));
  CHECK(has(lines, "ben@kaede.example 1 mail.kaede.example relayed"));
  CHECK(has(lines, "chie@momo.example 1 mail.momo.example deferred"));
  CHECK(has(lines, "chie@momo.example 2 mail.momo.example deferred"));
  CHECK(std::ranges::any_of(lines, [](const std::string& line) {
    return line.starts_with("chie@momo.example ") && line.ends_with(" mail.momo.example failed");
  }));
}

TEST_CASE("Who writes from outside has no compose window: the letter tells sender and subject") {
  Outsider outsider;
  outsider.send("From: Real Person <real@outside.example>\r\nSubject: =?UTF-8?B?6Iqx6KaL?=\r\n\r\n",
                "hello\r\n");
  outsider.send("X-Nothing: known\r\n\r\n", "hello again\r\n");
  const auto letters = exporting::letters_of(outsider.trace, Filter(outsider.trace));
  REQUIRE(letters.size() == 2);
  const exporting::Letter& first = letters.begin()->second;
  CHECK(first.from == "real@outside.example");
  CHECK(first.to == "ben@kaede.example");
  CHECK(first.subject == "花見");
  CHECK(first.boxes.contains("ben@kaede.example"));
  const exporting::Letter& second = letters.rbegin()->second;
  CHECK(second.from == "bounce@outside.example");  // its envelope at least
  CHECK(second.subject.empty());
}

TEST_CASE("A report that a server wrote says who it is from, too") {
  const trace::Trace trace = world::run_scenario(three_domains({"nobody@kaede.example"}));
  const auto letters = exporting::letters_of(trace, Filter(trace));
  REQUIRE(letters.size() == 2);
  CHECK(letters.begin()->second.from == "aiko@sakura.example");
  CHECK(letters.begin()->second.subject == "hanami");
  CHECK(!letters.rbegin()->second.from.empty());
  CHECK(!letters.rbegin()->second.subject.empty());
}
