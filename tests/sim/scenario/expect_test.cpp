// Expectations, each against a trace written by hand: one world where it holds, one where not.
#include "sim/scenario/expect.hpp"

#include "tests/support/catch.hpp"
#include "text/text.hpp"

using namespace posthorn;
using namespace posthorn::scenario;
namespace t = posthorn::trace;

namespace {

constexpr HostId kLaptop{1}, kServer{2}, kPhone{3};
constexpr MessageId kLetter{1}, kReport{2};

t::Scene scene() {
  t::Scene scene;
  scene.hosts.resize(3);
  scene.hosts[0].name = "aiko-laptop";
  scene.hosts[0].user = "aiko@sakura.example";
  scene.hosts[1].name = "mail.kaede.example";
  scene.hosts[2].name = "ben-phone";
  scene.hosts[2].user = "ben@kaede.example";
  return scene;
}

/// A trace that grows by one millisecond a fact.
struct Story {
  t::Trace trace{scene()};
  Instant now{};
  void add(MessageId message, t::Fact fact) {
    trace.set_message(message);
    trace.append(now += 1ms, std::move(fact));
  }
  TextId text(std::string_view words) { return trace.intern(words); }

  void compose() {
    add(kLetter, t::ComposeOpened{kLaptop, text("ben@kaede.example"), text("お花見"), {}});
    add(kLetter, t::SendPressed{kLaptop});
  }
  void queue(std::string_view recipients, std::uint32_t attempts) {
    add(kLetter,
        t::QueueAccepted{kServer, QueueId{1}, text("aiko@sakura.example"), text(recipients), {}});
    for (std::uint32_t i = 1; i <= attempts; ++i)
      add(kLetter, t::QueueAttempt{kServer, QueueId{1}, i, text("mx1.kaede.example")});
  }
  void store(MessageId message, std::string_view account, std::uint32_t uid,
             const std::string& content = "Subject: x\r\n\r\n") {
    add(message,
        t::MailboxStored{kServer, text(account), text("INBOX"), uid, trace.add_blob(content)});
  }
  void flag(std::string_view account, std::uint32_t uid, std::string_view flags) {
    add({}, t::MailboxFlags{kServer, text(account), text("INBOX"), uid, text(flags)});
  }
  void expunge(std::string_view account, std::uint32_t uid) {
    add({}, t::MailboxExpunged{kServer, text(account), text("INBOX"), uid});
  }

  template <class What>
  ExpectationResult check(What what) {
    Scenario scenario;
    scenario.expect.push_back({std::move(what), {7, 3}});
    const auto results = check_expectations(scenario, trace);
    REQUIRE(results.size() == 1);
    CHECK(results[0].where == Position{7, 3});
    CHECK_FALSE(results[0].what.empty());
    CHECK_FALSE(results[0].why.empty());
    for (const std::string& said : {results[0].what, results[0].why}) {
      INFO(said);
      const bool name_of_a_fact = said.find(' ') == std::string::npos;
      CHECK((name_of_a_fact || texts::expectation(said).ja != said));
    }
    return results[0];
  }
  template <class What>
  bool holds(What what) {
    return check(std::move(what)).held;
  }
};

}  // namespace

TEST_CASE("mailbox counts what stands in INBOX at the end") {
  Story s;
  s.compose();
  s.store(kLetter, "ben@kaede.example", 1);
  s.store(kReport, "ben@kaede.example", 2);
  s.flag("ben@kaede.example", 1, "\\Answered \\Seen");
  CHECK(s.holds(ExpectMailbox{"ben@kaede.example", 2, 1, ""}));
  CHECK_FALSE(s.holds(ExpectMailbox{"ben@kaede.example", 1, {}, ""}));
  CHECK_FALSE(s.holds(ExpectMailbox{"ben@kaede.example", 2, 2, ""}));
  CHECK(s.holds(ExpectMailbox{"aiko@sakura.example", 0, {}, ""}));

  s.expunge("ben@kaede.example", 1);
  const auto result = s.check(ExpectMailbox{"ben@kaede.example", 2, {}, ""});
  CHECK_FALSE(result.held);
  CHECK(result.why.find("1 message") != std::string::npos);
}

