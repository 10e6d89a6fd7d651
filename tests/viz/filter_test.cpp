// What is filtered is filtered in every view; what is odd about a query is said.
#include <algorithm>

#include "tests/support/catch.hpp"
#include "tests/support/golden.hpp"
#include "tests/viz/harness.hpp"
#include "viz/model/clocks.hpp"
#include "viz/model/decode.hpp"

using namespace posthorn;
using namespace posthorn::viz;
using namespace posthorn::viz::test;

namespace {

std::vector<std::string> names(const std::string& prefix) {
  std::vector<std::string> out;
  for (const Mark& m : marks())
    if (m.name.rfind(prefix, 0) == 0) out.push_back(m.name);
  return out;
}

void show(Harness& h, View view) {
  apply(h.model, SetView{view});
  for (int i = 0; i < 3; ++i) h.headless.frame();
}

QueryDoubt::Kind doubt_in(const std::string& query) {
  const Query read = parse_query(query);
  INFO(query);
  REQUIRE(read.doubts.size() == 1);
  return read.doubts.front().kind;
}

}  // namespace

TEST_CASE("from:aiko code:451 finds the refusals of Aiko's letter") {
  const trace::Trace& trace = lesson("greylist");
  Model model(trace);
  apply(model, SetFilter{"from:aiko code:451"});
  CHECK_FALSE(model.hits.empty());
  const auto direct = model.hits;
  for (const char* same : {"code:4xx from:aiko protocol:smtp", "code:4.7.1 from:aiko",
                           "from:<aiko@sakura.example> code:451", "from:愛子 code:451"}) {
    INFO(same);
    apply(model, SetFilter{same});
    CHECK(model.hits.size() >= 1);
    CHECK(std::ranges::includes(direct, model.hits));
  }
  apply(model, SetFilter{"from:ben code:451"});
  CHECK(model.hits.empty());
}

TEST_CASE("all views obey a filter") {
  const trace::Trace& trace = lesson("mx-fallback");
  Harness h(1600, 900, trace);
  h.model.tall_dock = true;
  h.press(Key::end);
  apply(h.model, SetFilter{"protocol:imap"});
  const auto imap = [&](ConnId conn) { return trace.connection(conn)->protocol == Protocol::imap; };
  for (const RecordId id : h.model.visible)
    CHECK(transcript_row(trace, id).protocol == Protocol::imap);
  CHECK(imap(h.model.conversation()));
  show(h, View::talk);
  for (const std::string& name : names("talk-"))
    if (name != "talk-former" && name != "talk-next") {
      const RecordId id{static_cast<std::uint32_t>(std::stoul(name.substr(5)))};
      CHECK(h.model.is_hit(id));
    }
  show(h, View::packets);
  const auto packets = names("packet-");
  CHECK_FALSE(packets.empty());
  show(h, View::offices);
  for (const std::string& name : names("office-")) {
    INFO(name);
    const bool imap_server = name == "office-mx1.kaede.example";
    CHECK(imap_server);
  }
  show(h, View::ladder);
  CHECK(names("head-").size() == 2);
  show(h, View::letter);
  const bool other = h.model.letter() && !h.model.among.has(h.model.letter());
  CHECK_FALSE(other);
  // Nothing is left: every view says so, and none breaks.
  apply(h.model, SetFilter{"zzzz"});
  for (int v = 0; v < 7; ++v) {
    show(h, static_cast<View>(v));
    INFO(v);
    CHECK(names("row-").empty());
    CHECK(names("rung-").empty());
    CHECK(names("station-").empty());
    CHECK(names("office-").empty());
  }
  apply(h.model, SetFilter{});
  show(h, View::offices);
  CHECK(names("office-").size() > 2);
}

TEST_CASE("the stage dims whom the filter is not about") {
  const trace::Trace& trace = lesson("first-letter");
  Harness h(1600, 900, trace);
  h.press(Key::end);
  CHECK(names("veil:").empty());
  apply(h.model, SetFilter{"protocol:imap"});
  h.headless.frame();
  const auto dim = names("veil:");
  CHECK(std::ranges::count(dim, "veil:aiko-laptop") == 1);
  CHECK(std::ranges::count(dim, "veil:ben-phone") == 0);
  CHECK(std::ranges::count(dim, "veil:mail.kaede.example") == 0);
}

TEST_CASE("a code finds the packet that carries the reply") {
  const trace::Trace& trace = lesson("first-letter");
  Harness h(1600, 900, trace);
  h.model.tall_dock = true;
  apply(h.model, SetFilter{"code:221"});
  show(h, View::packets);
  CHECK_FALSE(names("packet-").empty());
  CHECK(names("packet-").size() < 6);
}

