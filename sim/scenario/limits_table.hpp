// The keys of a host's "limits".
#pragma once

#include "sim/scenario/limits.hpp"
#include "sim/scenario/table.hpp"

namespace posthorn::scenario {

const std::vector<Field<Limits>>& limits_fields();

}  // namespace posthorn::scenario
