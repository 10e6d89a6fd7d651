// A picture that a letter brings along, small enough to be drawn pixel by pixel.
#pragma once

#include <cstdint>
#include <memory>
#include <string_view>
#include <vector>

namespace posthorn::viz {

struct Picture {
  int width = 0, height = 0;
  std::vector<std::uint32_t>
      pixels;  ///< row by row; red in the lowest octet, then green, blue, alpha
};

/// Reads a PNG and makes it smaller until neither side is longer than `longest`. nullptr: it is no
/// PNG, or damaged, or larger than 4096 pixels a side.
std::shared_ptr<const Picture> read_picture(std::string_view png, int longest = 80);

}  // namespace posthorn::viz
