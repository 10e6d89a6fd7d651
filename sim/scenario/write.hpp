// A scenario back into a file: the reverse of load.hpp, for scenarios that were made and not
// written (storms, and what is left of one when it has been shrunk).
#pragma once

#include <string>

#include "sim/scenario/scenario.hpp"

namespace posthorn::scenario {

/// JSON text, an item of every list on a line of its own. What a host, domain or letter has by
/// default is left out; attachments, narration, expectations and files are not written at all.
std::string write_scenario(const Scenario& scenario);

}  // namespace posthorn::scenario
