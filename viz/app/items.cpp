// Buttons and hints: ImGui items in the program's own look.
#include <algorithm>
#include <string>

#include "viz/app/draw.hpp"
#include "viz/app/fonts.hpp"

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
  const bool clicked = hit_area(name, size);
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

int segments(std::string_view name, const std::vector<Segment>& choices, int chosen, float height,
             float width) {
  const Face& face = faces().small;
  const ImVec2 at = ImGui::GetCursorScreenPos();
  ImDrawList* list = ImGui::GetWindowDrawList();
  float total = 0;
  for (const Segment& s : choices) total += text_size(face, s.label).x + px(20);
  const float stretch = width > 0 ? width / total : 1;
  list->AddRectFilled(at, {at.x + total * stretch, at.y + height}, colors().field, px(9));
  int clicked = -1;
  float x = at.x;
  for (std::size_t i = 0; i < choices.size(); ++i) {
    const float w = (text_size(face, choices[i].label).x + px(20)) * stretch;
    ImGui::SetCursorScreenPos({x, at.y});
    if (hit_area(std::string(name) + "-" + choices[i].name, {w, height}))
      clicked = static_cast<int>(i);
    const bool on = static_cast<int>(i) == chosen;
    const Rect r = Rect{{x, at.y}, {x + w, at.y + height}}.inset(px(3));
    if (on)
      list->AddRectFilled(r.min, r.max, colors().primary, px(7));
    else if (ImGui::IsItemHovered())
      list->AddRectFilled(r.min, r.max, colors().field_hover, px(7));
    tooltip_for_last(choices[i].tip);
    draw_text_centered(list, face, r.center(), on ? colors().on_primary : colors().text,
                       elide(face, choices[i].label, w - px(4)));
    x += w;
  }
  ImGui::SetCursorScreenPos(at);
  ImGui::Dummy({total * stretch, height});
  return clicked;
}

namespace {

/// ImGui writes into the string itself, and asks for more room here.
int make_room(ImGuiInputTextCallbackData* data) {
  if (data->EventFlag != ImGuiInputTextFlags_CallbackResize) return 0;
  auto* text = static_cast<std::string*>(data->UserData);
  text->resize(static_cast<std::size_t>(data->BufTextLen));
  data->Buf = text->data();
  return 0;
}

}  // namespace

bool text_field(std::string_view name, std::string_view hint, std::string& text, ImVec2 size,
                bool lines) {
  const std::string id = "##" + std::string(name), shown(hint);
  if (take_press(name)) ImGui::SetKeyboardFocusHere();
  push_face(faces().body);
  const float pad = lines ? px(6) : (size.y - faces().body.size) / 2;
  ImGui::PushStyleVar(ImGuiStyleVar_FramePadding, ImVec2(px(10), pad));
  ImGui::PushStyleColor(ImGuiCol_TextDisabled, colors().muted);
  constexpr ImGuiInputTextFlags kGrows = ImGuiInputTextFlags_CallbackResize;
  bool changed = false;
  if (lines) {
    changed = ImGui::InputTextMultiline(id.c_str(), text.data(), text.capacity() + 1, size, kGrows,
                                        make_room, &text);
  } else {
    ImGui::SetNextItemWidth(size.x);
    changed = ImGui::InputTextWithHint(id.c_str(), shown.c_str(), text.data(), text.capacity() + 1,
                                       kGrows, make_room, &text);
  }
  mark_reachable(name);
  if (ImGui::IsItemActive()) typing_into(name);
  if (!lines && ImGui::IsItemDeactivated() && key_pressed(Key::enter)) note_entered(name);
  ImGui::PopStyleColor();
  ImGui::PopStyleVar();
  pop_face();
  note_missing_glyphs(text);
  return changed;
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
