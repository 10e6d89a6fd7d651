// The dock's views, the levels, strides, marks, loops, presenting: by click and by key.
#include <algorithm>

#include "export/formats.hpp"
#include "tests/support/catch.hpp"
#include "tests/viz/harness.hpp"
#include "viz/app/layout.hpp"
#include "viz/model/saving.hpp"

using namespace posthorn;
using namespace posthorn::viz;
using namespace posthorn::viz::test;

namespace {

bool has_mark(const std::string& prefix) {
  for (const Mark& m : marks())
    if (m.name.rfind(prefix, 0) == 0) return true;
  return false;
}
/// Tab until a widget is in focus; false if the round ends without it.
}  // namespace

TEST_CASE("each view is shown by its tab and by its number") {
  const std::pair<const char*, const char*> views[] = {{"view-talk", "talk-"},
                                                       {"view-ladder", "rung-"},
                                                       {"view-letter", "station-"},
                                                       {"view-offices", "office-"},
                                                       {"view-log", "row-"}};
  Harness h;
  h.press(Key::end);
  for (const auto& [tab, inside] : views) {
    h.click(tab);
    INFO(tab);
    CHECK(has_mark(inside));
  }
  h.type("3");
  CHECK(h.model.view == View::ladder);
  CHECK(has_mark("rung-"));
  h.type("6");
  CHECK(h.model.view == View::offices);
}

TEST_CASE("an event chosen in one view is shown by all of them") {
  Harness h;
  h.press(Key::end);
  h.click("view-ladder");
  h.headless.frame();  // it scrolls to the current row
  h.click("rung-" + std::to_string(h.model.current_row()));
  const RecordId chosen = h.model.selection.record;
  REQUIRE(chosen);
  h.click("view-log");
  CHECK(find_mark("row-current") != nullptr);
  CHECK(h.model.selection.record == chosen);
  h.click("view-letter");
  h.click("station-0");
  CHECK(h.model.focus() == h.model.stations.of(MessageId{1}).front());
}

TEST_CASE("the reader's mail program shows the header on demand, and opens what is clicked on") {
  Harness h;
  h.press(Key::end);
  CHECK(has_mark("client-words"));
  h.click("client-headers");
  CHECK(h.model.headers);
  CHECK(has_mark("client-header"));
  CHECK_FALSE(has_mark("client-words"));
  h.click("client-headers");
  CHECK(has_mark("client-words"));
  const auto letter = std::ranges::find_if(
      marks(), [](const Mark& mark) { return mark.name.starts_with("letter-"); });
  REQUIRE(letter != marks().end());
  const std::string name = letter->name;
  h.click(name);
  REQUIRE(h.model.open_letter);
  CHECK("letter-" + std::to_string(h.model.open_letter->item) == name);
}

TEST_CASE("a wrong address is told below the field, before Send is pressed") {
  Harness h;
  h.model.may_write = true;
  h.press(Key::home);
  h.model.own = OwnLetter{"ben at kaede", "Hello", "Hello"};
  h.headless.frame();
  CHECK(has_mark("own-wrong-address"));
  h.model.own = OwnLetter{"ben@kaede.example, aiko@sakura.example", "Hello", "Hello"};
  h.headless.frame();
  CHECK_FALSE(has_mark("own-wrong-address"));
}

TEST_CASE("the level of explanation is switched by click and by E") {
  Harness h;
  h.click("level-admin");
  CHECK(h.model.likes.level == texts::Level::admin);
  h.type("e");
  CHECK(h.model.likes.level == texts::Level::office);
  h.click("level-student");
  CHECK(h.model.likes.level == texts::Level::student);
}

