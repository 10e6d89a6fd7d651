#include "protocols/dns/record.hpp"

#include <array>
#include <charconv>
#include <utility>

namespace posthorn::dns {
namespace {

template <class... F>
struct Overloaded : F... {
  using F::operator()...;
};
template <class... F>
Overloaded(F...) -> Overloaded<F...>;

constexpr std::array<std::pair<RecordType, std::string_view>, 14> kTypeNames{{
    {RecordType::a, "A"},
    {RecordType::ns, "NS"},
    {RecordType::cname, "CNAME"},
    {RecordType::soa, "SOA"},
    {RecordType::ptr, "PTR"},
    {RecordType::mx, "MX"},
    {RecordType::txt, "TXT"},
    {RecordType::aaaa, "AAAA"},
    {RecordType::srv, "SRV"},
    {RecordType::tlsa, "TLSA"},
    {RecordType::opt, "OPT"},
    {RecordType::ixfr, "IXFR"},
    {RecordType::axfr, "AXFR"},
    {RecordType::any, "ANY"},
}};

std::string upper(std::string_view text) {
  std::string result(text);
  for (char& c : result)
    if (c >= 'a' && c <= 'z') c = static_cast<char>(c - 32);
  return result;
}

/// A character-string as in a zone file (RFC 1035 §5.1).
std::string quoted(std::string_view text) {
  std::string result = "\"";
  for (const char c : text) {
    const auto value = static_cast<std::uint8_t>(c);
    if (value < 32 || value >= 127) {
      const std::string digits = std::to_string(value);
      result += '\\' + std::string(3 - digits.size(), '0') + digits;
      continue;
    }
    if (c == '"' || c == '\\') result += '\\';
    result += c;
  }
  return result + '"';
}

std::string text_of(const Txt& txt) {
  std::string text;
  for (const std::string& part : txt.strings) text += (text.empty() ? "" : " ") + quoted(part);
  return text;
}

/// RFC 6698 §2.2
std::string text_of(const Tlsa& tlsa) {
  constexpr std::string_view digits = "0123456789abcdef";
  std::string out = std::to_string(tlsa.usage) + " " + std::to_string(tlsa.selector) + " " +
                    std::to_string(tlsa.matching) + " ";
  for (const char c : tlsa.data) {
    out += digits[static_cast<unsigned char>(c) >> 4];
    out += digits[static_cast<unsigned char>(c) & 15];
  }
  return out;
}
std::string text_of(const Srv& srv) {
  return std::to_string(srv.priority) + " " + std::to_string(srv.weight) + " " +
         std::to_string(srv.port) + " " + srv.target.to_string();
}

std::string text_of(const Soa& soa) {
  std::string text = soa.primary.to_string() + " " + soa.mailbox.to_string();
  for (const std::uint32_t number : {soa.serial, soa.refresh, soa.retry, soa.expire, soa.minimum})
    text += " " + std::to_string(number);
  return text;
}

/// RFC 3597 §5: \# LENGTH HEX.
std::string text_of(const Unknown& unknown) {
  constexpr char kHex[] = "0123456789abcdef";
  std::string text = "\\# " + std::to_string(unknown.bytes.size());
  if (!unknown.bytes.empty()) text += ' ';
  for (const char c : unknown.bytes) {
    text += kHex[static_cast<std::uint8_t>(c) >> 4];
    text += kHex[static_cast<std::uint8_t>(c) & 15];
  }
  return text;
}

}  // namespace

std::string to_string(RecordType type) {
  for (const auto& [known, name] : kTypeNames)
    if (known == type) return std::string(name);
  return "TYPE" + std::to_string(static_cast<unsigned>(type));
}

Result<RecordType> parse_record_type(std::string_view text) {
  const std::string name = upper(text);
  for (const auto& [type, known] : kTypeNames)
    if (known == name) return type;
  if (name.starts_with("TYPE")) {
    std::uint16_t number = 0;
    const char* const last = name.data() + name.size();
    const auto [end, error] = std::from_chars(name.data() + 4, last, number);
    if (error == std::errc{} && end == last) return static_cast<RecordType>(number);
  }
  return Error{"\"" + std::string(text) + "\" is not a DNS record type"};
}

RecordType Record::type() const {
  return std::visit(
      Overloaded{
          [](const A&) { return RecordType::a; }, [](const Aaaa&) { return RecordType::aaaa; },
          [](const Ns&) { return RecordType::ns; }, [](const Cname&) { return RecordType::cname; },
          [](const Ptr&) { return RecordType::ptr; }, [](const Mx&) { return RecordType::mx; },
          [](const Txt&) { return RecordType::txt; }, [](const Srv&) { return RecordType::srv; },
          [](const Tlsa&) { return RecordType::tlsa; }, [](const Soa&) { return RecordType::soa; },
          [](const Unknown& unknown) { return unknown.type; }},
      data);
}

std::string to_text(const Rdata& data) {
  return std::visit(Overloaded{[](const A& a) { return a.address.to_string(); },
                               [](const Aaaa& aaaa) { return aaaa.address.to_string(); },
                               [](const Ns& ns) { return ns.host.to_string(); },
                               [](const Cname& cname) { return cname.target.to_string(); },
                               [](const Ptr& ptr) { return ptr.target.to_string(); },
                               [](const Mx& mx) {
                                 return std::to_string(mx.preference) + " " +
                                        mx.exchange.to_string();
                               },
                               [](const Txt& txt) { return text_of(txt); },
                               [](const Srv& srv) { return text_of(srv); },
                               [](const Tlsa& tlsa) { return text_of(tlsa); },
                               [](const Soa& soa) { return text_of(soa); },
                               [](const Unknown& unknown) { return text_of(unknown); }},
                    data);
}

std::string to_text(const Record& record) {
  return record.name.to_string() + " " + std::to_string(record.ttl) + " " +
         to_string(record.type()) + " " + to_text(record.data);
}

std::string summary(const Record& record) {
  return to_string(record.type()) + " " + to_text(record.data) + " TTL " +
         std::to_string(record.ttl);
}

}  // namespace posthorn::dns
