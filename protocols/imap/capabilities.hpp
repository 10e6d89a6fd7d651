// What the server announces (RFC 3501 §6.1.1): exactly what works.
#pragma once

#include <string>
#include <string_view>

namespace posthorn::imap {

struct ServerConfig;

/// The words after "CAPABILITY ", before or after the login.
std::string capabilities(bool logged_in, bool secured, const ServerConfig& config);
/// Whether ENABLE knows it (RFC 5161 §3.1).
bool can_be_enabled(std::string_view capability);

}  // namespace posthorn::imap
