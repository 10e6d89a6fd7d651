// The program around the lesson: opening, mending, reloading, writing, remembering.
#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <thread>

#include "sim/scenario/load.hpp"
#include "sim/world/world.hpp"
#include "tests/support/catch.hpp"
#include "tests/support/golden.hpp"
#include "tests/viz/harness.hpp"
#include "viz/app/clipboard.hpp"
#include "viz/app/paths.hpp"
#include "viz/app/program.hpp"

using namespace posthorn;
using namespace posthorn::viz;
using namespace posthorn::viz::test;
namespace fs = std::filesystem;

namespace {

/// A folder that is gone at the end.
struct Folder {
  Folder() {
    std::string name = (fs::temp_directory_path() / "posthorn-viz-XXXXXX").string();
    path = mkdtemp(name.data());
  }
  ~Folder() { fs::remove_all(path); }
  fs::path path;
};

void write(const fs::path& path, const std::string& text) { std::ofstream(path) << text; }

/// What the services were asked for.
struct Asked {
  std::vector<std::string> opened, copied;
  std::vector<OwnLetter> letters;
  std::vector<Changes> changes;
  std::vector<Export> saved;
  std::vector<Image> pictures;
  bool fullscreen = false;
};

/// Files that begin with "ok" are the demo, "slow" ones wait to be cancelled; others are broken.
Services services(const std::shared_ptr<Asked>& asked) {
  Services out;
  out.load = [asked](const std::string& path, const Changes& changes, LoadState& state) {
    asked->opened.push_back(path);
    asked->changes.push_back(changes);
    if (changes.own) asked->letters.push_back(*changes.own);
    std::string text;
    std::getline(std::ifstream(path), text);
    Loaded loaded;
    if (text == "slow")
      while (!state.cancelled) std::this_thread::sleep_for(std::chrono::milliseconds(1));
    else if (text == "ok")
      loaded.trace = std::make_shared<const trace::Trace>(demo());
    else
      loaded.problem = path + ":3:7: error: expected \"{\"\n  hint: begin with a brace\n";
    loaded.may_write = loaded.may_change = true;
    return loaded;
  };
  out.lessons = [] {
    return std::vector<Lesson>{{"/lessons/one.json", {"One", "一"}, {"First.", "最初。"}},
                               {"/lessons/two.json", {"Two", "二"}, {"Second.", "次。"}}};
  };
  out.save = [asked](const trace::Trace&, const Export& wanted,
                     const Preferences&) -> Result<std::string> {
    asked->saved.push_back(wanted);
    if (wanted.format == "svg") return Error{"the disk is full"};
    return "/tmp/letter." + wanted.format;
  };
  out.copy = [asked](const std::string& text) { asked->copied.push_back(text); };
  out.copy_picture = [asked](const Image& image) -> Result<std::string> {
    asked->pictures.push_back(image);
    if (asked->pictures.size() == 3) return Error{"the disk is full"};
    return std::string(asked->pictures.size() == 2 ? "/home/aiko/Pictures/posthorn-1.png" : "");
  };
  out.fullscreen = [asked](bool on) { asked->fullscreen = on; };
  return out;
}

struct Desktop {
  explicit Desktop(const std::string& settings = "", const std::string& path = "")
      : headless(1600, 900),
        program(services(asked), Settings(settings), {},
                path.empty() ? nullptr : std::make_shared<const trace::Trace>(demo()), path, true) {
    frame();
    frame();
  }
  void frame(double seconds = 0.02) {
    headless.frame(program.shell());
    program.after_frame(seconds);
  }
  void click(const std::string& name) {
    const Mark* m = find_mark(name);
    INFO(name);
    REQUIRE(m != nullptr);
    inject_mouse_position((m->min.x + m->max.x) / 2, (m->min.y + m->max.y) / 2);
    frame();
    inject_mouse_button(0, true);
    frame();
    inject_mouse_button(0, false);
    frame();
    inject_mouse_position(-100, -100);
    frame();
  }
  void type(const char* text) {
    ImGui::GetIO().AddInputCharactersUTF8(text);
    frame();
    frame();
  }
  /// Frames until the load is done.
  void settle() {
    for (int i = 0; i < 2000 && program.busy(); ++i) {
      frame();
      std::this_thread::sleep_for(std::chrono::milliseconds(1));
    }
    frame();
    frame();
  }
  Model& model() { return program.model(); }

