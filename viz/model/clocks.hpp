// The clocks of the servers: one may be wrong for a while (the fault wrong_clock).
#pragma once

#include "sim/trace/snapshot.hpp"

namespace posthorn::viz {

/// By how much the clock of `host` is ahead now; below zero where it is behind.
Duration clock_error(const trace::Snapshot& now, const trace::Trace& trace, HostId host);

}  // namespace posthorn::viz
