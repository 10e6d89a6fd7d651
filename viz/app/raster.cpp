#include "viz/app/raster.hpp"

#include <algorithm>
#include <cmath>
#include <fstream>

#define STB_IMAGE_WRITE_IMPLEMENTATION
#define STB_IMAGE_WRITE_STATIC
#if defined(__GNUC__)
#pragma GCC diagnostic push
#pragma GCC diagnostic ignored "-Wunused-function"
#endif
#include <stb_image_write.h>
#if defined(__GNUC__)
#pragma GCC diagnostic pop
#endif

namespace posthorn::viz {
namespace {

constexpr int kSub = 256;  // subpixel steps

struct Atlas {
  unsigned char* alpha = nullptr;
  int width = 0, height = 0;
  /// Bilinear sample at texel coordinates in 1/256; 0..255.
  [[nodiscard]] std::uint32_t sample(std::int64_t u, std::int64_t v) const {
    u -= kSub / 2;
    v -= kSub / 2;
    const auto x = static_cast<int>(u >> 8), y = static_cast<int>(v >> 8);
    const auto fx = static_cast<std::uint32_t>(u & 255), fy = static_cast<std::uint32_t>(v & 255);
    if ((fx | fy) == 0) return texel(x, y);
    const std::uint32_t top = texel(x, y) * (256 - fx) + texel(x + 1, y) * fx;
    const std::uint32_t bottom = texel(x, y + 1) * (256 - fx) + texel(x + 1, y + 1) * fx;
    return (top * (256 - fy) + bottom * fy + 32768) >> 16;
  }
  [[nodiscard]] std::uint32_t texel(int x, int y) const {
    x = std::clamp(x, 0, width - 1);
    y = std::clamp(y, 0, height - 1);
    return alpha[static_cast<std::size_t>(y) * static_cast<std::size_t>(width) +
                 static_cast<std::size_t>(x)];
  }
};

struct Vertex {
  std::int64_t x, y, u, v;
  ImU32 color;
};

struct Clip {
  int x0, y0, x1, y1;
};

std::int64_t fixed(double value) {
  return static_cast<std::int64_t>(std::floor(value * kSub + 0.5));
}

void blend(std::uint32_t& pixel, std::uint32_t color, std::uint32_t alpha) {
  if (alpha == 0) return;
  std::uint32_t out = 0xFF000000u;
  for (int shift = 0; shift < 24; shift += 8) {
    const std::uint32_t from = (pixel >> shift) & 255u, to = (color >> shift) & 255u;
    out |= ((from * (255 - alpha) + to * alpha + 127) / 255) << shift;
  }
  pixel = out;
}

class Canvas {
 public:
  Canvas(Image& image, const Atlas& atlas) : image_(image), atlas_(atlas) {}

  void triangle(Vertex a, Vertex b, Vertex c, const Clip& clip) {
    std::int64_t area = cross(a, b, c.x, c.y);
    if (area == 0) return;
    if (area < 0) {
      std::swap(b, c);
      area = -area;
    }
    const auto [low_x, high_x] = std::minmax({a.x, b.x, c.x});
    const auto [low_y, high_y] = std::minmax({a.y, b.y, c.y});
    const int x0 = std::max<int>(clip.x0, static_cast<int>(low_x >> 8));
    const int x1 = std::min<int>(clip.x1, static_cast<int>((high_x + 255) >> 8));
    const int y0 = std::max<int>(clip.y0, static_cast<int>(low_y >> 8));
    const int y1 = std::min<int>(clip.y1, static_cast<int>((high_y + 255) >> 8));
    const bool flat_color = a.color == b.color && b.color == c.color;
    const bool flat_texel = a.u == b.u && b.u == c.u && a.v == b.v && b.v == c.v;
    const std::uint32_t texel = flat_texel ? atlas_.sample(a.u, a.v) : 0;
    const Edge ea(b, c), eb(c, a), ec(a, b);
    for (int y = y0; y < y1; ++y) {
      const std::int64_t py = std::int64_t{y} * kSub + kSub / 2;
      std::uint32_t* row = &image_.pixels[static_cast<std::size_t>(y) * image_.width];
      for (int x = x0; x < x1; ++x) {
        const std::int64_t p = std::int64_t{x} * kSub + kSub / 2;
        const std::int64_t wa = ea.at(p, py), wb = eb.at(p, py), wc = ec.at(p, py);
        if (!ea.in(wa) || !eb.in(wb) || !ec.in(wc)) continue;
        const ImU32 color = flat_color ? a.color : mixed(a, b, c, wa, wb, wc, area);
        std::uint32_t alpha = color >> 24;
        const std::uint32_t coverage = flat_texel
                                           ? texel
                                           : atlas_.sample((wa * a.u + wb * b.u + wc * c.u) / area,
                                                           (wa * a.v + wb * b.v + wc * c.v) / area);
        alpha = (alpha * coverage + 127) / 255;
        blend(row[x], color, alpha);
      }
    }
  }

