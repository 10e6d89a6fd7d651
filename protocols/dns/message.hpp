// DNS messages (RFC 1035 §4) with EDNS (RFC 6891): values, and their encoding with name
// compression.
#pragma once

#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "protocols/core/result.hpp"
#include "protocols/dns/record.hpp"

namespace posthorn::dns {

inline constexpr std::uint16_t kPort = 53;
inline constexpr std::size_t kMaxUdp = 512;  ///< without EDNS (RFC 1035 §4.2.1)
/// The datagrams that we send and accept with EDNS: small enough to cross any network in one piece.
inline constexpr std::uint16_t kUdpPayload = 1232;
inline constexpr std::size_t kMaxMessage = 65535;

enum class Transport : std::uint8_t { udp, tcp };

/// Any four-bit number is a valid value.
enum class Opcode : std::uint8_t {
  query = 0,
  inverse_query = 1,
  status = 2,
  notify = 4,
  update = 5
};

/// Any four-bit number is a valid value; with EDNS, any of twelve bits.
enum class Rcode : std::uint16_t {
  no_error = 0,
  format_error = 1,
  server_failure = 2,
  name_error = 3,  ///< NXDOMAIN
  not_implemented = 4,
  refused = 5,
  bad_version = 16,  ///< BADVERS, RFC 6891 §6.1.3: only with EDNS
};

/// "NOERROR", "NXDOMAIN", "SERVFAIL", "RCODE9".
[[nodiscard]] std::string to_string(Rcode rcode);

struct Header {
  std::uint16_t id = 0;
  bool response = false;  ///< QR
  Opcode opcode = Opcode::query;
  bool authoritative = false;        ///< AA
  bool truncated = false;            ///< TC
  bool recursion_desired = false;    ///< RD
  bool recursion_available = false;  ///< RA
  std::uint8_t reserved = 0;         ///< Z, three bits (two of them AD and CD later)
  Rcode rcode = Rcode::no_error;
  friend bool operator==(const Header&, const Header&) = default;
};

struct EdnsOption {
  std::uint16_t code = 0;
  std::string bytes;
  friend bool operator==(const EdnsOption&, const EdnsOption&) = default;
};

/// What the sender can do beyond RFC 1035. On the wire it is the pseudo-record OPT in the
/// additional section (RFC 6891 §6.1); here it stands apart from the records.
struct Edns {
  std::uint16_t udp_payload = kMaxUdp;  ///< the largest datagram that the sender can receive
  std::uint8_t version = 0;
  bool dnssec_ok = false;  ///< DO, RFC 3225
  std::vector<EdnsOption> options;
  friend bool operator==(const Edns&, const Edns&) = default;
};

struct Question {
  Name name;
  RecordType type = RecordType::a;
  std::uint16_t rr_class = kClassIn;
  friend bool operator==(const Question&, const Question&) = default;
};

struct Message {
  Header header;
  std::vector<Question> questions;
  std::vector<Record> answers;
  std::vector<Record> authority;
  std::vector<Record> additional;  ///< without OPT
  std::optional<Edns> edns;
  friend bool operator==(const Message&, const Message&) = default;
};

/// A query for one name and type.
[[nodiscard]] Message make_query(std::uint16_t id, Name name, RecordType type,
                                 bool recursion_desired = false);

/// Reads a whole datagram. Errors: too short, a length or pointer that leads outside, a pointer
/// that does not lead backwards, an over-long name, malformed contents, octets left over, a second
/// OPT or one that is not owned by the root (RFC 6891 §6.1.1).
/// Memory and time are bounded by the datagram's size, whatever its counts say.
[[nodiscard]] Result<Message> decode(std::string_view datagram);
/// Only the header, for replying FORMERR to what decode() rejects.
[[nodiscard]] Result<Header> decode_header(std::string_view datagram);

/// Writes the message; names are compressed (RFC 1035 §4.1.4) wherever a reader may expect it.
/// When it would exceed `limit` octets, whole record sets are left off from the end, but never OPT;
/// TC is set if that took answers or authority (RFC 2181 §9).
[[nodiscard]] std::string encode(const Message& message, std::size_t limit = kMaxMessage);

/// One line for people: "MX? kaede.example", "MX 10 mail.kaede.example TTL 300", "NXDOMAIN",
/// "no MX record", "referral to kaede.example: NS ns.kaede.example".
[[nodiscard]] std::string summary(const Message& message);
/// The server does not know, but says who does (RFC 1034 §4.3.2).
struct Referral {
  std::string zone;     ///< "kaede.example"
  std::string servers;  ///< "ns1.kaede.example, ns2.kaede.example"
};
[[nodiscard]] std::optional<Referral> referral(const Message& message);
/// Everything, a line each, as dig prints it.
[[nodiscard]] std::string to_text(const Message& message);

}  // namespace posthorn::dns
