// The keys of "fault" in a story. One table; the first key of a fault tells what goes wrong:
//
//     "fault": { "power_cut": "mail.kaede.example", "for": "2h" }
//     "fault": { "slow": "before-final-reply", "host": "mail.kaede.example", "delay": "11m" }
#pragma once

#include "sim/scenario/table.hpp"

namespace posthorn::scenario {

const Choices<Trouble>& fault_table();

}  // namespace posthorn::scenario
