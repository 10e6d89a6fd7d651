// Writing messages, with names compressed as RFC 1035 §4.1.4 has it.
#include <algorithm>
#include <map>

#include "protocols/dns/message.hpp"

namespace posthorn::dns {
namespace {

constexpr std::size_t kHeaderSize = 12;

class Writer {
 public:
  void u8(unsigned value) { bytes_ += static_cast<char>(value & 0xff); }
  void u16(unsigned value) {
    u8(value >> 8);
    u8(value);
  }
  void u32(std::uint32_t value) {
    u16(value >> 16);
    u16(value & 0xffff);
  }
  void put(std::string_view bytes) { bytes_ += bytes; }
  void patch_u16(std::size_t at, std::size_t value) {
    bytes_[at] = static_cast<char>(value >> 8 & 0xff);
    bytes_[at + 1] = static_cast<char>(value & 0xff);
  }

  /// For types that RFC 3597 §4 does not let us compress.
  void plain_name(const Name& name) {
    put(name.wire());
    u8(0);
  }
  /// Ends the name with a pointer as soon as its rest was written before. Cases must agree too, so
  /// that every name is read back as it was given.
  void name(const Name& name) {
    std::string_view rest = name.wire();
    while (!rest.empty()) {
      if (const auto known = suffixes_.find(rest); known != suffixes_.end())
        return u16(0xc000u | static_cast<unsigned>(known->second));
      if (bytes_.size() < 0x4000) suffixes_.emplace(rest, bytes_.size());  // 14 bits to point with
      const std::size_t label = 1u + static_cast<std::uint8_t>(rest[0]);
      put(rest.substr(0, label));
      rest.remove_prefix(label);
    }
    u8(0);
  }

  [[nodiscard]] std::size_t size() const { return bytes_.size(); }
  /// Forgets everything from `size` on.
  void roll_back(std::size_t size) {
    bytes_.resize(size);
    std::erase_if(suffixes_, [size](const auto& entry) { return entry.second >= size; });
  }
  [[nodiscard]] std::string take() { return std::move(bytes_); }

 private:
  std::string bytes_;
  std::map<std::string, std::size_t, std::less<>> suffixes_;
};

struct RdataWriter {
  Writer& out;

  void operator()(const A& a) const { address(a.address, 4); }
  void operator()(const Aaaa& aaaa) const { address(aaaa.address, 16); }
  void operator()(const Ns& ns) const { out.name(ns.host); }
  void operator()(const Cname& cname) const { out.name(cname.target); }
  void operator()(const Ptr& ptr) const { out.name(ptr.target); }
  void operator()(const Mx& mx) const {
    out.u16(mx.preference);
    out.name(mx.exchange);
  }
  void operator()(const Txt& txt) const {
    for (const std::string& text : txt.strings) {
      const std::string_view part = std::string_view(text).substr(0, 255);
      out.u8(static_cast<unsigned>(part.size()));
      out.put(part);
    }
  }
  void operator()(const Srv& srv) const {
    for (const std::uint16_t field : {srv.priority, srv.weight, srv.port}) out.u16(field);
    out.plain_name(srv.target);
  }
  void operator()(const Tlsa& tlsa) const {
    for (const std::uint8_t field : {tlsa.usage, tlsa.selector, tlsa.matching}) out.u8(field);
    out.put(std::string_view(tlsa.data).substr(0, 0xffff - 3));
  }
  void operator()(const Soa& soa) const {
    out.name(soa.primary);
    out.name(soa.mailbox);
    for (const std::uint32_t field : {soa.serial, soa.refresh, soa.retry, soa.expire, soa.minimum})
      out.u32(field);
  }
  void operator()(const Unknown& unknown) const {
    out.put(std::string_view(unknown.bytes).substr(0, 0xffff));
  }

 private:
  void address(const IpAddress& value, std::size_t size) const {
    for (std::size_t i = 0; i < size; ++i) out.u8(value.bytes[i]);
  }
};

void write_record(Writer& out, const Record& record) {
  out.name(record.name);
  out.u16(static_cast<unsigned>(record.type()));
  out.u16(record.rr_class);
  out.u32(record.ttl);
  const std::size_t length_at = out.size();
  out.u16(0);
  std::visit(RdataWriter{out}, record.data);
  out.patch_u16(length_at, out.size() - length_at - 2);
}

bool same_set(const Record& a, const Record& b) {
  return a.type() == b.type() && a.rr_class == b.rr_class && a.name == b.name;
}

/// Writes whole record sets while they fit; returns how many records were written.
std::size_t write_section(Writer& out, const std::vector<Record>& records, std::size_t limit) {
  std::size_t done = 0;
  while (done < records.size() && done < 0xffff) {
    const std::size_t before = out.size();
    std::size_t next = done;
    do write_record(out, records[next++]);
    while (next < records.size() && out.size() <= limit && same_set(records[done], records[next]));
    if (out.size() > limit) {
      out.roll_back(before);
      break;
    }
    done = next;
  }
  return done;
}

/// RFC 6891 §6.1.2: the root's name, the payload size as class, the rest as TTL and options.
std::string opt_of(const Message& message) {
  if (!message.edns) return {};
  const Edns& edns = *message.edns;
  Writer options;
  for (const EdnsOption& option : edns.options) {
    options.u16(option.code);
    options.u16(static_cast<unsigned>(option.bytes.size()));
    options.put(option.bytes);
  }
  Writer out;
  out.u8(0);
  out.u16(static_cast<unsigned>(RecordType::opt));
  out.u16(edns.udp_payload);
  out.u8(static_cast<unsigned>(message.header.rcode) >> 4);
  out.u8(edns.version);
  out.u16(edns.dnssec_ok ? 0x8000 : 0);
  out.u16(static_cast<unsigned>(options.size()));
  out.put(options.take());
  return out.take();
}

unsigned flags_of(const Header& header) {
  return (header.response ? 0x8000u : 0u) | (static_cast<unsigned>(header.opcode) & 15) << 11 |
         (header.authoritative ? 0x0400u : 0u) | (header.truncated ? 0x0200u : 0u) |
         (header.recursion_desired ? 0x0100u : 0u) | (header.recursion_available ? 0x0080u : 0u) |
         (header.reserved & 7u) << 4 | (static_cast<unsigned>(header.rcode) & 15);
}

}  // namespace

std::string encode(const Message& message, std::size_t limit) {
  const std::string opt = opt_of(message);
  limit -= std::min(limit, opt.size());
  Writer out;
  out.u16(message.header.id);
  out.u16(flags_of(message.header));
  for (std::size_t i = 4; i < kHeaderSize; i += 2) out.u16(0);
  for (const Question& question : message.questions) {
    out.name(question.name);
    out.u16(static_cast<unsigned>(question.type));
    out.u16(question.rr_class);
  }
  out.patch_u16(4, std::min<std::size_t>(message.questions.size(), 0xffff));
  bool cut = false;
  std::size_t count_at = 6;
  for (const auto* section : {&message.answers, &message.authority, &message.additional}) {
    const std::size_t written = cut ? 0 : write_section(out, *section, limit);
    cut = cut || written < section->size();
    out.patch_u16(count_at, written + (section == &message.additional && message.edns ? 1 : 0));
    count_at += 2;
    // Missing additional records are no loss of the answer (RFC 2181 §9).
    if (cut && section != &message.additional) {
      Header header = message.header;
      header.truncated = true;
      out.patch_u16(2, flags_of(header));
    }
  }
  return out.take() + opt;
}

}  // namespace posthorn::dns
