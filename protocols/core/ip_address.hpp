// IPv4 and IPv6 addresses as values: parse, print, order.
#pragma once

#include <array>
#include <compare>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

namespace posthorn {

struct IpAddress {
  std::array<std::uint8_t, 16> bytes{};  ///< network order; IPv4 uses the first four
  bool v6 = false;

  static IpAddress v4(std::uint8_t a, std::uint8_t b, std::uint8_t c, std::uint8_t d);
  /// Dotted quad or RFC 4291 §2.2 text (with "::"; no zone, no port); nullopt if it is neither.
  static std::optional<IpAddress> parse(std::string_view text);
  /// Canonical text (RFC 5952 for IPv6).
  [[nodiscard]] std::string to_string() const;
  /// The name under in-addr.arpa or ip6.arpa, without the final dot (RFC 1035 §3.5, RFC 3596).
  [[nodiscard]] std::string reverse_name() const;

  friend auto operator<=>(const IpAddress&, const IpAddress&) = default;
};

}  // namespace posthorn
