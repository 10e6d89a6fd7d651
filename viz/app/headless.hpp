// The shell without a window: for pictures and for tests.
#pragma once

#include <memory>

#include "viz/app/raster.hpp"
#include "viz/app/shell.hpp"

namespace posthorn::viz {

/// Owns an ImGui context and makes it current.
class Headless {
 public:
  Headless(int width, int height, ReadyFonts fonts = {});
  /// With a shell of its own, which frame() and fonts() then use.
  Headless(Model& model, int width, int height, ReadyFonts fonts = {});
  ~Headless();
  Headless(const Headless&) = delete;
  Headless& operator=(const Headless&) = delete;

  void resize(int width, int height);
  /// One frame; afterwards `real_seconds` pass, as Shell::finish() has it.
  void frame(double real_seconds = 0);
  /// One frame of another shell; whoever calls lets its time pass.
  void frame(Shell& shell);
  /// The frame built last.
  [[nodiscard]] Image picture() const;
  [[nodiscard]] const FontReport& fonts() const { return shell_->fonts(); }
  /// The fonts that its own shell draws with, for the next one to begin with. Nothing can be drawn
  /// any more.
  ReadyFonts end();

 private:
  void destroy();

  ReadyFonts fonts_;  ///< outlive the context
  ImGuiContext* context_;
  std::unique_ptr<Shell> shell_;
  ImVec2 size_{};
};

}  // namespace posthorn::viz
