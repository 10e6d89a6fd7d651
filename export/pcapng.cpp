#include "export/pcapng.hpp"

#include <algorithm>
#include <map>
#include <ostream>
#include <utility>

#include "export/wire.hpp"
#include "text/text.hpp"

namespace posthorn::exporting {
namespace {

using trace::Record;
using trace::SceneHost;

// Numbers are little-endian: the byte order of the section header's magic says so (§4.1).
void put16(std::string& out, std::uint16_t value) {
  out += static_cast<char>(value & 0xff);
  out += static_cast<char>(value >> 8);
}
void put32(std::string& out, std::uint32_t value) {
  put16(out, static_cast<std::uint16_t>(value & 0xffff));
  put16(out, static_cast<std::uint16_t>(value >> 16));
}
void pad(std::string& out) { out.append((4 - out.size() % 4) % 4, '\0'); }

enum Option : std::uint16_t {  // §3.5, §4.1, §4.2
  kEnd = 0,
  kComment = 1,
  kUserApplication = 4,
  kInterfaceName = 2,
  kInterfaceDescription = 3,
  kTimeResolution = 9,
};

void put_option(std::string& body, Option code, std::string_view value) {
  value = value.substr(0, 65535);
  put16(body, code);
  put16(body, static_cast<std::uint16_t>(value.size()));
  body += value;
  pad(body);
}

enum Block : std::uint32_t {
  kSectionHeader = 0x0A0D0D0A,
  kInterface = 1,
  kNameResolution = 4,
  kDecryptionSecrets = 10,
  kEnhancedPacket = 6,
};

void write_block(std::ostream& out, Block type, std::string body) {
  pad(body);
  std::string framed;
  framed.reserve(body.size() + 12);
  const auto length = static_cast<std::uint32_t>(body.size() + 12);
  put32(framed, type);
  put32(framed, length);
  framed += body;
  put32(framed, length);
  out << framed;
}

class Capture {
 public:
  Capture(const trace::Trace& trace, const Options& options, const Filter& wanted, HostId at,
          std::ostream& out)
      : trace_(trace), options_(options), wanted_(wanted), at_(at), out_(out) {}

  void write() {
    write_section();
    write_interfaces();
    write_names();
    if (options_.with_keys) write_secrets();
    for (std::uint32_t id = 1; id <= trace_.size(); ++id) add(RecordId{id});
  }

 private:
  /// A packet on its way: known from its sending until it is delivered or lost.
  struct Moving {
    RecordId sent;
    HostId left;          ///< the host that it left last; none before the first hop
    RecordId altered;     ///< what an attacker made of it before here
    bool copied = false;  ///< by a bad line, which it has not entered by itself
    RecordId change;      ///< ... and on the link that it is about to enter
  };

  /// §4.7: the keys of TLS, as in an SSLKEYLOGFILE.
  void write_secrets() {
    std::string lines;
    for (const Record& record : trace_.records())
      if (const auto* secret = std::get_if<trace::TlsSecret>(&record.fact))
        lines += std::string(trace_.text(secret->line)) + "\n";
    if (lines.empty()) return;
    std::string body;
    put32(body, 0x544c534b);  // "TLSK"
    put32(body, static_cast<std::uint32_t>(lines.size()));
    body += lines;
    write_block(out_, kDecryptionSecrets, std::move(body));
  }

  void write_section() {
    std::string body;
    put32(body, 0x1A2B3C4D);
    put16(body, 1);
    put16(body, 0);
    body.append(8, '\xff');  // the length of the section is not said
    const LocalText& title = trace_.scene().title;
    if (!title.empty()) put_option(body, kComment, title.in(options_.lang));
    put_option(body, kUserApplication, "Posthorn");
    put_option(body, kEnd, "");
    write_block(out_, kSectionHeader, std::move(body));
  }

  void write_interfaces() {
    for (const SceneHost& host : trace_.scene().hosts) {
      if (at_ && &host != &trace_.scene().host(at_)) continue;
      std::string body;
      put16(body, 1);  // LINKTYPE_ETHERNET
      put16(body, 0);
      put32(body, 0);  // packets are never cut
      put_option(body, kInterfaceName, host.name);
      if (!host.label.empty())
        put_option(body, kInterfaceDescription, host.label.in(options_.lang));
      put_option(body, kTimeResolution, "\x09");  // 10^-9 seconds
      put_option(body, kEnd, "");
      write_block(out_, kInterface, std::move(body));
    }
  }

  void write_names() {
    std::string body;
    for (const SceneHost& host : trace_.scene().hosts)
      for (const IpAddress& address : host.addresses) {
        std::string record(address.bytes.begin(), address.bytes.begin() + (address.v6 ? 16 : 4));
        record += host.name;
        record += '\0';
        put16(body, address.v6 ? 2 : 1);
        put16(body, static_cast<std::uint16_t>(record.size()));
        body += record;
        pad(body);
      }
    put32(body, 0);  // nrb_record_end
    write_block(out_, kNameResolution, std::move(body));
  }

