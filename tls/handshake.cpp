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
  [[nodiscard]] std::string_view rest() const { return rest_; }
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
                                Entry{0x00ff, "TLS_EMPTY_RENEGOTIATION_INFO_SCSV"}};
constexpr std::array kGroups = {Entry{0x0017, "P-256"},    Entry{0x0018, "P-384"},
                                Entry{0x0019, "P-521"},    Entry{0x001d, "x25519"},
                                Entry{0x001e, "x448"},     Entry{0x11ec, "X25519MLKEM768"},
                                Entry{0x0100, "ffdhe2048"}};
constexpr std::array kSignatures = {  // RFC 8446 §4.2.3
    Entry{0x0403, "ecdsa_secp256r1_sha256"},
    Entry{0x0503, "ecdsa_secp384r1_sha384"},
    Entry{0x0603, "ecdsa_secp521r1_sha512"},
    Entry{0x0804, "rsa_pss_rsae_sha256"},
    Entry{0x0805, "rsa_pss_rsae_sha384"},
    Entry{0x0806, "rsa_pss_rsae_sha512"},
    Entry{0x0807, "ed25519"},
    Entry{0x0808, "ed448"},
    Entry{0x0809, "rsa_pss_pss_sha256"},
    Entry{0x080a, "rsa_pss_pss_sha384"},
    Entry{0x080b, "rsa_pss_pss_sha512"},
    Entry{0x0401, "rsa_pkcs1_sha256"},
    Entry{0x0501, "rsa_pkcs1_sha384"},
    Entry{0x0601, "rsa_pkcs1_sha512"}};
constexpr std::array kExtensions = {  // the registry of RFC 8446 §4.2
    Entry{0, "server_name"},
    Entry{1, "max_fragment_length"},
    Entry{5, "status_request"},
    Entry{10, "supported_groups"},
    Entry{11, "ec_point_formats"},
    Entry{13, "signature_algorithms"},
    Entry{16, "application_layer_protocol_negotiation"},
    Entry{22, "encrypt_then_mac"},
    Entry{23, "extended_master_secret"},
    Entry{35, "session_ticket"},
    Entry{41, "pre_shared_key"},
    Entry{43, "supported_versions"},
    Entry{44, "cookie"},
    Entry{45, "psk_key_exchange_modes"},
    Entry{49, "post_handshake_auth"},
    Entry{51, "key_share"},
    Entry{0xff01, "renegotiation_info"}};
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

/// "8f3a…" and how much there is of it; keys and checks are too long to be read.
std::string hex(std::string_view bytes, std::size_t most) {
  constexpr std::string_view digits = "0123456789abcdef";
  std::string out;
  for (const char c : bytes.substr(0, most)) {
    out += digits[static_cast<unsigned char>(c) >> 4];
    out += digits[static_cast<unsigned char>(c) & 15];
  }
  return out + (bytes.size() > most ? "…" : "");
}
/// "x25519 8f3a12bc…"
std::string share_text(std::uint32_t group, std::string_view key) {
  constexpr std::size_t kShown = 8;
  return name_in(kGroups, group) + (key.empty() ? "" : " " + hex(key, kShown));
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
    case 51: {        // key_share
      if (!client) {  // a HelloRetryRequest names a group and has no key
        const std::uint32_t group = reader.number(2);
        return add(fields, "key share", share_text(group, reader.counted(2)));
      }
      Reader shares(reader.counted(2));
      std::string names;
      while (!shares.empty()) {
        const std::uint32_t group = shares.number(2);
        names += (names.empty() ? "" : ", ") + share_text(group, shares.counted(2));
      }
      return add(fields, "key share", names.substr(0, 255));
    }
    case 13:  // signature_algorithms
      return add(fields, "signature algorithms", names_in(kSignatures, reader.counted(2)));
    default:
      return;
  }
}

void describe_hello(Described& out, Reader body, bool client) {
  add(out.fields, "legacy version", name_in(kVersions, body.number(2)));
  const std::string_view random = body.take(32);
  add(out.fields, "random", hex(random, 32));
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

namespace {

void describe_extensions(Described& out, Reader body) {
  Reader list(body.counted(2));
  std::string names;
  while (!list.empty()) {
    names += (names.empty() ? "" : ", ") + name_in(kExtensions, list.number(2));
    list.counted(2);
  }
  add(out.fields, "extensions", names.empty() ? "none" : names.substr(0, 255));
}

/// RFC 8422 §5.4, §5.7: a named curve and a point of it. The client says the point alone.
void describe_key_exchange(Described& out, Reader body, bool client) {
  constexpr std::size_t kShown = 8;
  if (client) return add(out.fields, "key share", hex(body.counted(1), kShown));
  if (body.number(1) != 3) return;  // named_curve
  const std::uint32_t group = body.number(2);
  add(out.fields, "key share", share_text(group, body.counted(1)));
  add(out.fields, "signed with", name_in(kSignatures, body.number(2)));
  add(out.fields, "signature", hex(body.counted(2), kShown));
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
    add(out.fields, "signature", hex(body.counted(2), 8));
  } else if (type == 8) {
    describe_extensions(out, body);
  } else if (type == 12 || type == 16) {
    describe_key_exchange(out, body, type == 16);
  } else if (type == 20) {
    add(out.fields, "verify data", hex(body.rest(), 12));
  }
  return out;
}

std::string alert_name(std::uint32_t description) { return name_in(kAlerts, description); }

Described describe_alert(std::string_view alert) {
  Described out;
  Reader reader(alert);
  const std::uint32_t level = reader.number(1);
  out.name = "Alert";
  add(out.fields, "level", level == 1 ? "warning" : "fatal");
  add(out.fields, "description", name_in(kAlerts, reader.number(1)));
  return out;
}

DescribedExtension describe_extension(std::uint32_t type, std::string_view body, bool client) {
  std::string fields;
  add_extension(fields, type, body, client);
  const std::size_t colon = fields.find(": ");
  return {name_in(kExtensions, type),
          colon == std::string::npos ? std::string() : fields.substr(colon + 2)};
}

std::string version_text(std::uint32_t version) { return name_in(kVersions, version); }
std::string cipher_suites_text(std::string_view list) { return names_in(kSuites, list); }

}  // namespace posthorn::tls
