#include "export/trace_file.hpp"

#include <ostream>

#include "sim/trace/trace_json.hpp"

namespace posthorn::exporting {

namespace {

Result<bool> demand_everything(const Options& options) {
  if (options.selection.empty()) return true;
  return Error{"json and ndjson are the whole trace, so that it can be read again; no --only here"};
}

}  // namespace

Result<bool> write_trace_json(const trace::Trace& trace, const Options& options,
                              std::ostream& out) {
  if (auto everything = demand_everything(options); !everything) return everything;
  trace::write_json(trace, out);
  return true;
}

Result<bool> write_trace_ndjson(const trace::Trace& trace, const Options& options,
                                std::ostream& out) {
  if (auto everything = demand_everything(options); !everything) return everything;
  trace::write_ndjson(trace, out);
  return true;
}

}  // namespace posthorn::exporting
