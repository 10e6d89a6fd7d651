// The eavesdropper's view: what crosses, and beside it what the two ends see.
#include <algorithm>

#include "tests/support/catch.hpp"
#include "tests/support/golden.hpp"
#include "tests/viz/harness.hpp"
#include "viz/model/tap.hpp"

using namespace posthorn;
using namespace posthorn::viz;
using namespace posthorn::viz::test;

namespace {

/// What the ends see of each packet on the line from the first host to the second, in order.
std::vector<std::string> ends_of(const std::string& name, bool sealed) {
  const trace::Trace& trace = lesson(name);
  std::vector<std::string> seen;
  for (const trace::Overheard& packet : tap_rows(trace, LinkId{1}))
    if (packet.conn && packet.sealed == sealed) seen.push_back(seen_at_ends(trace, packet).en);
  return seen;
}

}  // namespace

TEST_CASE("Each packet on a tapped line stands beside the words that it carries, sealed or not") {
  const bool sealed = GENERATE(true, false);
  const std::vector<std::string> seen = ends_of(sealed ? "sealed" : "postcard", sealed);
  CAPTURE(seen);
  const auto has = [&](const std::string& words) { return std::ranges::count(seen, words) == 1; };
  CHECK(has("MAIL FROM:<aiko@sakura.example> SIZE=351  RCPT TO:<ben@kaede.example>  DATA"));
  CHECK(has("250 2.1.0 Sender ok"));
  CHECK(has("250 2.1.5 Recipient ok"));
  CHECK(has("354 Send the message; end it with a dot on a line by itself"));
  CHECK(has("QUIT"));
  if (sealed) CHECK(has("TLS ClientHello"));
  if (sealed) CHECK(std::ranges::count(seen, "TLS Alert: close_notify") == 2);
}

TEST_CASE("A conversation shows beside what was said what the other end heard instead") {
  const trace::Trace& trace = lesson("stripped");
  RecordId heard;
  for (std::uint32_t id = 1; id <= trace.size() && !heard; ++id)
    if (const auto* line = std::get_if<trace::Line>(&trace[RecordId{id}].fact))
      if (trace.line_text(*line).find("250-XXXXXXXX") != std::string::npos) heard = RecordId{id};
  REQUIRE(heard);
  test::Harness h(1600, 900, trace);
  h.press(Key::end);
  h.model.view = View::talk;
  h.model.selection.record = heard;
  h.headless.frame();
  h.headless.frame();
  CHECK(find_mark("talk-" + std::to_string(heard.value)) != nullptr);
}

TEST_CASE("Where an attacker sits, what goes on from there stands beside what was said") {
  const trace::Trace& trace = lesson("stripped");
  Model model(trace);
  apply(model, SeekEnd{});
  const LinkId link = tapped_link(trace, model.now);
  bool found = false;
  for (const trace::Overheard& packet : tap_rows(trace, link)) {
    if (!packet.changed) continue;
    found = true;
    CHECK(seen_on_line(trace, packet).en.starts_with("250-XXXXXXXX"));
    CHECK(seen_at_ends(trace, packet).en.starts_with("250-STARTTLS"));
  }
  CHECK(found);
}
