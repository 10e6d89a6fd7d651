// The ladder (ladder.hpp) as a sequence diagram for Mermaid and for PlantUML.
#pragma once

#include "export/formats.hpp"

namespace posthorn::exporting {

Result<bool> write_mermaid(const trace::Trace& trace, const Options& options, std::ostream& out);
Result<bool> write_plantuml(const trace::Trace& trace, const Options& options, std::ostream& out);

}  // namespace posthorn::exporting
