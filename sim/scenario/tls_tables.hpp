// The keys of a host's "tls".
#pragma once

#include "sim/scenario/table.hpp"

namespace posthorn::scenario {

const std::vector<Field<HostTls>>& tls_fields();

}  // namespace posthorn::scenario
