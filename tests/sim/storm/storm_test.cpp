// Nothing is lost, whatever the weather; and whatever were lost would be found, and made small.
#include "sim/storm/storm.hpp"

#include <set>

#include "sim/storm/ledger.hpp"
#include "sim/storm/shrink.hpp"
#include "sim/storm/weather.hpp"
#include "sim/trace/names.hpp"
#include "tests/support/catch.hpp"

using namespace posthorn;

namespace {

/// What a server that forgets an entry of its queue would look like: the world of a moment ago,
/// beside the trace of now.
std::optional<std::string> run_with_a_forgetful_server(const scenario::Scenario& s) {
  const auto plan = scenario::make_plan(s);
  trace::Trace trace(plan->scene);
  world::World world(plan);
  storm::Ledger ledger;
  for (;;) {
    const world::World before = world;
    const std::size_t told = trace.size();
    if (!world.step(trace)) return std::nullopt;
    bool accepted = false;
    for (std::size_t i = told; i < trace.size(); ++i)
      accepted = accepted || std::holds_alternative<trace::QueueAccepted>(trace.records()[i].fact);
    if (accepted) return ledger.audit(trace, before);
    if (const auto breach = ledger.audit(trace, world)) return breach;
  }
}

}  // namespace

TEST_CASE("A hundred random storms lose nothing") {
  std::uint64_t faults = 0, accepted = 0, reports = 0;
  for (std::uint64_t seed = 1; seed <= 100; ++seed) {
    const storm::Outcome outcome = storm::run(storm::make_weather(seed));
    INFO("seed " << seed << ": " << outcome.breach.value_or(""));
    CHECK_FALSE(outcome.breach);
    faults += outcome.faults;
    accepted += outcome.accepted;
    reports += outcome.reports;
  }
  // The storms are storms: there was much to lose.
  CHECK(faults > 200);
  CHECK(accepted > 500);
  CHECK(reports > 20);
}

TEST_CASE("Storms have every fault there is, and every kind of name, server and wish") {
  std::set<std::size_t> faults;
  std::set<std::string> seen;
  for (std::uint64_t seed = 1; seed <= 600; ++seed) {
    const scenario::Scenario s = storm::make_weather(seed);
    for (const scenario::Host& host : s.hosts) {
      if (host.tls.offer) seen.insert("tls");
      if (host.offers(scenario::Service::lmtp)) seen.insert("lmtp");
      if (host.greylist > Duration{}) seen.insert("greylist");
      if (host.rate_limit) seen.insert("rate limit");
      if (!host.user.empty() && !host.client.leave_on_server) seen.insert("POP3 deletes");
    }
    for (const scenario::Domain& domain : s.domains) {
      if (!domain.aliases.empty()) seen.insert("alias");
      if (!domain.lists.empty()) seen.insert("list");
      if (!domain.catch_all.empty()) seen.insert("catch-all");
      for (const scenario::Account& account : domain.accounts) {
        if (account.vacation) seen.insert("vacation");
        if (!account.forward.empty()) seen.insert(account.keep_copy ? "copy" : "forward");
      }
    }
    for (const scenario::Act& act : s.story) {
      if (const auto* trouble = std::get_if<scenario::Trouble>(&act.what))
        faults.insert(trouble->what.index());
      if (const auto* send = std::get_if<scenario::Send>(&act.what))
        if (!send->notify.empty()) {
          std::string wish = "notify";
          for (const scenario::Notify one : send->notify)
            wish += std::to_string(static_cast<int>(one));
          seen.insert(wish);
        }
    }
  }
  CHECK(faults.size() == std::variant_size_v<scenario::Fault::What>);
  for (const char* kind :
       {"lmtp", "greylist", "rate limit", "POP3 deletes", "alias", "list", "catch-all", "vacation",
        "copy", "forward", "notify0", "notify1", "notify2", "notify3", "notify12", "notify123"}) {
    INFO(kind);
    CHECK(seen.contains(kind));
  }
  CHECK(seen.contains("tls") == tls::available());
}

TEST_CASE("A server that forgets a letter is found, and the storm shrinks to one letter") {
  int found = 0;
  for (std::uint64_t seed = 1; seed <= 40 && found < 3; ++seed) {
    const scenario::Scenario s = storm::make_weather(seed);
    const auto breach = run_with_a_forgetful_server(s);
    if (!breach) continue;
    ++found;
    INFO("seed " << seed);
    CHECK(breach->find("the queue of ") == 0);
    const scenario::Scenario small = storm::shrink(s, [](const scenario::Scenario& one) {
      return run_with_a_forgetful_server(one).has_value();
    });
    CHECK(small.story.size() == 1);
    CHECK(small.hosts.size() <= 5);
  }
  CHECK(found == 3);
}
