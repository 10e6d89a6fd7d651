// Faults as somebody types them: they are checked like those in a file, and signs of JSON are
// understood.
#include "sim/scenario/fault_line.hpp"

#include "tests/support/catch.hpp"
#include "tests/support/worlds.hpp"

using namespace posthorn;
using namespace posthorn::scenario;
using namespace posthorn::tests;

namespace {

Scenario with_a_fault() {
  Scenario s = two_domains();
  Trouble stopped;
  stopped.what = StopService{Service::smtp, "mail.kaede.example"};
  stopped.id = "no-smtp";
  s.story = {act(1s, "", stopped)};
  return s;
}

WrongRecord wrong_record(const std::string& rest) {
  const auto fault =
      parse_fault_line("wrong_record kaede.example host ns.example " + rest, two_domains());
  INFO((fault ? "" : fault.error().message));
  REQUIRE(fault);
  return std::get<WrongRecord>(fault->what);
}

}  // namespace

TEST_CASE("A typed fault that could do nothing is told why") {
  struct Case {
    const char *line, *answer;
  };
  const auto one = GENERATE(
      Case{"wrong_record kaede.example host ns.example type MX value nonsense",
           "\"nonsense\" is no MX record: a record of type MX holds a preference and a host: "
           "10 mail.kaede.example"},
      Case{"wrong_record kaede.example host ns.example type A value 1.2.3.4.5",
           "\"1.2.3.4.5\" is no A record: a record of type A holds an IPv4 address: 192.0.2.25"},
      Case{"wrong_record kaede.example host ns.example type MX value", "\"\" is no MX record: "},
      Case{"dns lame host mail.sakura.example",
           "\"mail.sakura.example\" does not offer \"dns\"; add it to the \"services\" of that "
           "host"},
      Case{"stop smtp host ns.example", "\"ns.example\" does not offer \"smtp\""},
      Case{"block pop3 host ns.example", "\"ns.example\" does not offer \"pop3\""},
      Case{"slow greeting host ns.example", "\"ns.example\" does not offer \"smtp\""},
      Case{"greylist ns.example delay 5m", "\"ns.example\" does not offer \"smtp\""},
      Case{"reject_sender sakura.example host internet", "\"internet\" does not offer \"smtp\""},
      Case{"wrong_clock mail.kaede.example", "a wrong clock is either \"ahead\" or \"behind\""},
      Case{"bad_line mail.kaede.example internet", "nothing is wrong with this line: "},
      Case{"listen ns.example mail.kaede.example",
           "there is no link between \"ns.example\" and \"mail.kaede.example\""},
      Case{"power_cut ns.exmaple", "there is no host \"ns.exmaple\"; did you mean \"ns.example\"?"},
      Case{"power_cut ns.example id no-smtp", "the id \"no-smtp\" is there twice"},
      Case{"wrong_record kaede.example host ns.example type MX value \"10 mail.sakura.example",
           "the string is not closed"});
  const auto fault = parse_fault_line(one.line, with_a_fault());
  INFO(one.line << ": " << (fault ? "was accepted" : fault.error().message));
  REQUIRE_FALSE(fault);
  CHECK(fault.error().message.find(one.answer) == 0);
}

TEST_CASE("A value may stand in quotation marks, as in a file") {
  const WrongRecord bare = wrong_record("type MX value 10 mail.sakura.example ttl 1m");
  const WrongRecord in_quotes = wrong_record("type MX value \"10 mail.sakura.example\" ttl 1m");
  CHECK(bare.value == "10 mail.sakura.example");
  CHECK(in_quotes.value == bare.value);
  CHECK(in_quotes.ttl == 60);
  // What stands in them is no key, ...
  CHECK(wrong_record("type TXT value \"wait for the post\"").value == "wait for the post");
  // ... several are the strings of a TXT record, ...
  CHECK(wrong_record("type TXT value \"v=spf1\" \" -all\"").value == "\"v=spf1\" \" -all\"");
  // ... and any other value may have them too.
  CHECK(parse_fault_line("stop \"smtp\" host \"mail.kaede.example\" for \"10s\"", two_domains()));
}
