// The ladder (ladder.hpp) as a drawing.
#pragma once

#include "export/formats.hpp"
#include "export/ladder.hpp"

namespace posthorn::exporting {

Result<bool> write_svg(const trace::Trace& trace, const Options& options, std::ostream& out);
/// The drawing alone, to stand in another document, where `id` is its own. Each rung is a group
/// that names its record (data-r).
void draw_ladder(const trace::Trace& trace, const Ladder& ladder, const std::string& title,
                 std::ostream& out, const std::string& id = "ladder");

}  // namespace posthorn::exporting
