// Drives the shell without a window: clicks by mark name, presses keys, reads the model.
#pragma once

#include <stdexcept>
#include <string>
#include <vector>

#include "tests/viz/demo_trace.hpp"
#include "viz/app/headless.hpp"

namespace posthorn::viz::test {

/// The demo story, built once.
inline const trace::Trace& demo() {
  static const trace::Trace trace = DemoTrace::build();
  return trace;
}

/// Fonts that an earlier one drew the same with, if there are any: to build them takes longer than
/// most tests.
ReadyFonts fonts_for(const Model& model, int width, int height);
void keep_fonts(ReadyFonts fonts);

struct Harness {
  explicit Harness(int width = 1600, int height = 900, const trace::Trace& trace = demo(),
                   float text_scale = 1)
      : model(with_text(Model(trace), text_scale)),
        headless(model, width, height, fonts_for(model, width, height)) {
    headless.frame();
    headless.frame();
  }
  ~Harness() { keep_fonts(headless.end()); }
  Harness(const Harness&) = delete;
  Harness& operator=(const Harness&) = delete;

  static Model with_text(Model model, float scale) {
    model.likes.text_scale = scale;
    return model;
  }

  const Mark& find(const std::string& name) const {
    if (const Mark* mark = find_mark(name)) return *mark;
    throw std::runtime_error("no widget is called " + name);
  }
  void click(const std::string& name, float fraction = 0.5f) {
    const Mark& m = find(name);
    inject_mouse_position(m.min.x + (m.max.x - m.min.x) * fraction, (m.min.y + m.max.y) / 2);
    headless.frame();
    inject_mouse_button(0, true);
    headless.frame();
    inject_mouse_button(0, false);
    headless.frame();
    inject_mouse_position(-100, -100);
    headless.frame();
  }
  void press(Key key, bool shift = false) {
    if (shift) inject_key(Key::shift, true);
    inject_key(key, true);
    headless.frame();
    inject_key(key, false);
    if (shift) inject_key(Key::shift, false);
    headless.frame();
  }
  void type(const char* text) {
    ImGui::GetIO().AddInputCharactersUTF8(text);
    headless.frame();
    headless.frame();
  }

  Model model;
  Headless headless;
};

/// What happens in the shipped lesson of that name ("first-letter"); run once.
const trace::Trace& lesson(const std::string& name);
/// The start page's list, by file name.
const std::vector<Lesson>& lessons();
/// Presses Tab until the widget of that name has the focus; false if it never gets it.
bool tab_to(Harness& h, const std::string& name);

}  // namespace posthorn::viz::test
