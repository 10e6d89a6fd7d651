// Network's part that moves packets from host to host and hands them over at the end.
#include "sim/net/attacker.hpp"
#include "sim/net/network.hpp"

namespace posthorn::net {

using trace::kAck;
using trace::kFin;
using trace::kRst;
using trace::kSyn;

void Network::forward(Context& context, const PacketPtr& original, HostId at) {
  const Instant now = context.scheduler.now();
  PacketPtr packet = original;
  if (!hosts_.at(at).up) return drop(context, *packet, {}, at, trace::DropReason::host_down);
  if (at == packet->destination) {  // to itself: no link, but never in the same call
    context.scheduler.schedule(
        now, PacketArrives{packet, {}, at, at, context.trace.cause(), 0, false, false});
    return;
  }
  const LinkId via = routes_.next_hop(at, packet->destination, links_, down_);
  if (!via) return drop(context, *packet, {}, at, trace::DropReason::no_route);

  Link& link = links_.at(via);
  const Link::Passage passage = link.enter(now, at, packet->wire_size);
  const HostId next = link.far_end(at);
  const auto travel = std::chrono::ceil<std::chrono::microseconds>(passage.travel);
  if (passage.doubled) send_copy(context, packet, via, at, passage);
  trace::Scope scope(context.trace);
  if (link.strips_tls()) packet = altered(context, packet, via);
  const RecordId hop = context.trace.append_as_cause(
      now, trace::PacketHop{packet->id, via, at, next, static_cast<std::uint32_t>(travel.count())});
  // What is lost vanishes half-way, where a viewer can see it.
  const Duration until = passage.lost ? passage.travel / 2 : passage.travel;
  context.scheduler.schedule(now + until, PacketArrives{packet, via, at, next, hop, link.epoch(),
                                                        passage.lost, passage.corrupted});
}

/// What the attacker on a line makes of a packet: the same one, if it finds nothing to change.
PacketPtr Network::altered(Context& context, const PacketPtr& packet, LinkId via) {
  const auto* tcp = std::get_if<TcpPayload>(&packet->payload);
  if (tcp == nullptr || tcp->from != Side::server) return packet;
  auto text = without_tls_offer(tcp->segment.payload.view());
  if (!text) return packet;
  const auto length = static_cast<std::uint32_t>(text->size());
  auto bytes = std::make_shared<const std::string>(std::move(*text));
  context.trace.append_as_cause(
      context.scheduler.now(),
      trace::StreamAltered{tcp->conn, tcp->segment.offset, context.trace.add_blob(bytes),
                           packet->id, via, tcp->from});
  auto copy = std::make_shared<Packet>(*packet);
  std::get<TcpPayload>(copy->payload).segment.payload = {std::move(bytes), 0, length};
  return copy;
}

/// What a bad line made twice goes its own way from here.
void Network::send_copy(Context& context, const PacketPtr& original, LinkId via, HostId at,
                        const Link::Passage& passage) {
  const Instant now = context.scheduler.now();
  const Link& link = links_.at(via);
  const HostId next = link.far_end(at);
  trace::Scope scope(context.trace);
  auto copy = std::make_shared<Packet>(*original);
  copy->id = new_packet_id();
  context.trace.append_as_cause(now, trace::PacketDuplicated{copy->id, original->id, via});
  const Duration travel = passage.travel + std::chrono::milliseconds(1);
  const auto shown = std::chrono::ceil<std::chrono::microseconds>(travel);
  const RecordId hop = context.trace.append_as_cause(
      now, trace::PacketHop{copy->id, via, at, next, static_cast<std::uint32_t>(shown.count())});
  context.scheduler.schedule(
      now + travel, PacketArrives{std::move(copy), via, at, next, hop, link.epoch(), false, false});
}

void Network::arrive(Context& context, const PacketArrives& event) {
  using trace::DropReason;
  const Packet& packet = *event.packet;
  enter_origin(context, packet.origin);
  context.trace.set_cause(event.cause);
  if (event.link) {
    const Link& link = links_.at(event.link);
    if (link.epoch() != event.link_epoch)
      return drop(context, packet, event.link, event.from, DropReason::link_down);
    if (event.lost) return drop(context, packet, event.link, event.from, DropReason::loss);
    if (event.corrupted)
      return drop(context, packet, event.link, event.host, DropReason::corrupted);
  }
  if (!hosts_.at(event.host).up)
    return drop(context, packet, event.link, event.host, DropReason::host_down);
  if (event.host != packet.destination) return forward(context, event.packet, event.host);
  if (port_blocked(event.host, packet.to.port))
    return drop(context, packet, event.link, event.host, DropReason::filtered);

  context.trace.append_as_cause(context.scheduler.now(),
                                trace::PacketDelivered{packet.id, event.host});
  if (const auto* tcp = std::get_if<TcpPayload>(&packet.payload))
    return deliver_tcp(context, packet, *tcp);
  upcall(context, DatagramArrived{event.host, packet.from, packet.to,
                                  std::get<UdpPayload>(packet.payload).bytes});
}

void Network::drop(Context& context, const Packet& packet, LinkId link, HostId host,
                   trace::DropReason why) {
  context.trace.append(context.scheduler.now(), trace::PacketDropped{packet.id, link, host, why});
}

void Network::deliver_tcp(Context& context, const Packet& packet, const TcpPayload& tcp) {
  const Side side = other(tcp.from);
  TcpEndpoint* receiver = endpoint(tcp.conn, side);
  if (!receiver && side == Side::server) receiver = accept_syn(packet, tcp);
  if (!receiver) return answer_reset(context, packet, tcp);
  receiver->handle_segment(context.scheduler.now(), tcp.segment);
  apply(context, tcp.conn, side);
}

/// A server's end for a SYN to a listener; nullptr otherwise.
TcpEndpoint* Network::accept_syn(const Packet& packet, const TcpPayload& tcp) {
  if ((tcp.segment.flags & (kSyn | kAck | kRst)) != kSyn) return nullptr;
  if (!hosts_.at(packet.destination).listeners.contains(packet.to.port)) return nullptr;
  const auto found = connections_.find(tcp.conn);
  if (found == connections_.end()) return nullptr;           // the client is gone already
  if (found->second.end(Side::server).used) return nullptr;  // a late copy of an old SYN
  return &open_end(found->second, Side::server);
}

/// RFC 9293 §3.10.7.1: what belongs to no connection is answered with a reset.
void Network::answer_reset(Context& context, const Packet& packet, const TcpPayload& tcp) {
  const TcpSegment& segment = tcp.segment;
  if (segment.flags & kRst) return;
  TcpSegment reset;
  reset.flags = kRst;
  if (segment.flags & kAck) {
    reset.sequence = segment.ack;
  } else {
    reset.flags |= kAck;
    reset.ack = segment.sequence + segment.payload.length + ((segment.flags & kSyn) ? 1 : 0) +
                ((segment.flags & kFin) ? 1 : 0);
  }
  Connection gone;
  gone.id = tcp.conn;
  gone.end(tcp.from) = {*host_of(packet.from.ip), packet.from, std::nullopt, {}, {}, true};
  gone.end(other(tcp.from)) = {packet.destination, packet.to, std::nullopt, {}, {}, true};
  transmit(context, gone, other(tcp.from), std::move(reset));
}

}  // namespace posthorn::net
