// Which of several mail exchangers a server tries (RFC 5321 §5.1).
#include <map>

#include "sim/world/world.hpp"
#include "tests/support/catch.hpp"
#include "tests/support/mailboxes.hpp"

using namespace posthorn;
using namespace posthorn::tests;

namespace {

/// How often the sender's server turned to each, over thirty letters.
std::map<std::string, int> tries(std::uint16_t second_preference) {
  scenario::Scenario s = two_domains();
  scenario::Host second;
  second.name = "mx2.kaede.example";
  second.services = {scenario::Service::smtp};
  s.hosts.push_back(second);
  scenario::Link line;
  line.a = second.name;
  line.b = "internet";
  s.links.push_back(line);
  s.domains[1].mx.push_back({second_preference, second.name});
  for (int i = 0; i < 30; ++i) s.story.push_back(send_to("ben@kaede.example", i * 1min));
  const trace::Trace trace = world::run_scenario(s);
  CHECK(inbox(trace, kKaede, "ben@kaede.example").size() == 30);
  std::map<std::string, int> count;
  for (const trace::Record& record : trace.records())
    if (const auto* attempt = std::get_if<trace::QueueAttempt>(&record.fact);
        attempt != nullptr && attempt->host == HostId{kSakura})
      ++count[std::string(trace.text(attempt->target))];
  return count;
}

}  // namespace

TEST_CASE("The better exchanger gets everything; equal ones share the work at random") {
  const auto better = tries(20);
  CHECK(better.at("mail.kaede.example") == 30);
  CHECK_FALSE(better.contains("mx2.kaede.example"));
  const auto equal = tries(10);
  CHECK(equal.at("mail.kaede.example") >= 5);
  CHECK(equal.at("mx2.kaede.example") >= 5);
  CHECK(equal.at("mail.kaede.example") + equal.at("mx2.kaede.example") == 30);
}
