#include "viz/app/registry.hpp"

namespace posthorn::viz {
namespace {
std::vector<Mark> current;
}

void mark(std::string_view name) {
  mark_rect(name, ImGui::GetItemRectMin(), ImGui::GetItemRectMax());
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

}  // namespace posthorn::viz
