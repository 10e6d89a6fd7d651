// What the network tells the hosts. Drain after every call into the network, in order.
#pragma once

#include <variant>
#include <vector>

#include "sim/net/packet.hpp"
#include "sim/trace/facts.hpp"

namespace posthorn::net {

/// A listener has a new connection; the upcall's side is the server.
struct Accepted {
  ConnId conn;
  HostId host;
  std::uint16_t port = 0;
  SocketAddress peer;
};
/// connect() succeeded.
struct Connected {
  ConnId conn;
};
/// connect() did not succeed; the connection is gone.
struct ConnectFailed {
  ConnId conn;
  trace::ConnectFailure why = trace::ConnectFailure::refused;
};
/// The next bytes of the stream have arrived at `side`, in order, each once.
struct BytesArrived {
  ConnId conn;
  Side side = Side::client;
  Bytes bytes;
};
/// The peer of `side` sends nothing more (FIN). `side` may go on sending.
struct PeerClosed {
  ConnId conn;
  Side side = Side::client;
};
/// The connection ended the hard way, as `side` sees it; nothing can be sent any more.
struct Broken {
  ConnId conn;
  Side side = Side::client;
  trace::CloseReason why = trace::CloseReason::reset;  ///< reset or timed_out
};
/// Both directions were closed in order, as `side` sees it.
struct Closed {
  ConnId conn;
  Side side = Side::client;
};
struct DatagramArrived {
  HostId host;
  SocketAddress from, to;
  Bytes bytes;
};

struct NetUpcall {
  /// Set these in the trace before acting on the upcall.
  Origin origin;
  std::variant<Accepted, Connected, ConnectFailed, BytesArrived, PeerClosed, Broken, Closed,
               DatagramArrived>
      what;
};

}  // namespace posthorn::net
