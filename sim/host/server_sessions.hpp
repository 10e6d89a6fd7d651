// The sessions that answer at a mail server's ports, set up as the scenario says.
#pragma once

#include <optional>

#include "sim/host/context.hpp"
#include "sim/scenario/services.hpp"

namespace posthorn::host {

/// A fresh session of the service; nullopt if that is none of a mail server's.
[[nodiscard]] std::optional<Session> open_session(Context& ctx, HostId id,
                                                  scenario::Service service);

}  // namespace posthorn::host
