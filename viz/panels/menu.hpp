// Saving what is shown: the formats of the export room, for everything or a part.
#pragma once

#include "viz/panels/panels.hpp"

namespace posthorn::viz {
void draw_menu(const Model& model, const Rect& window, Commands& commands);
}
