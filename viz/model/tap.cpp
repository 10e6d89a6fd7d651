#include "viz/model/tap.hpp"

#include <algorithm>

#include "viz/model/decode.hpp"
#include "viz/model/decode_layers.hpp"

namespace posthorn::viz {

using namespace trace;

namespace {

/// Of a letter what it says comes first: its header is long, and the column is not.
std::string words_first(std::string_view bytes) {
  const std::size_t body = bytes.find("\r\n\r\n");
  if (body == std::string_view::npos || body + 4 == bytes.size()) return one_line(bytes, 200);
  return one_line(bytes.substr(body + 4), 200) + "  ←  " + one_line(bytes.substr(0, body), 200);
}

}  // namespace

std::vector<Overheard> tap_rows(const Trace& trace, LinkId link) {
  std::vector<Overheard> rows = overhear(trace, link);
  std::erase_if(rows, [](const Overheard& packet) { return packet.length == 0; });
  return rows;
}

LocalText seen_on_line(const Trace& trace, const Overheard& packet) {
  const std::string bytes = payload_of(trace, packet);
  std::string text;
  if (packet.sealed) {
    text = tls_summary(bytes);
  } else if (!packet.conn) {
    text = packet_summary(trace, packet.sent);
  } else {
    const ConnectionOpening* who = trace.connection(packet.conn);
    text = who != nullptr && who->protocol == Protocol::dns ? packet_summary(trace, packet.sent)
                                                            : words_first(bytes);
  }
  return {text, text};
}

LocalText seen_at_ends(const Trace& trace, const Overheard& packet) {
  if (!packet.conn) return {};
  for (RecordId cause = trace[packet.sent].cause; cause; cause = trace[cause].cause) {
    const Fact& fact = trace[cause].fact;
    if (const auto* line = std::get_if<Line>(&fact);
        line != nullptr && line->conn == packet.conn && line->speaker == packet.side)
      return spoken_text(trace, *line);
    if (const auto* shake = std::get_if<TlsMessage>(&fact);
        shake != nullptr && shake->conn == packet.conn && shake->side == packet.side) {
      const std::string name = "TLS " + std::string(trace.text(shake->name));
      return {name, name};
    }
  }
  return {};
}

LinkId tapped_link(const Trace& trace, const Snapshot& now) {
  for (const FaultBegan& fault : now.faults)
    if (fault.kind == FaultKind::listener && fault.link) return fault.link;
  for (const Record& record : trace.records())
    if (const auto* fault = std::get_if<FaultBegan>(&record.fact))
      if (fault->kind == FaultKind::listener && fault->link) return fault->link;
  return trace.scene().links.empty() ? LinkId{} : LinkId{1};
}

}  // namespace posthorn::viz
