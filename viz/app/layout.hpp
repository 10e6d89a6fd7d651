// Where the panels stand in a window of a given size, at the current look's scale.
//
// Sizes are counted in lengths of the look: a projector with large type has as little room as a
// small window. Where the room is short, panels become views of the dock.
#pragma once

#include "viz/app/draw.hpp"
#include "viz/model/model.hpp"

namespace posthorn::viz {

struct Layout {
  Rect header;           ///< empty while presenting
  Rect stage;            ///< always there
  Rect dock;             ///< empty: not shown
  Rect steps;            ///< empty: a view of the dock
  Rect details;          ///< empty: a view of the dock
  Rect caption;          ///< what is told, in large type; only while presenting
  bool closed = false;   ///< of the dock only the tabs are there, the stage has the room
  bool one_row = false;  ///< the header is as low as it can be
};
bool shown(const Rect& r);
Layout layout_for(float width, float height, const Model& model);

}  // namespace posthorn::viz
