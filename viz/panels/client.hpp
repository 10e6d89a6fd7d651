// The mail clients' windows: the letter being written (with Send), and the inbox.
#pragma once

#include "viz/app/draw.hpp"
#include "viz/model/model.hpp"

namespace posthorn::viz {
/// The client that is selected, or whose screen changed last; none while nothing happened.
HostId client_on_stage(const Model& model);
void draw_client(const Model& model, HostId host, const Rect& area, Commands& commands);
}  // namespace posthorn::viz