TEST_CASE("a step is as large as the chosen stride") {
  Harness h;
  std::vector<std::uint32_t> reached;
  for (const char* stride : {"stride-packet", "stride-command", "stride-hop", "stride-story"}) {
    h.click("restart");
    h.click(stride);
    h.click("step-forward");
    h.click("step-forward");
    reached.push_back(h.model.head.count);
  }
  CHECK(h.model.stride == Stride::story);
  const auto fact = [&](std::size_t i) -> const trace::Fact& {
    return (*h.model.trace)[RecordId{reached[i]}].fact;
  };
  CHECK((std::holds_alternative<trace::SegmentSent>(fact(0)) ||
         std::holds_alternative<trace::DatagramSent>(fact(0))));
  CHECK(is_meaningful(fact(1)));
  CHECK((std::holds_alternative<trace::SendPressed>(fact(2)) ||
         std::holds_alternative<trace::QueueAccepted>(fact(2)) ||
         std::holds_alternative<trace::MessageSubmitted>(fact(2))));
  CHECK((std::holds_alternative<trace::StepReached>(fact(3)) ||
         std::holds_alternative<trace::NarrationShown>(fact(3))));
  h.type("s");
  CHECK(h.model.stride == Stride::hop);
}

TEST_CASE("a clicker's keys play on to what is told next, and jump there when impatient") {
  Harness h;
  h.press(Key::page_down);
  CHECK(h.model.head.playing);
  REQUIRE(h.model.play_to);
  const std::uint32_t goal = *h.model.play_to;
  for (int i = 0; i < 4000 && h.model.head.playing; ++i) h.headless.frame(0.25);
  CHECK_FALSE(h.model.head.playing);
  CHECK(h.model.head.count == goal);
  h.press(Key::page_down);
  REQUIRE(h.model.play_to);
  const std::uint32_t next = *h.model.play_to;
  h.press(Key::page_down);
  CHECK(h.model.head.count == next);
  CHECK_FALSE(h.model.head.playing);
  h.press(Key::page_up);
  CHECK(h.model.head.count == goal);
}

TEST_CASE("marks are set, visited and taken away") {
  Harness h;
  h.press(Key::right);
  h.press(Key::right);
  const std::uint32_t first = h.model.head.count;
  h.type("m");
  h.press(Key::right);
  h.press(Key::right);
  const std::uint32_t second = h.model.head.count;
  h.type("m");
  REQUIRE(h.model.marks.size() == 2);
  CHECK(find_mark("bookmark-1") != nullptr);
  h.type("b");
  CHECK(h.model.head.count == first);
  h.type("v");
  CHECK(h.model.head.count == second);
  h.type("m");
  CHECK(h.model.marks.size() == 1);
}

TEST_CASE("a loop plays the same span again and again") {
  Harness h;
  apply(h.model, SeekTime{Instant{} + 2s});
  h.type("[");
  apply(h.model, SeekTime{Instant{} + 2200ms});
  h.type("]");
  REQUIRE(h.model.loop.runs());
  apply(h.model, SeekTime{Instant{} + 2s});
  h.press(Key::space);
  for (int i = 0; i < 400; ++i) {
    h.headless.frame(0.1);
    CHECK(h.model.head.at >= Instant{} + 2s);
    CHECK(h.model.head.at <= Instant{} + 2200ms);
  }
  CHECK(h.model.head.playing);
  h.type("\\");
  CHECK_FALSE(h.model.loop.runs());
}

TEST_CASE("a loop whose ends are set the other way round begins anew") {
  Model m(demo());
  apply(m, SeekTime{Instant{} + 2s});
  apply(m, LoopTo{});
  CHECK(m.loop.runs());  // from the beginning
  apply(m, SeekTime{Instant{} + 3s});
  apply(m, LoopFrom{});
  CHECK_FALSE(m.loop.runs());
  CHECK(m.loop.from == Instant{} + 3s);
}

