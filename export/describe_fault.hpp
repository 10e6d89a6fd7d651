// Faults in one sentence; see describe.cpp.
#pragma once

#include <string>

#include "sim/trace/facts.hpp"
#include "sim/trace/scene.hpp"

namespace posthorn::exporting {

/// `where` is the name of the host, or of the link; `detail` as in the fact.
std::string describe_fault(trace::FaultKind kind, bool begins, const std::string& where,
                           const std::string& detail, Lang lang);

}  // namespace posthorn::exporting
