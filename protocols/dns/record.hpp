// Resource records (RFC 1035 §3.2-3.4, RFC 2782, RFC 3596) with typed contents.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <variant>
#include <vector>

#include "protocols/core/ip_address.hpp"
#include "protocols/dns/name.hpp"

namespace posthorn::dns {

/// Types known by name; any other number is a valid value too (shown as "TYPE257", RFC 3597 §5).
enum class RecordType : std::uint16_t {
  a = 1,
  ns = 2,
  cname = 5,
  soa = 6,
  ptr = 12,
  mx = 15,
  txt = 16,
  aaaa = 28,
  srv = 33,
  tlsa = 52,
  opt = 41,    ///< no record, but where EDNS stands in a message (see Edns)
  ixfr = 251,  ///< in questions only, as are those below
  axfr = 252,
  any = 255,
};

inline constexpr std::uint16_t kClassIn = 1;

/// "MX", "AAAA", "ANY", "TYPE257".
[[nodiscard]] std::string to_string(RecordType type);
/// The reverse, ignoring ASCII case.
[[nodiscard]] Result<RecordType> parse_record_type(std::string_view text);

struct A {
  IpAddress address;  ///< always IPv4
  friend bool operator==(const A&, const A&) = default;
};
struct Aaaa {
  IpAddress address;  ///< always IPv6
  friend bool operator==(const Aaaa&, const Aaaa&) = default;
};
struct Ns {
  Name host;
  friend bool operator==(const Ns&, const Ns&) = default;
};
struct Cname {
  Name target;
  friend bool operator==(const Cname&, const Cname&) = default;
};
struct Ptr {
  Name target;
  friend bool operator==(const Ptr&, const Ptr&) = default;
};
struct Mx {
  std::uint16_t preference = 0;  ///< the lowest is tried first
  Name exchange;
  friend bool operator==(const Mx&, const Mx&) = default;
};
struct Txt {
  std::vector<std::string> strings;  ///< each at most 255 octets
  friend bool operator==(const Txt&, const Txt&) = default;
};
/// Where a service of a domain is (RFC 2782); a target of "." says that there is none.
struct Srv {
  std::uint16_t priority = 0;  ///< the lowest is tried first
  std::uint16_t weight = 0;    ///< among equals, the share of the work
  std::uint16_t port = 0;
  Name target;
  friend bool operator==(const Srv&, const Srv&) = default;
};
/// Which certificate, or which authority's, a server shows (RFC 6698 §2.1).
struct Tlsa {
  std::uint8_t usage = 3;     ///< 2: a trust anchor; 3: the server's own
  std::uint8_t selector = 1;  ///< 0: the whole certificate; 1: its public key
  std::uint8_t matching = 1;  ///< 0: as it is; 1: SHA-256; 2: SHA-512
  std::string data;           ///< octets
  friend bool operator==(const Tlsa&, const Tlsa&) = default;
};
/// Intervals in seconds.
struct Soa {
  Name primary;  ///< MNAME
  Name mailbox;  ///< RNAME: the first label is the local part
  std::uint32_t serial = 1;
  std::uint32_t refresh = 3600;
  std::uint32_t retry = 600;
  std::uint32_t expire = 86400;
  std::uint32_t minimum = 300;  ///< how long "no" may be remembered (RFC 2308 §4)
  friend bool operator==(const Soa&, const Soa&) = default;
};
/// Contents that are not understood: another type, or another class than IN.
struct Unknown {
  RecordType type{};
  std::string bytes;
  friend bool operator==(const Unknown&, const Unknown&) = default;
};

using Rdata = std::variant<A, Aaaa, Ns, Cname, Ptr, Mx, Txt, Srv, Tlsa, Soa, Unknown>;

struct Record {
  Name name;
  std::uint32_t ttl = 0;  ///< seconds
  Rdata data;
  std::uint16_t rr_class = kClassIn;

  [[nodiscard]] RecordType type() const;
  friend bool operator==(const Record&, const Record&) = default;
};

/// The contents as in a zone file: "10 mail.kaede.example", "192.0.2.1", "\"v=spf1 -all\"".
[[nodiscard]] std::string to_text(const Rdata& data);
/// The reverse. A TXT without quotes is one text, cut into strings of 255 octets. Errors say what
/// the type holds.
[[nodiscard]] Result<Rdata> parse_rdata(RecordType type, std::string_view text);
/// "kaede.example 300 MX 10 mail.kaede.example".
[[nodiscard]] std::string to_text(const Record& record);
/// Without the owner: "MX 10 mail.kaede.example TTL 300".
[[nodiscard]] std::string summary(const Record& record);

}  // namespace posthorn::dns
