// Opening a port for every service of a scenario that is wanted.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "app/live/server.hpp"

namespace posthorn::app {

struct ListenOptions {
  std::string scenario;  ///< its file, for messages
  std::string bind = "127.0.0.1";
  std::string ports = "auto";  ///< or the first of consecutive numbers
  std::string only;            ///< a host; "" for all
};

/// Every client is a file descriptor; take as many as we may have.
void raise_descriptor_limit();
/// Errors name the option, or the port that is taken.
Result<std::vector<Endpoint>> listen_all(LiveServer& server, const scenario::Plan& plan,
                                         const ListenOptions& options);
/// A JSON line on standard output for each, and {"ready":true}. False if that cannot be written.
[[nodiscard]] bool announce(const scenario::Plan& plan, const std::vector<Endpoint>& endpoints);

}  // namespace posthorn::app
