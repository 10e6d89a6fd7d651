// A fault in a few words, for people: "mail.kaede.example loses its power".
#pragma once

#include "sim/scenario/fault.hpp"
#include "sim/trace/scene.hpp"

namespace posthorn::scenario {

/// As a scenario writes it: "before-final-reply", "no-such-name".
std::string_view name_of(HangPoint point);
std::string_view name_of(DnsTrouble trouble);

LocalText describe(const Fault& fault);
/// What matters beside kind and place, the same in both languages: "smtp", "lame kaede.example".
std::string detail_of(const Fault& fault);
/// The hosts and the link that it happens to, as the scenario names them.
std::vector<std::string> hosts_of(const Fault& fault);

}  // namespace posthorn::scenario
