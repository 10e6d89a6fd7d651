// Without a mouse: the focus goes everywhere and is seen, text fields are entered and left, and a
// lesson can be given from the first key to the last.
#include "tests/support/catch.hpp"
#include "tests/support/golden.hpp"
#include "tests/viz/harness.hpp"
#include "viz/app/keys.hpp"
#include "viz/model/copy.hpp"

using namespace posthorn;
using namespace posthorn::viz;
using namespace posthorn::viz::test;

namespace {

void with_ctrl(Harness& h, Key key, bool shift = false) {
  inject_key(Key::ctrl, true);
  h.press(key, shift);
  inject_key(Key::ctrl, false);
  h.headless.frame();
}

std::string copied(const Model& model) {
  if (model.requests.empty()) return {};
  const auto* text = std::get_if<CopyText>(&model.requests.back());
  return text == nullptr ? std::string() : text->text;
}

std::vector<Lesson> many_lessons() {
  std::vector<Lesson> out;
  for (int i = 1; i <= 80; ++i) {
    const std::string n = std::to_string(i);
    out.push_back({"/lessons/" + n + ".json", {"Lesson " + n, "第" + n + "課"}, {"Text.", "文。"}});
  }
  return out;
}

}  // namespace

TEST_CASE("the focus comes into view when it goes where the list has not been scrolled to") {
  Harness h(1024, 640);
  h.model.desk.start = true;
  h.model.desk.lessons = many_lessons();
  h.headless.frame();
  REQUIRE(h.find("lesson-80").min.y > 640);
  REQUIRE(tab_to(h, "lesson-80"));
  for (int i = 0; i < 3; ++i) h.headless.frame();
  CHECK(h.find("lesson-80").max.y <= 640);
  CHECK(h.find("lesson-80").min.y >= 0);
  h.press(Key::enter);
  REQUIRE_FALSE(h.model.requests.empty());
  CHECK(std::get<OpenLesson>(h.model.requests.back()).path == "/lessons/80.json");
  drop_focus();
}

TEST_CASE("Tab leaves a text field for the next widget, Esc keeps what was typed") {
  Harness h;
  h.model.may_write = true;
  h.headless.frame();
  REQUIRE(tab_to(h, "own-subject"));
  h.press(Key::enter);
  h.headless.frame();
  h.type("春");
  REQUIRE(h.model.own);
  CHECK(h.model.own->subject.find("春") != std::string::npos);
  h.press(Key::tab);
  CHECK(focused_name() == "own-text");
  h.press(Key::enter);
  h.headless.frame();
  h.type("さくら");
  h.press(Key::escape);
  h.headless.frame();
  CHECK(h.model.own->text.find("さくら") != std::string::npos);
  CHECK(h.model.own->subject.find("春") != std::string::npos);
  h.press(Key::tab);
  CHECK(focused_name() == "send");
  drop_focus();
}

TEST_CASE("an overlay keeps the focus: what it covers cannot be pressed") {
  Harness h;
  for (const auto& [key, card] : {std::pair{"?", "help-"}, {"a", "set-"}, {"g", "only-"}}) {
    h.type(key);
    drop_focus();
    for (int i = 0; i < 30; ++i) {
      h.press(Key::tab);
      INFO(key << ": " << focused_name());
      const bool inside = focused_name().rfind(card, 0) == 0 ||
                          focused_name().rfind("text-", 0) == 0 ||
                          focused_name().rfind("settings-", 0) == 0 || focused_name() == "slower" ||
                          focused_name() == "faster" || focused_name() == "speed-usual";
      CHECK(inside);
    }
    h.press(Key::escape);
    CHECK_FALSE((h.model.help || h.model.settings || h.model.choosing));
  }
  drop_focus();
}

TEST_CASE("up and down go from line to line, from packet to packet, from station to station") {
  Harness h;
  h.press(Key::home);
  h.press(Key::down);
  const RecordId first = h.model.selection.record;
  REQUIRE(first);
  CHECK(std::ranges::binary_search(h.model.visible, first));
  h.press(Key::down);
  CHECK(h.model.selection.record > first);
  h.press(Key::up);
  CHECK(h.model.selection.record == first);
  apply(h.model, SetView{View::packets});
  h.press(Key::down);
  CHECK(std::ranges::binary_search(h.model.track.packets, h.model.head.count));
  apply(h.model, SetView{View::letter});
  h.press(Key::end);
  h.press(Key::up);
  CHECK(h.model.selection.record == h.model.stations.last(h.model.letter(), h.model.head.count));
}

