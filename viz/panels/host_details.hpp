// The details panel when a computer of the stage is chosen: what it is and what it keeps.
#pragma once

#include "viz/panels/panels.hpp"

namespace posthorn::viz {

void draw_host_details(const Model& model, HostId host, Commands& commands);
/// "From   愛子 <aiko@sakura.example>" as an item, the value wrapped.
void pair_item(std::string_view name, std::string_view value);

}  // namespace posthorn::viz
