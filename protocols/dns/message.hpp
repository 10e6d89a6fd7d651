// DNS messages (RFC 1035 §4): values, and their encoding with name compression.
#pragma once

#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "protocols/core/result.hpp"
#include "protocols/dns/record.hpp"

namespace posthorn::dns {

inline constexpr std::uint16_t kPort = 53;
inline constexpr std::size_t kMaxUdp = 512;  ///< RFC 1035 §4.2.1
inline constexpr std::size_t kMaxMessage = 65535;

/// Any four-bit number is a valid value.
enum class Opcode : std::uint8_t {
  query = 0,
  inverse_query = 1,
  status = 2,
  notify = 4,
  update = 5
};

/// Any four-bit number is a valid value.
enum class Rcode : std::uint8_t {
  no_error = 0,
  format_error = 1,
  server_failure = 2,
  name_error = 3,  ///< NXDOMAIN
  not_implemented = 4,
  refused = 5,
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
  std::vector<Record> additional;
  friend bool operator==(const Message&, const Message&) = default;
};

/// A query for one name and type.
[[nodiscard]] Message make_query(std::uint16_t id, Name name, RecordType type,
                                 bool recursion_desired = false);

/// Reads a whole datagram. Errors: too short, a length or pointer that leads outside, a pointer
/// that does not lead backwards, an over-long name, malformed contents, octets left over.
/// Memory and time are bounded by the datagram's size, whatever its counts say.
[[nodiscard]] Result<Message> decode(std::string_view datagram);
/// Only the header, for replying FORMERR to what decode() rejects.
[[nodiscard]] Result<Header> decode_header(std::string_view datagram);

/// Writes the message; names are compressed (RFC 1035 §4.1.4) wherever a reader may expect it.
/// When it would exceed `limit` octets, whole record sets are left off from the end; TC is set
/// if that took answers or authority (RFC 2181 §9).
[[nodiscard]] std::string encode(const Message& message, std::size_t limit = kMaxMessage);

/// One line for people: "MX? kaede.example", "MX 10 mail.kaede.example TTL 300", "NXDOMAIN",
/// "no MX record", "referral to kaede.example: NS ns.kaede.example".
[[nodiscard]] std::string summary(const Message& message);
/// Everything, a line each, as dig prints it.
[[nodiscard]] std::string to_text(const Message& message);

}  // namespace posthorn::dns
