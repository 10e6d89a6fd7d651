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
/// `alert`: level and description (RFC 8446 §6).
[[nodiscard]] Described describe_alert(std::string_view alert);

}  // namespace posthorn::tls
