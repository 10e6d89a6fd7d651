// What a post office does beyond carrying: names that stand for others, lists, absence, full
// mailboxes, strangers.
#include "sim/trace/snapshot.hpp"
#include "sim/world/world.hpp"
#include "tests/support/catch.hpp"
#include "tests/support/mailboxes.hpp"

using namespace posthorn;
using namespace posthorn::tests;

namespace {

/// The stored bytes of the newest message of a mailbox.
std::string newest(const trace::Trace& trace, std::uint32_t host, const std::string& account) {
  const trace::Snapshot end = trace::Keyframes(trace).at(trace, trace.size());
  std::string content;
  for (const auto& [name, messages] : end.host(HostId{host}).boxes)
    if (name.first == account && !messages.empty()) content = *trace.blob(messages.back().content);
  return content;
}

bool has(const std::string& text, const std::string& words) {
  return text.find(words) != std::string::npos;
}

/// Every answer of a server that came over the wire.
bool answered(const trace::Trace& trace, const std::string& words) {
  for (const trace::Record& record : trace.records())
    if (const auto* line = std::get_if<trace::Line>(&record.fact))
      if (line->speaker == Side::server && has(trace.line_text(*line), words)) return true;
  return false;
}

/// Ben's domain with a second account.
scenario::Scenario with_cho() {
  scenario::Scenario s = two_domains();
  s.domains[1].accounts.push_back({"cho", "cho-secret", {"Cho", "チョウ"}});
  return s;
}

}  // namespace

TEST_CASE(
    "What follows the plus is the user's own business; what is for nobody goes to catch-all") {
  scenario::Scenario s = with_cho();
  s.domains[1].catch_all = "cho";
  s.story = {send_to("ben+news@kaede.example"), send_to("typo@kaede.example", 1s)};
  const trace::Trace trace = world::run_scenario(s);
  CHECK(inbox(trace, kKaede, "ben@kaede.example") == Subjects{"hello"});
  CHECK(inbox(trace, kKaede, "cho@kaede.example") == Subjects{"hello"});
}

TEST_CASE("An alias stands for addresses here and elsewhere") {
  scenario::Scenario s = with_cho();
  s.domains[1].aliases = {
      {"info", {"ben@kaede.example", "cho@kaede.example", "aiko@sakura.example"}}};
  s.story = {send_to("Info@kaede.example")};
  const trace::Trace trace = world::run_scenario(s);
  CHECK(inbox(trace, kKaede, "ben@kaede.example") == Subjects{"hello"});
  CHECK(inbox(trace, kKaede, "cho@kaede.example") == Subjects{"hello"});
  CHECK(inbox(trace, kSakura, "aiko@sakura.example") == Subjects{"hello"});
  CHECK(has(newest(trace, kSakura, "aiko@sakura.example"), "Delivered-To: info@kaede.example"));
  CHECK(has(newest(trace, kSakura, "aiko@sakura.example"), "Return-Path: <aiko@sakura.example>"));
}

TEST_CASE("Mail is forwarded, with or without a copy") {
  scenario::Scenario s = with_cho();
  s.domains[1].accounts[0].forward = {"cho@kaede.example"};
  s.story = {send_to("ben@kaede.example")};
  const trace::Trace without = world::run_scenario(s);
  CHECK(inbox(without, kKaede, "ben@kaede.example").empty());
  CHECK(inbox(without, kKaede, "cho@kaede.example") == Subjects{"hello"});
  s.domains[1].accounts[0].keep_copy = true;
  CHECK(inbox(world::run_scenario(s), kKaede, "ben@kaede.example") == Subjects{"hello"});
}

TEST_CASE("Two who forward to each other: the letter comes back to its writer") {
  scenario::Scenario s = with_cho();
  s.domains[1].accounts[0].forward = {"emi@sakura.example"};
  s.domains[0].accounts.push_back({"emi", "x", {"Emi", "エミ"}});
  s.domains[0].accounts[1].forward = {"ben@kaede.example"};
  s.story = {send_to("ben@kaede.example")};
  const trace::Trace trace = world::run_scenario(s);
  CHECK(inbox(trace, kSakura, "aiko@sakura.example") ==
        Subjects{"Undelivered Mail Returned to Sender"});
  CHECK(has(newest(trace, kSakura, "aiko@sakura.example"), "5.4.6 Mail forwarding loop"));
}

