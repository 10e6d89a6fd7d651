// A packet taken apart, layer by layer, down to its octets: what Wireshark shows, for people who
// learn. The frame is the one that a capture of this moment would hold.
#pragma once

#include <string>
#include <vector>

#include "viz/model/transcript.hpp"

namespace posthorn::viz {

/// A part of a frame. Fields stand in pre-order: a field's parts follow it, one deeper.
struct Field {
  int depth = 0;  ///< 0: a layer
  LocalText label;
  std::string value;                 ///< UTF-8; the same in every language
  std::uint32_t begin = 0, end = 0;  ///< octets of the frame
  bool bad = false;                  ///< a checksum that does not fit, a length that is too long
  LocalText hint;                    ///< what it is for, in a sentence; may be empty
};

struct Decoded {
  std::string frame;
  std::vector<Field> fields;
};

/// `packet` is a SegmentSent or DatagramSent; anything else gives an empty frame.
Decoded decode_packet(const trace::Trace& trace, RecordId packet);
/// Any octets as a frame; never fails, for any octets.
std::vector<Field> decode_frame(std::string_view frame, Protocol protocol, bool content);
/// The deepest field that has an octet; -1 for none.
int field_at(const std::vector<Field>& fields, std::uint32_t octet);

/// What became of a packet, as far as the trace tells.
enum class Fate : std::uint8_t { under_way, arrived, lost };

struct PacketRow {
  RecordId record;
  Fate fate = Fate::under_way;
  bool again = false;  ///< octets that were sent before (a retransmission)
};
/// Every packet of a trace, in order.
std::vector<PacketRow> packet_rows(const trace::Trace& trace);
/// "SYN", "ACK", "EHLO mail.sakura.example", "MX? kaede.example".
std::string packet_summary(const trace::Trace& trace, RecordId packet);
/// The same as a row, for searching and drawing.
TranscriptRow packet_row(const trace::Trace& trace, RecordId packet);

}  // namespace posthorn::viz
