// TLS as sessions see it: something below them that they ask for and are told about. The bytes of
// the handshake are none of their business; whoever drives the session puts an engine between it
// and the stream.
#pragma once

namespace posthorn {

/// Event: everything transmitted so far goes out in clear; what follows is TLS. Answered by the
/// session's handle_secured() or handle_tls_failed(), and no other input until then.
struct TlsWanted {
  friend bool operator==(const TlsWanted&, const TlsWanted&) = default;
};

}  // namespace posthorn
