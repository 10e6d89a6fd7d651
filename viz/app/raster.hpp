// A small software rasteriser for what ImGui draws: screenshots and tests without a window.
//
// Integer arithmetic throughout (positions in 1/256 pixel), so that the same draw data give
// the same pixels on every machine.
#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "viz/app/imgui_compat.hpp"

namespace posthorn::viz {

struct Image {
  int width = 0, height = 0;
  std::vector<std::uint32_t> pixels;  ///< 0xAABBGGRR, rows from the top
  [[nodiscard]] std::uint32_t at(int x, int y) const {
    return pixels[static_cast<std::size_t>(y) * static_cast<std::size_t>(width) +
                  static_cast<std::size_t>(x)];
  }
};

/// Draws with the current font atlas as the only texture.
Image rasterize(const ImDrawData& data, ImU32 background);

/// The picture as the octets of a PNG file.
std::string png_of(const Image& image);
/// False if the file could not be written.
bool write_png(const Image& image, const std::string& path);

}  // namespace posthorn::viz
