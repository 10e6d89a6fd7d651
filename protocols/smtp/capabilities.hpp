// What a server says that it can do, in its answer to EHLO (RFC 5321 §4.1.1.1).
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "protocols/smtp/reply.hpp"

namespace posthorn::smtp {

struct Capabilities {
  bool extended = false;    ///< EHLO was accepted (else HELO, and everything below is false)
  std::string server_name;  ///< first word of the answer
  bool pipelining = false;  ///< RFC 2920
  bool size = false;        ///< RFC 1870
  std::optional<std::uint64_t> max_size;        ///< octets; nothing: no limit was told
  bool eight_bit_mime = false;                  ///< RFC 6152
  bool smtputf8 = false;                        ///< RFC 6531
  bool enhanced_status_codes = false;           ///< RFC 2034
  bool chunking = false;                        ///< RFC 3030
  bool dsn = false;                             ///< RFC 3461
  std::optional<std::uint64_t> max_recipients;  ///< of one message: LIMITS RCPTMAX (RFC 9422)
  bool starttls = false;                        ///< RFC 3207
  std::vector<std::string> auth_mechanisms;     ///< upper case (RFC 4954)
  std::vector<std::string> lines;               ///< every keyword line as it came

  [[nodiscard]] bool offers_auth(std::string_view mechanism) const;
  friend bool operator==(const Capabilities&, const Capabilities&) = default;
};

/// `reply` is a 250 to EHLO (extended) or to HELO.
[[nodiscard]] Capabilities parse_capabilities(const Reply& reply, bool extended);

}  // namespace posthorn::smtp
