// The JSON Schema of saved traces (trace_json.hpp), made from the facts' own lists of fields.
#pragma once

#include <string>

namespace posthorn::trace {

/// Draft 2020-12. Describes the whole trace; a line of the line-by-line form is "$defs/line".
std::string trace_schema();

}  // namespace posthorn::trace
