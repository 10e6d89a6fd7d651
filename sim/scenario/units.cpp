#include "sim/scenario/units.hpp"

#include <array>
#include <charconv>

#include "protocols/mail/charset.hpp"

namespace posthorn::scenario {
namespace {

constexpr bool is_digit(char c) { return c >= '0' && c <= '9'; }
constexpr bool is_lower(char c) { return c >= 'a' && c <= 'z'; }
constexpr bool is_letter(char c) { return is_lower(c) || (c >= 'A' && c <= 'Z'); }

/// "12.5ms" -> value in thousand-millionths of the unit's factor, computed with integers so
/// that every machine agrees.
std::optional<std::uint64_t> scaled(std::string_view digits, std::uint64_t factor,
                                    std::uint64_t limit) {
  std::uint64_t whole = 0;
  std::size_t i = 0;
  for (; i < digits.size() && is_digit(digits[i]); ++i) {
    whole = whole * 10 + static_cast<std::uint64_t>(digits[i] - '0');
    if (whole > limit / factor) return std::nullopt;
  }
  if (i == 0) return std::nullopt;
  std::uint64_t value = whole * factor;
  if (i == digits.size()) return value;
  if (digits[i] != '.' || i + 1 == digits.size()) return std::nullopt;
  for (++i; i < digits.size(); ++i) {
    if (!is_digit(digits[i])) return std::nullopt;
    if (factor % 10 != 0) return std::nullopt;
    factor /= 10;
    value += factor * static_cast<std::uint64_t>(digits[i] - '0');
  }
  return value <= limit ? std::optional(value) : std::nullopt;
}

std::size_t digits_end(std::string_view text) {
  std::size_t i = 0;
  while (i < text.size() && (is_digit(text[i]) || text[i] == '.')) ++i;
  return i;
}

/// Two or four digits at `at`.
std::optional<int> digits_at(std::string_view text, std::size_t at, std::size_t count) {
  int value = 0;
  if (at + count > text.size()) return std::nullopt;
  for (std::size_t i = at; i < at + count; ++i) {
    if (!is_digit(text[i])) return std::nullopt;
    value = value * 10 + (text[i] - '0');
  }
  return value;
}

}  // namespace

std::optional<Duration> parse_duration(std::string_view text) {
  struct Unit {
    std::string_view name;
    std::uint64_t nanoseconds;
  };
  static constexpr std::array kUnits = {Unit{"ns", 1},
                                        Unit{"us", 1000},
                                        Unit{"ms", 1'000'000},
                                        Unit{"s", 1000'000'000},
                                        Unit{"m", 60000000000u},
                                        Unit{"h", 3600000000000u},
                                        Unit{"d", 86400000000000u}};
  constexpr std::uint64_t kTenYears = 3653 * 86400000000000u;
  const std::size_t end = digits_end(text);
  for (const Unit& unit : kUnits)
    if (text.substr(end) == unit.name)
      if (const auto value = scaled(text.substr(0, end), unit.nanoseconds, kTenYears))
        return Duration(static_cast<std::int64_t>(*value));
  return std::nullopt;
}

std::optional<std::uint64_t> parse_rate(std::string_view text) {
  struct Unit {
    std::string_view name;
    std::uint64_t bits;
  };
  static constexpr std::array kUnits = {Unit{"bit/s", 1}, Unit{"kbit/s", 1000},
                                        Unit{"Mbit/s", 1'000'000}, Unit{"Gbit/s", 1'000'000'000}};
  if (text == "unlimited") return 0;
  const std::size_t end = digits_end(text);
  for (const Unit& unit : kUnits)
    if (text.substr(end) == unit.name) {
      const auto value = scaled(text.substr(0, end), unit.bits, 1'000'000'000'000u);
      return value && *value > 0 ? value : std::nullopt;
    }
  return std::nullopt;
}

std::optional<int> parse_offset(std::string_view text) {
  const auto hours = digits_at(text, 1, 2);
  const auto minutes = digits_at(text, 4, 2);
  if (text.size() != 6 || (text[0] != '+' && text[0] != '-') || text[3] != ':' || !hours ||
      !minutes || *hours > 18 || *minutes > 59)
    return std::nullopt;
  const int offset = *hours * 60 + *minutes;
  return text[0] == '-' ? -offset : offset;
}

std::optional<std::chrono::sys_seconds> parse_date(std::string_view text) {
  using namespace std::chrono;
  const auto y = digits_at(text, 0, 4), m = digits_at(text, 5, 2), d = digits_at(text, 8, 2);
  if (!y || !m || !d || text[4] != '-' || text[7] != '-' || *y < 1970 || *y > 2200)
    return std::nullopt;
  const year_month_day date(year(*y), month(static_cast<unsigned>(*m)),
                            day(static_cast<unsigned>(*d)));
  if (!date.ok()) return std::nullopt;
  sys_seconds at = sys_days(date);
  if (text.size() == 10) return at;
  const auto hour = digits_at(text, 11, 2), minute = digits_at(text, 14, 2);
  if (text[10] != 'T' || !hour || !minute || text[13] != ':' || *hour > 23 || *minute > 59)
    return std::nullopt;
  at += hours(*hour) + minutes(*minute);
  std::string_view rest = text.substr(16);
  if (const auto second = digits_at(rest, 1, 2); rest.starts_with(':')) {
    if (!second || *second > 59) return std::nullopt;
    at += seconds(*second);
    rest.remove_prefix(3);
  }
  if (rest == "Z") return at;
  const auto offset = parse_offset(rest);
  return offset ? std::optional(at - minutes(*offset)) : std::nullopt;
}

std::optional<std::string> parse_base64(std::string_view text) {
  static constexpr std::string_view kAlphabet =
      "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";
  std::string out;
  std::uint32_t bits = 0;
  int count = 0, padding = 0;
  for (const char c : text) {
    if (c == ' ' || c == '\n' || c == '\r' || c == '\t') continue;
    const std::size_t digit = kAlphabet.find(c);
    if (c == '=' ? ++padding > 2 : (digit == std::string_view::npos || padding > 0))
      return std::nullopt;
    bits = bits << 6 | (c == '=' ? 0 : static_cast<std::uint32_t>(digit));
    if (++count % 4 == 0)
      for (int shift = 16; shift >= 0; shift -= 8) out += static_cast<char>(bits >> shift & 0xff);
  }
  if (count % 4 != 0) return std::nullopt;
  out.resize(out.size() - static_cast<std::size_t>(padding));
  return out;
}

bool is_host_name(std::string_view text) {
  if (text.empty() || text.size() > 253) return false;
  std::size_t label = 0;
  for (std::size_t i = 0; i <= text.size(); ++i) {
    if (i == text.size() || text[i] == '.') {
      const std::string_view part = text.substr(label, i - label);
      if (part.empty() || part.size() > 63 || part.front() == '-' || part.back() == '-')
        return false;
      label = i + 1;
    } else if (!is_lower(text[i]) && !is_digit(text[i]) && text[i] != '-') {
      return false;
    }
  }
  return true;
}

bool is_dns_name(std::string_view text) {
  std::string plain;
  for (std::size_t i = 0; i < text.size(); ++i)
    if (text[i] != '_' || (i > 0 && text[i - 1] != '.')) plain += text[i];
  return text.size() <= 253 && is_host_name(plain);
}

bool is_local_part(std::string_view text) {
  if (text.empty() || text.size() > 64 || text.front() == '.' || text.back() == '.') return false;
  for (std::size_t i = 0; i < text.size(); ++i) {
    const char c = text[i];
    if (c == '.' && text[i - 1] == '.') return false;
    const bool foreign = (c & 0x80) != 0;  // RFC 6531 §3.3: letters of every alphabet
    if (!foreign && !is_letter(c) && !is_digit(c) &&
        std::string_view("._+-'=/").find(c) == std::string_view::npos)
      return false;
  }
  return mail::is_valid_utf8(text);
}

bool is_address(std::string_view text) {
  const std::size_t at = text.rfind('@');
  return at != std::string_view::npos && is_local_part(text.substr(0, at)) &&
         is_host_name(text.substr(at + 1));
}

std::string_view domain_of(std::string_view address) {
  const std::size_t at = address.rfind('@');
  return at == std::string_view::npos ? std::string_view() : address.substr(at + 1);
}

bool is_identifier(std::string_view text) {
  if (text.empty() || text.size() > 64) return false;
  for (const char c : text)
    if (!is_letter(c) && !is_digit(c) && c != '-' && c != '_') return false;
  return true;
}

std::string to_lower(std::string_view text) {
  std::string out(text);
  for (char& c : out)
    if (c >= 'A' && c <= 'Z') c = static_cast<char>(c - 'A' + 'a');
  return out;
}

std::string format_duration(Duration duration) {
  struct Unit {
    const char* name;
    Duration length;
  };
  using namespace std::chrono;
  constexpr Unit units[] = {{"d", days(1)},    {"h", hours(1)},         {"m", minutes(1)},
                            {"s", seconds(1)}, {"ms", milliseconds(1)}, {"us", microseconds(1)}};
  if (duration == Duration{}) return "0s";
  for (const Unit& unit : units)
    if (duration % unit.length == Duration{})
      return std::to_string(duration / unit.length) + unit.name;
  return std::to_string(duration.count()) + "ns";
}

}  // namespace posthorn::scenario
