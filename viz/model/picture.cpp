#include "viz/model/picture.hpp"

#include <png.h>

#include <algorithm>
#include <array>
#include <cstddef>

namespace posthorn::viz {
namespace {

constexpr std::uint32_t kLongestSide = 4096;

/// The average of the pixels [left, right) x [top, bottom) of `rgba`, weighed by their alpha.
std::uint32_t average(const std::vector<png_byte>& rgba, std::size_t width, std::size_t left,
                      std::size_t right, std::size_t top, std::size_t bottom) {
  std::array<std::uint64_t, 3> color{};
  std::uint64_t alpha = 0;
  for (std::size_t y = top; y < bottom; ++y)
    for (std::size_t x = left; x < right; ++x) {
      const png_byte* pixel = &rgba[(y * width + x) * 4];
      alpha += pixel[3];
      for (std::size_t i = 0; i < 3; ++i) color[i] += std::uint64_t{pixel[i]} * pixel[3];
    }
  const std::uint64_t count = (right - left) * (bottom - top);
  auto out = static_cast<std::uint32_t>(alpha / count) << 24;
  for (std::size_t i = 0; i < 3 && alpha > 0; ++i)
    out |= static_cast<std::uint32_t>(color[i] / alpha) << (8 * i);
  return out;
}

}  // namespace

std::shared_ptr<const Picture> read_picture(std::string_view png, int longest) {
  png_image image{};
  image.version = PNG_IMAGE_VERSION;
  if (png_image_begin_read_from_memory(&image, png.data(), png.size()) == 0) return nullptr;
  std::vector<png_byte> rgba;
  const std::size_t width = image.width, height = image.height;
  image.format = PNG_FORMAT_RGBA;
  const bool usable = image.width <= kLongestSide && image.height <= kLongestSide;
  if (usable) rgba.resize(PNG_IMAGE_SIZE(image));
  if (!usable || png_image_finish_read(&image, nullptr, rgba.data(), 0, nullptr) == 0) {
    png_image_free(&image);
    return nullptr;
  }
  const std::size_t longer = std::max(width, height);
  const auto most = static_cast<std::size_t>(longest);
  const auto smaller = [&](std::size_t side) {
    return longer <= most ? side : std::max<std::size_t>(1, side * most / longer);
  };
  const std::size_t columns = smaller(width), rows = smaller(height);
  auto picture = std::make_shared<Picture>();
  picture->width = static_cast<int>(columns);
  picture->height = static_cast<int>(rows);
  for (std::size_t row = 0; row < rows; ++row)
    for (std::size_t column = 0; column < columns; ++column)
      picture->pixels.push_back(average(rgba, width, column * width / columns,
                                        (column + 1) * width / columns, row * height / rows,
                                        (row + 1) * height / rows));
  return picture;
}

}  // namespace posthorn::viz
