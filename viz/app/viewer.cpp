// The GLFW window, and the picture without one.
#include "viz/app/viewer.hpp"

#include <GLFW/glfw3.h>
#include <backends/imgui_impl_glfw.h>
#include <backends/imgui_impl_opengl3.h>

#include <algorithm>
#include <cstdio>
#include <cstdlib>
#include <fstream>

#include "viz/app/headless.hpp"

namespace posthorn::viz {
namespace {

void set_up(Model& model, const ViewerOptions& options) {
  model.likes.lang = options.lang;
  model.likes.dark = options.dark;
  constexpr const char* kViewNames[] = {"log", "talk", "ladder", "packets", "letter", "offices"};
  for (int i = 0; i < 6; ++i)
    if (options.show == kViewNames[i]) apply(model, SetView{static_cast<View>(i)});
  constexpr const char* kLevelNames[] = {"office", "student", "admin"};
  for (int i = 0; i < 3; ++i)
    if (options.level == kLevelNames[i]) apply(model, SetLevel{static_cast<texts::Level>(i)});
  if (!options.find.empty()) apply(model, SetFilter{options.find});
  model.tall_dock = options.tall;
  model.presenting = options.present;
  apply(model, SetTextScale{static_cast<float>(options.text_scale)});
  if (options.at) apply(model, SeekTime{Instant{} + *options.at});
  if (options.play) apply(model, Play{});
}

void report_fonts(const FontReport& report) {
  for (const std::string& problem : report.problems)
    std::fprintf(stderr, "posthorn: %s\n", problem.c_str());
}

/// Always the software rasteriser: the same picture with and without a display.
int take_screenshot(const ViewerOptions& options) {
  Model model(*options.trace);
  set_up(model, options);
  Headless headless(model, options.width, options.height);
  for (int i = 0; i < 4; ++i) headless.frame();  // scrolling and missing glyphs settle
  report_fonts(headless.fonts());
  if (write_png(headless.picture(), options.screenshot)) return 0;
  std::fprintf(stderr, "posthorn: cannot write %s\n", options.screenshot.c_str());
  return 2;
}

bool has_display() {
  const auto set = [](const char* name) {
    const char* value = std::getenv(name);
    return value != nullptr && *value != '\0';
  };
  return set("DISPLAY") || set("WAYLAND_DISPLAY");
}

GLFWwindow* open_window(int width, int height) {
  glfwWindowHint(GLFW_CONTEXT_VERSION_MAJOR, 3);
  glfwWindowHint(GLFW_CONTEXT_VERSION_MINOR, 2);
  glfwWindowHint(GLFW_OPENGL_PROFILE, GLFW_OPENGL_CORE_PROFILE);
  glfwWindowHint(GLFW_OPENGL_FORWARD_COMPAT, GLFW_TRUE);
  if (GLFWmonitor* monitor = glfwGetPrimaryMonitor()) {
    int x = 0, y = 0, w = 0, h = 0;
    glfwGetMonitorWorkarea(monitor, &x, &y, &w, &h);
    if (w > 0 && h > 0) {
      width = std::min(width, w);
      height = std::min(height, h);
    }
  }
  GLFWwindow* window = glfwCreateWindow(width, height, "Posthorn", nullptr, nullptr);
  if (window != nullptr) glfwSetWindowSizeLimits(window, 900, 560, GLFW_DONT_CARE, GLFW_DONT_CARE);
  return window;
}

/// Writes the widgets' places and the state when they change, for tests of the real window.
class MarksFile {
 public:
  explicit MarksFile(std::string path) : path_(std::move(path)) {}
  void update(const Model& model) {
    if (path_.empty()) return;
    std::string text = "state count=" + std::to_string(model.head.count) +
                       " at=" + clock_text(model.head.at) +
                       " playing=" + (model.head.playing ? "1" : "0") +
                       " lang=" + (model.lang() == Lang::ja ? "ja" : "en") +
                       " step=" + std::to_string(model.now.step) + "\n";
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
  Window(GLFWwindow* window, Model& model, const ViewerOptions& options)
      : window_(window), model_(model), marks_(options.marks_file) {
    glfwMakeContextCurrent(window_);
    glfwSwapInterval(1);
    ImGui::CreateContext();
    ImGui_ImplGlfw_InitForOpenGL(window_, true);
    ImGui_ImplOpenGL3_Init("#version 150");
    shell_ = std::make_unique<Shell>(model_);
  }
  ~Window() {
    shell_.reset();
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
      if (busy_ > 0 || model_.head.playing)
        glfwPollEvents();
      else
        glfwWaitEventsTimeout(0.1);
      const double now = glfwGetTime();
      frame(now - former);
      former = now;
    }
  }

 private:
  void frame(double real_seconds) {
    int width = 0, height = 0;
    glfwGetWindowSize(window_, &width, &height);
    if (width <= 0 || height <= 0) return;
    const float w = static_cast<float>(width), h = static_cast<float>(height);
    if (shell_->prepare(w, h)) {
      if (!reported_) report_fonts(shell_->fonts());
      reported_ = true;
      reload_font_texture();
    }
    ImGui_ImplOpenGL3_NewFrame();
    ImGui_ImplGlfw_NewFrame();
    ImGui::NewFrame();
    shell_->build(w, h);
    ImGui::Render();
    draw();
    const Playhead before = model_.head;
    shell_->finish(real_seconds);
    marks_.update(model_);
    const bool touched = ImGui::IsAnyMouseDown() || !(before == model_.head);
    busy_ = touched ? 4 : std::max(0, busy_ - 1);
  }
  static void reload_font_texture() {
#ifndef POSTHORN_IMGUI_DYNAMIC_FONTS
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
    glfwSwapBuffers(window_);
  }

  GLFWwindow* window_;
  Model& model_;
  MarksFile marks_;
  std::unique_ptr<Shell> shell_;
  int busy_ = 4;
  bool reported_ = false;
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

int run_viewer(const ViewerOptions& options) {
  if (!options.screenshot.empty()) return take_screenshot(options);
  if (!has_display()) return fail("there is no display to open a window on (DISPLAY is not set)");
  if (glfwInit() == GLFW_FALSE) return fail("the display cannot be opened");
  int code = 0;
  if (GLFWwindow* window = open_window(options.width, options.height)) {
    Model model(*options.trace);
    set_up(model, options);
    Window(window, model, options).run();
    glfwDestroyWindow(window);
  } else {
    code = fail("the display offers no OpenGL 3.2 window");
  }
  glfwTerminate();
  return code;
}

}  // namespace posthorn::viz
