// TLS as sessions see it: something below them that they ask for and are told about. The bytes of
// the handshake are none of their business; whoever drives the session puts an engine between it
// and the stream.
#pragma once

#include <cstdint>

namespace posthorn {

/// Whether a client asks for TLS by STARTTLS (RFC 3207, RFC 9051 §6.2.1) or STLS (RFC 2595 §4).
enum class UseTls : std::uint8_t {
  never,
  if_offered,
  required,  ///< rather nothing than in clear
};

/// Event: everything transmitted so far goes out in clear; what follows is TLS. Answered by the
/// session's handle_secured() or handle_tls_failed(), and no other input until then.
struct TlsWanted {
  friend bool operator==(const TlsWanted&, const TlsWanted&) = default;
};

}  // namespace posthorn
