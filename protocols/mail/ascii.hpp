// ASCII-only character tests. Those of <cctype> depend on the locale, and mail does not.
#pragma once

#include <string>
#include <string_view>

namespace posthorn::mail {

constexpr bool is_wsp(char c) { return c == ' ' || c == '\t'; }
constexpr bool is_space(char c) { return is_wsp(c) || c == '\r' || c == '\n'; }
constexpr bool is_digit(char c) { return c >= '0' && c <= '9'; }
constexpr bool is_upper(char c) { return c >= 'A' && c <= 'Z'; }
constexpr bool is_alpha(char c) { return is_upper(c) || (c >= 'a' && c <= 'z'); }
constexpr bool is_alnum(char c) { return is_alpha(c) || is_digit(c); }
constexpr bool is_8bit(char c) { return (static_cast<unsigned char>(c) & 0x80) != 0; }
/// Control characters, DEL included; space and 8-bit are none.
constexpr bool is_ctl(char c) { return !is_8bit(c) && (c < ' ' || c == 0x7f); }
constexpr char to_lower(char c) { return is_upper(c) ? static_cast<char>(c + ('a' - 'A')) : c; }

constexpr int hex_value(char c) {
  if (is_digit(c)) return c - '0';
  const char low = to_lower(c);
  return low >= 'a' && low <= 'f' ? low - 'a' + 10 : -1;
}

/// RFC 5322 §3.2.3 atext, with UTF-8 as RFC 6532 §3.2 permits.
constexpr bool is_atext(char c) {
  return is_alnum(c) || is_8bit(c) ||
         std::string_view("!#$%&'*+-/=?^_`{|}~").find(c) != std::string_view::npos;
}

/// A character of an RFC 2045 §5.1 token.
constexpr bool is_token_char(char c) {
  return !is_8bit(c) && !is_ctl(c) && c != ' ' &&
         std::string_view("()<>@,;:\\\"/[]?=").find(c) == std::string_view::npos;
}

inline std::string to_lower(std::string_view text) {
  std::string out(text);
  for (char& c : out) c = to_lower(c);
  return out;
}

constexpr bool iequals(std::string_view a, std::string_view b) {
  if (a.size() != b.size()) return false;
  for (std::size_t i = 0; i < a.size(); ++i)
    if (to_lower(a[i]) != to_lower(b[i])) return false;
  return true;
}

constexpr std::string_view trim(std::string_view text) {
  while (!text.empty() && is_space(text.front())) text.remove_prefix(1);
  while (!text.empty() && is_space(text.back())) text.remove_suffix(1);
  return text;
}

}  // namespace posthorn::mail
