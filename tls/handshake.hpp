// Handshake messages as people read them: the name, and a line for each field worth a look.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>

namespace posthorn::tls {

struct Described {
  std::string name;         ///< "ClientHello"; "" for what is not worth a word
  std::string fields;       ///< "server name: mail.kaede.example\n..."
  std::string certificate;  ///< Certificate: the first one, DER
};

/// `message`: from its type octet on (RFC 8446 §4). Never fails: what is not understood stays out.
[[nodiscard]] Described describe_handshake(std::string_view message, bool tls13);
/// An extension of a hello (RFC 8446 §4.2): its registered name, and what it says ("" for those
/// that say nothing to people).
struct DescribedExtension {
  std::string name;   ///< "key_share", "0x0017"
  std::string value;  ///< "x25519 8f3a…"
};
[[nodiscard]] DescribedExtension describe_extension(std::uint32_t type, std::string_view body,
                                                    bool client);
/// "TLS 1.2", "TLS_AES_256_GCM_SHA384, …" of a list of two octets each.
[[nodiscard]] std::string version_text(std::uint32_t version);
[[nodiscard]] std::string cipher_suites_text(std::string_view list);
/// "unknown_ca"
[[nodiscard]] std::string alert_name(std::uint32_t description);
/// `alert`: level and description (RFC 8446 §6).
[[nodiscard]] Described describe_alert(std::string_view alert);

}  // namespace posthorn::tls