  std::shared_ptr<Asked> asked = std::make_shared<Asked>();
  Headless headless;
  Program program;
};

}  // namespace

TEST_CASE("without a file the start page shows the lessons, and a click opens one") {
  Folder folder;
  Desktop d;
  CHECK(d.model().desk.start);
  REQUIRE(find_mark("lesson-1") != nullptr);
  d.model().desk.lessons[1].path = (folder.path / "two.json").string();
  write(folder.path / "two.json", "ok\n");
  d.click("lesson-2");
  d.settle();
  CHECK_FALSE(d.model().desk.start);
  CHECK(d.model().trace->size() == demo().size());
  CHECK(d.model().desk.recent.front() == (folder.path / "two.json").string());
  d.click("home");
  CHECK(d.model().desk.start);
  CHECK(find_mark("recent-0") != nullptr);
  d.click("start-close");
  CHECK_FALSE(d.model().desk.start);
}

TEST_CASE("a file is opened by its name, as people type and paste it") {
  Folder folder;
  const fs::path file = folder.path / "my lesson.json";
  write(file, "ok\n");
  Desktop d;
  d.click("open-path");
  d.type(("\"" + file.string() + "\"").c_str());
  CHECK(d.model().desk.typed == "\"" + file.string() + "\"");
  d.click("open");
  d.settle();
  REQUIRE(d.asked->opened.size() == 1);
  CHECK(d.asked->opened[0] == file.string());
  CHECK_FALSE(d.model().desk.start);
  const std::string home = std::getenv("HOME") == nullptr ? "" : std::getenv("HOME");
  CHECK(path_meant("~/a.json") == home + "/a.json");
  CHECK(path_meant("file:///tmp/my%20a.json") == "/tmp/my a.json");
  CHECK(path_meant("  /tmp/a.json\n") == "/tmp/a.json");
  CHECK(path_meant("100%.json") == "100%.json");
  CHECK(path_meant("").empty());
}

TEST_CASE("the line that is wrong is shown, with a mark below the place") {
  Folder folder;
  const fs::path file = folder.path / "mine.json";
  write(file, "{\n  \"愛子\": 1\n  \"b\": 2\n}\n");
  const std::string problem = file.string() + ":3:3: error: a comma is missing\n  hint: put one\n";
  CHECK(with_source_lines(problem) == file.string() +
                                          ":3:3: error: a comma is missing\n"
                                          "    3 |   \"b\": 2\n"
                                          "          ^\n"
                                          "  hint: put one\n");
  const std::string second = with_source_lines(file.string() + ":2:7: error: no\n");
  CHECK(second.find("2 |   \"愛子\": 1\n") != std::string::npos);
  CHECK(with_source_lines("posthorn: cannot open x: no such file\n") ==
        "posthorn: cannot open x: no such file\n");
  CHECK(with_source_lines("/nowhere.json:1:1: error: x\n") == "/nowhere.json:1:1: error: x\n");
  CHECK(with_source_lines(file.string() + ":99:1: error: x\n") ==
        file.string() + ":99:1: error: x\n");
}

TEST_CASE("a broken file says where, and opens by itself when it is mended") {
  Folder folder;
  const fs::path file = folder.path / "mine.json";
  write(file, "broken\n");
  Desktop d;
  d.program.open(file.string());
  d.settle();
  CHECK(d.model().desk.problem.find("mine.json:3:7: error:") != std::string::npos);
  CHECK(find_mark("problem-card") != nullptr);
  write(file, "ok\n");
  fs::last_write_time(file, fs::last_write_time(file) + std::chrono::seconds(2));
  for (int i = 0; i < 100 && d.model().desk.start; ++i) {
    d.frame(0.1);
    std::this_thread::sleep_for(std::chrono::milliseconds(2));
  }
  CHECK(d.model().desk.problem.empty());
  CHECK(d.model().trace->size() == demo().size());
  CHECK(d.model().at_opening());
}

