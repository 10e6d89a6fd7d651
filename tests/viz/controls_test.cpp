// Every control by its name: in every view and overlay whatever Tab stops at is clicked, and the
// click must do something that can be seen in the model.
#include <map>
#include <set>

#include "tests/support/catch.hpp"
#include "tests/support/golden.hpp"
#include "tests/viz/harness.hpp"

using namespace posthorn;
using namespace posthorn::viz;
using namespace posthorn::viz::test;

namespace {

/// Where the window may be when a control is clicked.
struct Place {
  const char* name;
  void (*go)(Model&);
};
const Place kPlaces[] = {
    {"opening", [](Model& m) { m.may_write = true; }},
    {"log", [](Model& m) { apply(m, SetView{View::log}); }},
    {"talk", [](Model& m) { apply(m, SetView{View::talk}); }},
    {"ladder", [](Model& m) { apply(m, SetView{View::ladder}); }},
    {"packets", [](Model& m) { apply(m, SetView{View::packets}); }},
    {"letter", [](Model& m) { apply(m, SetView{View::letter}); }},
    {"offices", [](Model& m) { apply(m, SetView{View::offices}); }},
    {"tap", [](Model& m) { apply(m, SetView{View::tap}); }},
    {"searching", [](Model& m) { apply(m, SetFilter{"ehlo"}); }},
    {"host", [](Model& m) { apply(m, SelectHost{HostId{1}}); }},
    {"marked",
     [](Model& m) {
       apply(m, ToggleMark{});
       apply(m, SeekTime{Instant{} + std::chrono::seconds(3)});
     }},
    {"presenting", [](Model& m) { m.presenting = true; }},
    {"help", [](Model& m) { m.help = true; }},
    {"settings", [](Model& m) { m.settings = true; }},
    {"only",
     [](Model& m) {
       m.choosing = true;
       apply(m, SetFilter{"host:ben-phone"});
     }},
    {"menu", [](Model& m) { m.menu = true; }},
    {"what-if",
     [](Model& m) {
       m.may_change = m.what_if = true;
       m.by_hand = {{{"power", "power_cut x"}, {HostId{1}, {}}, Instant{}, std::nullopt}};
     }},
    {"start",
     [](Model& m) {
       m.desk.start = true;
       m.desk.lessons = {{"/one.json", {"One", "一"}, {"First.", "最初。"}}};
       m.desk.recent = {"/two.json"};
       m.desk.typed = "/three.json";
     }},
    {"problem", [](Model& m) { m.desk.problem = "mine.json:3:7: error: no\n"; }},
    {"loading",
     [](Model& m) {
       m.desk.loading = true;
       m.desk.loading_since = -9;
     }},
};

/// One window for a place; go() brings everything back to how it was.
struct Opened {
  Harness h{1600, 900, lesson("two-devices")};
  const Place& place;

