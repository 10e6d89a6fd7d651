#include "tls/handshake.hpp"

#include <array>
#include <utility>

namespace posthorn::tls {
namespace {

/// Reads numbers and counted strings; once something is missing it only finds nothing.
class Reader {
 public:
  explicit Reader(std::string_view bytes) : rest_(bytes) {}

  [[nodiscard]] bool empty() const { return rest_.empty(); }
  std::uint32_t number(std::size_t octets) {
    std::uint32_t value = 0;
    for (const char c : take(octets)) value = (value << 8) | static_cast<unsigned char>(c);
    return value;
  }
  std::string_view take(std::size_t octets) {
    if (octets > rest_.size()) {
      rest_ = {};
      return {};
    }
    const std::string_view taken = rest_.substr(0, octets);
    rest_.remove_prefix(octets);
    return taken;
  }
  /// A vector with its length in front (RFC 8446 §3.4).
  std::string_view counted(std::size_t octets_of_length) { return take(number(octets_of_length)); }

 private:
  std::string_view rest_;
};

using Entry = std::pair<std::uint32_t, std::string_view>;

template <std::size_t N>
std::string name_in(const std::array<Entry, N>& table, std::uint32_t value) {
  for (const auto& [number, name] : table)
    if (number == value) return std::string(name);
  constexpr std::string_view digits = "0123456789abcdef";
  std::string hex = "0x";
  for (int shift = 12; shift >= 0; shift -= 4) hex += digits[(value >> shift) & 15];
  return hex;
}

constexpr std::array kTypes = {  // RFC 8446 §4, RFC 5246 §7.4
    Entry{0, "HelloRequest"},       Entry{1, "ClientHello"},         Entry{2, "ServerHello"},
    Entry{4, "NewSessionTicket"},   Entry{8, "EncryptedExtensions"}, Entry{11, "Certificate"},
    Entry{12, "ServerKeyExchange"}, Entry{13, "CertificateRequest"}, Entry{14, "ServerHelloDone"},
    Entry{15, "CertificateVerify"}, Entry{16, "ClientKeyExchange"},  Entry{20, "Finished"},
    Entry{24, "KeyUpdate"}};
constexpr std::array kVersions = {Entry{0x0301, "TLS 1.0"}, Entry{0x0302, "TLS 1.1"},
                                  Entry{0x0303, "TLS 1.2"}, Entry{0x0304, "TLS 1.3"}};
constexpr std::array kSuites = {Entry{0x1301, "TLS_AES_128_GCM_SHA256"},
                                Entry{0x1302, "TLS_AES_256_GCM_SHA384"},
                                Entry{0x1303, "TLS_CHACHA20_POLY1305_SHA256"},
                                Entry{0xc02b, "ECDHE_ECDSA_AES_128_GCM_SHA256"},
                                Entry{0xc02c, "ECDHE_ECDSA_AES_256_GCM_SHA384"},
                                Entry{0xc02f, "ECDHE_RSA_AES_128_GCM_SHA256"},
                                Entry{0xc030, "ECDHE_RSA_AES_256_GCM_SHA384"},
                                Entry{0xcca8, "ECDHE_RSA_CHACHA20_POLY1305"},
                                Entry{0xcca9, "ECDHE_ECDSA_CHACHA20_POLY1305"},
                                Entry{0x00ff, "RENEGOTIATION_INFO"}};
constexpr std::array kGroups = {Entry{0x0017, "P-256"},    Entry{0x0018, "P-384"},
                                Entry{0x0019, "P-521"},    Entry{0x001d, "x25519"},
                                Entry{0x001e, "x448"},     Entry{0x11ec, "X25519MLKEM768"},
                                Entry{0x0100, "ffdhe2048"}};
constexpr std::array kSignatures = {Entry{0x0403, "ecdsa_secp256r1_sha256"},
                                    Entry{0x0503, "ecdsa_secp384r1_sha384"},
                                    Entry{0x0603, "ecdsa_secp521r1_sha512"},
                                    Entry{0x0804, "rsa_pss_rsae_sha256"}, Entry{0x0807, "ed25519"}};
constexpr std::array kAlerts = {  // RFC 8446 §6
    Entry{0, "close_notify"},
    Entry{10, "unexpected_message"},
    Entry{20, "bad_record_mac"},
    Entry{22, "record_overflow"},
    Entry{40, "handshake_failure"},
    Entry{42, "bad_certificate"},
    Entry{43, "unsupported_certificate"},
    Entry{45, "certificate_expired"},
    Entry{46, "certificate_unknown"},
    Entry{47, "illegal_parameter"},
    Entry{48, "unknown_ca"},
    Entry{50, "decode_error"},
    Entry{51, "decrypt_error"},
    Entry{70, "protocol_version"},
    Entry{71, "insufficient_security"},
    Entry{80, "internal_error"},
    Entry{90, "user_canceled"},
    Entry{109, "missing_extension"},
    Entry{110, "unsupported_extension"},
    Entry{112, "unrecognized_name"}};

void add(std::string& fields, std::string_view key, std::string_view value) {
  if (value.empty()) return;
  if (!fields.empty()) fields += '\n';
  fields += std::string(key) + ": " + std::string(value);
}

/// "a, b, c" for a list of numbers of two octets each.
template <std::size_t N>
std::string names_in(const std::array<Entry, N>& table, std::string_view list) {
  constexpr int kEnough = 12;  // what a peer may make us print
  std::string out;
  Reader reader(list);
  for (int i = 0; !reader.empty() && i < kEnough; ++i)
    out += (out.empty() ? "" : ", ") + name_in(table, reader.number(2));
  return out + (reader.empty() ? "" : ", …");
}

std::string printable(std::string_view text) {
  std::string out;
  for (const char c : text.substr(0, 255)) out += c > ' ' && c < 0x7f ? c : '?';
  return out;
}

void add_extension(std::string& fields, std::uint32_t type, std::string_view body, bool client) {
  Reader reader(body);
  switch (type) {
    case 0: {  // server_name (RFC 6066 §3); a server only says that it understood
      Reader list(reader.counted(2));
      list.number(1);
      return add(fields, "server name", printable(list.counted(2)));
    }
    case 10:  // supported_groups
      return add(fields, "groups", names_in(kGroups, reader.counted(2)));
    case 43:  // supported_versions
      return add(fields, "versions", names_in(kVersions, client ? reader.counted(1) : body));
    case 51: {  // key_share
      if (!client) return add(fields, "key share", name_in(kGroups, reader.number(2)));
      Reader shares(reader.counted(2));
      std::string names;
      while (!shares.empty()) {
        names += (names.empty() ? "" : ", ") + name_in(kGroups, shares.number(2));
        shares.counted(2);
      }
      return add(fields, "key share", names.substr(0, 255));
    }
    default:
      return;
  }
}

void describe_hello(Described& out, Reader body, bool client) {
  add(out.fields, "legacy version", name_in(kVersions, body.number(2)));
  const std::string_view random = body.take(32);
  // RFC 8446 §4.1.3: a ServerHello with this "random" asks for another ClientHello.
  if (!client && random.starts_with("\xcf\x21\xad\x74\xe5\x9a\x61\x11"))
    out.name = "HelloRetryRequest";
  body.counted(1);  // session id
  if (client) {
    add(out.fields, "cipher suites", names_in(kSuites, body.counted(2)));
    body.counted(1);  // compression
  } else {
    add(out.fields, "cipher suite", name_in(kSuites, body.number(2)));
    body.number(1);
  }
  Reader extensions(body.counted(2));
  while (!extensions.empty()) {
    const std::uint32_t type = extensions.number(2);
    add_extension(out.fields, type, extensions.counted(2), client);
  }
}

}  // namespace

Described describe_handshake(std::string_view message, bool tls13) {
  Described out;
  Reader reader(message);
  const std::uint32_t type = reader.number(1);
  Reader body(reader.counted(3));
  out.name = name_in(kTypes, type);
  if (type == 1 || type == 2) {
    describe_hello(out, body, type == 1);
  } else if (type == 11) {
    if (tls13) body.counted(1);
    Reader list(body.counted(3));
    out.certificate = list.counted(3);
  } else if (type == 15) {
    add(out.fields, "signed with", name_in(kSignatures, body.number(2)));
  }
  return out;
}

Described describe_alert(std::string_view alert) {
  Described out;
  Reader reader(alert);
  const std::uint32_t level = reader.number(1);
  out.name = "Alert";
  add(out.fields, "level", level == 1 ? "warning" : "fatal");
  add(out.fields, "description", name_in(kAlerts, reader.number(1)));
  return out;
}

}  // namespace posthorn::tls
