// The small texts of a scenario: durations, bandwidths, dates, names, base64. Each function
// gives nothing for text that it does not understand.
#pragma once

#include <chrono>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

#include "protocols/core/time.hpp"

namespace posthorn::scenario {

/// "8ms", "1.5s", "2h", "3d"; units ns us ms s m h d; not negative, at most 10 years.
std::optional<Duration> parse_duration(std::string_view text);
/// The reverse, in the largest unit that fits without a fraction: "90m", "1500ms".
std::string format_duration(Duration duration);
/// "56kbit/s", "1.5Mbit/s", "1Gbit/s", "300bit/s"; "unlimited" is 0. Bits per second.
std::optional<std::uint64_t> parse_rate(std::string_view text);
/// "2026-04-06", "2026-04-06T09:30[:00]Z" or with an offset "+09:00"; years 1970 to 2200.
std::optional<std::chrono::sys_seconds> parse_date(std::string_view text);
/// "+09:00": minutes east of UTC, within 18 hours.
std::optional<int> parse_offset(std::string_view text);
/// RFC 4648 base64; white space is allowed between groups.
std::optional<std::string> parse_base64(std::string_view text);

/// A host or domain name: lower-case LDH labels, at most 253 octets (RFC 1123 §2.1).
bool is_host_name(std::string_view text);
/// The same, but a label may begin with an underscore: "_25._tcp.mail.kaede.example" (RFC 8552).
bool is_dns_name(std::string_view text);
/// The left side of an address, as a dot-atom of letters (of any alphabet, in UTF-8), digits and
/// . _ + - ' = /.
bool is_local_part(std::string_view text);
/// local-part@domain.
bool is_address(std::string_view text);
/// The part after the last @.
std::string_view domain_of(std::string_view address);
/// 1 to 64 letters, digits, hyphens, underscores.
bool is_identifier(std::string_view text);
std::string to_lower(std::string_view text);

}  // namespace posthorn::scenario
