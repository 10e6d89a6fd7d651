// A host of the stage: who it is, whether it is up, what it keeps, and in a mail server the rooms
// of a post office.
#pragma once

#include "viz/panels/stage_map.hpp"

namespace posthorn::viz {
/// `busy`: which rooms of which servers are in use; see rooms_in_use().
struct RoomUse {
  bool counter = false;   ///< somebody hands mail in
  bool delivery = false;  ///< it hands mail on
  bool boxes = false;     ///< somebody fetches mail
};
std::vector<RoomUse> rooms_in_use(const Model& model);
void draw_host_card(const Model& model, const StageMap& map, HostId id, const RoomUse& use,
                    Commands& commands);
}  // namespace posthorn::viz
