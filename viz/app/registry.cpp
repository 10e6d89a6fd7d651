#include "viz/app/registry.hpp"

#include <algorithm>

namespace posthorn::viz {
namespace {
std::vector<Mark> current;
std::string focus, pressed, typing, entered;
bool moved = false;  ///< the focus is new: it must come into view

/// Scrolls the panel that the last item stands in until the item is seen.
void bring_into_view() {
  const ImVec2 low = ImGui::GetItemRectMin(), high = ImGui::GetItemRectMax();
  const ImVec2 at = ImGui::GetWindowPos(), size = ImGui::GetWindowSize();
  if (low.y < at.y || high.y > at.y + size.y)
    ImGui::SetScrollFromPosY((low.y + high.y) / 2 - at.y, 0.5f);
  if (low.x < at.x || high.x > at.x + size.x)
    ImGui::SetScrollFromPosX((low.x + high.x) / 2 - at.x, 0.5f);
}
}  // namespace

bool hit_area(std::string_view name, ImVec2 size) {
  const std::string id(name);
  const bool clicked = ImGui::InvisibleButton(id.c_str(), size);
  mark_reachable(name);
  return take_press(name) || clicked;
}

void mark(std::string_view name) {
  mark_rect(name, ImGui::GetItemRectMin(), ImGui::GetItemRectMax());
}
void mark_reachable(std::string_view name) {
  mark(name);
  Mark& m = current.back();
  m.reachable = true;
  const ImVec4& clip = ImGui::GetWindowDrawList()->_CmdHeader.ClipRect;
  const float x = (m.min.x + m.max.x) / 2, y = (m.min.y + m.max.y) / 2;
  m.seen = x >= clip.x && x < clip.z && y >= clip.y && y < clip.w;
  if (moved && focus == name) {
    moved = false;
    bring_into_view();
  }
}
void mark_rect(std::string_view name, ImVec2 min, ImVec2 max, bool container) {
  current.push_back({std::string(name), min, max, container});
}
const std::vector<Mark>& marks() { return current; }
const Mark* find_mark(std::string_view name) {
  for (const Mark& m : current)
    if (m.name == name) return &m;
  return nullptr;
}
void clear_marks() { current.clear(); }
void close_off_marks() {
  for (Mark& m : current) m.reachable = false;
}

void move_focus(bool forward) {
  std::vector<const Mark*> stops;
  for (const Mark& m : current)
    if (m.reachable) stops.push_back(&m);
  if (stops.empty()) return;
  const auto here =
      std::ranges::find_if(stops, [](const Mark* m) { return m->name == focus; }) - stops.begin();
  const auto count = static_cast<std::ptrdiff_t>(stops.size());
  const std::ptrdiff_t next =
      here == count ? (forward ? 0 : count - 1) : (here + (forward ? 1 : count - 1)) % count;
  focus_on(stops[static_cast<std::size_t>(next)]->name);
}
void drop_focus() { focus.clear(); }
void focus_on(std::string_view name) {
  focus = name;
  moved = true;
}
const std::string& focused_name() { return focus; }
void press_focused() {
  const Mark* m = find_mark(focus);
  if (m != nullptr && m->reachable) pressed = focus;
}
void press_by_name(std::string_view name) { pressed = name; }
void typing_into(std::string_view name) { typing = name; }
void note_entered(std::string_view name) { entered = name; }
bool typing_done(std::string_view name) {
  if (entered.empty() || entered != name) return false;
  entered.clear();
  return true;
}
void leave_typing() {
  if (!typing.empty()) focus_on(typing);
  typing.clear();
  clear_active_item();
}
bool take_press(std::string_view name) {
  if (pressed.empty() || pressed != name) return false;
  pressed.clear();
  return true;
}

}  // namespace posthorn::viz
