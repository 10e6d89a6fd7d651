// The whole trace as JSON (sim/trace/trace_json.hpp), as a format among the others.
#pragma once

#include "export/formats.hpp"

namespace posthorn::exporting {

/// Part of a trace would be no trace: an error if there is a selection.
Result<bool> write_trace_json(const trace::Trace& trace, const Options& options, std::ostream& out);
Result<bool> write_trace_ndjson(const trace::Trace& trace, const Options& options,
                                std::ostream& out);

}  // namespace posthorn::exporting