TEST_CASE("a broken file does not take the place of the one that is shown") {
  Folder folder;
  const fs::path shown = folder.path / "shown.json", other = folder.path / "other.json";
  write(shown, "ok\n");
  write(other, "broken\n");
  Desktop d("", shown.string());
  apply(d.model(), SeekTime{Instant{} + 2100ms});
  d.program.open(other.string());
  d.settle();
  CHECK_FALSE(d.model().desk.problem.empty());
  CHECK(d.model().desk.path == shown.string());
  write(other, "ok\n");
  fs::last_write_time(other, fs::last_write_time(other) + std::chrono::seconds(2));
  for (int i = 0; i < 100 && d.model().desk.path != other.string(); ++i) {
    d.frame(0.1);
    std::this_thread::sleep_for(std::chrono::milliseconds(2));
  }
  CHECK(d.model().desk.path == other.string());
  CHECK(d.model().desk.problem.empty());
  CHECK(d.model().at_opening());  // another story: not at the moment of the former
}

TEST_CASE("a file that is saved while it is watched is shown anew, at the same moment") {
  Folder folder;
  const fs::path file = folder.path / "mine.json";
  write(file, "ok\n");
  Desktop d("", file.string());
  apply(d.model(), SeekTime{Instant{} + 2100ms});
  apply(d.model(), SetView{View::ladder});
  apply(d.model(), SetFilter{"ehlo"});
  apply(d.model(), SetCamera{{2, 0.4f, 0.5f}});
  const Instant stood = d.model().head.at;
  fs::last_write_time(file, fs::last_write_time(file) + std::chrono::seconds(2));
  for (int i = 0; i < 100 && d.asked->opened.empty(); ++i) d.frame(0.1);
  d.settle();
  REQUIRE(d.asked->opened.size() == 1);
  CHECK(d.model().head.at == stood);
  CHECK(d.model().view == View::ladder);
  CHECK(d.model().filter == "ehlo");
  CHECK(d.model().camera.zoom == 2);
}

TEST_CASE("a load that takes its time shows so, and can be stopped") {
  Folder folder;
  write(folder.path / "slow.json", "slow\n");
  Desktop d;
  d.program.open((folder.path / "slow.json").string());
  d.frame(0.1);
  CHECK(find_mark("loading-card") == nullptr);
  for (int i = 0; i < 10; ++i) d.frame(0.1);
  REQUIRE(find_mark("loading-card") != nullptr);
  d.click("cancel");
  d.settle();
  CHECK_FALSE(d.model().desk.loading);
  CHECK(d.model().desk.start);
  CHECK(d.model().desk.problem.empty());
}

TEST_CASE("the letter can be written anew before it is sent, in Japanese too") {
  Folder folder;
  const fs::path file = folder.path / "mine.json";
  write(file, "ok\n");
  Desktop d("", file.string());
  REQUIRE(find_mark("own-subject") != nullptr);
  d.click("own-subject");
  d.type("こんにちは");
  REQUIRE(d.model().own);
  CHECK(d.model().own->subject.find("こんにちは") != std::string::npos);
  d.click("own-text");
  d.type("春ですね");
  d.click("send");
  d.settle();
  REQUIRE(d.asked->letters.size() == 1);
  CHECK(d.asked->letters[0].subject.find("こんにちは") != std::string::npos);
  CHECK(d.asked->letters[0].text.find("春ですね") != std::string::npos);
  CHECK(d.model().head.playing);
}