TEST_CASE("A list sends to its members in its own name, and its owner hears of failures") {
  scenario::Scenario s = with_cho();
  s.domains[1].lists = {{"club",
                         "花見の会",
                         "cho@kaede.example",
                         {"ben@kaede.example", "aiko@sakura.example", "gone@sakura.example"}}};
  s.story = {send_to("club@kaede.example")};
  const trace::Trace trace = world::run_scenario(s);
  CHECK(inbox(trace, kKaede, "ben@kaede.example") == Subjects{"hello"});
  CHECK(inbox(trace, kSakura, "aiko@sakura.example") == Subjects{"hello"});
  CHECK(inbox(trace, kKaede, "cho@kaede.example") ==
        Subjects{"Undelivered Mail Returned to Sender"});
  const std::string got = newest(trace, kSakura, "aiko@sakura.example");
  CHECK(has(got, "Return-Path: <club-bounces@kaede.example>"));
  CHECK(has(got, "List-Id: =?UTF-8?B?"));
  CHECK(has(got, "<club.kaede.example>"));
  CHECK(has(got, "List-Post: <mailto:club@kaede.example>"));
  CHECK(has(got, "List-Owner: <mailto:club-owner@kaede.example>"));
  CHECK(has(got, "List-Unsubscribe: <mailto:club-request@kaede.example?subject=unsubscribe>"));
}

TEST_CASE("A list is where a letter has arrived: its writer hears so, if asked for") {
  scenario::Scenario s = with_cho();
  s.domains[1].lists = {{"club", "", "cho@kaede.example", {"ben@kaede.example"}}};
  scenario::Send letter_to_list = letter({"club@kaede.example"}, "hello", "A line.\n");
  letter_to_list.notify = {scenario::Notify::success};
  s.story = {act(0s, "aiko@sakura.example", letter_to_list)};
  const trace::Trace trace = world::run_scenario(s);
  CHECK(inbox(trace, kKaede, "ben@kaede.example") == Subjects{"hello"});
  CHECK(inbox(trace, kSakura, "aiko@sakura.example") == Subjects{"Your message was delivered"});
}

TEST_CASE("Somebody who is away answers once to each writer, never to lists or machines") {
  scenario::Scenario s = with_cho();
  s.domains[1].accounts[0].vacation = scenario::Vacation{"", "I am in the mountains.\n"};
  s.domains[1].lists = {{"club", "", "cho@kaede.example", {"ben@kaede.example"}}};
  s.story = {send_to("ben@kaede.example"), send_to("ben@kaede.example", 1min),
             send_to("club@kaede.example", 2min)};
  const trace::Trace trace = world::run_scenario(s);
  CHECK(inbox(trace, kKaede, "ben@kaede.example") == Subjects{"hello", "hello", "hello"});
  CHECK(inbox(trace, kSakura, "aiko@sakura.example") == Subjects{"Auto: hello"});
  const std::string answer = newest(trace, kSakura, "aiko@sakura.example");
  CHECK(has(answer, "Auto-Submitted: auto-replied"));
  CHECK(has(answer, "Return-Path: <>"));
  CHECK(has(answer, "In-Reply-To: <"));
}

TEST_CASE("Two who are away do not answer each other for ever") {
  scenario::Scenario s = two_domains();
  s.domains[0].accounts[0].vacation = scenario::Vacation{"", "Away, Aiko.\n"};
  s.domains[1].accounts[0].vacation = scenario::Vacation{"", "Away, Ben.\n"};
  s.story = {send_to("ben@kaede.example")};
  const trace::Trace trace = world::run_scenario(s);
  CHECK(inbox(trace, kSakura, "aiko@sakura.example") == Subjects{"Auto: hello"});
  CHECK(inbox(trace, kKaede, "ben@kaede.example") == Subjects{"hello"});
}