TEST_CASE("presenting shows the stage and what is told, large; Esc ends it") {
  Harness h;
  const float body = faces().body.size;
  h.press(Key::f5);
  h.headless.frame();
  CHECK(h.model.presenting);
  CHECK(faces().body.size > body * 1.3f);
  CHECK(find_mark("panel-caption") != nullptr);
  CHECK(find_mark("panel-header") == nullptr);
  h.type("n");
  CHECK(h.model.notes);
  h.type("p");
  CHECK(h.model.laser);
  h.type("3");  // a view is there on request
  CHECK(find_mark("panel-dock") != nullptr);
  h.press(Key::escape);
  h.headless.frame();
  CHECK_FALSE(h.model.presenting);
  CHECK(find_mark("panel-header") != nullptr);
}

TEST_CASE("the wheel zooms into the stage where the pointer is, 0 shows all of it") {
  Harness h;
  const Mark before = h.find("host:ben-phone");
  inject_mouse_position((before.min.x + before.max.x) / 2, before.max.y + 14);
  h.headless.frame();
  ImGui::GetIO().MouseWheel = 1;
  h.headless.frame();
  ImGui::GetIO().MouseWheel = 0;
  h.headless.frame();
  CHECK(h.model.camera.zoom > 1.1f);
  const Mark after = h.find("host:ben-phone");
  CHECK(after.max.x - after.min.x >= before.max.x - before.min.x - 1);
  h.type("0");
  CHECK(h.model.camera == Camera{});
}

TEST_CASE("text grows from 75 to 250 percent, and nothing overlaps or leaves the window") {
  for (const auto& [width, height] : {std::pair{1024, 640}, {1600, 900}, {3840, 2160}})
    for (const float scale : {0.75f, 1.0f, 1.5f, 2.0f, 2.5f})
      for (const Lang lang : {Lang::en, Lang::ja})
        for (const bool tall : {false, true}) {
          Harness h(width, height);
          h.model.likes.lang = lang;
          h.model.tall_dock = tall;
          apply(h.model, SetTextScale{scale});
          h.headless.frame();
          h.headless.frame();
          INFO(width << "x" << height << " text " << scale << (tall ? " tall" : ""));
          std::vector<Mark> items;
          for (const Mark& m : marks()) {
            if (m.name.rfind("panel-", 0) == 0 || m.name == "play" || m.name == "language" ||
                m.name == "step-forward" || m.name == "step-back" || m.name == "help")
              items.push_back(m);
            if (m.name.rfind("panel-", 0) != 0) continue;
            CHECK(m.min.x >= 0);
            CHECK(m.max.x <= static_cast<float>(width) + 0.5f);
            CHECK(m.max.y <= static_cast<float>(height) + 0.5f);
          }
          for (std::size_t i = 0; i < items.size(); ++i)
            for (std::size_t k = i + 1; k < items.size(); ++k) {
              const bool panels = items[i].container && items[k].container;
              const bool widgets = !items[i].container && !items[k].container;
              if (!panels && !widgets) continue;
              INFO(items[i].name << " and " << items[k].name);
              const bool apart = items[i].max.x <= items[k].min.x + 0.5f ||
                                 items[k].max.x <= items[i].min.x + 0.5f ||
                                 items[i].max.y <= items[k].min.y + 0.5f ||
                                 items[k].max.y <= items[i].min.y + 0.5f;
              CHECK(apart);
            }
        }
}

TEST_CASE("Ctrl and + or - change the size of the text") {
  Harness h;
  inject_key(Key::ctrl, true);
  h.press(Key::equal);
  h.press(Key::equal);
  CHECK(h.model.likes.text_scale > 1.15f);
  h.press(Key::minus);
  CHECK(h.model.likes.text_scale < 1.15f);
  h.press(Key::zero);
  CHECK(h.model.likes.text_scale == 1.0f);
  inject_key(Key::ctrl, false);
}