TEST_CASE("a subject is the one that was typed, or the header's for messages that nobody typed") {
  Story s;
  s.compose();
  s.store(kLetter, "ben@kaede.example", 1, "Subject: =?UTF-8?B?44GK6Iqx6KaL?=\r\n\r\n");
  s.store(kReport, "ben@kaede.example", 2,
          "From: x\r\nSUBJECT: Not\r\n delivered\r\n\r\nSubject: no");
  CHECK(s.holds(ExpectMailbox{"ben@kaede.example", {}, {}, "お花見"}));
  CHECK(s.holds(ExpectMailbox{"ben@kaede.example", {}, {}, "Not delivered"}));
  CHECK_FALSE(s.holds(ExpectMailbox{"ben@kaede.example", {}, {}, "no"}));
}

TEST_CASE("bounced needs the report to be about the recipient and to reach the sender") {
  const ExpectBounced expected{"aiko@sakura.example", "dan@kaede.example"};
  Story s;
  s.compose();
  CHECK_FALSE(s.holds(expected));
  s.add(kReport, t::BounceCreated{kServer, QueueId{2}, kLetter, s.text("dan@kaede.example")});
  CHECK_FALSE(s.holds(expected));
  s.store(kLetter, "aiko@sakura.example", 1);  // a letter is not the report
  CHECK_FALSE(s.holds(expected));
  s.store(kReport, "aiko@sakura.example", 2);
  CHECK(s.holds(expected));
  CHECK_FALSE(s.holds(ExpectBounced{"aiko@sakura.example", "ben@kaede.example"}));
}

TEST_CASE("not_delivered looks at the story's letters, not at reports") {
  Story s;
  s.compose();
  s.store(kReport, "ben@kaede.example", 1);
  CHECK(s.holds(ExpectNotDelivered{"ben@kaede.example"}));
  s.store(kLetter, "ben@kaede.example", 2);
  CHECK_FALSE(s.holds(ExpectNotDelivered{"ben@kaede.example"}));
}

TEST_CASE("attempts counts the attempts of every entry that carries the recipient") {
  Story s;
  s.compose();
  s.queue("ben@kaede.example, dan@kaede.example", 3);
  CHECK(s.holds(ExpectAttempts{"ben@kaede.example", 3}));
  CHECK(s.holds(ExpectAttempts{"dan@kaede.example", 3}));
  CHECK_FALSE(s.holds(ExpectAttempts{"ben@kaede.example", 2}));
  CHECK(s.holds(ExpectAttempts{"en@kaede.example", 0}));  // part of a name is not the name
}

TEST_CASE("order wants facts one after another, with their words") {
  Story s;
  s.compose();
  s.queue("ben@kaede.example", 1);
  s.store(kLetter, "ben@kaede.example", 1);
  CHECK(s.holds(ExpectOrder{{"send-pressed", "queue-attempt:mx1", "mailbox-stored:ben@"}}));
  CHECK(s.holds(ExpectOrder{{"send-pressed:aiko-laptop", "queue-attempt:mail.kaede.example"}}));
  CHECK_FALSE(s.holds(ExpectOrder{{"mailbox-stored", "send-pressed"}}));
  CHECK_FALSE(s.holds(ExpectOrder{{"send-pressed", "send-pressed"}}));
  const auto result = s.check(ExpectOrder{{"send-pressed", "queue-attempt:mx2"}});
  CHECK_FALSE(result.held);
  CHECK(result.why == "queue-attempt:mx2 did not happen after send-pressed");
}

TEST_CASE("displayed wants the letter on that person's own screen") {
  Story s;
  s.compose();
  s.add(kLetter, t::InboxReceived{kPhone, 1, 1, {}});
  CHECK_FALSE(s.holds(ExpectDisplayed{"ben@kaede.example", "お花見"}));
  s.add(kLetter, t::MessageDisplayed{kPhone, 1});
  CHECK(s.holds(ExpectDisplayed{"ben@kaede.example", "お花見"}));
  CHECK(s.holds(ExpectDisplayed{"ben@kaede.example", ""}));
  CHECK_FALSE(s.holds(ExpectDisplayed{"ben@kaede.example", "月見"}));
  CHECK_FALSE(s.holds(ExpectDisplayed{"aiko@sakura.example", ""}));
}

TEST_CASE("an empty trace fulfils nothing that should happen") {
  Story s;
  CHECK_FALSE(s.holds(ExpectOrder{{"send-pressed"}}));
  CHECK_FALSE(s.holds(ExpectDisplayed{"ben@kaede.example", ""}));
  CHECK(s.holds(ExpectNotDelivered{"ben@kaede.example"}));
}
