// The views of the dock. Each draws the model inside `area` and appends commands; all of them show
// the same instant, obey the same search, and go where an event is chosen.
#pragma once

#include "viz/app/layout.hpp"
#include "viz/panels/panels.hpp"

namespace posthorn::viz {

/// Tabs, search field and the chosen view.
void draw_dock(const Model& model, const Layout& layout, Commands& commands);

/// Every line and change, as a table.
void draw_log(const Model& model, const Rect& area, Commands& commands);
/// One connection, line by line, with each line explained.
void draw_talk(const Model& model, const Rect& area, Commands& commands);
/// The sequence diagram: a column a host, time downwards.
void draw_ladder(const Model& model, const Rect& area, Commands& commands);
/// Packets and their octets.
void draw_packets(const Model& model, const Rect& area, Commands& commands);
/// The letter on its way: envelope, header and body at each station, and what changed there.
void draw_letter(const Model& model, const Rect& area, Commands& commands);
/// What somebody hears who has tapped a link.
void draw_tap(const Model& model, const Rect& area, Commands& commands);
/// What every server keeps: queue, mailboxes, remembered names, clock.
void draw_offices(const Model& model, const Rect& area, Commands& commands);

}  // namespace posthorn::viz
