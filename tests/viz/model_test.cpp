// The viewer's behaviour without a window: where we stand, and what commands do.
#include "viz/model/model.hpp"
#include "tests/support/catch.hpp"
#include "tests/viz/demo_trace.hpp"
#include "text/text.hpp"
#include "viz/model/letter.hpp"

using namespace posthorn;
using namespace posthorn::viz;
using namespace posthorn::texts;
using viz::test::DemoTrace;
using Mode = trace::ClientScreen::Mode;

namespace {
const trace::Trace& demo() {
  static const trace::Trace trace = DemoTrace::build();
  return trace;
}
Mode aiko(const Model& m) { return m.now.host(DemoTrace::kAiko).screen.mode; }
}  // namespace

TEST_CASE("a column of times holds days as well") {
  CHECK(clock_column(Instant{} + 2224ms) == "2.224");
  CHECK(clock_column(Instant{} + 4385'926ms) == "1:13:05");
  CHECK(clock_column(Instant{} + std::chrono::hours(24 * 3 + 21) + 15min + 33s) == "3d 21:15");
}

TEST_CASE("a moment is told in seconds, from an hour on as a clock tells it") {
  CHECK(moment_text(Instant{} + 30'630ms) == "30.630 s");
  CHECK(moment_text(Instant{} + 2h) == "2:00:00.000");
}

TEST_CASE("at opening the letter is written and waits for Send") {
  const Model m(demo());
  CHECK(aiko(m) == Mode::composing);
  CHECK(m.waits_for_send());
  CHECK_FALSE(m.head.playing);
}

TEST_CASE("Send plays on from the pressing, however late that is") {
  Model m(demo());
  apply(m, PressSend{DemoTrace::kAiko});
  CHECK(aiko(m) == Mode::sending);
  CHECK(m.head.playing);
  CHECK(m.head.at == Instant{} + 2s);
  CHECK_FALSE(m.waits_for_send());
}

TEST_CASE("stepping forward and back again gives the same picture") {
  Model m(demo());
  std::vector<std::uint32_t> counts;
  while (m.head.count < m.trace->size()) {
    counts.push_back(m.head.count);
    apply(m, StepForward{});
    REQUIRE(m.head.count > counts.back());
    CHECK(is_meaningful((*m.trace)[RecordId{m.head.count}].fact));
  }
  CHECK(m.now.step == 5);
  for (; !counts.empty(); counts.pop_back()) {
    apply(m, StepBack{});
    CHECK(m.head.count == counts.back());
    CHECK(m.now.last.value == m.head.count);
  }
  CHECK(aiko(m) == Mode::composing);
}

TEST_CASE("story steps visit the five steps in order") {
  Model m(demo());
  for (std::uint32_t step = 1; step <= 5; ++step) {
    apply(m, StoryForward{});
    CHECK(m.now.step == step);
  }
  apply(m, StoryBack{});
  CHECK(m.now.step == 4);
}

TEST_CASE("playing shows every record once, and stops at the end") {
  Model m(demo());
  apply(m, PressSend{DemoTrace::kAiko});
  std::uint32_t former = 0;
  double real = 0;
  while (m.head.playing && real < 600) {
    pass_time(m, 0.05);
    real += 0.05;
    CHECK(m.head.count >= former);
    CHECK(m.now.last.value == m.head.count);
    former = m.head.count;
  }
  CHECK(m.head.count == m.trace->size());
  CHECK(m.head.at == m.trace->end_time());
}

TEST_CASE("a quiet gap of 18 seconds does not keep a class waiting") {
  const trace::Trace& t = demo();
  const Track track(t);
  Playhead head;
  seek_time(head, t, Instant{} + 3s);  // all is delivered; Ben comes at 20 s
  head.playing = true;
  head.speed = 0.02;  // without skipping: 900 real seconds
  advance(head, t, track, 1.0);
  advance(head, t, track, 0.2);
  CHECK(head.at > Instant{} + 20s);
}

TEST_CASE("a faster setting is never slowed down by the skipping") {
  const trace::Trace& t = demo();
  const Track track(t);
  Playhead head;
  seek_time(head, t, Instant{} + 3s);
  head.playing = true;
  head.speed = 100;
  advance(head, t, track, 0.1);
  CHECK(head.at >= Instant{} + 13s);
}

TEST_CASE("the time slider and time are inverse of each other, and monotone") {
  const Track track(demo());
  double former = -1;
  for (int ms = 0; ms <= 22000; ms += 250) {
    const Instant at = Instant{} + std::chrono::milliseconds(ms);
    if (at > demo().end_time()) break;
    const double position = track.slider(at);
    CHECK(position >= former);
    const auto error = track.from_slider(position) - at;
    CHECK(std::chrono::abs(error) < 100ms);
    former = position;
  }
  CHECK(track.slider(Instant{}) == 0);
  CHECK(track.slider(demo().end_time()) == 1);
  CHECK(track.from_slider(1) == demo().end_time());
}

TEST_CASE("seeking to any time gives the snapshot that folding gives") {
  Model m(demo());
  for (const int ms : {21000, 0, 2100, 2099, 60000, 2200}) {
    apply(m, SeekTime{Instant{} + std::chrono::milliseconds(ms)});
    trace::Snapshot folded(m.scene());
    for (std::uint32_t i = 1; i <= m.head.count; ++i) fold(folded, *m.trace, RecordId{i});
    CHECK(m.now.hosts == folded.hosts);
    CHECK(m.now.step == folded.step);
  }
}

TEST_CASE("speed stays within its bounds and the slider is logarithmic") {
  Model m(demo());
  for (int i = 0; i < 100; ++i) apply(m, Faster{});
  CHECK(m.head.speed == kFastest);
  for (int i = 0; i < 100; ++i) apply(m, Slower{});
  CHECK(m.head.speed == kSlowest);
  CHECK(speed_to_slider(kSlowest) == 0);
  CHECK(slider_to_speed(speed_to_slider(0.5)) > 0.499);
  CHECK(slider_to_speed(speed_to_slider(0.5)) < 0.501);
}

TEST_CASE("a chosen record is explained, until we move on") {
  Model m(demo());
  apply(m, SelectRecord{m.rows[5]});
  CHECK(m.focus() == m.rows[5]);
  CHECK(m.head.count == m.rows[5].value);
  apply(m, StepForward{});
  CHECK(m.focus() != m.rows[5]);
  apply(m, SelectRecord{RecordId{999999}});  // nonsense is ignored
  CHECK(m.head.count <= m.trace->size());
}

TEST_CASE("the transcript has replies on one line and shortens secrets") {
  const Model m(demo());
  const auto find = [&](const std::string& start) {
    for (const RecordId id : m.rows) {
      const TranscriptRow row = transcript_row(*m.trace, id);
      if (row.text.en.rfind(start, 0) == 0) return row.text.en;
    }
    return std::string("none");
  };
  CHECK(find("250-") == "250-mail.example  250-SIZE 25000000  250-8BITMIME  250 AUTH PLAIN LOGIN");
  CHECK(find("AUTH") == "AUTH PLAIN AGFpa29Ac2Fr…");
  CHECK(find("MX ") == "MX kaede.example = 10 mail.kaede.example");
  CHECK(one_line("a\xFF\x01z\r\n") == "a··z");
}

TEST_CASE("the filter looks at protocol, hosts and text, in the chosen language") {
  Model m(demo());
  apply(m, SetFilter{"\"mail from\" -letter:0 verb:mail"});
  CHECK(m.visible.size() == 2);
  apply(m, SetFilter{"dns"});
  CHECK(m.visible.size() >= 2);
  apply(m, ToggleLang{});
  apply(m, SetFilter{"ベンさん"});
  CHECK_FALSE(m.visible.empty());
  apply(m, SetFilter{"zzz"});
  CHECK(m.visible.empty());
  apply(m, SetFilter{""});
  CHECK(m.visible.size() == m.rows.size());
}

TEST_CASE("a letter is shown decoded") {
  const Model m(demo());
  const BlobId content = content_in((*m.trace)[m.stations.last(MessageId{1}, m.head.count)].fact);
  const Letter& letter = letter_of(m.trace->blob(content));
  CHECK(letter.from == "愛子 <aiko@sakura.example>");
  CHECK(letter.subject == "来週の会議について");
  CHECK(letter.body.find("こんにちは") == 0);
  REQUIRE(letter.parts.size() == 3);
  CHECK(letter.parts[2].note == "plan.pdf, base64");
}

TEST_CASE("an empty trace can be shown") {
  const trace::Trace none;
  Model m(none);
  for (const Command& c : {Command(Play{}), Command(StepForward{}), Command(StepBack{}),
                           Command(SeekEnd{}), Command(PressSend{HostId{1}})}) {
    apply(m, c);
    pass_time(m, 0.1);
  }
  CHECK(m.head.count == 0);
}