TEST_CASE("likes, files and marks are remembered as they change") {
  Folder folder;
  const std::string settings = (folder.path / "settings").string();
  const fs::path file = folder.path / "mine.json";
  write(file, "ok\n");
  {
    Desktop d(settings, file.string());
    apply(d.model(), ToggleLang{});
    apply(d.model(), ToggleTheme{});
    apply(d.model(), SetLevel{texts::Level::admin});
    apply(d.model(), SetTextScale{1.5f});
    apply(d.model(), SeekTime{Instant{} + 2s});
    apply(d.model(), ToggleMark{});
    d.frame();
    CHECK(fs::exists(folder.path / "settings" / "settings.json"));
  }
  Desktop again(settings, file.string());
  CHECK(again.model().likes.lang == Lang::ja);
  CHECK(again.model().likes.dark);
  CHECK(again.model().likes.level == texts::Level::admin);
  CHECK(again.model().likes.text_scale == 1.5f);
  REQUIRE(again.model().marks.size() == 1);
  CHECK(again.model().marks[0].at == Instant{} + 2s);
  CHECK(again.model().desk.recent == std::vector<std::string>{file.string()});
}

TEST_CASE("broken settings are as good as none") {
  Folder folder;
  for (const char* text :
       {"", "[1,2", "{\"text\":\"big\",\"recent\":[1,{}],\"level\":7}", "null"}) {
    fs::create_directories(folder.path / "s");
    write(folder.path / "s" / "settings.json", text);
    Preferences likes;
    std::vector<std::string> recent;
    Settings((folder.path / "s").string()).load(likes, recent);
    CHECK(likes == Preferences{});
    CHECK(recent.empty());
  }
}

TEST_CASE("saving and copying are told of, failures too") {
  Folder folder;
  const fs::path file = folder.path / "mine.json";
  write(file, "ok\n");
  Desktop d("", file.string());
  d.type("x");
  d.click("save-html");
  REQUIRE(d.asked->saved.size() == 1);
  CHECK(d.asked->saved[0].format == "html");
  CHECK(d.model().notice.find("/tmp/letter.html") != std::string::npos);
  CHECK(find_mark("notice") != nullptr);
  apply(d.model(), Ask{Export{"svg", ""}});
  d.frame();
  CHECK(d.model().notice.find("the disk is full") != std::string::npos);
  apply(d.model(), Ask{CopyText{"EHLO"}});
  d.frame();
  CHECK(d.asked->copied == std::vector<std::string>{"EHLO"});
  for (int i = 0; i < 60; ++i) d.frame(0.1);
  CHECK(find_mark("notice") == nullptr);
}

TEST_CASE("the picture of the window is copied without the menu, or saved, or refused") {
  Folder folder;
  const fs::path file = folder.path / "mine.json";
  write(file, "ok\n");
  Desktop d("", file.string());
  const Image plain = d.headless.picture();
  const auto copy = [&d] {
    d.type("x");
    REQUIRE(d.model().menu);
    d.click("copy-picture");
    CHECK_FALSE(d.model().menu);
    for (int i = 0; i < 3; ++i) d.frame();
  };
  copy();
  REQUIRE(d.asked->pictures.size() == 1);
  CHECK(d.asked->pictures[0].width == plain.width);
  CHECK(d.asked->pictures[0].pixels == plain.pixels);
  CHECK(d.model().notice == texts::say("copied", Lang::en));
  CHECK_FALSE(d.program.busy());
  copy();
  CHECK(d.model().notice.find("/home/aiko/Pictures/posthorn-1.png") != std::string::npos);
  copy();
  CHECK(d.model().notice.find("the disk is full") != std::string::npos);
}