TEST_CASE("Ctrl and C copy the line, with Shift the letter") {
  Harness h;
  apply(h.model, SetFilter{"verb:ehlo"});
  apply(h.model, NextHit{true});
  h.headless.frame();
  with_ctrl(h, Key::letter_c);
  CHECK(copied(h.model).rfind("EHLO", 0) == 0);
  CHECK(copied(h.model).find('\n') == std::string::npos);
  apply(h.model, SetFilter{});
  h.press(Key::end);
  with_ctrl(h, Key::letter_c, true);
  CHECK(copied(h.model).find("Subject:") != std::string::npos);
  CHECK(copied(h.model).find('\r') == std::string::npos);
}

TEST_CASE("stage and ladder are enlarged by keys") {
  Harness h;
  h.type("i");
  h.type("i");
  CHECK(h.model.camera.zoom > 1.5f);
  const float x = h.model.camera.x;
  with_ctrl(h, Key::right);
  CHECK(h.model.camera.x > x);
  h.type("o");
  h.type("0");
  CHECK(h.model.camera == Camera{});
  h.type("3");
  h.type("k");
  CHECK(h.model.ladder_zoom > 1.1f);
  h.type("j");
  h.type("j");
  CHECK(h.model.ladder_zoom < 1);
}

TEST_CASE("a clicker's blank key makes the screen black, and any way back is right") {
  Harness h;
  h.press(Key::f5);
  h.type(".");
  CHECK(h.model.blank);
  const Image black = h.headless.picture();
  CHECK((black.at(800, 450) & 0xFFFFFF) == 0);
  h.type(".");
  CHECK_FALSE(h.model.blank);
  h.type(".");
  h.press(Key::escape);
  CHECK_FALSE(h.model.blank);
  CHECK(h.model.presenting);
  h.press(Key::escape);
  CHECK_FALSE(h.model.presenting);
}

TEST_CASE("where there is no room for the search field, its key makes some") {
  Harness h(1024, 640);
  apply(h.model, SetTextScale{2.5f});
  h.headless.frame();
  h.headless.frame();
  CHECK(find_mark("filter") == nullptr);
  h.type("/");
  h.headless.frame();
  h.headless.frame();
  h.type("ehlo");
  CHECK(h.model.filter == "ehlo");
  h.press(Key::escape);
  h.press(Key::escape);
  CHECK(h.model.filter.empty());
  CHECK_FALSE(h.model.search_open);
}

TEST_CASE("what does not fit is scrolled by key: the list of keys, the explanation") {
  Harness h(1024, 640);
  h.type("?");
  h.headless.frame();
  keep_writing(true);
  const auto lowest = [&] {
    take_writing();
    h.headless.frame();
    float y = 0;
    for (const Written& w : take_writing()) y = std::max(y, w.box.max.y);
    return y;
  };
  apply(h.model, SetTextScale{2});
  for (int i = 0; i < 3; ++i) h.headless.frame();
  const float before = lowest();
  REQUIRE(before > 640);  // it goes on below the window
  h.press(Key::page_down);
  h.press(Key::page_down);
  CHECK(lowest() < before);
  CHECK_FALSE(h.model.head.playing);
  keep_writing(false);
}

TEST_CASE("the keys that the list names all do something") {
  for (const KeyHelp& key : key_help())
    for (const Lang lang : {Lang::en, Lang::ja}) CHECK(texts::say(key.word, lang) != key.word);
  // The letters and signs of the list; arrows and named keys have tests of their own.
  const std::string keys = "s+-12345670dgm[]\\iojkefpnltcaxhqw?./";
  for (const char c : keys) {
    Harness h;
    apply(h.model, SeekTime{Instant{} + 2s});
    if (c == '\\') apply(h.model, LoopFrom{});
    if (c == '0' || c == 'o') apply(h.model, SetCamera{{2, 0.5f, 0.5f}});
    if (c == '1') apply(h.model, SetView{View::ladder});
    const auto state = [&] {
      const Model& m = h.model;
      return std::tuple(m.stride, m.head.speed, m.view, m.tall_dock,
                        std::pair(m.choosing, m.what_if), m.marks, m.loop.from, m.loop.to, m.camera,
                        m.ladder_zoom, m.likes, m.fullscreen,
                        std::tuple(m.laser, m.notes, m.settings, m.menu, m.requests.size(), m.help,
                                   m.selection.record, m.search_open));
    };
    const auto before = state();
    h.type(std::string(1, c).c_str());
    INFO(c);
    CHECK_FALSE(before == state());
  }
}
