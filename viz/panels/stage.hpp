// The stage: hosts, links, and the letters on their way.
#pragma once

#include "viz/app/draw.hpp"
#include "viz/model/model.hpp"

namespace posthorn::viz {
void draw_stage(const Model& model, const Rect& area, Commands& commands);
}
