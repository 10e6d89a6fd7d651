// Bad weather by hand: typed lines begin and end faults in a running world, and wrong ones say why.
#include "sim/world/by_hand.hpp"

#include "tests/support/catch.hpp"
#include "tests/support/mailboxes.hpp"

using namespace posthorn;
using namespace posthorn::tests;

namespace {

struct Running {
  std::shared_ptr<const scenario::Plan> plan;
  trace::Trace trace;
  world::World world;

  explicit Running(scenario::Scenario s)
      : plan(scenario::make_plan(std::move(s))), trace(plan->scene), world(plan) {}
  world::ByHand say(Duration at, std::string_view line) {
    return world::obey(world, trace, Instant{} + at, line);
  }
};

scenario::Scenario with_letter() {
  scenario::Scenario s = two_domains();
  s.hosts[1].retry = {1min};
  s.story = {send_to("ben@kaede.example", 10s)};
  return s;
}

}  // namespace

TEST_CASE("A typed line breaks something, another puts it right") {
  Running running(with_letter());
  const world::ByHand began = running.say(5s, "fault power_cut mail.kaede.example");
  REQUIRE(began.done);
  CHECK(began.answer[0].en == "1: mail.kaede.example loses its power");
  CHECK(running.say(6s, "faults").answer.size() == 1);
  running.world.run_until(running.trace, Instant{} + 5min);
  CHECK(inbox(running.trace, kKaede, "ben@kaede.example").empty());
  CHECK(running.say(5min, "repair 1").done);
  CHECK(running.say(5min, "faults").answer[0].en == "nothing is wrong");
  running.world.run_until(running.trace, Instant{} + 1h);
  CHECK(inbox(running.trace, kKaede, "ben@kaede.example") == Subjects{"hello"});
}

TEST_CASE("Every fault can be typed") {
  const auto* line = GENERATE(
      "power_cut mail.kaede.example for 10s", "shut_down mail.kaede.example",
      "stop smtp host mail.kaede.example id no-smtp",
      "slow before-final-reply host mail.kaede.example delay 11m for 15m",
      "disk_full mail.kaede.example", "wrong_clock mail.kaede.example behind 1d",
      "cut internet mail.kaede.example",
      "bad_line mail.kaede.example internet loss 0.1 corruption 0.02 for 1m",
      "partition mail.kaede.example ben-phone", "partition mail.kaede.example",
      "dns server-failure host ns.example name kaede.example",
      "wrong_record kaede.example host ns.example type MX value 10 mail.sakura.example ttl 1m",
      "listen mail.kaede.example internet strip_starttls true",
      "block smtp host mail.kaede.example", "full_mailbox ben@kaede.example",
      "unknown_user ben@kaede.example", "reject_sender sakura.example host mail.kaede.example",
      "size_limit mail.kaede.example octets 1000", "greylist mail.kaede.example delay 5m",
      "rate_limit mail.kaede.example messages 2 per 1h");
  Running running(with_letter());
  const world::ByHand began = running.say(1s, std::string("fault ") + line);
  INFO(line << ": " << (began.answer.empty() ? "" : began.answer[0].en));
  CHECK(began.done);
  CHECK(running.world.faults().size() == 1);
  CHECK(running.say(2s, "repair all").done);
  CHECK(running.world.faults().empty());
}

TEST_CASE("A wrong line says what is wrong, and changes nothing") {
  struct Case {
    const char *line, *answer;
  };
  const auto one = GENERATE(
      Case{"fault power-cut mail.kaede.example",
           "there is no fault \"power-cut\"; did you mean \"power_cut\"?"},
      Case{"fault power_cut mail.kaede.exmaple",
           "there is no host \"mail.kaede.exmaple\"; did you mean \"mail.kaede.example\"?"},
      Case{"fault power_cut", "expected a host name, found the text \"\""},
      Case{"fault power_cut mail.kaede.example for 10", "expected a duration, found the number 10"},
      Case{"fault cut mail.kaede.example mail.sakura.example",
           "there is no link between \"mail.kaede.example\" and \"mail.sakura.example\""},
      Case{"fault full_mailbox eve@kaede.example", "there is no such account"},
      Case{"fault greylist mail.kaede.example", "fault lacks \"delay\""},
      Case{"repair 7", "no such fault"});
  Running running(with_letter());
  const world::ByHand tried = running.say(1s, one.line);
  CHECK(tried.understood);
  CHECK_FALSE(tried.done);
  REQUIRE_FALSE(tried.answer.empty());
  INFO(tried.answer[0].en);
  CHECK(tried.answer[0].en.find(one.answer) == 0);
  CHECK(running.world.faults().empty());
  CHECK_FALSE(running.say(1s, "EHLO me.example").understood);
}

TEST_CASE("The warning that a letter waits comes after four hours, not at the next attempt") {
  scenario::Scenario s = two_domains();
  s.story = {act(0s, "", scenario::Break{"mail.kaede.example", "", ""}),
             send_to("ben@kaede.example", 1min)};
  const trace::Trace trace = world::run_scenario(s);
  std::vector<Instant> warned;
  for (const trace::Record& record : trace.records())
    if (std::holds_alternative<trace::ReportCreated>(record.fact)) warned.push_back(record.at);
  REQUIRE(warned.size() == 1);
  CHECK(warned[0] >= Instant{} + 4h + 1min);
  CHECK(warned[0] < Instant{} + 4h + 2min);
}
