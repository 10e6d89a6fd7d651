#include "protocols/core/ip_address.hpp"

#include <charconv>
#include <vector>

namespace posthorn {
namespace {

std::optional<IpAddress> parse_v4(std::string_view text) {
  IpAddress address;
  for (std::size_t part = 0; part < 4; ++part) {
    const std::size_t dot = part < 3 ? text.find('.') : text.size();
    if (dot == std::string_view::npos || dot == 0 || dot > 3) return std::nullopt;
    unsigned value = 0;
    const auto [end, error] = std::from_chars(text.data(), text.data() + dot, value);
    if (error != std::errc{} || end != text.data() + dot || value > 255) return std::nullopt;
    if (dot > 1 && text[0] == '0') return std::nullopt;  // "010" is octal to some, ten to others
    address.bytes[part] = static_cast<std::uint8_t>(value);
    text.remove_prefix(part < 3 ? dot + 1 : dot);
  }
  return address;
}

/// Colon-separated groups of one side of "::"; false if any is malformed.
bool parse_groups(std::string_view text, std::vector<std::uint16_t>& groups) {
  while (!text.empty()) {
    const std::size_t colon = std::min(text.find(':'), text.size());
    unsigned value = 0;
    const auto [end, error] = std::from_chars(text.data(), text.data() + colon, value, 16);
    if (error != std::errc{} || end != text.data() + colon || colon > 4) return false;
    groups.push_back(static_cast<std::uint16_t>(value));
    if (colon == text.size()) return true;
    text.remove_prefix(colon + 1);
    if (text.empty()) return false;  // a single trailing colon
  }
  return true;
}

std::optional<IpAddress> parse_v6(std::string_view text) {
  std::vector<std::uint16_t> head, tail;
  const std::size_t gap = text.find("::");
  if (gap == std::string_view::npos) {
    if (!parse_groups(text, head) || head.size() != 8) return std::nullopt;
  } else {
    if (!parse_groups(text.substr(0, gap), head) || !parse_groups(text.substr(gap + 2), tail))
      return std::nullopt;
    if (head.size() + tail.size() > 7) return std::nullopt;
  }
  IpAddress address;
  address.v6 = true;
  auto put = [&](std::size_t group, std::uint16_t value) {
    address.bytes[group * 2] = static_cast<std::uint8_t>(value >> 8);
    address.bytes[group * 2 + 1] = static_cast<std::uint8_t>(value & 0xff);
  };
  for (std::size_t i = 0; i < head.size(); ++i) put(i, head[i]);
  for (std::size_t i = 0; i < tail.size(); ++i) put(8 - tail.size() + i, tail[i]);
  return address;
}

constexpr char kHex[] = "0123456789abcdef";

std::string hex_group(unsigned value) {
  std::string text;
  for (int shift = 12; shift >= 0; shift -= 4)
    if (const unsigned digit = (value >> shift) & 15; digit != 0 || !text.empty() || shift == 0)
      text += kHex[digit];
  return text;
}

std::string v6_to_string(const IpAddress& address) {
  std::array<unsigned, 8> groups{};
  for (std::size_t i = 0; i < 8; ++i)
    groups[i] = static_cast<unsigned>(address.bytes[2 * i] << 8 | address.bytes[2 * i + 1]);
  // RFC 5952 §4.2: the longest run of zeros (two or more; the first of equals) becomes "::".
  std::size_t best = 8, best_length = 1;
  for (std::size_t i = 0; i < 8; ++i) {
    std::size_t length = 0;
    while (i + length < 8 && groups[i + length] == 0) ++length;
    if (length > best_length) best = i, best_length = length;
  }
  std::string text;
  for (std::size_t i = 0; i < 8;) {
    if (i == best) {
      text += "::";
      i += best_length;
      continue;
    }
    if (!text.empty() && text.back() != ':') text += ':';
    text += hex_group(groups[i++]);
  }
  return text;
}

}  // namespace

IpAddress IpAddress::v4(std::uint8_t a, std::uint8_t b, std::uint8_t c, std::uint8_t d) {
  IpAddress address;
  address.bytes = {a, b, c, d};
  return address;
}

std::optional<IpAddress> IpAddress::parse(std::string_view text) {
  return text.find(':') == std::string_view::npos ? parse_v4(text) : parse_v6(text);
}

std::string IpAddress::to_string() const {
  if (v6) return v6_to_string(*this);
  std::string text;
  for (std::size_t i = 0; i < 4; ++i) text += (i ? "." : "") + std::to_string(bytes[i]);
  return text;
}

std::string IpAddress::reverse_name() const {
  std::string text;
  if (!v6) {
    for (std::size_t i = 4; i-- > 0;) text += std::to_string(bytes[i]) + ".";
    return text + "in-addr.arpa";
  }
  for (std::size_t i = 16; i-- > 0;) {
    text += kHex[bytes[i] & 15];
    text += '.';
    text += kHex[bytes[i] >> 4];
    text += '.';
  }
  return text + "ip6.arpa";
}

}  // namespace posthorn
