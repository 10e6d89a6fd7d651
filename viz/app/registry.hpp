// Names for widgets, so that tests (and the real-window test) find them without pixels.
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "viz/app/imgui_compat.hpp"

namespace posthorn::viz {

struct Mark {
  std::string name;
  ImVec2 min, max;         ///< the item's rectangle in the window
  bool container = false;  ///< a panel: contains other marks, and may not cross another panel
};

/// Names the last ImGui item ("play"). Call right after it.
void mark(std::string_view name);
/// Names a rectangle that is not an ImGui item (a drawn host, a panel).
void mark_rect(std::string_view name, ImVec2 min, ImVec2 max, bool container = false);
/// The marks of the frame built last, in drawing order.
const std::vector<Mark>& marks();
const Mark* find_mark(std::string_view name);
/// The shell calls this when a frame begins.
void clear_marks();

}  // namespace posthorn::viz
