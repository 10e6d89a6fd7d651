#include "protocols/imap/mailbox_name.hpp"

#include <cstdint>
#include <vector>

#include "protocols/mail/ascii.hpp"
#include "protocols/mail/utf8.hpp"

namespace posthorn::imap {

namespace {

using mail::append_utf8;
using mail::next_code_point;

constexpr std::string_view alphabet =
    "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+,";

bool is_direct(char c) { return c >= 0x20 && c <= 0x7e && c != '&'; }

void append_base64(std::string& out, const std::vector<std::uint16_t>& units) {
  std::uint32_t bits = 0;
  int count = 0;
  for (std::uint16_t unit : units) {
    bits = bits << 16 | unit;
    for (count += 16; count >= 6; count -= 6) out.push_back(alphabet[bits >> (count - 6) & 63]);
  }
  if (count > 0) out.push_back(alphabet[bits << (6 - count) & 63]);
}

/// The text between '&' and '-' as UTF-8; false if it is malformed.
bool append_decoded(std::string& out, std::string_view base64) {
  std::uint32_t bits = 0;
  int count = 0;
  std::uint32_t high = 0;  ///< a surrogate that waits for its other half
  for (char c : base64) {
    const std::size_t value = alphabet.find(c);
    if (value == std::string_view::npos) return false;
    bits = (bits << 6 | static_cast<std::uint32_t>(value)) & 0xffffff;
    count += 6;
    if (count < 16) continue;
    count -= 16;
    const std::uint32_t unit = bits >> count & 0xffff;
    if (high != 0) {
      if (unit < 0xdc00 || unit > 0xdfff) return false;
      append_utf8(out, 0x10000 + ((high - 0xd800) << 10) + (unit - 0xdc00));
      high = 0;
    } else if (unit >= 0xd800 && unit <= 0xdbff) {
      high = unit;
    } else if ((unit >= 0xdc00 && unit <= 0xdfff) ||
               (unit < 0x80 && is_direct(static_cast<char>(unit)))) {
      return false;
    } else {
      append_utf8(out, unit);
    }
  }
  return high == 0 && count < 6 && (bits & ((1U << count) - 1)) == 0;
}

}  // namespace

std::string encode_mailbox_name(std::string_view utf8) {
  std::string out;
  for (std::size_t at = 0; at < utf8.size();) {
    if (is_direct(utf8[at])) {
      out.push_back(utf8[at++]);
      continue;
    }
    if (utf8[at] == '&') {
      out += "&-";
      ++at;
      continue;
    }
    std::vector<std::uint16_t> units;
    while (at < utf8.size() && !is_direct(utf8[at]) && utf8[at] != '&') {
      const std::uint32_t point = next_code_point(utf8, at);
      if (point >= 0x10000)
        units.push_back(static_cast<std::uint16_t>(0xd800 + ((point - 0x10000) >> 10)));
      units.push_back(static_cast<std::uint16_t>(
          point >= 0x10000 ? 0xdc00 + ((point - 0x10000) & 0x3ff) : point));
    }
    out.push_back('&');
    append_base64(out, units);
    out.push_back('-');
  }
  return out;
}

std::optional<std::string> decode_mailbox_name(std::string_view name) {
  std::string out;
  for (std::size_t at = 0; at < name.size();) {
    if (name[at] != '&') {
      if (!is_direct(name[at])) return std::nullopt;
      out.push_back(name[at++]);
      continue;
    }
    const std::size_t end = name.find('-', at);
    if (end == std::string_view::npos) return std::nullopt;
    if (end == at + 1) {
      out.push_back('&');
    } else if (!append_decoded(out, name.substr(at + 1, end - at - 1))) {
      return std::nullopt;
    } else if (name.substr(end + 1, 1) == "&" && name.substr(end + 1, 2) != "&-") {
      return std::nullopt;  // RFC 3501 §5.1.3: shifts to US-ASCII and back are superfluous
    }
    at = end + 1;
  }
  return out;
}

bool matches_pattern(std::string_view name, std::string_view pattern) {
  // RFC 3501 §5.1: the first level INBOX knows no case.
  const bool in_inbox = mail::iequals(name.substr(0, name.find('/')), "INBOX");
  const std::size_t without_case = in_inbox ? std::string_view("INBOX").size() : 0;
  const auto same = [&](std::size_t at, char c) {
    return at < without_case ? mail::to_lower(name[at]) == mail::to_lower(c) : name[at] == c;
  };
  // reached[i]: the pattern so far can match the first i bytes of the name.
  std::vector<char> reached(name.size() + 1, 0);
  reached[0] = 1;
  for (char c : pattern) {
    if (c == '*' || c == '%') {
      for (std::size_t i = 0; i < name.size(); ++i)
        if (reached[i] != 0 && (c == '*' || name[i] != '/')) reached[i + 1] = 1;
      continue;
    }
    for (std::size_t i = name.size(); i > 0; --i)
      reached[i] = static_cast<char>(reached[i - 1] != 0 && same(i - 1, c) ? 1 : 0);
    reached[0] = 0;
  }
  return reached[name.size()] != 0;
}

}  // namespace posthorn::imap