  void add(RecordId id) {
    const Record& record = trace_[id];
    if (const auto* segment = std::get_if<trace::SegmentSent>(&record.fact))
      moving_[segment->packet] = {id, {}, {}, false, {}};
    else if (const auto* datagram = std::get_if<trace::DatagramSent>(&record.fact))
      moving_[datagram->packet] = {id, {}, {}, false, {}};
    else if (const auto* copy = std::get_if<trace::PacketDuplicated>(&record.fact))
      add_copy(*copy);
    else if (const auto* change = std::get_if<trace::StreamAltered>(&record.fact))
      moving_[change->packet].change = id;
    else if (const auto* hop = std::get_if<trace::PacketHop>(&record.fact))
      add_hop(record.at, *hop);
    else if (const auto* delivered = std::get_if<trace::PacketDelivered>(&record.fact))
      add_delivery(record.at, *delivered);
    else if (const auto* dropped = std::get_if<trace::PacketDropped>(&record.fact))
      moving_.erase(dropped->packet);
  }

  /// Nobody sent it: it is seen where it arrives.
  void add_copy(const trace::PacketDuplicated& copy) {
    const auto found = moving_.find(copy.original);
    if (found == moving_.end()) return;
    Moving twin = found->second;
    twin.copied = true;
    moving_[copy.packet] = twin;
  }

  void add_hop(Instant now, const trace::PacketHop& hop) {
    const auto found = moving_.find(hop.packet);
    if (found == moving_.end()) return;
    const bool first = !found->second.left;
    found->second.left = hop.from;
    if (std::exchange(found->second.copied, false)) return;
    if (at_ ? hop.from == at_ : first) capture(now, found->second, hop.from, hop.to, hop.from);
    if (found->second.change) found->second.altered = found->second.change;
  }

  void add_delivery(Instant now, const trace::PacketDelivered& delivered) {
    const auto found = moving_.find(delivered.packet);
    if (found == moving_.end()) return;
    const Moving packet = found->second;
    moving_.erase(found);
    const bool to_itself = !packet.left;  // no link was needed
    if (at_ ? delivered.host == at_ : to_itself)
      capture(now, packet, to_itself ? delivered.host : packet.left, delivered.host,
              delivered.host);
  }

  void capture(Instant now, const Moving& packet, HostId from, HostId to, HostId on) {
    const RecordId sent = packet.sent;
    if (!sent || !wanted_(sent)) return;
    const auto* altered =
        packet.altered ? std::get_if<trace::StreamAltered>(&trace_[packet.altered].fact) : nullptr;
    const std::string frame =
        exporting::frame_of(trace_, trace_[sent], from, to,
                            altered != nullptr ? trace_.blob(altered->bytes).get() : nullptr);
    if (frame.empty()) return;
    const auto nanoseconds = static_cast<std::uint64_t>(
        (std::chrono::nanoseconds(trace_.scene().epoch.time_since_epoch()) + now.time_since_epoch())
            .count());
    std::string body;
    body.reserve(frame.size() + 256);
    put32(body, at_ ? 0 : on.value - 1);  // the interface
    put32(body, static_cast<std::uint32_t>(nanoseconds >> 32));
    put32(body, static_cast<std::uint32_t>(nanoseconds & 0xffffffffu));
    put32(body, static_cast<std::uint32_t>(frame.size()));
    put32(body, static_cast<std::uint32_t>(frame.size()));
    body += frame;
    pad(body);
    if (const std::string comment = comment_of(sent); !comment.empty()) {
      put_option(body, kComment, comment);
      put_option(body, kEnd, "");
    }
    write_block(out_, kEnhancedPacket, std::move(body));
  }

  /// The explanation of what a packet carries: of the line that its bytes say, where there is one;
  /// else of the packet itself.
  std::string comment_of(RecordId sent) const {
    const Record* record = &trace_[sent];
    const auto* segment = std::get_if<trace::SegmentSent>(&record->fact);
    if (segment != nullptr && segment->length > 0)
      for (RecordId cause = record->cause; cause; cause = trace_[cause].cause) {
        const trace::Fact& fact = trace_[cause].fact;
        const auto* line = std::get_if<trace::Line>(&fact);
        if (line != nullptr && line->conn == segment->conn && line->speaker == segment->side) {
          record = &trace_[cause];
          break;
        }
        // Written bytes and earlier sendings lie between; anything else is another matter.
        if (!std::holds_alternative<trace::StreamWritten>(fact) &&
            !std::holds_alternative<trace::SegmentSent>(fact))
          break;
      }
    const texts::Explanation& words = texts::explain(trace_, *record);
    std::string comment = words.title.in(options_.lang);
    const LocalText& text = words.at(options_.reader());
    if (!text.empty()) comment += (comment.empty() ? "" : ". ") + text.in(options_.lang);
    return comment;
  }

  const trace::Trace& trace_;
  const Options& options_;
  const Filter& wanted_;
  HostId at_;
  std::ostream& out_;
  std::map<PacketId, Moving> moving_;
};

}  // namespace

Result<bool> write_pcapng(const trace::Trace& trace, const Options& options, std::ostream& out) {
  const auto wanted = Filter::make(trace, options.selection);
  if (!wanted) return wanted.error();
  HostId at;
  if (!options.at.host.empty()) {
    const auto& hosts = trace.scene().hosts;
    const auto found = std::ranges::find(hosts, options.at.host, &SceneHost::name);
    if (found == hosts.end()) return Error{"there is no host \"" + options.at.host + "\""};
    at = HostId{static_cast<std::uint32_t>(found - hosts.begin()) + 1};
  }
  Capture(trace, options, *wanted, at, out).write();
  return true;
}

}  // namespace posthorn::exporting
