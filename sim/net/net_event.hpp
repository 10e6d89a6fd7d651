// The events that the network schedules for itself, and what it needs to do so.
#pragma once

#include <variant>

#include "protocols/core/time.hpp"
#include "sim/engine/event_queue.hpp"
#include "sim/net/packet.hpp"
#include "sim/trace/trace.hpp"

namespace posthorn::net {

/// A packet reaches `host` over `link` (none: it never left its host), or is lost on the way.
struct PacketArrives {
  PacketPtr packet;
  LinkId link;
  HostId from, host;
  RecordId cause;                ///< the hop
  std::uint32_t link_epoch = 0;  ///< the link must not have been down in between
  bool lost = false;
  bool corrupted = false;
};

enum class TcpTimerKind : std::uint8_t { retransmit, delayed_ack, time_wait };
inline constexpr std::size_t kTcpTimerKinds = 3;

struct TcpTimer {
  ConnId conn;
  Side side = Side::client;
  TcpTimerKind kind = TcpTimerKind::retransmit;
  Origin origin;
};

using NetEvent = std::variant<PacketArrives, TcpTimer>;

/// Where the world keeps the future. Passed to each call and never stored.
class Scheduler {
 public:
  virtual engine::EventHandle schedule(Instant at, NetEvent event) = 0;
  virtual void cancel(engine::EventHandle handle) = 0;
  [[nodiscard]] virtual Instant now() const = 0;

 protected:
  ~Scheduler() = default;
};

struct Context {
  Scheduler& scheduler;
  trace::Trace& trace;
};

}  // namespace posthorn::net
