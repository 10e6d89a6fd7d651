#include "viz/model/tap.hpp"

#include <algorithm>

#include "text/text.hpp"
#include "viz/model/decode.hpp"
#include "viz/model/decode_layers.hpp"

namespace posthorn::viz {

using namespace trace;

namespace {

/// Of what a server can do, whether it can seal comes first, or what somebody has put in its place:
/// the answer to EHLO is long, and the column is not.
std::string offer_first(std::string text) {
  if (!text.starts_with("250-")) return text;
  for (const std::string_view word : {"250-XXXXXXXX", "250-STARTTLS"})
    if (const std::size_t at = text.find(word); at != std::string::npos && at > 0)
      return std::string(word) + "  ←  " + text;
  return text;
}

/// Of a letter what it says comes first: its header is long, too.
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
  // Where an attacker sits it is what goes on from there: what came is what its sender said.
  const std::string bytes =
      packet.changed ? *trace.blob(std::get<StreamAltered>(trace[packet.changed].fact).bytes)
                     : payload_of(trace, packet);
  std::string text;
  if (packet.sealed) {
    text = tls_summary(bytes);
    std::string words = text;
    for (std::size_t at = 0; (at = words.find("octets", at)) != std::string::npos;)
      words.replace(at, 6, "オクテット");
    return {text, words};
  } else if (!packet.conn) {
    text = packet_summary(trace, packet.sent);
  } else {
    const ConnectionOpening* who = trace.connection(packet.conn);
    text = who != nullptr && who->protocol == Protocol::dns ? packet_summary(trace, packet.sent)
                                                            : offer_first(words_first(bytes));
  }
  return {text, text};
}

namespace {

/// The place in what was said, and in a trace with TLS not that on the wire, that ends with `last`
/// and was handed over at once.
std::pair<std::uint32_t, std::uint32_t> written_with(const Trace& trace, const Overheard& packet,
                                                     RecordId last) {
  if (!packet.sealed) return {packet.offset, packet.offset + packet.length};
  for (std::uint32_t id = last.value + 1; id < packet.sent.value; ++id)
    if (const auto* plain = std::get_if<PlainWritten>(&trace[RecordId{id}].fact);
        plain != nullptr && plain->conn == packet.conn && plain->side == packet.side &&
        trace[RecordId{id}].cause == last)
      return {plain->offset,
              plain->offset + static_cast<std::uint32_t>(trace.blob(plain->bytes)->size())};
  return {};
}

/// "MAIL FROM:<...>  RCPT TO:<...>  DATA": commands and replies that went out together.
LocalText spoken_together(const Trace& trace, const Overheard& packet, RecordId last) {
  constexpr std::uint32_t kFarthest = 500;  // records between the first line and the last
  LocalText all;
  const auto [begin, end] = written_with(trace, packet, last);
  for (std::uint32_t id = last.value; id > 0 && last.value - id < kFarthest; --id) {
    const auto* line = std::get_if<Line>(&trace[RecordId{id}].fact);
    if (line == nullptr || line->conn != packet.conn || line->speaker != packet.side ||
        line->flow != Flow::sent)
      continue;
    if (id != last.value && (line->begin < begin || line->begin >= end)) break;
    const LocalText text = spoken_text(trace, *line);
    all = all.empty() ? text : LocalText{text.en + "  " + all.en, text.ja + "  " + all.ja};
  }
  return all;
}

}  // namespace

LocalText seen_at_ends(const Trace& trace, const Overheard& packet) {
  if (!packet.conn) return {};
  for (RecordId cause = trace[packet.sent].cause; cause; cause = trace[cause].cause) {
    const Fact& fact = trace[cause].fact;
    if (const auto* line = std::get_if<Line>(&fact);
        line != nullptr && line->conn == packet.conn && line->speaker == packet.side) {
      const LocalText said = spoken_together(trace, packet, cause);
      return {offer_first(said.en), offer_first(said.ja)};
    }
    if (const auto* shake = std::get_if<TlsMessage>(&fact);
        shake != nullptr && shake->conn == packet.conn && shake->side == packet.side) {
      const std::string name = "TLS " + texts::tls_title(trace, *shake);
      return {name, name};
    }
  }
  return {};
}

LinkId tapped_link(const Trace& trace, const Snapshot& now) {
  std::vector<LinkId> tapped;
  for (const FaultBegan& fault : now.faults)
    if (fault.kind == FaultKind::listener && fault.link) tapped.push_back(fault.link);
  // Of several the one on which something crossed last.
  constexpr std::uint32_t kFarthest = 20000;
  for (std::uint32_t id = now.last.value; tapped.size() > 1 && id > 0; --id) {
    if (now.last.value - id > kFarthest) break;
    const auto* hop = std::get_if<PacketHop>(&trace[RecordId{id}].fact);
    if (hop != nullptr && std::ranges::find(tapped, hop->link) != tapped.end()) return hop->link;
  }
  if (!tapped.empty()) return tapped.front();
  for (const Record& record : trace.records())
    if (const auto* fault = std::get_if<FaultBegan>(&record.fact))
      if (fault->kind == FaultKind::listener && fault->link) return fault->link;
  return trace.scene().links.empty() ? LinkId{} : LinkId{1};
}

}  // namespace posthorn::viz
