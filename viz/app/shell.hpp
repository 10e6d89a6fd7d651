// One frame of the program: fonts, layout, panels, keys. The window and the tests both run it.
#pragma once

#include "viz/app/draw.hpp"
#include "viz/app/fonts.hpp"
#include "viz/model/model.hpp"

namespace posthorn::viz {

/// Where the panels stand in a window of that size (with the current look's scale).
struct Layout {
  Rect header, steps, stage, details, transcript;
};
Layout layout_for(float width, float height, bool tall_transcript);

class Shell {
 public:
  /// An ImGui context must be current. `model` must outlive the shell.
  explicit Shell(Model& model);

  /// Before ImGui::NewFrame: builds the fonts if the size or the needed glyphs have changed.
  /// True if the atlas is new, and must be handed to the graphics card again.
  bool prepare(float width, float height);
  /// Between NewFrame and Render.
  void build(float width, float height);
  /// After Render: what the user did takes effect; then `real_seconds` pass.
  void finish(double real_seconds);

  [[nodiscard]] const FontReport& fonts() const { return report_; }

 private:
  void keys();
  void panels(const Layout& layout, const Rect& window);

  Model& model_;
  Commands commands_;
  GlyphSet glyphs_;
  Look look_;
  FontReport report_;
  float built_scale_ = 0;
};

}  // namespace posthorn::viz
