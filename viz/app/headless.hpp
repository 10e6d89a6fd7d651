// The shell without a window: for screenshots and tests.
#pragma once

#include "viz/app/raster.hpp"
#include "viz/app/shell.hpp"

namespace posthorn::viz {

class Headless {
 public:
  Headless(Model& model, int width, int height);
  ~Headless();
  Headless(const Headless&) = delete;
  Headless& operator=(const Headless&) = delete;

  void resize(int width, int height);
  /// Builds a frame; the commands take effect, then `real_seconds` pass.
  void frame(double real_seconds = 0);
  /// The frame built last, as pixels.
  [[nodiscard]] Image picture() const;
  [[nodiscard]] ImVec2 size() const { return size_; }
  [[nodiscard]] const FontReport& fonts() const { return shell_->fonts(); }

 private:
  ImGuiContext* context_;
  std::unique_ptr<Shell> shell_;
  ImVec2 size_;
};

}  // namespace posthorn::viz
