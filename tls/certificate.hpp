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
  std::string private_key;          ///< DER; a secret of a world that does not exist
  std::shared_ptr<const void> key;  ///< both once more, as the engine wants them
};

}  // namespace posthorn::tls
