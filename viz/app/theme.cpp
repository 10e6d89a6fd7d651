#include "viz/app/theme.hpp"

#include <algorithm>
#include <cmath>

namespace posthorn::viz {
namespace {

Look current;

constexpr Palette kLight = {
    .background = rgb(0xF3F5FA),
    .dot = rgb(0xD5DBE8),
    .card = rgb(0xFFFFFF),
    .card_line = rgb(0xE4E8F1),
    .field = rgb(0xE4E9F2),
    .field_hover = rgb(0xD6DDEB),
    .row = rgb(0xF8F9FC),
    .soft = rgb(0xE3EAFC),
    .line = rgb(0xDFE4EE),
    .wire = rgb(0xA6B1C5),
    .text = rgb(0x101828),
    .muted = rgb(0x475467),
    .faint = rgb(0xC3CBDA),
    .primary = rgb(0x1D4ED8),
    .primary_hover = rgb(0x1A43B8),
    .on_primary = rgb(0xFFFFFF),
    .good = rgb(0x126A33),
    .warn = rgb(0x964A06),
    .bad = rgb(0xBA2E0A),
    .on_badge = rgb(0xFFFFFF),
    .shadow = 0x2E2A1810u,
    .protocol = {rgb(0x475467), rgb(0x0067A5), rgb(0x5548C8), rgb(0x5548C8), rgb(0x9A3B87),
                 rgb(0x00735A), rgb(0x9E4A00)},
};

constexpr Palette kDark = {
    .background = rgb(0x0B111E),
    .dot = rgb(0x202A3D),
    .card = rgb(0x171F31),
    .card_line = rgb(0x232D42),
    .field = rgb(0x2A3449),
    .field_hover = rgb(0x364259),
    .row = rgb(0x1B2437),
    .soft = rgb(0x1F3052),
    .line = rgb(0x2A344A),
    .wire = rgb(0x5B6880),
    .text = rgb(0xF2F5FA),
    .muted = rgb(0xB3BDCD),
    .faint = rgb(0x46526A),
    .primary = rgb(0x5B9BFF),
    .primary_hover = rgb(0x7DB0FF),
    .on_primary = rgb(0x07101F),
    .good = rgb(0x3FD28A),
    .warn = rgb(0xF2A93B),
    .bad = rgb(0xFF8B66),
    .on_badge = rgb(0x0B111E),
    .shadow = 0x80000000u,
    .protocol = {rgb(0xB3BDCD), rgb(0x56B4E9), rgb(0x9D9BFF), rgb(0x9D9BFF), rgb(0xE591C4),
                 rgb(0x36D2A4), rgb(0xF0AE48)},
};

double luminance(ImU32 color) {
  const auto channel = [color](int shift) {
    const double c = static_cast<double>((color >> shift) & 0xFFu) / 255.0;
    return c <= 0.04045 ? c / 12.92 : std::pow((c + 0.055) / 1.055, 2.4);
  };
  return 0.2126 * channel(0) + 0.7152 * channel(8) + 0.0722 * channel(16);
}

ImVec4 vec(ImU32 color) { return ImGui::ColorConvertU32ToFloat4(color); }

void set_colors(ImGuiStyle& style, const Palette& p) {
  const ImU32 none = 0;
  const std::pair<ImGuiCol, ImU32> table[] = {
      {ImGuiCol_Text, p.text},
      {ImGuiCol_TextDisabled, p.muted},
      {ImGuiCol_WindowBg, p.background},
      {ImGuiCol_ChildBg, none},
      {ImGuiCol_PopupBg, p.card},
      {ImGuiCol_Border, p.card_line},
      {ImGuiCol_FrameBg, p.field},
      {ImGuiCol_FrameBgHovered, p.field_hover},
      {ImGuiCol_FrameBgActive, p.field_hover},
      {ImGuiCol_Button, p.field},
      {ImGuiCol_ButtonHovered, p.field_hover},
      {ImGuiCol_ButtonActive, p.field_hover},
      {ImGuiCol_Header, p.soft},
      {ImGuiCol_HeaderHovered, p.soft},
      {ImGuiCol_HeaderActive, p.soft},
      {ImGuiCol_SliderGrab, p.primary},
      {ImGuiCol_SliderGrabActive, p.primary_hover},
      {ImGuiCol_ScrollbarBg, none},
      {ImGuiCol_ScrollbarGrab, p.faint},
      {ImGuiCol_ScrollbarGrabHovered, p.wire},
      {ImGuiCol_ScrollbarGrabActive, p.wire},
      {ImGuiCol_TableHeaderBg, p.card},
      {ImGuiCol_TableBorderLight, p.line},
      {ImGuiCol_TableBorderStrong, p.line},
      {ImGuiCol_TableRowBg, none},
      {ImGuiCol_TableRowBgAlt, p.row},
      {ImGuiCol_TextSelectedBg, fade(p.primary, 0.3f)},
      {ImGuiCol_Separator, p.line},
      {ImGuiCol_ModalWindowDimBg, fade(rgb(0x0B111E), 0.4f)},
  };
  for (const auto& [slot, color] : table) style.Colors[slot] = vec(color);
}

}  // namespace

ImU32 fade(ImU32 color, float alpha) {
  const float own = static_cast<float>(color >> 24);
  const auto a = static_cast<ImU32>(std::clamp(own * alpha, 0.0f, 255.0f) + 0.5f);
  return (color & 0x00FFFFFFu) | (a << 24);
}

ImU32 mix(ImU32 a, ImU32 b, float t) {
  ImU32 out = 0;
  for (int shift = 0; shift < 32; shift += 8) {
    const float from = static_cast<float>((a >> shift) & 0xFFu);
    const float to = static_cast<float>((b >> shift) & 0xFFu);
    out |= static_cast<ImU32>(from + (to - from) * t + 0.5f) << shift;
  }
  return out;
}

double contrast(ImU32 a, ImU32 b) {
  const double x = luminance(a), y = luminance(b);
  return (std::max(x, y) + 0.05) / (std::min(x, y) + 0.05);
}

const Palette& palette(Theme theme) { return theme == Theme::dark ? kDark : kLight; }

const Look& look() { return current; }

float scale_for(float width, float height) {
  return std::clamp(std::min(height / 900.0f, width / 1440.0f), 0.66f, 4.0f);
}

void use_look(const Look& wanted) {
  current = wanted;
  ImGuiStyle style;
  const float s = wanted.scale;
  style.WindowPadding = ImVec2(18 * s, 16 * s);
  style.FramePadding = ImVec2(12 * s, 7 * s);
  style.ItemSpacing = ImVec2(10 * s, 8 * s);
  style.CellPadding = ImVec2(8 * s, 4 * s);
  style.WindowRounding = 14 * s;
  style.ChildRounding = 14 * s;
  style.FrameRounding = 9 * s;
  style.PopupRounding = 10 * s;
  style.GrabRounding = 6 * s;
  style.ScrollbarRounding = 4 * s;
  style.ScrollbarSize = 9 * s;
  style.GrabMinSize = 18 * s;
  style.WindowBorderSize = style.ChildBorderSize = style.FrameBorderSize = 0;
  style.PopupBorderSize = 1;
  set_colors(style, palette(wanted.theme));
  ImGui::GetStyle() = style;
}

}  // namespace posthorn::viz
