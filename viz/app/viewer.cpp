// The GLFW window, and the picture without one.
#include "viz/app/viewer.hpp"

#include <GLFW/glfw3.h>
#include <backends/imgui_impl_glfw.h>
#include <backends/imgui_impl_opengl3.h>

#include <algorithm>
#include <cmath>
#include <cstdio>
#include <cstdlib>
#include <fstream>
#include <future>

#include "viz/app/clipboard.hpp"
#include "viz/app/headless.hpp"
#include "viz/app/player.hpp"

namespace posthorn::viz {
namespace {

void set_up(Model& model, const ViewerOptions& options) {
  if (options.lang) model.likes.lang = *options.lang;
  if (options.dark) model.likes.dark = *options.dark;
  if (options.level) apply(model, SetLevel{*options.level});
  if (options.text_scale) apply(model, SetTextScale{static_cast<float>(*options.text_scale)});
  if (options.view) apply(model, SetView{*options.view});
  if (!options.find.empty()) apply(model, SetFilter{options.find});
  model.may_change = options.may_change && options.services.load != nullptr;
  model.tall_dock = options.tall;
  model.presenting = options.present;
  model.dock_shown = options.present && options.view;
  model.help = options.help;
  model.menu = options.menu;
  model.what_if = options.what_if;
  if (options.at) apply(model, SeekTime{Instant{} + *options.at});
  if (options.play) apply(model, Play{});
}

Preferences usual(const ViewerOptions& options) {
  Preferences likes;
  likes.lang = options.usual_lang;
  return likes;
}

Settings settings_of(const ViewerOptions& options) {
  return Settings(options.keep_settings ? Settings::usual_folder() : "");
}

/// Draws the letters of what will be shown first in a window of that size: a third of the time to
/// the first frame, and another core can do it while this one opens the window.
ReadyFonts fonts_ahead(const ViewerOptions& options, int width, int height) {
  Preferences likes = usual(options);
  std::vector<std::string> recent;
  settings_of(options).load(likes, recent);
  if (options.text_scale) likes.text_scale = static_cast<float>(*options.text_scale);
  GlyphSet glyphs =
      options.trace != nullptr ? glyphs_for(*options.trace) : glyphs_for(trace::Trace());
  if (options.trace == nullptr && options.services.lessons)
    for (const Lesson& lesson : options.services.lessons())
      for (const std::string* text :
           {&lesson.title.en, &lesson.title.ja, &lesson.summary.en, &lesson.summary.ja})
        glyphs.add(*text);
  return build_ahead(std::move(glyphs),
                     Shell::scale_of(static_cast<float>(width), static_cast<float>(height), likes,
                                     options.present));
}

void report_fonts(const FontReport& report) {
  for (const std::string& problem : report.problems)
    std::fprintf(stderr, "posthorn: %s\n", problem.c_str());
}

/// Always the software rasteriser: the same picture with and without a display.
int take_screenshot(const ViewerOptions& options) {
  Headless headless(options.width, options.height);
  Services services = options.services;
  services.load = nullptr;  // nothing is opened while a picture is taken
  Program program(std::move(services), Settings({}), usual(options), options.trace, options.path,
                  options.may_write);
  set_up(program.model(), options);
  if (options.may_write) program.model().may_write = true;
  for (int i = 0; i < 4; ++i) headless.frame(program.shell());  // scrolling and glyphs settle
  report_fonts(program.shell().fonts());
  if (write_png(headless.picture(), options.screenshot)) return 0;
  std::fprintf(stderr, "posthorn: cannot write %s\n", options.screenshot.c_str());
  return 2;
}

/// What fits on the screen of the window that was asked for.
std::pair<int, int> window_size(int width, int height) {
  int x = 0, y = 0, w = 0, h = 0;
  if (GLFWmonitor* monitor = glfwGetPrimaryMonitor())
    glfwGetMonitorWorkarea(monitor, &x, &y, &w, &h);
  if (w <= 0 || h <= 0) return {width, height};
  return {std::min(width, w), std::min(height, h)};
}

GLFWwindow* open_window(int width, int height) {
  glfwWindowHint(GLFW_CONTEXT_VERSION_MAJOR, 3);
  glfwWindowHint(GLFW_CONTEXT_VERSION_MINOR, 2);
  glfwWindowHint(GLFW_OPENGL_PROFILE, GLFW_OPENGL_CORE_PROFILE);
  glfwWindowHint(GLFW_OPENGL_FORWARD_COMPAT, GLFW_TRUE);
  GLFWwindow* window = glfwCreateWindow(width, height, "Posthorn", nullptr, nullptr);
  if (window != nullptr) glfwSetWindowSizeLimits(window, 900, 560, GLFW_DONT_CARE, GLFW_DONT_CARE);
  return window;
}

/// How many colours the window really shows, looked at in a grid: a window without its letters'
/// texture is black.
std::size_t colours_shown(int width, int height) {
  constexpr int kColumns = 64, kRows = 36;
  std::vector<std::uint32_t> row(static_cast<std::size_t>(width)), seen;
  for (int i = 0; i < kRows; ++i) {
    glReadPixels(0, (2 * i + 1) * height / (2 * kRows), width, 1, GL_RGBA, GL_UNSIGNED_BYTE,
                 row.data());
    for (int k = 0; k < kColumns; ++k)
      seen.push_back(row[static_cast<std::size_t>((2 * k + 1) * width / (2 * kColumns))]);
  }
  std::ranges::sort(seen);
  return static_cast<std::size_t>(std::ranges::unique(seen).begin() - seen.begin());
}

/// Writes the widgets' places and the state when they change, for tests of the real window.
class MarksFile {
 public:
  explicit MarksFile(std::string path) : path_(std::move(path)) {}
  [[nodiscard]] bool wanted() const { return !path_.empty(); }
  void update(const Model& model, std::size_t colours) {
    if (path_.empty()) return;
    std::string text =
        "state count=" + std::to_string(model.head.count) + " at=" + clock_text(model.head.at) +
        " playing=" + (model.head.playing ? "1" : "0") +
        " lang=" + (model.lang() == Lang::ja ? "ja" : "en") +
        " step=" + std::to_string(model.now.step) + " start=" + (model.desk.start ? "1" : "0") +
        " records=" + std::to_string(model.trace->size()) +
        " theme=" + (model.likes.dark ? "dark" : "light") +
        " text=" + std::to_string(std::lround(model.likes.text_scale * 100)) +
        " colours=" + std::to_string(colours) + " focus=" + focused_name() +
        " find=" + model.filter + "\n";
    for (const Mark& m : marks()) {
      char line[160];
      std::snprintf(line, sizeof line, "%s %.0f %.0f %.0f %.0f\n", m.name.c_str(),
                    static_cast<double>(m.min.x), static_cast<double>(m.min.y),
                    static_cast<double>(m.max.x), static_cast<double>(m.max.y));
      text += line;
    }
    if (text == written_) return;
    written_ = std::move(text);
    const std::string fresh = path_ + ".new";
    std::ofstream(fresh) << written_;
    std::rename(fresh.c_str(), path_.c_str());
  }