TEST_CASE("where there is no clipboard, pictures go to the desktop's folder for them") {
  Folder folder;
  const auto set = [](const char* name, const std::string& value) {
    ::setenv(name, value.c_str(), 1);
  };
  const std::string home = std::getenv("HOME") == nullptr ? "" : std::getenv("HOME");
  for (const char* name : {"DISPLAY", "WAYLAND_DISPLAY", "XDG_PICTURES_DIR"}) ::unsetenv(name);
  set("HOME", folder.path.string());
  set("XDG_CONFIG_HOME", (folder.path / "config").string());
  CHECK(pictures_folder() == (folder.path / "Pictures").string());
  fs::create_directories(folder.path / "config");
  write(folder.path / "config/user-dirs.dirs", "# own\nXDG_PICTURES_DIR=\"$HOME/画像\"\n");
  CHECK(pictures_folder() == (folder.path / "画像").string());
  Image image;
  image.width = image.height = 4;
  image.pixels.assign(16, 0xFF3366CCu);
  const auto first = copy_picture(image), second = copy_picture(image);
  REQUIRE(first);
  REQUIRE(second);
  CHECK(*first == (folder.path / "画像/posthorn-1.png").string());
  CHECK(*second == (folder.path / "画像/posthorn-2.png").string());
  CHECK(fs::file_size(*first) > 60);
  set("HOME", home);
  ::unsetenv("XDG_CONFIG_HOME");
}

TEST_CASE("a live world grows below our eyes; who looks back stays there") {
  const auto loaded =
      scenario::load_file((tests::kSource / "scenarios/first-letter.json").string());
  REQUIRE(loaded.ok());
  const auto plan = scenario::make_plan(*loaded.scenario);
  const auto growing = std::make_shared<trace::Trace>(plan->scene);
  const auto world = std::make_shared<world::World>(plan);
  Services live;
  live.run_live = [growing, world] {
    for (int i = 0; i < 20; ++i) world->step(*growing);
    return world->now();
  };
  Headless headless(1600, 900);
  Program program(live, Settings(""), {}, growing, "", false);
  const auto frame = [&] {
    headless.frame(program.shell());
    program.after_frame(0.02);
  };
  for (int i = 0; i < 5; ++i) frame();
  const std::size_t early = growing->size();
  CHECK(program.model().following);
  CHECK(program.model().head.count == early);
  apply(program.model(), StepBack{});
  const std::uint32_t stood = program.model().head.count;
  for (int i = 0; i < 5; ++i) frame();
  CHECK(growing->size() > early);
  CHECK_FALSE(program.model().following);
  CHECK(program.model().head.count == stood);
  apply(program.model(), SeekEnd{});
  CHECK(program.model().following);
  for (int i = 0; i < 400 && !world->ended(); ++i) frame();
  frame();
  // What was taken in piece by piece is what one finds who opens the whole.
  Model whole(*growing);
  CHECK(program.model().rows == whole.rows);
  CHECK(program.model().track.events == whole.track.events);
  apply(whole, SeekEnd{});
  CHECK(program.model().now.hosts == whole.now.hosts);
}

TEST_CASE("a story with something gone wrong in it is told anew, and stands where it stood") {
  Folder folder;
  const fs::path file = folder.path / "mine.json";
  write(file, "ok\n");
  Desktop d("", file.string());
  d.model().may_change = true;
  apply(d.model(), SeekTime{Instant{} + std::chrono::milliseconds(100)});
  apply(d.model(), ToggleMark{});
  const Instant stood = d.model().head.at;
  d.type("w");
  d.click("mishap-power");
  d.settle();
  REQUIRE(d.asked->changes.size() == 1);
  REQUIRE(d.asked->changes[0].faults.size() == 1);
  CHECK_FALSE(d.asked->changes[0].own);
  CHECK(d.model().by_hand.size() == 1);
  CHECK(d.model().head.at - stood == std::chrono::nanoseconds(1));
  CHECK(d.model().what_if);
  CHECK(d.model().marks.size() == 1);
  d.click("mend-1");
  d.settle();
  REQUIRE(d.model().by_hand.size() == 1);
  CHECK_FALSE(d.model().by_hand[0].holds(d.model().head.at));  // mended is seen at once, too
  d.click("undo-1");
  d.settle();
  CHECK(d.asked->changes.back().faults.empty());
  CHECK(d.model().by_hand.empty());
  // Another file knows nothing of it.
  d.click("mishap-power");
  d.settle();
  REQUIRE(d.model().by_hand.size() == 1);
  d.program.open(file.string());
  d.settle();
  CHECK(d.model().by_hand.empty());
}
