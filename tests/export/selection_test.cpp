// The language of --only, and what it selects.
#include "export/selection.hpp"

#include "sim/world/world.hpp"
#include "tests/export/outsider.hpp"
#include "tests/support/catch.hpp"
#include "tests/support/worlds.hpp"

using namespace posthorn;
using namespace posthorn::tests;
using exporting::Filter;
using exporting::parse_selection;

namespace {

trace::Trace letter_trace() {
  scenario::Scenario s = two_domains();
  s.story = {act(0s, "aiko@sakura.example", letter({"ben@kaede.example"}, "hanami", "Come!\n"))};
  return world::run_scenario(s);
}

/// How many records `terms` lets through.
std::size_t selected(const trace::Trace& trace, const std::string& terms) {
  const auto selection = parse_selection(terms);
  REQUIRE(selection);
  const auto filter = Filter::make(trace, *selection);
  REQUIRE(filter);
  std::size_t n = 0;
  for (std::uint32_t id = 1; id <= trace.size(); ++id) n += (*filter)(RecordId{id});
  return n;
}

}  // namespace

TEST_CASE("A selection is a list of terms; each says what it may be") {
  const auto all = parse_selection(
      "connection=1,3..5 host=mail.kaede.example protocol=smtp,dns message=1 step=2.. time=1s..5s");
  REQUIRE(all);
  CHECK(all->connections.size() == 2);
  CHECK(all->connections[1].contains(4));
  CHECK(!all->connections[1].contains(6));
  CHECK(all->times[0].contains(Instant{} + 5s));
  CHECK(!all->times[0].contains(Instant{} + 5s + 1ns));
  CHECK(parse_selection("")->empty());
  // Written and read again it is the same.
  CHECK(*parse_selection(to_string(*all)) == *all);
}

TEST_CASE("What is no selection is refused with the term that is wrong") {
  for (const auto& [terms, hint] : {std::pair{"colour=red", "KEY=VALUE"},
                                    {"protocol", "KEY=VALUE"},
                                    {"protocol=carrier-pigeon", "there are smtp"},
                                    {"protocol=none", "there are smtp"},
                                    {"time=soon", "1s..5s"},
                                    {"time=5s..1s", "1s..5s"},
                                    {"time=..", "1s..5s"},
                                    {"step=two", "1 to 5"},
                                    {"step=6", "1 to 5"},
                                    {"connection=-1", "numbers"},
                                    {"connection=99999999999", "numbers"},
                                    {"host=", "names of hosts"}}) {
    INFO(terms);
    const auto selection = parse_selection(terms);
    REQUIRE(!selection);
    CHECK(selection.error().message.find(hint) != std::string::npos);
  }
}

TEST_CASE("Without terms everything is selected; alternatives add up, terms narrow") {
  const trace::Trace trace = letter_trace();
  CHECK(selected(trace, "") == trace.size());
  CHECK(selected(trace, "time=0s..") == trace.size());
  CHECK(selected(trace, "protocol=smtp,submission") ==
        selected(trace, "protocol=smtp") + selected(trace, "protocol=submission"));
  const std::size_t early = selected(trace, "protocol=dns time=..100ms");
  CHECK(early < selected(trace, "protocol=dns"));
}

TEST_CASE("A connection's packets and lines belong to it and to both of its hosts") {
  const trace::Trace trace = letter_trace();
  const auto selection = parse_selection("connection=1");
  const auto filter = Filter::make(trace, *selection);
  std::size_t segments = 0, hops = 0, lines = 0;
  for (std::uint32_t id = 1; id <= trace.size(); ++id) {
    if (!(*filter)(RecordId{id})) continue;
    const trace::Fact& fact = trace[RecordId{id}].fact;
    segments += std::holds_alternative<trace::SegmentSent>(fact);
    hops += std::holds_alternative<trace::PacketHop>(fact);
    lines += std::holds_alternative<trace::Line>(fact);
    CHECK(filter->subject(fact).conn == ConnId{1});
  }
  CHECK(segments > 10);
  CHECK(hops == segments);  // there is one link between them
  CHECK(lines > 10);
  CHECK(selected(trace, "connection=1 host=aiko-laptop") == selected(trace, "connection=1"));
  CHECK(selected(trace, "connection=1 host=mail.sakura.example") ==
        selected(trace, "connection=1"));
  CHECK(selected(trace, "connection=1 host=ben-phone") == 0);
}