TEST_CASE("what is shown is chosen by click, and everything again") {
  const trace::Trace& trace = lesson("two-mailboxes");
  Harness h(1600, 900, trace);
  h.press(Key::end);
  h.click("choose");
  h.headless.frame();
  h.click("only-protocol-pop3");
  CHECK(h.model.filter == "protocol:pop3");
  h.click("only-protocol-imap");
  CHECK(h.model.filter == "protocol:imap");  // there is one protocol to a line
  h.click("only-protocol-imap");
  CHECK(h.model.filter.empty());
  h.click("only-letter-1");
  CHECK(h.model.filter == "letter:1");
  CHECK_FALSE(h.model.visible.empty());
  h.click("only-all");
  CHECK(h.model.filter.empty());
  h.click("only-close");
  CHECK_FALSE(h.model.choosing);
}

TEST_CASE("connections and letters are gone through one after the other") {
  const trace::Trace& trace = lesson("two-mailboxes");
  Harness h(1600, 900, trace);
  h.press(Key::end);
  h.click("view-talk");
  const ConnId last = h.model.conversation();
  REQUIRE(last.value > 1);
  h.click("talk-former");
  CHECK(h.model.conversation() == ConnId{last.value - 1});
  h.click("talk-next");
  CHECK(h.model.conversation() == last);
}

TEST_CASE("a letter to several people is compared with where it came from") {
  const trace::Trace& trace = lesson("two-mailboxes");
  const Model model(trace);
  const auto& stations = model.stations.of(MessageId{1});
  REQUIRE(stations.size() > 4);
  CHECK_FALSE(model.stations.before(trace, MessageId{1}, stations.front()));
  const auto content = [&](RecordId id) -> const std::string& {
    return *trace.blob(content_in(trace[id].fact));
  };
  int fetched = 0;
  for (const RecordId id : stations) {
    const RecordId from = model.stations.before(trace, MessageId{1}, id);
    if (!std::holds_alternative<trace::InboxReceived>(trace[id].fact)) continue;
    ++fetched;
    CHECK(content(from) == content(id));  // who fetches it changes nothing
  }
  CHECK(fetched >= 2);
}

TEST_CASE("terms are put in and taken out without harm to the rest") {
  CHECK(toggle_term("", "host:a") == "host:a");
  CHECK(toggle_term("mail", "host:a") == "mail host:a");
  CHECK(toggle_term("mail host:a", "host:a") == "mail");
  CHECK(toggle_term("host:a mail", "host:b") == "mail host:b");
  CHECK(toggle_term("\"two words\" -host:x", "host:b") == "\"two words\" -host:x host:b");
  CHECK(toggle_term("桜　host:a", "host:a") == "桜");
  CHECK(has_term("x HOST:A", "host:a"));
  CHECK_FALSE(has_term("host:ab", "host:a"));
  CHECK(quoted_term("host", "a b") == "host:\"a b\"");
}

TEST_CASE("what is odd about a query is said, and searched as well as can be") {
  using Kind = QueryDoubt::Kind;
  CHECK(doubt_in("form:aiko") == Kind::unknown_key);
  CHECK(doubt_in("code:") == Kind::no_word);
  CHECK(doubt_in("\"mail from") == Kind::open_quote);
  CHECK(doubt_in("step:two") == Kind::not_a_number);
  CHECK(doubt_in("letter:x1") == Kind::not_a_number);
  CHECK(doubt_in("protocol:http") == Kind::not_a_protocol);
  for (const char* fine : {"", "from:aiko code:450", "http://x", "12:30", "step:2", "protocol:smtp",
                           "\"a:b\"", "-dns", "桜", "proto:imap", ":-)"}) {
    INFO(fine);
    CHECK(parse_query(fine).doubts.empty());
  }
  Harness h;
  keep_writing(true);
  for (const Lang lang : {Lang::en, Lang::ja}) {
    h.model.likes.lang = lang;
    apply(h.model, SetFilter{"form:aiko"});
    h.headless.frame();
    take_writing();
    h.headless.frame();
    bool said = false;
    for (const Written& w : take_writing()) said |= w.text.find("form:") != std::string::npos;
    CHECK(said);
  }
  keep_writing(false);
}

TEST_CASE("a wrong clock is seen at the post office") {
  trace::Scene scene;
  trace::SceneHost server;
  server.kind = trace::HostKind::mail_server;
  server.name = "mail.a.example";
  server.label = {"A", "A"};
  scene.hosts.push_back(server);
  trace::Trace trace(scene);
  trace.append(
      Instant{},
      trace::FaultBegan{1, HostId{1}, {}, trace.intern("+2h"), trace::FaultKind::wrong_clock});
  trace.append(
      Instant{} + 1s,
      trace::FaultBegan{2, HostId{1}, {}, trace.intern("-30m"), trace::FaultKind::wrong_clock});
  Harness h(1600, 900, trace);
  apply(h.model, SelectRecord{RecordId{1}});
  CHECK(clock_error(h.model.now, trace, HostId{1}) == std::chrono::hours(2));
  h.press(Key::end);
  CHECK(clock_error(h.model.now, trace, HostId{1}) == std::chrono::minutes(90));
  CHECK(clock_error(h.model.now, trace, HostId{2}) == Duration{});
  show(h, View::offices);
  CHECK(find_mark("office-mail.a.example") != nullptr);
}
