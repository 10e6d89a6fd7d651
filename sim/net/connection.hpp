// A TCP connection as the network keeps it: two endpoints that know nothing of each other.
#pragma once

#include <array>
#include <optional>

#include "sim/net/tcp_endpoint.hpp"

namespace posthorn::net {

struct ConnectionEnd {
  HostId host;
  SocketAddress address;
  std::optional<TcpEndpoint> tcp;  ///< absent before the SYN arrives, and after the end
  std::array<engine::EventHandle, kTcpTimerKinds> timers{};
  RecordId last_sent;  ///< the cause of a retransmission
  bool used = false;   ///< there was an endpoint here: a late SYN must not make another
};

struct Connection {
  ConnId id;
  std::array<ConnectionEnd, 2> ends;  ///< by Side
  [[nodiscard]] const ConnectionEnd& end(Side side) const {
    return ends[static_cast<std::size_t>(side)];
  }
  ConnectionEnd& end(Side side) { return ends[static_cast<std::size_t>(side)]; }
};

}  // namespace posthorn::net
