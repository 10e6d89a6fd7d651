// The sessions that answer at a mail server's ports, set up as the scenario says.
#pragma once

#include <optional>

#include "sim/host/context.hpp"
#include "sim/scenario/services.hpp"

namespace posthorn::host {

/// A fresh session of the service; nullopt if that is none of a mail server's. SMTP takes no more
/// than `max_size` octets, if that is less than its scenario says.
[[nodiscard]] std::optional<Session> open_session(Context& ctx, HostId id,
                                                  scenario::Service service,
                                                  std::optional<std::uint64_t> max_size = {});

}  // namespace posthorn::host
