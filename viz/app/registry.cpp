#include "viz/app/registry.hpp"

#include <algorithm>

namespace posthorn::viz {
namespace {
std::vector<Mark> current;
std::string focus, pressed;
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
  current.back().reachable = true;
}
void mark_rect(std::string_view name, ImVec2 min, ImVec2 max, bool container) {
  current.push_back({std::string(name), min, max, container, false});
}
const std::vector<Mark>& marks() { return current; }
const Mark* find_mark(std::string_view name) {
  for (const Mark& m : current)
    if (m.name == name) return &m;
  return nullptr;
}
void clear_marks() { current.clear(); }

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
  focus = stops[static_cast<std::size_t>(next)]->name;
}
void drop_focus() { focus.clear(); }
const std::string& focused_name() { return focus; }
void press_focused() { pressed = focus; }
void press_by_name(std::string_view name) { pressed = name; }
bool take_press(std::string_view name) {
  if (pressed.empty() || pressed != name) return false;
  pressed.clear();
  return true;
}

}  // namespace posthorn::viz
