// Buttons and hints: ImGui items in the program's own look.
#include <algorithm>
#include <string>

#include "viz/app/draw.hpp"

namespace posthorn::viz {
namespace {

struct Tones {
  ImU32 ground, content;
};

Tones tones(ButtonKind kind, bool hovered, bool held) {
  const Palette& p = colors();
  const bool strong = hovered || held;
  switch (kind) {
    case ButtonKind::primary:
      return {strong ? p.primary_hover : p.primary, p.on_primary};
    case ButtonKind::ghost:
      return {strong ? p.field : 0u, strong ? p.text : p.muted};
    case ButtonKind::quiet:
      break;
  }
  return {strong ? p.field_hover : p.field, p.text};
}

struct Pressed {
  bool clicked;
  Rect rect;
  Tones tone;
};

Pressed base_button(std::string_view name, ImVec2 size, ButtonKind kind) {
  const ImVec2 at = ImGui::GetCursorScreenPos();
  const std::string id(name);
  const bool clicked = ImGui::InvisibleButton(id.c_str(), size);
  mark(name);
  const Tones tone = tones(kind, ImGui::IsItemHovered(), ImGui::IsItemActive());
  const Rect r = {at, {at.x + size.x, at.y + size.y}};
  if (tone.ground != 0) ImGui::GetWindowDrawList()->AddRectFilled(r.min, r.max, tone.ground, px(9));
  return {clicked, r, tone};
}

}  // namespace

bool button(std::string_view name, std::string_view label, ImVec2 size, ButtonKind kind) {
  const Face& face = faces().body;
  const ImVec2 text = text_size(face, label);
  if (size.x <= 0) size.x = text.x + px(30);
  if (size.y <= 0) size.y = px(36);
  const Pressed b = base_button(name, size, kind);
  draw_text_centered(ImGui::GetWindowDrawList(), face, b.rect.center(), b.tone.content, label);
  return b.clicked;
}

bool icon_button(std::string_view name, Icon icon, std::string_view tooltip, float side,
                 ButtonKind kind) {
  const Pressed b = base_button(name, {side, side}, kind);
  draw_icon(ImGui::GetWindowDrawList(), icon, b.rect.center(), side * 0.46f, b.tone.content);
  tooltip_for_last(tooltip);
  return b.clicked;
}

bool icon_text_button(std::string_view name, Icon icon, std::string_view label, ImVec2 size,
                      ButtonKind kind) {
  const Face& face = faces().body;
  const float icon_size = face.size * 0.86f, gap = px(8);
  const float content = icon_size + gap + text_size(face, label).x;
  if (size.x <= 0) size.x = content + px(30);
  if (size.y <= 0) size.y = px(36);
  const Pressed b = base_button(name, size, kind);
  ImDrawList* list = ImGui::GetWindowDrawList();
  const float left = b.rect.center().x - content / 2;
  draw_icon(list, icon, {left + icon_size / 2, b.rect.center().y}, icon_size, b.tone.content);
  draw_text(list, face, {left + icon_size + gap, b.rect.center().y - face.size / 2}, b.tone.content,
            label);
  return b.clicked;
}

void tooltip_for_last(std::string_view text) {
  if (text.empty() || !ImGui::IsItemHovered()) return;
  ImGui::PushStyleVar(ImGuiStyleVar_WindowPadding, ImVec2(px(10), px(7)));
  ImGui::BeginTooltip();
  push_face(faces().small);
  ImGui::TextUnformatted(text.data(), text.data() + text.size());
  pop_face();
  ImGui::EndTooltip();
  ImGui::PopStyleVar();
}

}  // namespace posthorn::viz
