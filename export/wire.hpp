// Packets of the trace as the octets of Ethernet frames: IPv4 or IPv6, TCP or UDP, with their
// checksums (RFC 791, RFC 8200, RFC 9293 §3.1, RFC 768, RFC 1071).
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

#include "sim/trace/trace.hpp"

namespace posthorn::exporting {

struct WireAddress {
  IpAddress ip;
  std::uint16_t port = 0;
};

/// The two ends of a packet, and where on its way it is.
struct Route {
  WireAddress from, to;
  HostId sender_on_link, receiver_on_link;  ///< for the Ethernet addresses
  std::uint16_t identification = 0;         ///< of the IPv4 header
};

/// The frame of a segment with this payload; MSS and window scale are announced with a SYN.
std::string tcp_frame(const Route& route, const trace::SegmentSent& segment,
                      std::string_view payload);
std::string udp_frame(const Route& route, std::string_view payload);

/// The addresses that a connection or datagram uses; nullopt where the trace does not know one
/// (a host without an address of that family).
struct AddressPair {
  IpAddress from, to;
};
std::optional<AddressPair> addresses(const trace::Trace& trace,
                                     const trace::ConnectionOpening& opening);
std::optional<AddressPair> addresses(const trace::Trace& trace,
                                     const trace::DatagramSent& datagram);

/// The frame of a SegmentSent or DatagramSent as it goes from one host to the next on its way;
/// empty where the trace does not know its addresses. `altered`: what an attacker put in place of a
/// segment's payload.
std::string frame_of(const trace::Trace& trace, const trace::Record& packet, HostId from, HostId to,
                     const std::string* altered = nullptr);

/// RFC 1071: the ones' complement sum of 16-bit words, complemented.
std::uint16_t internet_checksum(std::string_view octets);

}  // namespace posthorn::exporting
