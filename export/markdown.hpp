// The lesson as a document: narration, dialogues in fences, tables, a Mermaid ladder.
#pragma once

#include "export/formats.hpp"

namespace posthorn::exporting {

Result<bool> write_markdown(const trace::Trace& trace, const Options& options, std::ostream& out);

}  // namespace posthorn::exporting
