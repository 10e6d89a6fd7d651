// The scenario format as JSON Schema (draft 2020-12), made from the tables that the reader uses.
#pragma once

#include <string>

namespace posthorn::scenario {

/// Pretty-printed, ends with a newline. Kept in the repository as schema/scenario.schema.json.
std::string scenario_schema();

}  // namespace posthorn::scenario