TEST_CASE("A full mailbox is a reason to wait; when there is room, the letter comes") {
  scenario::Scenario s = two_domains();
  s.hosts[1].retry = {10min};
  s.domains[1].accounts[0].quota_messages = 1;
  s.story = {send_to("ben@kaede.example"), send_to("ben@kaede.example", 1min),
             act(5min, "ben@kaede.example", scenario::Fetch{}),
             act(6min, "ben@kaede.example", scenario::Delete{})};
  const trace::Trace trace = world::run_scenario(s);
  CHECK(answered(trace, "452 4.2.2 <ben@kaede.example> The mailbox is full"));
  CHECK(inbox(trace, kKaede, "ben@kaede.example") == Subjects{"hello"});
  CHECK(inbox(trace, kSakura, "aiko@sakura.example").empty());
}

TEST_CASE("Greylisting: a stranger who comes back is a stranger no more") {
  scenario::Scenario s = two_domains();
  s.hosts[1].retry = {2min};
  s.hosts[4].greylist = 5min;
  s.story = {send_to("ben@kaede.example"), send_to("ben@kaede.example", 1h)};
  const trace::Trace trace = world::run_scenario(s);
  CHECK(answered(trace, "451 4.7.1 We do not know you yet"));
  CHECK(inbox(trace, kKaede, "ben@kaede.example") == Subjects{"hello", "hello"});
  int refusals = 0;
  for (const trace::Record& record : trace.records())
    if (const auto* result = std::get_if<trace::RecipientResult>(&record.fact))
      refusals += result->outcome == trace::RecipientOutcome::deferred ? 1 : 0;
  CHECK(refusals == 3);  // at 0, 2 and 4 minutes; never again
}

TEST_CASE("Unwanted senders and too much mail are refused") {
  scenario::Scenario s = two_domains();
  s.hosts[4].reject_senders = {"Sakura.example"};
  s.story = {send_to("ben@kaede.example")};
  const trace::Trace unwanted = world::run_scenario(s);
  CHECK(answered(unwanted, "550 5.7.1 <aiko@sakura.example> is not welcome here"));
  CHECK(inbox(unwanted, kSakura, "aiko@sakura.example") ==
        Subjects{"Undelivered Mail Returned to Sender"});

  s.hosts[4].reject_senders.clear();
  s.hosts[4].rate_limit = scenario::RateLimit{2, 10min};
  s.hosts[1].retry = {4min};
  s.story = {send_to("ben@kaede.example"), send_to("ben@kaede.example", 1s),
             send_to("ben@kaede.example", 2s)};
  const trace::Trace busy = world::run_scenario(s);
  CHECK(answered(busy, "450 4.7.1 Too much mail from you"));
  CHECK(inbox(busy, kKaede, "ben@kaede.example") == Subjects{"hello", "hello", "hello"});
}

TEST_CASE("A domain gets so many connections at once; the other letters share them") {
  scenario::Scenario s = two_domains();
  s.hosts[1].max_connections = 2;
  for (int i = 0; i < 12; ++i) s.story.push_back(send_to("ben@kaede.example", 1ms * i));
  const trace::Trace trace = world::run_scenario(s);
  CHECK(inbox(trace, kKaede, "ben@kaede.example").size() == 12);
  std::size_t connections = 0, open = 0, most = 0;
  for (const trace::Record& record : trace.records()) {
    if (const auto* opening = std::get_if<trace::ConnectionOpening>(&record.fact))
      if (opening->protocol == Protocol::smtp) ++connections, most = std::max(most, ++open);
    if (const auto* closed = std::get_if<trace::ConnectionClosed>(&record.fact))
      if (closed->side == Side::client &&
          trace.connection(closed->conn)->protocol == Protocol::smtp)
        --open;
  }
  CHECK(most <= 2);
  CHECK(connections < 12);
}

TEST_CASE("A domain that cannot be reached is left in peace for a while") {
  scenario::Scenario s = two_domains();
  s.hosts[1].retry = {5min};
  s.story = {act(0s, "", scenario::Break{"mail.kaede.example", "", ""})};
  for (int i = 0; i < 5; ++i) s.story.push_back(send_to("ben@kaede.example", 1s + 5s * i));
  s.story.push_back(act(3min, "", scenario::Repair{"mail.kaede.example", "", ""}));
  const trace::Trace trace = world::run_scenario(s);
  CHECK(inbox(trace, kKaede, "ben@kaede.example").size() == 5);
}