  explicit Opened(const Place& where) : place(where) { go(); }
  void go() {
    clear_active_item();
    drop_focus();
    h.model = Model(lesson("two-devices"));
    if (std::string(place.name) != "opening")
      apply(h.model, SeekTime{Instant{} + std::chrono::seconds(30)});
    place.go(h.model);
    for (int i = 0; i < 3; ++i) h.headless.frame();
  }
};

/// All that a click could change.
std::string state_of(const Model& m) {
  std::string out;
  const auto add = [&out](auto value) { out += std::to_string(static_cast<double>(value)) + " "; };
  add(m.head.count);
  add(m.head.at.time_since_epoch().count());
  add(m.head.playing);
  add(m.head.speed);
  for (const std::uint32_t id : {m.selection.record.value, m.selection.host.value,
                                 m.selection.message.value, m.tapped.value})
    add(id);
  add(static_cast<int>(m.likes.lang));
  add(static_cast<int>(m.likes.level));
  for (const float value : {m.likes.text_scale, m.camera.zoom, m.ladder_zoom}) add(value);
  for (const bool on :
       {m.likes.dark, m.likes.calm, m.likes.sound, m.help, m.settings, m.choosing, m.what_if,
        m.menu, m.tall_dock, m.presenting, m.dock_shown, m.laser, m.notes, m.only_hits,
        m.own.has_value(), m.headers, m.open_letter.has_value()})
    add(on);
  add(static_cast<int>(m.view));
  add(static_cast<int>(m.stride));
  add(m.save_what);
  add(m.lasting);
  add(m.what_if_place.host.value + 100.0 * m.what_if_place.link.value);
  add(m.requests.size());
  return out + m.filter + m.desk.problem;
}

/// Controls that are right to do nothing here: what they would choose is chosen already.
bool chosen_already(const std::string& place, const std::string& name, const Model& m) {
  static const std::multimap<std::string, std::string> kChosen = {
      {"save-what-all", "menu"},       {"set-language-en", "settings"},
      {"set-theme-light", "settings"}, {"set-level-student", "settings"},
      {"set-motion-full", "settings"}, {"set-sound-off", "settings"},
      {"set-laser-off", "settings"},   {"set-notes-off", "settings"},
      {"text-usual", "settings"},      {"set-stride-command", "settings"},
      {"speed-usual", "settings"},     {"lasting-2h", "what-if"}};
  const auto [from, to] = kChosen.equal_range(name);
  for (auto i = from; i != to; ++i)
    if (i->second == place) return true;
  return name == "level-student" || name == "stride-command" ||
         (name == "view-log" && m.view == View::log) ||
         (name.rfind("view-", 0) == 0 && place == name.substr(5)) || name == "talk-former" ||
         name == "talk-next" || name == "letter-former" ||
         name == "letter-next" ||  // there may be no other; filter_test goes through them
         (name == "restart" && place == "opening") || (name == "step-back" && place == "opening");
}

}  // namespace

TEST_CASE("every control does something, by its name, wherever it stands") {
  std::set<std::string> names;
  for (const Place& place : kPlaces) {
    Opened opened(place);
    std::vector<std::string> here;
    for (const Mark& m : marks())
      if (m.reachable && m.seen) here.push_back(m.name);
    CHECK_FALSE(here.empty());
    for (const std::string& name : here) {
      opened.go();
      names.insert(name);
      INFO(place.name << ": " << name);
      const Mark* mark = find_mark(name);
      if (mark == nullptr || !mark->seen) continue;  // its panel has scrolled
      if (chosen_already(place.name, name, opened.h.model)) continue;
      const std::string before = state_of(opened.h.model);
      opened.h.click(name, 0.31f);
      const bool writes = ImGui::GetIO().WantTextInput;
      const bool changed = state_of(opened.h.model) != before || writes;
      CHECK(changed);
    }
  }
  // The controls that a lesson needs are among them, whatever else is.
  for (const char* name : {"play",
                           "step-back",
                           "step-forward",
                           "restart",
                           "speed",
                           "time",
                           "home",
                           "export",
                           "what-if",
                           "lasting-10s",
                           "mishap-power",
                           "mend-1",
                           "undo-1",
                           "help",
                           "theme",
                           "settings",
                           "language",
                           "filter",
                           "choose",
                           "hit-former",
                           "hit-next",
                           "only-hits",
                           "transcript-size",
                           "view-log",
                           "view-talk",
                           "view-ladder",
                           "view-packets",
                           "view-letter",
                           "view-offices",
                           "view-tap",
                           "stride-story",
                           "stride-hop",
                           "stride-packet",
                           "level-office",
                           "level-admin",
                           "chapter-1",
                           "step-1",
                           "bookmark-0",
                           "talk-former",
                           "talk-next",
                           "letter-next",
                           "copy-letter",
                           "ladder-lower",
                           "ladder-higher",
                           "tap-former",
                           "tap-next",
                           "send",
                           "own-to",
                           "own-subject",
                           "own-text",
                           "only-all",
                           "save-html",
                           "copy-line",
                           "copy-whole-letter",
                           "copy-picture",
                           "set-theme-dark",
                           "set-motion-calm",
                           "text-larger",
                           "lesson-1",
                           "recent-0",
                           "open-path",
                           "open",
                           "problem-close",
                           "cancel",
                           "details-close"}) {
    INFO(name);
    CHECK(names.count(name) == 1);
  }
}
