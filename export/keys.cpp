#include "export/keys.hpp"

#include <ostream>

namespace posthorn::exporting {

Result<bool> write_keys(const trace::Trace& trace, const Options& options, std::ostream& out) {
  const auto wanted = Filter::make(trace, options.selection);
  if (!wanted) return wanted.error();
  for (std::uint32_t i = 1; i <= trace.size(); ++i)
    if (const auto* secret = std::get_if<trace::TlsSecret>(&trace[RecordId{i}].fact))
      if ((*wanted)(RecordId{i})) out << trace.text(secret->line) << '\n';
  return true;
}

}  // namespace posthorn::exporting
