// SCRAM-SHA-256 (RFC 5802, RFC 7677): the messages and the arithmetic. Neither side ever sends
// the password, and the server proves that it knew it too.
//
//     client first:  n,,n=aiko,r=<client nonce>
//     server first:  r=<client nonce><server nonce>,s=<salt>,i=4096
//     client final:  c=biws,r=<both>,p=<ClientProof>
//     server final:  v=<ServerSignature>
#pragma once

#include <string>
#include <string_view>

#include "protocols/core/result.hpp"

namespace posthorn::sasl {

constexpr unsigned scram_iterations = 4096;        // RFC 7677 §4: at least
constexpr unsigned scram_max_iterations = 100000;  // what a server may make a client work

struct ScramKeys {
  std::string client_key;
  std::string server_key;
};
/// RFC 5802 §3, the password as SASLprep prepares it.
[[nodiscard]] ScramKeys scram_keys(std::string_view password, std::string_view salt,
                                   unsigned iterations);
/// 32 octets. `auth_message`: the three messages before the proof, joined by commas.
[[nodiscard]] std::string client_proof(const ScramKeys& keys, std::string_view auth_message);
[[nodiscard]] std::string encoded_server_signature(const ScramKeys& keys,
                                                   std::string_view auth_message);

struct ScramClientFirst {
  std::string gs2_header;  ///< "n,,", "y,a=ben,"
  std::string identity;    ///< whom to act as; "": the user
  std::string user;
  std::string nonce;
  std::string bare;  ///< everything behind gs2_header
};
[[nodiscard]] Result<ScramClientFirst> parse_client_first(std::string_view message);

struct ScramServerFirst {
  std::string nonce;
  std::string salt;  ///< decoded
  unsigned iterations = 0;
};
[[nodiscard]] std::string scram_server_first(std::string_view nonce, std::string_view salt,
                                             unsigned iterations);
[[nodiscard]] Result<ScramServerFirst> parse_server_first(std::string_view message);

struct ScramClientFinal {
  std::string channel_binding;  ///< decoded: the gs2 header again
  std::string nonce;
  std::string proof;          ///< decoded
  std::string without_proof;  ///< everything before ",p="
};
[[nodiscard]] Result<ScramClientFinal> parse_client_final(std::string_view message);

/// "," and "=" as names carry them (RFC 5802 §5.1).
[[nodiscard]] std::string encode_saslname(std::string_view name);

}  // namespace posthorn::sasl
