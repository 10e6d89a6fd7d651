// The lesson as one HTML file that needs nothing else: an interactive replay, both languages, for
// the keyboard, for screen readers, for paper. The style and the script stand in replay/.
#pragma once

#include "export/formats.hpp"

namespace posthorn::exporting {

Result<bool> write_html(const trace::Trace& trace, const Options& options, std::ostream& out);

}  // namespace posthorn::exporting
