// The mail clients' windows: the letter being written (with Send), and the inbox.
#pragma once

#include "viz/app/draw.hpp"
#include "viz/model/model.hpp"

namespace posthorn::viz {
void draw_client(const Model& model, const Rect& area, Commands& commands);
}
