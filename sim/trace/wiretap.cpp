#include "sim/trace/wiretap.hpp"

#include <algorithm>

namespace posthorn::trace {
namespace {

class Listener {
 public:
  Listener(const Trace& trace, LinkId link) : trace_(trace), link_(link) {}

  std::vector<Overheard> run() {
    for (std::uint32_t i = 1; i <= trace_.size(); ++i) {
      id_ = RecordId{i};
      std::visit([this](const auto& fact) { take(fact); }, trace_[id_].fact);
    }
    return std::move(heard_);
  }

 private:
  template <class Other>
  void take(const Other&) {}
  void take(const SegmentSent& f) {
    Overheard& packet = moving_[f.packet] = {};
    packet.sent = id_;
    packet.conn = f.conn;
    packet.side = f.side;
    packet.offset = f.offset;
    packet.length = f.length;
    packet.sealed = f.length > 0 && trace_.sealed(f.conn, f.side, f.offset);
  }
  void take(const DatagramSent& f) {
    Overheard& packet = moving_[f.packet] = {};
    packet.sent = id_;
    packet.length = static_cast<std::uint32_t>(trace_.blob(f.bytes)->size());
  }
  void take(const PacketDuplicated& f) {
    if (const auto found = moving_.find(f.original); found != moving_.end())
      moving_[f.packet] = found->second;
  }
  void take(const StreamAltered& f) { changes_[f.packet] = id_; }
  /// An attacker sits at the beginning of its link: it hears what was sent, and sends on another.
  void take(const PacketHop& f) {
    const auto found = moving_.find(f.packet);
    if (found == moving_.end()) return;
    const auto change = changes_.find(f.packet);
    if (f.link == link_) {
      heard_.push_back(found->second);
      heard_.back().hop = id_;
      if (change != changes_.end() && change->second != found->second.altered)
        heard_.back().changed = change->second;
    }
    if (change != changes_.end()) found->second.altered = change->second;
  }
  void take(const PacketDelivered& f) { moving_.erase(f.packet); }
  void take(const PacketDropped& f) { moving_.erase(f.packet); }

  const Trace& trace_;
  LinkId link_;
  RecordId id_;
  std::map<PacketId, Overheard> moving_;
  std::map<PacketId, RecordId> changes_;
  std::vector<Overheard> heard_;
};

}  // namespace

std::vector<Overheard> overhear(const Trace& trace, LinkId link) {
  return Listener(trace, link).run();
}

std::string payload_of(const Trace& trace, const Overheard& packet) {
  if (packet.altered) return *trace.blob(std::get<StreamAltered>(trace[packet.altered].fact).bytes);
  if (const auto* datagram = std::get_if<DatagramSent>(&trace[packet.sent].fact))
    return *trace.blob(datagram->bytes);
  return trace.stream(packet.conn, packet.side, packet.offset,
                      std::uint64_t{packet.offset} + packet.length);
}

std::map<std::pair<ConnId, Side>, std::string> readable_streams(const Trace& trace, LinkId link) {
  // By place in the stream, so that what was sent twice or overtaken stands where it belongs.
  std::map<std::pair<ConnId, Side>, std::map<std::uint32_t, std::string>> pieces;
  for (const Overheard& packet : overhear(trace, link))
    if (packet.conn && packet.length > 0 && !packet.sealed)
      pieces[{packet.conn, packet.side}].emplace(packet.offset, payload_of(trace, packet));
  std::map<std::pair<ConnId, Side>, std::string> streams;
  for (const auto& [key, parts] : pieces) {
    std::uint64_t end = 0;
    for (const auto& [offset, bytes] : parts) {
      const std::uint64_t known =
          end > offset ? std::min<std::uint64_t>(end - offset, bytes.size()) : 0;
      streams[key].append(bytes, known);
      end = std::max<std::uint64_t>(end, offset + bytes.size());
    }
  }
  return streams;
}

}  // namespace posthorn::trace
