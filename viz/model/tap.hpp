// What somebody who has tapped a link sees there, beside what the two ends see.
#pragma once

#include <vector>

#include "sim/trace/snapshot.hpp"
#include "sim/trace/wiretap.hpp"
#include "viz/model/transcript.hpp"

namespace posthorn::viz {

/// The packets with something in them that cross a link, in order.
std::vector<trace::Overheard> tap_rows(const trace::Trace& trace, LinkId link);
/// As it crosses: readable text, or only how much of it there is.
LocalText seen_on_line(const trace::Trace& trace, const trace::Overheard& packet);
/// What the sender said with it, and the receiver will understand; "" where no line is known.
LocalText seen_at_ends(const trace::Trace& trace, const trace::Overheard& packet);

/// The link where a listener sits at this point of the trace; else the first one.
LinkId tapped_link(const trace::Trace& trace, const trace::Snapshot& now);

}  // namespace posthorn::viz
