// Pictures that letters bring along.
#include "viz/model/picture.hpp"

#include <png.h>

#include <filesystem>
#include <fstream>
#include <sstream>

#include "tests/support/catch.hpp"
#include "tests/viz/harness.hpp"

using namespace posthorn;
using namespace posthorn::viz;
using namespace posthorn::viz::test;

namespace {

std::string file(const char* name) {
  std::ifstream in(std::filesystem::path(POSTHORN_SOURCE_DIR) / "scenarios/letters" / name,
                   std::ios::binary);
  std::ostringstream bytes;
  bytes << in.rdbuf();
  return bytes.str();
}

/// The left half red, the right half of half-clear blue.
std::string two_colors(unsigned width, unsigned height) {
  std::string rgba;
  for (unsigned y = 0; y < height; ++y)
    for (unsigned x = 0; x < width; ++x)
      rgba += x < width / 2 ? std::string("\xff\0\0\xff", 4) : std::string("\0\0\xff\x80", 4);
  png_image image{};
  image.version = PNG_IMAGE_VERSION;
  image.format = PNG_FORMAT_RGBA;
  image.width = width;
  image.height = height;
  png_alloc_size_t size = 0;
  REQUIRE(png_image_write_get_memory_size(image, size, 0, rgba.data(), 0, nullptr) != 0);
  std::string out(size, '\0');
  REQUIRE(png_image_write_to_memory(&image, out.data(), &size, 0, rgba.data(), 0, nullptr) != 0);
  out.resize(size);
  return out;
}

}  // namespace

TEST_CASE("A small picture is shown as it is, a large one smaller") {
  const auto blossom = read_picture(file("sakura.png"));
  REQUIRE(blossom != nullptr);
  CHECK(blossom->width == 24);
  CHECK(blossom->height == 24);
  CHECK(blossom->pixels.size() == 24 * 24);
  const auto wide = read_picture(two_colors(800, 3));
  REQUIRE(wide != nullptr);
  CHECK(wide->width == 80);
  CHECK(wide->height == 1);
  CHECK(wide->pixels.front() == 0xff0000ff);
  CHECK(wide->pixels.back() == 0x80ff0000);
}

TEST_CASE("What is damaged or no picture is not shown") {
  const std::string png = file("hanami.png");
  REQUIRE(read_picture(png) != nullptr);
  CHECK(read_picture("") == nullptr);
  CHECK(read_picture("GIF89a") == nullptr);
  for (std::size_t length = 0; length < png.size() - 12; length += 7) {
    INFO(length);
    CHECK(read_picture(png.substr(0, length)) == nullptr);
  }
  for (std::size_t at = 0; at < png.size(); at += 3) {  // whatever becomes of it, nothing breaks
    std::string spoilt = png;
    spoilt[at] = static_cast<char>(spoilt[at] ^ 0x55);
    (void)read_picture(spoilt);
  }
  CHECK(read_picture(two_colors(5000, 1)) == nullptr);
}

TEST_CASE("The reader of the first letter sees the blossom that came with it") {
  Harness h(1600, 900, lesson("first-letter"));
  CHECK(find_mark("client-picture") == nullptr);
  h.press(Key::end);
  CHECK(find_mark("client-picture") != nullptr);
}
