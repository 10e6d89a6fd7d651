#include "viz/panels/views.hpp"
namespace posthorn::viz {
void draw_packets(const Model&, const Rect&, Commands&) {}
}  // namespace posthorn::viz
