// The stage of the HTML replay: the hosts and links of the scene as one SVG picture.
#pragma once

#include <array>
#include <iosfwd>
#include <vector>

#include "sim/trace/trace.hpp"

namespace posthorn::exporting {

/// Where the middle of each host's card stands, in the picture's own pixels; in order of the hosts.
using StagePlaces = std::vector<std::array<int, 2>>;

/// As the scenario says, else on an ellipse; stretched until the picture is filled, and moved apart
/// where cards would cover each other.
StagePlaces place_stage(const trace::Scene& scene);
/// The script moves #mail and writes #bubble and each host's .holds.
void draw_stage(const trace::Scene& scene, const StagePlaces& places, std::ostream& out);

}  // namespace posthorn::exporting
