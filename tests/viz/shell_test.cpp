// The whole window without a window: what is clicked and pressed, and where everything stands.
#include <cstdlib>

#include "tests/support/catch.hpp"
#include "tests/viz/harness.hpp"

using namespace posthorn;
using namespace posthorn::viz;
using namespace posthorn::viz::test;

namespace {

bool overlap(const Mark& a, const Mark& b) {
  constexpr float kTouch = 0.5f;
  return a.min.x < b.max.x - kTouch && b.min.x < a.max.x - kTouch && a.min.y < b.max.y - kTouch &&
         b.min.y < a.max.y - kTouch;
}
bool starts(const std::string& name, const char* prefix) { return name.rfind(prefix, 0) == 0; }

bool is_shell(const Mark& m) {
  for (const char* name : {"play", "step-back", "step-forward", "restart", "speed", "help", "theme",
                           "language", "time", "filter", "transcript-size"})
    if (m.name == name) return true;
  return false;
}

}  // namespace

TEST_CASE("clicking Send starts the story") {
  Harness h;
  h.click("send");
  CHECK(h.model.head.playing);
  CHECK(h.model.now.step >= 1);
  h.click("play");
  CHECK_FALSE(h.model.head.playing);
}

TEST_CASE("the buttons step, restart and switch") {
  Harness h;
  const std::uint32_t opening = h.model.head.count;
  h.click("step-forward");
  h.click("step-forward");
  CHECK(h.model.head.count > opening + 1);
  h.click("step-back");
  h.click("step-back");
  CHECK(h.model.head.count == opening);
  h.press(Key::end);
  CHECK(h.model.head.count == h.model.trace->size());
  h.click("restart");
  CHECK(h.model.head.count == opening);
  h.click("language");
  CHECK(h.model.likes.lang == Lang::ja);
  h.click("theme");
  CHECK(h.model.likes.dark);
  h.click("transcript-size");
  CHECK(h.model.tall_dock);
}

TEST_CASE("the keys do what the help says") {
  Harness h;
  h.press(Key::right);
  const std::uint32_t after = h.model.head.count;
  h.press(Key::left);
  CHECK(h.model.head.count < after);
  h.press(Key::right, true);
  CHECK(h.model.now.step == 1);
  h.press(Key::right, true);
  CHECK(h.model.now.step == 2);
  h.press(Key::left, true);
  CHECK(h.model.now.step == 1);
  h.press(Key::space);
  CHECK(h.model.head.playing);
  h.press(Key::space);
  CHECK_FALSE(h.model.head.playing);
  const double speed = h.model.head.speed;
  h.type("+");
  CHECK(h.model.head.speed > speed);
  h.type("-");
  h.type("-");
  CHECK(h.model.head.speed < speed);
  h.type("l");
  CHECK(h.model.likes.lang == Lang::ja);
  h.type("T");
  CHECK(h.model.likes.dark);
  h.type("?");
  CHECK(h.model.help);
  CHECK(find_mark("help-card") != nullptr);
  h.press(Key::escape);
  CHECK_FALSE(h.model.help);
}

TEST_CASE("letters typed into the filter are text, not keys") {
  Harness h;
  h.click("filter");
  h.type("ehlo t");
  CHECK(h.model.filter == "ehlo t");
  CHECK(h.model.likes.lang == Lang::en);
  CHECK_FALSE(h.model.likes.dark);
  CHECK(h.model.visible.size() < h.model.rows.size());
}

TEST_CASE("the time slider scrubs both ways") {
  Harness h;
  h.click("time", 0.8f);
  const Instant late = h.model.head.at;
  h.click("time", 0.2f);
  CHECK(h.model.head.at < late);
  CHECK(h.model.head.at > Instant{});
}

TEST_CASE("a row of the transcript and a step of the list go to their moment") {
  Harness h;
  h.click("row-2");
  CHECK(h.model.focus() == h.model.rows[2]);
  h.click("step-4");
  CHECK(h.model.now.step == 4);
  h.click("cause-0");
  CHECK(h.model.selection.record);
}

TEST_CASE("nothing overlaps and nothing leaves the window, in any size, language and theme") {
  const std::pair<int, int> sizes[] = {{1024, 640}, {1280, 720}, {1600, 900}, {1920, 1080}};
  for (const auto& [width, height] : sizes) {
    Harness h(width, height);
    for (const Lang lang : {Lang::en, Lang::ja}) {
      h.model.likes.lang = lang;
      for (const bool tall : {false, true}) {
        h.model.tall_dock = tall;
        h.headless.frame();
        h.headless.frame();
        const std::vector<Mark> all = marks();
        for (std::size_t i = 0; i < all.size(); ++i) {
          INFO(width << "x" << height << (lang == Lang::ja ? " ja " : " en ") << all[i].name);
          if (is_shell(all[i]) || all[i].container) {
            CHECK(all[i].min.x >= 0);
            CHECK(all[i].min.y >= 0);
            CHECK(all[i].max.x <= static_cast<float>(width));
            CHECK(all[i].max.y <= static_cast<float>(height));
            CHECK(all[i].max.x - all[i].min.x >= 16);
            CHECK(all[i].max.y - all[i].min.y >= 10);
          }
          for (std::size_t k = i + 1; k < all.size(); ++k) {
            const bool both_shell = is_shell(all[i]) && is_shell(all[k]);
            const bool both_panels = all[i].container && all[k].container &&
                                     starts(all[i].name, "panel-") && starts(all[k].name, "panel-");
            if (!both_shell && !both_panels) continue;
            INFO(all[k].name);
            CHECK_FALSE(overlap(all[i], all[k]));
          }
        }
      }
    }
  }
}

TEST_CASE("the same frame gives the same pixels") {
  Harness a, b;
  const Image x = a.headless.picture();
  b.headless.frame();
  CHECK(b.headless.picture().pixels == x.pixels);
}

TEST_CASE("an empty trace opens without harm") {
  const trace::Trace none;
  Harness h(1024, 640, none);
  h.press(Key::space);
  h.press(Key::right);
  h.press(Key::end);
  h.click("time", 0.5f);
  CHECK(h.model.head.count == 0);
}
