// Digests for authentication mechanisms. The only part of the protocols that needs a library
// beside the standard one: libcrypto.
#pragma once

#include <string>
#include <string_view>

namespace posthorn::sasl {

// Each returns raw octets: 16 of them for MD5, 32 for SHA-256.
[[nodiscard]] std::string md5(std::string_view data);
[[nodiscard]] std::string hmac_md5(std::string_view key, std::string_view data);
[[nodiscard]] std::string sha256(std::string_view data);
[[nodiscard]] std::string hmac_sha256(std::string_view key, std::string_view data);
/// Hi() of RFC 5802 §2.2, which is PBKDF2 with HMAC-SHA-256 and one block. `iterations` >= 1.
[[nodiscard]] std::string pbkdf2_sha256(std::string_view password, std::string_view salt,
                                        unsigned iterations);

/// Two lower-case digits an octet.
[[nodiscard]] std::string hex(std::string_view octets);
/// Takes as long whether the first or the last octet differs.
[[nodiscard]] bool same_octets(std::string_view a, std::string_view b);

}  // namespace posthorn::sasl
