// One frame of the program: fonts, layout, panels, keys. The window and the tests both run it.
#pragma once

#include "viz/app/draw.hpp"
#include "viz/app/fonts.hpp"
#include "viz/app/layout.hpp"
#include "viz/model/model.hpp"

namespace posthorn::viz {

class Shell {
 public:
  /// An ImGui context must be current. `model` must outlive the shell.
  explicit Shell(Model& model);
  /// Fonts that were built ahead, in the atlas of the current context; none fit: prepare() builds.
  void use(const ReadyFonts& ready);
  /// All of its fonts but the atlas, which is the context's.
  void describe_fonts(ReadyFonts& fonts) const;
  /// How large everything is drawn in such a window.
  static float scale_of(float width, float height, const Preferences& likes, bool presenting);

  /// Before ImGui::NewFrame: builds the fonts if the size or the needed glyphs have changed.
  /// True if the atlas is new, and must be handed to the graphics card again.
  bool prepare(float width, float height);
  /// Between NewFrame and Render.
  void build(float width, float height);
  /// After Render: what the user did takes effect; then `real_seconds` pass.
  void finish(double real_seconds);
  /// The model shows another trace now.
  void trace_changed();

  [[nodiscard]] const FontReport& fonts() const { return report_; }

 private:
  void panels(const Layout& layout);
  void stage(const Layout& layout);
  void overlays(const Rect& window);

  Model& model_;
  Commands commands_;
  GlyphSet glyphs_;
  Look look_;
  FontReport report_;
  float built_scale_ = 0;
};

}  // namespace posthorn::viz
