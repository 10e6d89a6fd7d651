// Certificates as values: what stands in one, whose it is, and what a client thinks of it.
#pragma once

#include <chrono>
#include <cstdint>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

namespace posthorn::tls {

/// What is wrong with a certificate that a scenario asks for.
enum class CertificateKind : std::uint8_t {
  valid,
  expired,
  wrong_name,
  self_signed,
  unknown_issuer,
};

/// What a client finds when it judges a certificate (RFC 5280 §6, RFC 9525 §6).
enum class Verdict : std::uint8_t {
  not_asked,  ///< a server does not ask its clients for one
  valid,
  expired,
  not_yet_valid,
  wrong_name,
  self_signed,
  unknown_issuer,
  other,
  dane,      ///< it is the one that the server's TLSA record names (RFC 7672)
  not_dane,  ///< there are such records, and it is another
};

/// One of a server's TLSA records (RFC 6698 §2.1).
struct TlsaRecord {
  std::uint8_t usage = 3, selector = 1, matching = 1;
  std::string data;  ///< octets
};
[[nodiscard]] std::string_view to_string(Verdict verdict);

struct CertificateInfo {
  std::string subject;             ///< "CN=mail.kaede.example"
  std::string issuer;              ///< "CN=The Posthorn World CA"
  std::vector<std::string> names;  ///< subjectAltName: what it is valid for
  std::chrono::sys_seconds not_before{}, not_after{};
  std::string key;  ///< "EC prime256v1", "RSA 2048"
  friend bool operator==(const CertificateInfo&, const CertificateInfo&) = default;
};

/// A server's certificate and its private key. Immutable and shared.
struct Identity {
  std::string certificate;          ///< DER
  std::string key_digest;           ///< SHA-256 of its SubjectPublicKeyInfo: TLSA 3 1 1
  std::string private_key;          ///< DER; a secret of a world that does not exist
  std::shared_ptr<const void> key;  ///< both once more, as the engine wants them
};

}  // namespace posthorn::tls