 private:
  std::string path_, written_;
};

class Window {
 public:
  Window(GLFWwindow* window, const ViewerOptions& options, ReadyFonts fonts)
      : window_(window), marks_(options.marks_file), fonts_(std::move(fonts)) {
    glfwMakeContextCurrent(window_);
    glfwSwapInterval(1);
    ImGui::CreateContext(fonts_.atlas.get());
    glfwSetWindowUserPointer(window_, this);
    glfwSetDropCallback(window_, dropped);
    ImGui_ImplGlfw_InitForOpenGL(window_, true);
    ImGui_ImplOpenGL3_Init("#version 150");
    Services services = options.services;
    services.copy = [](const std::string& text) { ImGui::SetClipboardText(text.c_str()); };
    services.copy_picture = copy_picture;
    services.play = [this](Sound sound) { return player_.play(sound); };
    services.fullscreen = [this](bool on) { set_fullscreen(on); };
    program_ = std::make_unique<Program>(std::move(services), settings_of(options), usual(options),
                                         options.trace, options.path, options.may_write);
    if (!options.problem.empty()) program_->tell_problem(options.problem);
    program_->shell().use(fonts_);
    set_up(program_->model(), options);
  }
  ~Window() {
    program_.reset();
    ImGui_ImplOpenGL3_Shutdown();
    ImGui_ImplGlfw_Shutdown();
    ImGui::DestroyContext();
  }
  Window(const Window&) = delete;
  Window& operator=(const Window&) = delete;

  void run() {
    double former = glfwGetTime();
    while (!glfwWindowShouldClose(window_)) {
      // Asleep while nothing moves; the timeout keeps hover and cursor alive.
      if (busy_ > 0 || program_->model().head.playing)
        glfwPollEvents();
      else
        glfwWaitEventsTimeout(program_->busy() ? 1.0 / 60 : 0.1);
      const double now = glfwGetTime();
      frame(now - former);
      former = now;
    }
  }

