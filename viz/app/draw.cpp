#include "viz/app/draw.hpp"

#include <algorithm>
#include <cmath>
#include <utility>

#include "viz/app/fonts.hpp"

namespace posthorn::viz {
namespace {

/// The outline of a rounded rectangle, clockwise, `per_corner` points a corner.
void outline(std::vector<ImVec2>& out, const Rect& r, float rounding, int per_corner) {
  out.clear();
  const ImVec2 centers[4] = {{r.max.x - rounding, r.min.y + rounding},
                             {r.max.x - rounding, r.max.y - rounding},
                             {r.min.x + rounding, r.max.y - rounding},
                             {r.min.x + rounding, r.min.y + rounding}};
  constexpr float kQuarter = 1.5707963f;
  for (int corner = 0; corner < 4; ++corner) {
    for (int i = 0; i <= per_corner; ++i) {
      const float angle = kQuarter * (static_cast<float>(corner - 1) +
                                      static_cast<float>(i) / static_cast<float>(per_corner));
      out.push_back({centers[corner].x + std::cos(angle) * rounding,
                     centers[corner].y + std::sin(angle) * rounding});
    }
  }
}

/// A closed band between two outlines of equal length with a colour at each edge.
void band(ImDrawList* list, const std::vector<ImVec2>& inner, const std::vector<ImVec2>& outer,
          ImU32 inner_color, ImU32 outer_color) {
  const auto n = static_cast<unsigned>(inner.size());
  const ImVec2 uv = ImGui::GetFontTexUvWhitePixel();
  list->PrimReserve(static_cast<int>(n * 6), static_cast<int>(n * 2));
  const unsigned base = list->_VtxCurrentIdx;
  for (unsigned i = 0; i < n; ++i) {
    list->PrimWriteVtx(inner[i], uv, inner_color);
    list->PrimWriteVtx(outer[i], uv, outer_color);
  }
  for (unsigned i = 0; i < n; ++i) {
    const unsigned a = base + i * 2, b = base + ((i + 1) % n) * 2;
    for (const unsigned index : {a, a + 1, b + 1, a, b + 1, b})
      list->PrimWriteIdx(static_cast<ImDrawIdx>(index));
  }
}

std::vector<Written> written;
bool keeps = false;

const char* begin_of(std::string_view text) { return text.data(); }
const char* end_of(std::string_view text) { return text.data() + text.size(); }

}  // namespace

void draw_shadow(ImDrawList* list, const Rect& r, float rounding, float spread, float strength) {
  if (spread < 0.5f) return;
  const ImU32 full = fade(colors().shadow, strength);
  const Rect base = {{r.min.x, r.min.y + spread * 0.22f}, {r.max.x, r.max.y + spread * 0.22f}};
  std::vector<ImVec2> inner, outer;
  constexpr int kRings = 4;
  // Alpha falls with the square of the distance, as a blurred edge does.
  const auto alpha = [](float t) { return (1 - t) * (1 - t) * 0.55f; };
  outline(inner, base.inset(spread * 0.35f), std::max(1.0f, rounding - spread * 0.35f), 5);
  float former = alpha(0) * 1.25f;
  for (int ring = 0; ring <= kRings; ++ring) {
    const float t = static_cast<float>(ring) / kRings;
    const float grown = spread * t;
    outline(outer, base.inset(-grown), rounding + grown, 5);
    const float next = ring == kRings ? 0.0f : alpha(t);
    band(list, inner, outer, fade(full, former), fade(full, next));
    std::swap(inner, outer);
    former = next;
  }
}

void draw_card(ImDrawList* list, const Rect& r, float rounding) {
  const float round = rounding < 0 ? px(14) : rounding;
  draw_shadow(list, r, round, px(10));
  list->AddRectFilled(r.min, r.max, colors().card, round);
  list->AddRect(r.min, r.max, colors().card_line, round);
}

ImVec2 text_size(const Face& face, std::string_view text) {
  if (text.empty()) return {0, face.size};
  return face.font->CalcTextSizeA(face.size, 3.0e38f, 0, begin_of(text), end_of(text));
}

void draw_text(ImDrawList* list, const Face& face, ImVec2 at, ImU32 color, std::string_view text) {
  if (text.empty()) return;
  note_missing_glyphs(text);
  if (keeps) {
    const ImVec2 size = text_size(face, text);
    const ImVec4& clip = list->_CmdHeader.ClipRect;
    written.push_back({std::string(text),
                       {at, {at.x + size.x, at.y + size.y}},
                       {{clip.x, clip.y}, {clip.z, clip.w}}});
  }
  list->AddText(face.font, face.size, {std::floor(at.x), std::floor(at.y)}, color, begin_of(text),
                end_of(text));
}

void keep_writing(bool on) {
  keeps = on;
  written.clear();
}
void forget_writing() { written.clear(); }
std::vector<Written> take_writing() { return std::exchange(written, {}); }

void draw_text_centered(ImDrawList* list, const Face& face, ImVec2 at, ImU32 color,
                        std::string_view text) {
  const ImVec2 size = text_size(face, text);
  draw_text(list, face, {at.x - size.x / 2, at.y - size.y / 2}, color, text);
}

std::string elide(const Face& face, std::string_view text, float width) {
  if (text_size(face, text).x <= width) return std::string(text);
  constexpr std::string_view kDots = "…";
  const float room = width - text_size(face, kDots).x;
  if (room < 0) return {};
  std::size_t low = 0, high = text.size();
  while (low < high) {  // the longest prefix that fits
    const std::size_t middle = (low + high + 1) / 2;
    if (text_size(face, text.substr(0, middle)).x <= room)
      low = middle;
    else
      high = middle - 1;
  }
  while (low > 0 && low < text.size() && (static_cast<unsigned char>(text[low]) & 0xC0) == 0x80)
    --low;
  return std::string(text.substr(0, low)) + std::string(kDots);
}

Face fitted(const Face& face, std::string_view text, float width, float least) {
  const float own = text_size(face, text).x;
  Face out = face;
  if (own > width && own > 0) out.size *= std::max(least, width / own);
  return out;
}

float draw_wrapped(ImDrawList* list, const Face& face, ImVec2 at, ImU32 color,
                   std::string_view text, float width, float leading) {
  float y = at.y;
  for (const std::string_view line : wrap_text(face, text, width)) {
    draw_text(list, face, {at.x, y}, color, line);
    y += face.size * leading;
  }
  return y - at.y;
}

void wrapped_item(const Face& face, ImU32 color, std::string_view text, float leading) {
  const float width = ImGui::GetContentRegionAvail().x;
  const ImVec2 at = ImGui::GetCursorScreenPos();
  const float height =
      draw_wrapped(ImGui::GetWindowDrawList(), face, at, color, text, width, leading);
  ImGui::Dummy({width, std::max(1.0f, height)});
}

float draw_chip(ImDrawList* list, ImVec2 at, ImU32 color, std::string_view text, float height,
                float min_width) {
  const Face& face = faces().small_bold;
  const float own = text_size(face, text).x + height * 0.9f;
  const float width = std::max(own, min_width);
  const Rect r = {{at.x, at.y - height / 2}, {at.x + width, at.y + height / 2}};
  list->AddRectFilled(r.min, r.max, colors().tint(color), height / 2);
  draw_text_centered(list, face, r.center(), color, text);
  return width;
}

void draw_badge(ImDrawList* list, ImVec2 center, ImU32 color, std::string_view text) {
  const Face& face = faces().small_bold;
  const float height = face.size * 1.45f;
  const float width = std::max(height, text_size(face, text).x + height * 0.6f);
  const Rect r = Rect::around(center, {width, height});
  draw_shadow(list, r, height / 2, px(3));
  list->AddRectFilled(r.min, r.max, color, height / 2);
  draw_text_centered(list, face, center, colors().on_badge, text);
}

std::string_view protocol_name(Protocol protocol) {
  constexpr std::string_view names[] = {"", "SMTP", "Submission", "LMTP", "POP3", "IMAP", "DNS"};
  return names[static_cast<std::size_t>(protocol)];
}

}  // namespace posthorn::viz
