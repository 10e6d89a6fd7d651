#include "viz/model/decode.hpp"

#include <algorithm>
#include <map>

#include "export/wire.hpp"
#include "viz/model/decode_layers.hpp"

namespace posthorn::viz {

using namespace trace;
namespace {

/// The line that a segment's octets belong to, found along its causes; nullptr for none.
const Line* line_of(const Trace& trace, RecordId packet) {
  const auto* segment = std::get_if<SegmentSent>(&trace[packet].fact);
  if (segment == nullptr || segment->length == 0) return nullptr;
  for (RecordId cause = trace[packet].cause; cause; cause = trace[cause].cause) {
    const auto* line = std::get_if<Line>(&trace[cause].fact);
    if (line != nullptr && line->conn == segment->conn && line->speaker == segment->side)
      return line;
  }
  return nullptr;
}

/// Does the segment begin within a letter's header? Its first empty line ends it.
bool in_header(const Trace& trace, const Line& line, const SegmentSent& segment) {
  if (segment.offset <= line.begin) return true;
  return trace.stream(line.conn, line.speaker, line.begin, segment.offset).find("\r\n\r\n") ==
         std::string::npos;
}

std::string flag_names(const SegmentSent& segment) {
  std::string out;
  const std::pair<std::uint8_t, const char*> names[] = {
      {kSyn, "SYN"}, {kFin, "FIN"}, {kRst, "RST"}, {kAck, "ACK"}};
  for (const auto& [bit, name] : names)
    if (segment.flags & bit) out += (out.empty() ? "" : ", ") + std::string(name);
  return out;
}

}  // namespace

Decoded decode_packet(const Trace& trace, RecordId packet) {
  Decoded out;
  const Record& record = trace[packet];
  const auto* segment = std::get_if<SegmentSent>(&record.fact);
  const auto* datagram = std::get_if<DatagramSent>(&record.fact);
  if (segment == nullptr && datagram == nullptr) return out;
  const TranscriptRow ends = packet_row(trace, packet);
  // Its first hop: from the sender to the first neighbour on the way.
  HostId next = ends.to;
  for (std::uint32_t id = packet.value + 1;
       id <= std::min<std::size_t>(trace.size(), packet.value + 64); ++id) {
    const auto* hop = std::get_if<PacketHop>(&trace[RecordId{id}].fact);
    if (hop == nullptr) continue;
    const PacketId number = segment != nullptr ? segment->packet : datagram->packet;
    if (hop->packet != number) continue;
    next = hop->to;
    break;
  }
  out.frame = exporting::frame_of(trace, record, ends.from, next);
  LayerReader reader(out.frame, out.fields);
  reader.network();
  if (datagram != nullptr) {
    reader.dns(false);
  } else if (segment->length > 0) {
    const Line* line = line_of(trace, packet);
    if (trace.sealed(segment->conn, segment->side, segment->offset))
      reader.tls();
    else if (ends.protocol == Protocol::dns)
      reader.dns(true);
    else if (line != nullptr && line->kind == NoteKind::content)
      reader.letter(in_header(trace, *line, *segment));
    else
      reader.lines(ends.protocol, segment->side == Side::server);
  }
  reader.finish();
  return out;
}

std::vector<Field> decode_frame(std::string_view frame, Protocol protocol, bool content) {
  std::vector<Field> fields;
  LayerReader reader(frame, fields);
  reader.network();
  if (protocol == Protocol::dns)
    reader.dns(content);
  else if (content)
    reader.letter(true);
  else
    reader.lines(protocol, false);
  reader.finish();
  return fields;
}

int field_at(const std::vector<Field>& fields, std::uint32_t octet) {
  int best = -1;
  for (std::size_t i = 0; i < fields.size(); ++i)
    if (fields[i].begin <= octet && octet < fields[i].end &&
        (best < 0 || fields[i].depth >= fields[static_cast<std::size_t>(best)].depth))
      best = static_cast<int>(i);
  return best;
}

std::vector<PacketRow> packet_rows(const Trace& trace) {
  std::vector<PacketRow> rows;
  std::vector<std::uint32_t> row_of;  // by packet number
  std::map<std::pair<ConnId, Side>, std::uint32_t> sent;
  const auto add = [&](PacketId packet, RecordId id, bool again) {
    if (row_of.size() <= packet.value) row_of.resize(packet.value + 1);
    rows.push_back({id, Fate::under_way, again});
    row_of[packet.value] = static_cast<std::uint32_t>(rows.size());
  };
  const auto settle = [&](PacketId packet, Fate fate) {
    if (packet.value < row_of.size() && row_of[packet.value] != 0)
      rows[row_of[packet.value] - 1].fate = fate;
  };
  for (std::uint32_t i = 1; i <= trace.size(); ++i) {
    const Fact& fact = trace[RecordId{i}].fact;
    if (const auto* segment = std::get_if<SegmentSent>(&fact)) {
      std::uint32_t& end = sent[{segment->conn, segment->side}];
      const std::uint32_t reaches = segment->offset + segment->length;
      add(segment->packet, RecordId{i}, segment->length > 0 && reaches <= end);
      end = std::max(end, reaches);
    } else if (const auto* datagram = std::get_if<DatagramSent>(&fact)) {
      add(datagram->packet, RecordId{i}, false);
    } else if (const auto* there = std::get_if<PacketDelivered>(&fact)) {
      settle(there->packet, Fate::arrived);
    } else if (const auto* gone = std::get_if<PacketDropped>(&fact)) {
      settle(gone->packet, Fate::lost);
    }
  }
  return rows;
}

std::string packet_summary(const Trace& trace, RecordId packet) {
  const Fact& fact = trace[packet].fact;
  if (const auto* datagram = std::get_if<DatagramSent>(&fact))
    return dns_summary(*trace.blob(datagram->bytes));
  const auto* segment = std::get_if<SegmentSent>(&fact);
  if (segment == nullptr) return {};
  if (segment->length == 0) return flag_names(*segment);
  if (trace.sealed(segment->conn, segment->side, segment->offset))
    return tls_summary(trace.stream(segment->conn, segment->side, segment->offset,
                                    std::uint64_t{segment->offset} + segment->length));
  const Line* line = line_of(trace, packet);
  const std::uint32_t end = segment->offset + std::min<std::uint32_t>(segment->length, 160);
  std::string bytes = trace.stream(segment->conn, segment->side, segment->offset, end);
  const TranscriptRow ends = packet_row(trace, packet);
  if (ends.protocol == Protocol::dns)
    return dns_summary(bytes.size() > 2 ? std::string_view(bytes).substr(2) : std::string_view());
  const bool letter = line != nullptr && line->kind == NoteKind::content;
  if (letter && segment->offset > line->begin)  // a later piece: its place says more than its words
    return "[" + std::to_string(segment->offset - line->begin) + " … " +
           std::to_string(segment->offset - line->begin + segment->length) + "]";
  return one_line(bytes.substr(0, bytes.find('\n')), 120);
}

TranscriptRow packet_row(const Trace& trace, RecordId packet) {
  const Record& record = trace[packet];
  TranscriptRow row{packet, record.at, Protocol::none, "network", {}, {}, {}};
  if (const auto* datagram = std::get_if<DatagramSent>(&record.fact)) {
    row.protocol = Protocol::dns;
    row.from = datagram->from;
    row.to = datagram->to;
  } else if (const auto* segment = std::get_if<SegmentSent>(&record.fact)) {
    if (const ConnectionOpening* who = trace.connection(segment->conn)) {
      row.protocol = who->protocol;
      row.from = segment->side == Side::client ? who->client : who->server;
      row.to = segment->side == Side::client ? who->server : who->client;
    }
  }
  return row;
}

}  // namespace posthorn::viz
