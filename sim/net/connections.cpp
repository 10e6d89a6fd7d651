// Network's part that carries out what a TCP endpoint asks for.
#include "sim/net/network.hpp"

namespace posthorn::net {
namespace {

template <class... Ts>
struct Overload : Ts... {
  using Ts::operator()...;
};
template <class... Ts>
Overload(Ts...) -> Overload<Ts...>;

constexpr std::uint32_t kTcpHeader = 20;

}  // namespace

Origin Network::current_origin(const Context& context) {
  return {context.trace.cause(), context.trace.message(), context.trace.step()};
}

void Network::enter_origin(Context& context, const Origin& origin) {
  context.trace.set_cause(origin.cause);
  context.trace.set_message(origin.message);
  context.trace.set_step(origin.step);
}

void Network::upcall(Context& context, decltype(NetUpcall::what) what) {
  upcalls_.push_back({current_origin(context), std::move(what)});
}

void Network::apply(Context& context, ConnId conn, Side side) {
  const auto found = connections_.find(conn);
  if (found == connections_.end()) return;
  Connection& connection = found->second;
  ConnectionEnd& end = connection.end(side);
  if (!end.tcp) return;
  for (TcpOutput& output : end.tcp->take_outputs()) apply_output(context, connection, side, output);
  if (end.tcp->state() == TcpState::closed) remove_half(context, conn, side);
}

void Network::apply_output(Context& context, Connection& connection, Side side, TcpOutput& output) {
  const Instant now = context.scheduler.now();
  const ConnId conn = connection.id;
  std::visit(
      Overload{
          [&](TcpSend& send) { transmit(context, connection, side, std::move(send.segment)); },
          [&](const TcpSetTimer& timer) { set_timer(context, connection, side, timer); },
          [&](const TcpOpened&) {
            trace::Scope scope(context.trace);
            context.trace.append_as_cause(now, trace::ConnectionOpened{conn, side});
            if (side == Side::client) return upcall(context, Connected{conn});
            const ConnectionEnd& server = connection.end(Side::server);
            upcall(context, Accepted{conn, server.host, server.address.port,
                                     connection.end(Side::client).address});
          },
          [&](TcpBytes& bytes) {
            upcall(context, BytesArrived{conn, side, std::move(bytes.bytes)});
          },
          [&](const TcpPeerClosed&) {
            upcall(context, PeerClosed{conn, side});
          },
          [&](const TcpEnded& ended) { end_half(context, conn, side, ended); },
      },
      output);
}

void Network::end_half(Context& context, ConnId conn, Side side, const TcpEnded& ended) {
  using trace::CloseReason;
  if (!ended.was_open) {
    if (side == Side::client)
      fail(context, conn,
           ended.why == CloseReason::reset ? trace::ConnectFailure::refused
                                           : trace::ConnectFailure::timed_out);
    return;  // a server that was never connected forgets in silence
  }
  trace::Scope scope(context.trace);
  context.trace.append_as_cause(context.scheduler.now(),
                                trace::ConnectionClosed{conn, side, ended.why});
  if (ended.why == CloseReason::orderly)
    upcall(context, Closed{conn, side});
  else
    upcall(context, Broken{conn, side, ended.why});
}

void Network::fail(Context& context, ConnId conn, trace::ConnectFailure why) {
  trace::Scope scope(context.trace);
  context.trace.append_as_cause(context.scheduler.now(), trace::ConnectionFailed{conn, why});
  upcall(context, ConnectFailed{conn, why});
}

void Network::transmit(Context& context, Connection& connection, Side side, TcpSegment segment) {
  const ConnectionEnd& from = connection.end(side);
  const ConnectionEnd& to = connection.end(other(side));
  trace::Scope scope(context.trace);
  auto packet = std::make_shared<Packet>();
  packet->id = PacketId{++last_packet_.value};
  packet->from = from.address;
  packet->to = to.address;
  packet->destination = to.host;
  packet->wire_size = (to.address.ip.v6 ? 40u : 20u) + kTcpHeader + segment.payload.length;
  const RecordId sent = context.trace.append_as_cause(
      context.scheduler.now(),
      trace::SegmentSent{packet->id, connection.id, segment.sequence, segment.ack, segment.offset,
                         static_cast<std::uint16_t>(segment.payload.length), segment.flags, side});
  packet->origin = current_origin(context);
  packet->payload = TcpPayload{connection.id, side, std::move(segment)};
  connection.end(side).last_sent = sent;
  forward(context, packet, from.host);
}

void Network::set_timer(Context& context, Connection& connection, Side side,
                        const TcpSetTimer& timer) {
  ConnectionEnd& end = connection.end(side);
  engine::EventHandle& handle = end.timers[static_cast<std::size_t>(timer.kind)];
  context.scheduler.cancel(handle);
  handle = {};
  if (!timer.at) return;
  Origin origin = current_origin(context);
  if (timer.kind == TcpTimerKind::retransmit && end.last_sent) origin.cause = end.last_sent;
  handle = context.scheduler.schedule(*timer.at, TcpTimer{connection.id, side, timer.kind, origin});
}

void Network::remove_half(Context& context, ConnId conn, Side side) {
  const auto found = connections_.find(conn);
  ConnectionEnd& end = found->second.end(side);
  for (engine::EventHandle& handle : end.timers) {
    context.scheduler.cancel(handle);
    handle = {};
  }
  end.tcp.reset();
  if (found->second.end(other(side)).tcp) return;
  const ConnectionEnd& client = found->second.end(Side::client);
  hosts_.at(client.host).ports.erase(client.address.port);
  connections_.erase(found);
}

}  // namespace posthorn::net
