// No words are cut off and none stand on others, in any view, size, language and size of text.
#include <algorithm>
#include <set>

#include "tests/support/catch.hpp"
#include "tests/support/golden.hpp"
#include "tests/viz/harness.hpp"

using namespace posthorn;
using namespace posthorn::viz;
using namespace posthorn::viz::test;

namespace {

Rect seen(const Written& w) {
  return {{std::max(w.box.min.x, w.clip.min.x), std::max(w.box.min.y, w.clip.min.y)},
          {std::min(w.box.max.x, w.clip.max.x), std::min(w.box.max.y, w.clip.max.y)}};
}

bool on_stage(const Written& w) {
  const Mark* stage = find_mark("panel-stage");
  return stage != nullptr && w.clip.min.x >= stage->min.x - 1 && w.clip.max.x <= stage->max.x + 1 &&
         w.clip.min.y >= stage->min.y - 1 && w.clip.max.y <= stage->max.y + 1;
}

/// What is wrong with what a frame has written; scrolling upwards and downwards is allowed.
std::set<std::string> faults(const std::vector<Written>& written) {
  std::set<std::string> out;
  std::vector<std::pair<Rect, const Written*>> shown;
  for (const Written& w : written) {
    const Rect r = seen(w);
    if (r.width() < 1 || r.height() < w.box.height() * 0.4f) continue;
    if (w.box.max.x > w.clip.max.x + 1.5f) out.insert("cut off: " + w.text);
    if (w.box.min.x < w.clip.min.x - 1.5f) out.insert("cut off on the left: " + w.text);
    // On the stage bubbles lie over what is below them, with a ground of their own.
    if (!on_stage(w)) shown.push_back({r, &w});
  }
  for (std::size_t i = 0; i < shown.size(); ++i)
    for (std::size_t k = i + 1; k < shown.size(); ++k) {
      const Rect &a = shown[i].first, &b = shown[k].first;
      const float x = std::min(a.max.x, b.max.x) - std::max(a.min.x, b.min.x);
      const float y = std::min(a.max.y, b.max.y) - std::max(a.min.y, b.min.y);
      // Boxes of lines are higher than their letters.
      if (x > 2 && y > std::min(a.height(), b.height()) * 0.3f)
        out.insert("\"" + shown[i].second->text + "\" and \"" + shown[k].second->text + "\"");
    }
  return out;
}

struct Screen {
  int width, height;
  float scale;
};
constexpr Screen kScreens[] = {{1024, 640, 0.75f}, {1024, 640, 1},     {1024, 640, 1.5f},
                               {1024, 640, 2.5f},  {1600, 900, 0.75f}, {1600, 900, 1},
                               {1600, 900, 1.75f}, {1600, 900, 2.5f},  {3840, 2160, 1},
                               {3840, 2160, 2.5f}};

/// Draws until everything has settled, and says what is wrong then.
std::set<std::string> look_at(Harness& h) {
  for (int i = 0; i < 3; ++i) h.headless.frame();
  keep_writing(true);
  h.headless.frame();
  const auto out = faults(take_writing());
  keep_writing(false);
  return out;
}

}  // namespace

TEST_CASE("The words of every view stand whole and apart", "[long][words]") {
  // Two lessons on every screen, the others on one each, in turn.
  std::size_t turn = 0;
  for (const auto& file : tests::shipped_scenarios()) {
    const std::string name = file.stem().string();
    const bool whole = name == "first-letter" || name == "sealed";
    ++turn;
    for (std::size_t s = 0; s < std::size(kScreens); ++s) {
      if (!whole && s != turn % std::size(kScreens)) continue;
      const Screen& screen = kScreens[s];
      for (const Lang lang : {Lang::en, Lang::ja}) {
        Harness h(screen.width, screen.height, lesson(name), screen.scale);
        h.model.likes.lang = lang;
        for (const double part : {0.35, 0.7, 1.0})
          for (int v = 0; v < kViews; ++v) {
            apply(h.model, SeekTime{h.model.track.from_slider(part)});
            apply(h.model, SetView{static_cast<View>(v)});
            h.model.tall_dock = v % 2 == 1;
            for (const std::string& what : look_at(h)) {
              INFO(name << " " << screen.width << "x" << screen.height << " text " << screen.scale
                        << (lang == Lang::ja ? " ja" : " en") << " view " << v << " at " << part);
              INFO(what);
              CHECK(false);
            }
          }
      }
    }
  }
}

TEST_CASE("The words of the overlays and of the start page stand whole and apart",
          "[long][words]") {
  const trace::Trace& trace = lesson("first-letter");
  enum class Shown { start, help, settings, only, what_if, menu, problem, loading, present, notes };
  for (const Screen& screen : kScreens)
    for (const Lang lang : {Lang::en, Lang::ja})
      for (const Shown shown :
           {Shown::start, Shown::help, Shown::settings, Shown::only, Shown::what_if, Shown::menu,
            Shown::problem, Shown::loading, Shown::present, Shown::notes}) {
        Harness h(screen.width, screen.height, trace, screen.scale);
        h.model.likes.lang = lang;
        apply(h.model, SeekTime{Instant{} + 2s});
        Desk& desk = h.model.desk;
        desk.start = shown == Shown::start;
        desk.lessons = lessons();
        desk.recent = {"/home/aiko/lessons/a-lesson-with-a-rather-long-name-for-a-file.json"};
        h.model.help = shown == Shown::help;
        h.model.settings = shown == Shown::settings;
        h.model.choosing = shown == Shown::only;
        h.model.menu = shown == Shown::menu;
        h.model.may_change = h.model.what_if = shown == Shown::what_if;
        h.model.by_hand = {{{"power", ""}, {HostId{1}, {}}, Instant{}, std::nullopt},
                           {{"loss", ""}, {{}, LinkId{2}}, Instant{}, Instant{} + 2h}};
        h.model.presenting = shown == Shown::present || shown == Shown::notes;
        h.model.notes = shown == Shown::notes;
        if (shown == Shown::problem)
          desk.problem =
              "/home/aiko/lessons/mine.json:42:7: error: a comma is missing before '\"'\n"
              "    42 |       \"name\": \"愛子のメールサーバー\" \"services\": [ \"smtp\" ]\n"
              "                                             ^\n"
              "  hint: items are separated by commas\n";
        desk.loading = shown == Shown::loading;
        desk.loading_since = -9;
        // What stands below an overlay is covered: only what was written after it counts.
        auto wrong = look_at(h);
        for (const std::string& what : wrong) {
          INFO(screen.width << "x" << screen.height << " text " << screen.scale
                            << (lang == Lang::ja ? " ja" : " en") << " overlay "
                            << static_cast<int>(shown));
          INFO(what);
          CHECK(false);
        }
      }
}
