// What travels: a TCP segment or a UDP datagram between two addresses.
#pragma once

#include <cstdint>
#include <memory>
#include <variant>

#include "protocols/core/ip_address.hpp"
#include "sim/net/bytes.hpp"
#include "sim/trace/ids.hpp"

namespace posthorn::net {

struct SocketAddress {
  IpAddress ip;
  std::uint16_t port = 0;
  friend auto operator<=>(const SocketAddress&, const SocketAddress&) = default;
};

/// Why something happens: the record that made it happen, and the letter it belongs to.
struct Origin {
  RecordId cause;
  MessageId message;
  std::uint8_t step = 0;
  friend bool operator==(const Origin&, const Origin&) = default;
};

/// RFC 9293 §3.1, what matters of it here.
struct TcpSegment {
  std::uint32_t sequence = 0;
  std::uint32_t ack = 0;
  std::uint8_t flags = 0;    ///< trace::TcpFlag bits
  std::uint32_t window = 0;  ///< octets, already scaled
  std::uint32_t offset = 0;  ///< of the payload in its direction of the stream, for the trace
  Bytes payload;
};

struct TcpPayload {
  ConnId conn;
  Side from = Side::client;
  TcpSegment segment;
};
struct UdpPayload {
  Bytes bytes;
};

/// Immutable once sent; shared by the event that carries it and all copies of the world.
struct Packet {
  PacketId id;
  SocketAddress from, to;
  HostId destination;
  Origin origin;
  std::uint32_t wire_size = 0;  ///< octets including IP and TCP or UDP headers
  std::variant<TcpPayload, UdpPayload> payload;
};

using PacketPtr = std::shared_ptr<const Packet>;

}  // namespace posthorn::net
