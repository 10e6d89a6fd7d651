// How people get at their mail: by which proof, how long it stays on the server, and what a server
// puts up with, as the scenario says.
#include "protocols/mail/transfer_encoding.hpp"
#include "sim/scenario/load.hpp"
#include "sim/scenario/plan.hpp"
#include "sim/trace/snapshot.hpp"
#include "sim/world/world.hpp"
#include "tests/support/catch.hpp"
#include "tests/support/worlds.hpp"

using namespace posthorn;
using namespace posthorn::tests;

namespace {

constexpr HostId kKaede{5};

/// Every line that clients sent on connections of `protocol`.
std::string said(const trace::Trace& trace, Protocol protocol) {
  std::string out;
  for (const trace::Record& record : trace.records()) {
    const auto* line = std::get_if<trace::Line>(&record.fact);
    if (line != nullptr && line->flow == Flow::sent && line->speaker == Side::client &&
        trace.connection(line->conn)->protocol == protocol)
      out += trace.line_text(*line);
  }
  return out;
}

scenario::Scenario ben_fetches(scenario::Reads reads, const std::vector<Duration>& when) {
  scenario::Scenario s = two_domains(reads);
  s.story = {act(0s, "aiko@sakura.example", letter({"ben@kaede.example"}, "hello", "A line.\n"))};
  for (const Duration at : when) s.story.push_back(act(at, "ben@kaede.example", scenario::Fetch{}));
  return s;
}

std::size_t messages_left(const scenario::Scenario& s) {
  trace::Trace trace;
  world::World world(scenario::make_plan(s));
  while (world.step(trace)) {
  }
  return world.mail_server(kKaede)->store().find("ben@kaede.example", "INBOX")->messages.size();
}

/// A program from outside that speaks to Ben's server.
class Stranger {
 public:
  Stranger(const scenario::Scenario& s, std::uint16_t port) : world_(scenario::make_plan(s)) {
    conn_ = world_.outside_connect(trace_, now_, {"outside-1", IpAddress::v4(127, 0, 0, 1), 4000},
                                   kKaede, port);
    listen();
  }
  /// What the server says to it.
  std::string say(std::string_view bytes) {
    world_.outside_bytes(trace_, now_, conn_, bytes);
    return listen();
  }
  /// Whether the connection still stands after so long a silence.
  bool may_wait(Duration time) {
    now_ += time;
    world_.advance(trace_, now_);
    listen();
    return !ended_;
  }
  [[nodiscard]] bool ended() const { return ended_; }