TEST_CASE("a whole lesson by keyboard alone") {
  Harness h;
  REQUIRE(tab_to(h, "send"));
  h.press(Key::enter);
  CHECK(h.model.head.playing);
  h.press(Key::space);
  REQUIRE(tab_to(h, "view-ladder"));
  h.press(Key::enter);
  CHECK(h.model.view == View::ladder);
  REQUIRE(tab_to(h, "level-office"));
  h.press(Key::enter);
  CHECK(h.model.likes.level == texts::Level::office);
  REQUIRE(tab_to(h, "host:mail.kaede.example"));
  h.press(Key::enter);
  CHECK(h.model.selection.host == HostId{4});
  h.press(Key::escape);
  CHECK_FALSE(h.model.selection.host);
  h.type("/");
  h.headless.frame();
  h.type("ehlo");
  CHECK(h.model.filter == "ehlo");
  h.press(Key::escape);
  h.press(Key::escape);
  CHECK(h.model.filter.empty());
  for (int i = 0; i < 40 && h.model.now.step < 5; ++i) h.press(Key::right, true);
  CHECK(h.model.now.step == 5);
}

TEST_CASE("every widget that a mouse can click can be reached by Tab") {
  Harness h;
  std::vector<std::string> wanted;
  for (const Mark& m : marks())
    if (m.reachable) wanted.push_back(m.name);
  REQUIRE(wanted.size() > 30);
  drop_focus();
  std::vector<std::string> reached;
  for (std::size_t i = 0; i < wanted.size(); ++i) {
    h.press(Key::tab);
    reached.push_back(focused_name());
  }
  CHECK(reached == wanted);
  h.press(Key::tab, true);
  CHECK(focused_name() == wanted[wanted.size() - 2]);
  drop_focus();
}

TEST_CASE("Japanese can be typed into the search field") {
  Harness h;
  h.click("filter");
  h.type("会議");
  CHECK(h.model.filter == "会議");
  CHECK_FALSE(h.model.hits.empty());
}

TEST_CASE("the menu asks for what is to be saved") {
  Harness h;
  h.press(Key::end);
  h.type("x");
  REQUIRE(find_mark("menu-card") != nullptr);
  h.click("save-what-talk");
  h.click("save-pcapng");
  REQUIRE(h.model.requests.size() == 1);
  const auto& wanted = std::get<Export>(h.model.requests[0]);
  CHECK(wanted.format == "pcapng");
  CHECK(wanted.only.rfind("connection=", 0) == 0);
  CHECK_FALSE(h.model.menu);
}

TEST_CASE("every form can be saved, of what is selected as far as it knows parts") {
  Harness h;
  h.press(Key::end);
  Model& model = h.model;
  const auto forms = forms_to_save();
  CHECK(forms.size() == exporting::formats().size() + 4);
  for (const std::string_view form : forms)  // each has its words in the menu
    CHECK(texts::say("save." + std::string(form), Lang::ja) != "save." + std::string(form));
  model.selection.host = HostId{2};
  const std::string name = model.scene().host(HostId{2}).name;
  apply(model, SetSaveWhat{save_host});
  CHECK(what_to_save(model, "text").only == "host=" + name);
  CHECK(what_to_save(model, "pcapng").host == name);
  CHECK(what_to_save(model, "pcapng").only.empty());
  CHECK(what_to_save(model, "mbox").host == name);
  CHECK(what_to_save(model, "mbox").at == model.head.at);
  CHECK(what_to_save(model, "json").only.empty());
  CHECK(what_to_save(model, "png").at == model.head.at);
  apply(model, SetSaveWhat{save_talk});
  CHECK(what_to_save(model, "eml").only.rfind("message=", 0) == 0);
  apply(model, SetSaveWhat{save_time});
  model.loop = {Instant{} + std::chrono::seconds(1), Instant{} + std::chrono::seconds(2)};
  CHECK(what_to_save(model, "md").only == "time=1000000000ns..2000000000ns");
  CHECK(what_to_save(model, "maildir").at == Instant{} + std::chrono::seconds(2));
  // Whatever is asked for, the export room reads it.
  for (int what = save_all; what <= save_time; ++what)
    for (const std::string_view form : forms) {
      apply(model, SetSaveWhat{what});
      CHECK(exporting::parse_selection(what_to_save(model, form).only));
    }
}
