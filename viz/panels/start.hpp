// What covers the lesson: the start page, a scenario that is broken, a load that takes its time.
#pragma once

#include "viz/panels/panels.hpp"

namespace posthorn::viz {
/// The lessons in their teaching order, the files opened last, and an invitation to drop one.
void draw_start(const Model& model, const Rect& window, Commands& commands);
/// Why a file could not be opened, line by line.
void draw_problem(const Model& model, const Rect& window, Commands& commands);
/// How far the load is, and the way out of it.
void draw_loading(const Model& model, const Rect& window, Commands& commands);
}  // namespace posthorn::viz
