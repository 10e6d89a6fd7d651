#include "export/wire.hpp"

#include <algorithm>

namespace posthorn::exporting {
namespace {

constexpr std::uint8_t kTcp = 6, kUdp = 17;
/// What the simulated hosts announce (sim/net/tcp_endpoint.hpp): 256 KiB are 32768 scaled by 8.
constexpr std::uint16_t kMss = 1460, kMssV6 = 1440, kWindow = 32768, kUnscaledWindow = 65535;
constexpr std::uint8_t kWindowScale = 3;

void put8(std::string& out, unsigned value) { out += static_cast<char>(value & 0xff); }
void put16(std::string& out, unsigned value) {
  put8(out, value >> 8);
  put8(out, value);
}
void put32(std::string& out, std::uint32_t value) {
  put16(out, value >> 16);
  put16(out, value & 0xffff);
}
void put_address(std::string& out, const IpAddress& ip) {
  out.append(ip.bytes.begin(), ip.bytes.begin() + (ip.v6 ? 16 : 4));
}

/// Locally administered, and the host's number.
void put_mac(std::string& out, HostId host) {
  put16(out, 0x0200);
  put32(out, host.value);
}

void patch16(std::string& out, std::size_t at, std::uint16_t value) {
  out[at] = static_cast<char>(value >> 8);
  out[at + 1] = static_cast<char>(value & 0xff);
}

/// The sum over the pseudo header and what follows it (RFC 9293 §3.1, RFC 8200 §8.1).
std::uint16_t transport_checksum(const Route& route, std::uint8_t protocol,
                                 std::string_view transport) {
  std::string octets;
  octets.reserve(transport.size() + 40);
  put_address(octets, route.from.ip);
  put_address(octets, route.to.ip);
  put32(octets, static_cast<std::uint32_t>(transport.size()));
  put32(octets, protocol);
  octets += transport;
  return internet_checksum(octets);
}

std::string ip_frame(const Route& route, std::uint8_t protocol, std::string_view transport) {
  std::string frame;
  frame.reserve(14 + 40 + transport.size());
  put_mac(frame, route.receiver_on_link);
  put_mac(frame, route.sender_on_link);
  if (route.from.ip.v6) {
    put16(frame, 0x86dd);
    put32(frame, 6u << 28);  // version; no traffic class, no flow label
    put16(frame, static_cast<unsigned>(transport.size()));
    put8(frame, protocol);
    put8(frame, 64);  // hop limit
  } else {
    put16(frame, 0x0800);
    const std::size_t header = frame.size();
    put16(frame, 0x4500);  // version 4, five words of header
    put16(frame, static_cast<unsigned>(20 + transport.size()));
    put16(frame, route.identification);
    put16(frame, 0x4000);  // don't fragment
    put8(frame, 64);       // time to live
    put8(frame, protocol);
    put16(frame, 0);  // the checksum, see below
    put_address(frame, route.from.ip);
    put_address(frame, route.to.ip);
    patch16(frame, header + 10, internet_checksum(std::string_view(frame).substr(header)));
    return frame += transport;
  }
  put_address(frame, route.from.ip);
  put_address(frame, route.to.ip);
  return frame += transport;
}

/// The first of that family is what a host sends from (Network::source_address).
std::optional<IpAddress> of_family(const trace::Trace& trace, HostId host, bool v6) {
  if (!host) return std::nullopt;
  for (const IpAddress& address : trace.scene().host(host).addresses)
    if (address.v6 == v6) return address;
  return std::nullopt;
}

std::optional<AddressPair> pair_of(const trace::Trace& trace, HostId from, HostId to,
                                   TextId named) {
  std::optional<IpAddress> target = IpAddress::parse(trace.text(named));
  if (!target && to && !trace.scene().host(to).addresses.empty())
    target = trace.scene().host(to).addresses.front();
  if (!target) return std::nullopt;
  const auto source = of_family(trace, from, target->v6);
  if (!source) return std::nullopt;
  return AddressPair{*source, *target};
}

}  // namespace

std::uint16_t internet_checksum(std::string_view octets) {
  std::uint64_t sum = 0;
  for (std::size_t i = 0; i + 1 < octets.size(); i += 2)
    sum += static_cast<unsigned>(static_cast<unsigned char>(octets[i])) << 8 |
           static_cast<unsigned char>(octets[i + 1]);
  if (octets.size() % 2 != 0)
    sum += static_cast<unsigned>(static_cast<unsigned char>(octets.back())) << 8;
  while (sum > 0xffff) sum = (sum & 0xffff) + (sum >> 16);
  return static_cast<std::uint16_t>(~sum);
}

std::string tcp_frame(const Route& route, const trace::SegmentSent& segment,
                      std::string_view payload) {
  const bool syn = segment.flags & trace::kSyn, reset = segment.flags & trace::kRst;
  std::string tcp;
  tcp.reserve(28 + payload.size());
  put16(tcp, route.from.port);
  put16(tcp, route.to.port);
  put32(tcp, segment.sequence);
  put32(tcp, segment.flags & trace::kAck ? segment.ack : 0);
  put8(tcp, (syn ? 7u : 5u) << 4);  // words of header
  put8(tcp, segment.flags);
  put16(tcp, reset ? 0 : syn ? kUnscaledWindow : kWindow);
  put32(tcp, 0);  // the checksum, see below; no urgent pointer
  if (syn) {
    put32(tcp, 0x02040000u | (route.from.ip.v6 ? kMssV6 : kMss));
    put32(tcp, 0x01030300u | kWindowScale);  // a no-operation to align it (RFC 7323 §2.2)
  }
  tcp += payload;
  patch16(tcp, 16, transport_checksum(route, kTcp, tcp));
  return ip_frame(route, kTcp, tcp);
}

std::string udp_frame(const Route& route, std::string_view payload) {
  std::string udp;
  udp.reserve(8 + payload.size());
  put16(udp, route.from.port);
  put16(udp, route.to.port);
  put16(udp, static_cast<unsigned>(8 + payload.size()));
  put16(udp, 0);
  udp += payload;
  const std::uint16_t sum = transport_checksum(route, kUdp, udp);
  patch16(udp, 6, sum == 0 ? 0xffff : sum);  // 0 would say that there is none (RFC 768)
  return ip_frame(route, kUdp, udp);
}

std::optional<AddressPair> addresses(const trace::Trace& trace,
                                     const trace::ConnectionOpening& opening) {
  return pair_of(trace, opening.client, opening.server, opening.address);
}

std::optional<AddressPair> addresses(const trace::Trace& trace,
                                     const trace::DatagramSent& datagram) {
  return pair_of(trace, datagram.from, datagram.to, datagram.address);
}

std::string frame_of(const trace::Trace& trace, const trace::Record& record, HostId from, HostId to,
                     const std::string* altered) {
  Route route;
  route.sender_on_link = from;
  route.receiver_on_link = to;
  if (const auto* datagram = std::get_if<trace::DatagramSent>(&record.fact)) {
    const auto pair = addresses(trace, *datagram);
    if (!pair) return {};
    route.from = {pair->from, datagram->from_port};
    route.to = {pair->to, datagram->to_port};
    route.identification = static_cast<std::uint16_t>(datagram->packet.value);
    return udp_frame(route, *trace.blob(datagram->bytes));
  }
  const auto& segment = std::get<trace::SegmentSent>(record.fact);
  const trace::ConnectionOpening* opening = trace.connection(segment.conn);
  if (opening == nullptr) return {};
  const auto pair = addresses(trace, *opening);
  if (!pair) return {};
  const WireAddress client{pair->from, opening->client_port};
  const WireAddress server{pair->to, opening->server_port};
  route.from = segment.side == Side::client ? client : server;
  route.to = segment.side == Side::client ? server : client;
  route.identification = static_cast<std::uint16_t>(segment.packet.value);
  if (altered != nullptr) return tcp_frame(route, segment, *altered);
  return tcp_frame(route, segment,
                   trace.stream(segment.conn, segment.side, segment.offset,
                                std::uint64_t{segment.offset} + segment.length));
}

}  // namespace posthorn::exporting