 private:
  static std::int64_t cross(const Vertex& a, const Vertex& b, std::int64_t x, std::int64_t y) {
    return (b.x - a.x) * (y - a.y) - (b.y - a.y) * (x - a.x);
  }
  /// One edge; pixels exactly on it belong to the triangle right of or below it (top-left rule).
  struct Edge {
    Edge(const Vertex& from, const Vertex& to)
        : a(from), b(to), owns(to.y < from.y || (to.y == from.y && to.x > from.x)) {}
    [[nodiscard]] std::int64_t at(std::int64_t x, std::int64_t y) const {
      return cross(a, b, x, y);
    }
    [[nodiscard]] bool in(std::int64_t w) const { return w > 0 || (w == 0 && owns); }
    const Vertex &a, &b;
    bool owns;
  };
  static ImU32 mixed(const Vertex& a, const Vertex& b, const Vertex& c, std::int64_t wa,
                     std::int64_t wb, std::int64_t wc, std::int64_t area) {
    ImU32 out = 0;
    for (int shift = 0; shift < 32; shift += 8) {
      const std::int64_t sum = wa * ((a.color >> shift) & 255u) + wb * ((b.color >> shift) & 255u) +
                               wc * ((c.color >> shift) & 255u);
      out |= static_cast<ImU32>((sum + area / 2) / area) << shift;
    }
    return out;
  }

  Image& image_;
  const Atlas& atlas_;
};

Vertex convert(const ImDrawVert& v, const ImVec2& origin, const Atlas& atlas) {
  return {fixed(v.pos.x - origin.x), fixed(v.pos.y - origin.y), fixed(double{v.uv.x} * atlas.width),
          fixed(double{v.uv.y} * atlas.height), v.col};
}

Clip clip_of(const ImDrawCmd& command, const ImVec2& origin, const Image& image) {
  const auto whole = [](float value, int most) {
    return std::clamp(static_cast<int>(value), 0, most);
  };
  return {whole(command.ClipRect.x - origin.x, image.width),
          whole(command.ClipRect.y - origin.y, image.height),
          whole(command.ClipRect.z - origin.x, image.width),
          whole(command.ClipRect.w - origin.y, image.height)};
}

void draw_list(Canvas& canvas, const ImDrawList& list, const ImVec2& origin, const Atlas& atlas,
               const Image& image) {
  for (const ImDrawCmd& command : list.CmdBuffer) {
    if (command.UserCallback != nullptr) continue;
    const Clip clip = clip_of(command, origin, image);
    const auto vertex = [&](unsigned i) {
      const unsigned index = list.IdxBuffer[static_cast<int>(command.IdxOffset + i)];
      return convert(list.VtxBuffer[static_cast<int>(command.VtxOffset + index)], origin, atlas);
    };
    for (unsigned i = 0; i + 2 < command.ElemCount; i += 3)
      canvas.triangle(vertex(i), vertex(i + 1), vertex(i + 2), clip);
  }
}

}  // namespace

Image rasterize(const ImDrawData& data, ImU32 background) {
  Image image;
  image.width = static_cast<int>(data.DisplaySize.x);
  image.height = static_cast<int>(data.DisplaySize.y);
  image.pixels.assign(
      static_cast<std::size_t>(image.width) * static_cast<std::size_t>(image.height),
      background | 0xFF000000u);
  Atlas atlas;
  font_pixels(&atlas.alpha, &atlas.width, &atlas.height);
  Canvas canvas(image, atlas);
  for (int i = 0; i < data.CmdListsCount; ++i)
    draw_list(canvas, *data.CmdLists[i], data.DisplayPos, atlas, image);
  return image;
}

std::string png_of(const Image& image) {
  std::string octets;
  const auto take = [](void* out, void* data, int size) {
    static_cast<std::string*>(out)->append(static_cast<const char*>(data),
                                           static_cast<std::size_t>(size));
  };
  stbi_write_png_to_func(take, &octets, image.width, image.height, 4, image.pixels.data(),
                         image.width * 4);
  return octets;
}

bool write_png(const Image& image, const std::string& path) {
  std::ofstream out(path, std::ios::binary | std::ios::trunc);
  out << png_of(image);
  out.close();  // a full disk shows here at the latest
  return !out.fail();
}

}  // namespace posthorn::viz