 private:
  std::string listen() {
    std::string heard;
    for (const world::OutsideOutput& output : world_.take_output()) {
      heard += output.bytes;
      ended_ = ended_ || output.end != world::OutsideOutput::End::none;
    }
    return heard;
  }
  trace::Trace trace_;
  world::World world_;
  Instant now_{};
  ConnId conn_;
  bool ended_ = false;
};

/// two_domains() with limits at Ben's server, read as a scenario's own would be.
scenario::Scenario limited(const std::string& limits) {
  const std::string text =
      R"({ "posthorn": 1, "title": "x", "links": [], "story": [],
           "hosts": [ { "name": "mail.kaede.example", "services": ["smtp"], "limits": )" +
      limits +
      R"( } ], "domains": [ { "name": "kaede.example", "home": "mail.kaede.example" } ] })";
  const auto loaded = scenario::load_text(
      text, "x.json", [](const std::string&) -> Result<std::shared_ptr<const std::string>> {
        return Error{"no files"};
      });
  INFO(to_text(loaded.diagnostics));
  REQUIRE(loaded.ok());
  scenario::Scenario s = two_domains();
  s.hosts[4].limits = loaded.scenario->hosts[0].limits;
  return s;
}

}  // namespace

TEST_CASE("A mail program logs in to its mailbox in the way that the scenario says") {
  using sasl::Mechanism;
  using scenario::Reads;
  const struct {
    Reads reads;
    Protocol protocol;
    Mechanism mechanism;
    std::string words;
  } ways[] = {
      {Reads::pop3, Protocol::pop3, Mechanism::plain, "USER ben@kaede.example\r\nPASS ben-secret"},
      {Reads::pop3, Protocol::pop3, Mechanism::apop, "APOP ben@kaede.example "},
      {Reads::pop3, Protocol::pop3, Mechanism::cram_md5, "AUTH CRAM-MD5\r\n"},
      {Reads::pop3, Protocol::pop3, Mechanism::scram_sha_256, "AUTH SCRAM-SHA-256 "},
      {Reads::imap, Protocol::imap, Mechanism::plain, "LOGIN \"ben@kaede.example\" \"ben-secret\""},
      {Reads::imap, Protocol::imap, Mechanism::cram_md5, "AUTHENTICATE CRAM-MD5\r\n"},
      {Reads::imap, Protocol::imap, Mechanism::scram_sha_256, "AUTHENTICATE SCRAM-SHA-256 "},
  };
  for (const auto& way : ways) {
    INFO(way.words);
    scenario::Scenario s = ben_fetches(way.reads, {20s});
    s.hosts[5].client.auth = way.mechanism;
    const trace::Trace trace = world::run_scenario(s);
    CHECK(said(trace, way.protocol).find(way.words) != std::string::npos);
    CHECK(std::ranges::count_if(trace.records(), [](const trace::Record& record) {
            return std::holds_alternative<trace::InboxReceived>(record.fact);
          }) == 1);
  }
}

TEST_CASE("IMAP: what one device reads is read on the other, and what it deletes goes there, too") {
  scenario::Scenario s = two_domains();
  s.hosts.push_back(client("ben-laptop", "ben@kaede.example", scenario::Reads::imap));
  s.links.push_back(tests::link("ben-laptop", "mail.kaede.example"));
  const auto at = [](Duration time, const char* device, auto what) {
    scenario::Act act = tests::act(time, "ben@kaede.example", std::move(what));
    act.on = device;
    return act;
  };
  s.story = {act(0s, "aiko@sakura.example", letter({"ben@kaede.example"}, "one", "1\n")),
             act(10s, "aiko@sakura.example", letter({"ben@kaede.example"}, "two", "2\n")),
             at(60s, "ben-phone", scenario::Fetch{}),
             at(60s, "ben-laptop", scenario::Fetch{}),
             at(70s, "ben-phone", scenario::Read{}),  // the last one: "two"
             at(80s, "ben-laptop", scenario::Fetch{}),
             at(90s, "ben-phone", scenario::Delete{}),
             at(100s, "ben-laptop", scenario::Fetch{})};
  const trace::Trace trace = world::run_scenario(s);

  const auto inbox = [&](Duration when) {
    trace::Snapshot then(trace.scene());
    for (std::uint32_t i = 1; i <= trace.size() && trace[RecordId{i}].at <= Instant{when}; ++i)
      fold(then, trace, RecordId{i});
    std::string shown;
    for (const trace::InboxItem& item : then.hosts.at(6).screen.inbox)
      shown += std::to_string(item.uid) + (item.seen ? " read, " : " unread, ");
    return shown;
  };
  CHECK(inbox(75s) == "1 unread, 2 unread, ");  // how should it know?
  CHECK(inbox(85s) == "1 unread, 2 read, ");
  CHECK(inbox(95s) == "1 unread, 2 read, ");
  CHECK(inbox(105s) == "1 unread, ");
}

TEST_CASE("IMAP: what is read while the server is down stays read") {
  scenario::Scenario s = ben_fetches(scenario::Reads::imap, {20s, 200s});
  scenario::Trouble off;
  off.what = scenario::PowerCut{"mail.kaede.example"};
  off.lasts = 60s;
  s.story.insert(s.story.begin() + 2, act(30s, "", off));
  s.story.insert(s.story.begin() + 3, act(40s, "ben@kaede.example", scenario::Read{}));
  const trace::Trace trace = world::run_scenario(s);
  trace::Snapshot end(trace.scene());
  for (std::uint32_t i = 1; i <= trace.size(); ++i) fold(end, trace, RecordId{i});
  REQUIRE(end.hosts.at(5).screen.inbox.size() == 1);
  CHECK(end.hosts.at(5).screen.inbox[0].seen);
}

TEST_CASE("POP3: mail stays on the server, and goes when its time has come") {
  scenario::Scenario s = ben_fetches(scenario::Reads::pop3, {20s, 1h, 25h});
  CHECK(messages_left(s) == 1);
  s.hosts[5].client.delete_after = 2h;
  CHECK(messages_left(s) == 0);
  s.story.pop_back();
  CHECK(messages_left(s) == 1);
  s.hosts[5].client.leave_on_server = false;
  CHECK(messages_left(s) == 0);
}

TEST_CASE("Who has proven who he is, and wants to be another, is told so (RFC 5530 §3)") {
  using namespace std::string_literals;
  const auto answer = [](const std::string& identity, const std::string& password) {
    Stranger outside(limited("{}"), 143);
    return outside.say("a AUTHENTICATE PLAIN " +
                       mail::base64_encode(identity + "\0ben\0"s + password) + "\r\n");
  };
  CHECK(answer("aiko@sakura.example", "ben-secret").starts_with("a NO [AUTHORIZATIONFAILED]"));
  CHECK(answer("aiko@sakura.example", "guess").starts_with("a NO [AUTHENTICATIONFAILED]"));
  CHECK(answer("ben@kaede.example", "ben-secret").starts_with("a OK "));
}

TEST_CASE("What a server puts up with is as the scenario says") {
  SECTION("POP3: time") {
    const auto s = limited(R"({ "pop3_preauth": "20s", "pop3_idle": "30s" })");
    CHECK_FALSE(Stranger(s, 110).may_wait(20s));
    Stranger ben(s, 110);
    ben.say("USER ben\r\nPASS ben-secret\r\n");
    CHECK(ben.may_wait(29s));
    ben.say("NOOP\r\n");
    CHECK(ben.may_wait(29s));
    CHECK_FALSE(ben.may_wait(1s));
  }
  SECTION("IMAP: time") {
    const auto s = limited(R"({ "imap_preauth": "20s", "imap_idle": "40s" })");
    CHECK_FALSE(Stranger(s, 143).may_wait(20s));
    Stranger ben(s, 143);
    ben.say("a LOGIN ben ben-secret\r\n");
    CHECK(ben.may_wait(39s));
    CHECK_FALSE(ben.may_wait(1s));
  }
  SECTION("SMTP: time and recipients") {
    const auto s = limited(R"({ "smtp_command": "7s", "smtp_data": "3s", "max_recipients": 1 })");
    CHECK_FALSE(Stranger(s, 25).may_wait(7s));
    Stranger outside(s, 25);
    CHECK(outside.say("EHLO x.example\r\n").find("LIMITS RCPTMAX=1\r\n") != std::string::npos);
    const std::string to = "RCPT TO:<ben@kaede.example>\r\n";
    CHECK(outside.say("MAIL FROM:<a@sakura.example>\r\n" + to + to).find("\r\n452 ") !=
          std::string::npos);
    outside.say("DATA\r\nSubject: x\r\n");
    CHECK_FALSE(outside.may_wait(3s));
  }
  SECTION("errors and failed logins") {
    const auto s = limited(R"({ "max_errors": 2, "max_failed_logins": 1 })");
    for (const int port : {25, 110, 143}) {
      Stranger outside(s, static_cast<std::uint16_t>(port));
      outside.say("x y\r\n");
      CHECK_FALSE(outside.ended());
      outside.say("x y\r\n");
      CHECK(outside.ended());
    }
    Stranger guesser(s, 143);
    guesser.say("a LOGIN ben guess\r\n");
    CHECK(guesser.ended());
  }
  SECTION("what is counted") {
    const auto s = limited(
        R"({ "pop3_line": 40, "pop3_login_delay": "1h", "imap_mailboxes": 2, "imap_search_keys": 2,
             "imap_keywords": 0, "imap_literal": 100, "max_commands_before_login": 3 })");
    Stranger pop3(s, 110);
    CHECK(pop3.say("USER " + std::string(40, 'x') + "\r\n") == "-ERR line too long\r\n");
    CHECK(pop3.say("CAPA\r\n").find("\r\nLOGIN-DELAY 3600\r\n") != std::string::npos);
    pop3.say("CAPA\r\nCAPA\r\nCAPA\r\n");
    CHECK(pop3.ended());
    Stranger imap(s, 143);
    CHECK(imap.say("a LOGIN {101}\r\n").find("a BAD [LIMIT]") == 0);
    imap.say("b LOGIN ben ben-secret\r\nc CREATE one\r\n");
    CHECK(imap.say("d CREATE two\r\n").find("d NO [LIMIT]") == 0);
    CHECK(imap.say("e SELECT INBOX\r\n")
              .find("PERMANENTFLAGS (\\Answered \\Flagged \\Deleted "
                    "\\Seen \\Draft)]") != std::string::npos);
    CHECK(imap.say("f SEARCH SEEN UNSEEN DRAFT\r\n").find("f NO [LIMIT]") == 0);
  }
}