 private:
  static void dropped(GLFWwindow* window, int count, const char** paths) {
    auto* self = static_cast<Window*>(glfwGetWindowUserPointer(window));
    if (count > 0) self->program_->open(paths[0]);
  }
  void set_fullscreen(bool on) {
    GLFWmonitor* monitor = glfwGetPrimaryMonitor();
    const GLFWvidmode* mode = monitor == nullptr ? nullptr : glfwGetVideoMode(monitor);
    if (mode == nullptr || on == (glfwGetWindowMonitor(window_) != nullptr)) return;
    if (on) {
      glfwGetWindowPos(window_, &place_[0], &place_[1]);
      glfwGetWindowSize(window_, &place_[2], &place_[3]);
      glfwSetWindowMonitor(window_, monitor, 0, 0, mode->width, mode->height, mode->refreshRate);
    } else {
      glfwSetWindowMonitor(window_, nullptr, place_[0], place_[1], place_[2], place_[3], 0);
    }
    busy_ = 4;
  }
  void frame(double real_seconds) {
    int width = 0, height = 0;
    glfwGetWindowSize(window_, &width, &height);
    if (width <= 0 || height <= 0) return;
    const float w = static_cast<float>(width), h = static_cast<float>(height);
    Shell& shell = program_->shell();
    if (shell.prepare(w, h)) reload_font_texture();
    if (!reported_) report_fonts(shell.fonts());
    reported_ = true;
    ImGui_ImplOpenGL3_NewFrame();
    ImGui_ImplGlfw_NewFrame();
    // A key pressed once is not held only because a frame took long: it would repeat.
    constexpr float kLongestFrame = 0.1f;
    ImGui::GetIO().DeltaTime = std::min(ImGui::GetIO().DeltaTime, kLongestFrame);
    ImGui::NewFrame();
    shell.build(w, h);
    ImGui::Render();
    draw();
    const Playhead before = program_->model().head;
    program_->after_frame(real_seconds);
    marks_.update(program_->model(), colours_);
    const bool typed = ImGui::GetIO().WantTextInput || !ImGui::GetIO().InputQueueCharacters.empty();
    const bool touched = ImGui::IsAnyMouseDown() || typed || !(before == program_->model().head);
    busy_ = touched ? 4 : std::max(0, busy_ - 1);
  }
  void reload_font_texture() const {
#ifndef POSTHORN_IMGUI_DYNAMIC_FONTS
    // Before the first frame there is none: NewFrame makes it. The atlas cannot be asked: building
    // it anew forgets its texture.
    if (!drawn_) return;
    ImGui_ImplOpenGL3_DestroyFontsTexture();
    ImGui_ImplOpenGL3_CreateFontsTexture();
#endif
  }
  void draw() {
    int width = 0, height = 0;
    glfwGetFramebufferSize(window_, &width, &height);
    const ImVec4 ground = ImGui::ColorConvertU32ToFloat4(colors().background);
    glViewport(0, 0, width, height);
    glClearColor(ground.x, ground.y, ground.z, 1);
    glClear(GL_COLOR_BUFFER_BIT);
    ImGui_ImplOpenGL3_RenderDrawData(ImGui::GetDrawData());
    if (marks_.wanted()) colours_ = colours_shown(width, height);
    drawn_ = true;
    glfwSwapBuffers(window_);
  }

  GLFWwindow* window_;
  MarksFile marks_;
  Player player_;
  ReadyFonts fonts_;  ///< the context's, which ends before them
  std::unique_ptr<Program> program_;
  int place_[4] = {60, 60, 1600, 900};  ///< x, y, width, height before full screen
  int busy_ = 4;
  std::size_t colours_ = 0;  ///< on the window, as far as tests want to know
  bool reported_ = false, drawn_ = false;
};

int fail(const char* what) {
  std::fprintf(stderr,
               "posthorn: %s\n"
               "  without a window: posthorn run SCENARIO prints the story, and\n"
               "  posthorn view SCENARIO --screenshot out.png draws a picture\n",
               what);
  return 2;
}

}  // namespace

bool has_display() {
  const auto set = [](const char* name) {
    const char* value = std::getenv(name);
    return value != nullptr && *value != '\0';
  };
  return set("DISPLAY") || set("WAYLAND_DISPLAY");
}

int run_viewer(const ViewerOptions& options) {
  if (!options.screenshot.empty()) return take_screenshot(options);
  if (!has_display()) return fail("there is no display to open a window on (DISPLAY is not set)");
  if (glfwInit() == GLFW_FALSE) return fail("the display cannot be opened");
  int code = 0;
  const auto [width, height] = window_size(options.width, options.height);
  auto fonts = std::async(std::launch::async,
                          [&options, w = width, h = height] { return fonts_ahead(options, w, h); });
  if (GLFWwindow* window = open_window(width, height)) {
    Window(window, options, fonts.get()).run();
    glfwDestroyWindow(window);
  } else {
    code = fail("the display offers no OpenGL 3.2 window");
  }
  glfwTerminate();
  return code;
}

}  // namespace posthorn::viz
