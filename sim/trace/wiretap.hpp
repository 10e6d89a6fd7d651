// What somebody hears who has tapped a link: every packet that crosses it, and nothing else.
#pragma once

#include <map>
#include <string>
#include <utility>
#include <vector>

#include "sim/trace/trace.hpp"

namespace posthorn::trace {

/// A packet on the tapped link.
struct Overheard {
  RecordId hop;              ///< its PacketHop: when, and between which two hosts
  RecordId sent;             ///< its SegmentSent or DatagramSent
  ConnId conn;               ///< none for a datagram
  Side side = Side::client;  ///< who wrote it, on a connection
  std::uint32_t offset = 0;  ///< of its payload in that stream
  std::uint32_t length = 0;  ///< octets of payload
  RecordId altered;          ///< the StreamAltered by which an attacker changed it before here
  RecordId changed;          ///< the StreamAltered by which an attacker changes it on this link
  bool sealed = false;       ///< the payload is TLS
};

/// In the order of crossing; packets without payload (ACK, SYN, FIN) too.
std::vector<Overheard> overhear(const Trace& trace, LinkId link);

/// The payload as it crossed the link.
std::string payload_of(const Trace& trace, const Overheard& packet);

/// The readable streams that can be put together from what crossed the link: what was sealed is
/// not among them, what was lost leaves no gap.
std::map<std::pair<ConnId, Side>, std::string> readable_streams(const Trace& trace, LinkId link);

}  // namespace posthorn::trace