TEST_CASE("An unknown host is an error that names the known ones") {
  const trace::Trace trace = letter_trace();
  const auto filter = Filter::make(trace, *parse_selection("host=mail.sakura.exampel"));
  REQUIRE(!filter);
  CHECK(filter.error().message.find("mail.sakura.example,") != std::string::npos);
}

TEST_CASE("A connection or a message that is not there is an error, not an empty file") {
  const trace::Trace trace = letter_trace();
  for (const auto& [terms, hint] :
       {std::pair{"connection=99", "no connection 99; the last one is "},
        {"message=2..3", "no message 2; the last one is 1"}}) {
    INFO(terms);
    const auto filter = Filter::make(trace, *parse_selection(terms));
    REQUIRE(!filter);
    CHECK(filter.error().message.find(hint) != std::string::npos);
  }
  CHECK(selected(trace, "message=1..99") > 0);
  const auto filter = Filter::make(trace::Trace(), *parse_selection("connection=1"));
  REQUIRE(!filter);
  CHECK(filter.error().message == "there is no connection 1, nor any other");
}

namespace {

/// The verbs of the lines that `terms` lets through, as they were spoken; "*" for content.
std::string spoken(const trace::Trace& trace, const std::string& terms) {
  const auto filter = Filter::make(trace, *parse_selection(terms));
  REQUIRE(filter);
  std::string verbs;
  for (std::uint32_t id = 1; id <= trace.size(); ++id) {
    const auto* line = std::get_if<trace::Line>(&trace[RecordId{id}].fact);
    if (line == nullptr || line->flow != Flow::sent || !(*filter)(RecordId{id})) continue;
    const std::string verb(trace.text(line->verb));
    verbs += (verbs.empty() ? "" : " ") + (verb.empty() ? "*" : verb);
  }
  return verbs;
}

}  // namespace

TEST_CASE("To a letter from outside belongs its whole transaction, from MAIL on, and no other") {
  Outsider outsider;
  outsider.send("Subject: one\r\n\r\n", "first\r\n");
  outsider.say("MAIL FROM:<never@outside.example>\r\n");  // given up: belongs to no letter
  outsider.say("RSET\r\n");
  outsider.send("Subject: two\r\n\r\n", "second\r\n");
  outsider.say("QUIT\r\n");
  const std::string transaction = "MAIL 250 RCPT 250 DATA 354 * 250";
  CHECK(spoken(outsider.trace, "message=1") == transaction);
  CHECK(spoken(outsider.trace, "message=2") == transaction);
  CHECK(spoken(outsider.trace, "message=1..2") == transaction + " " + transaction);
  CHECK(spoken(outsider.trace, "message=1 protocol=dns").empty());
  CHECK(spoken(outsider.trace, "connection=1").starts_with("220 EHLO 250 MAIL"));
  // With what was said comes what carried it.
  const auto filter = Filter::make(outsider.trace, *parse_selection("message=2"));
  std::string octets;
  for (std::uint32_t id = 1; id <= outsider.trace.size(); ++id)
    if (const auto* written = std::get_if<trace::StreamWritten>(&outsider.trace[RecordId{id}].fact);
        written != nullptr && written->side == Side::client && (*filter)(RecordId{id}))
      octets += *outsider.trace.blob(written->bytes);
  CHECK(octets.starts_with("MAIL FROM:<bounce@outside.example>"));
  CHECK(octets.ends_with("second\r\n.\r\n"));
}
