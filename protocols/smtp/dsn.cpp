#include "protocols/smtp/dsn.hpp"

#include <algorithm>

#include "protocols/mail/ascii.hpp"

namespace posthorn::smtp {

namespace {

int hex_digit(char c) {  // RFC 3461 §4: upper case only
  if (c >= '0' && c <= '9') return c - '0';
  return c >= 'A' && c <= 'F' ? c - 'A' + 10 : -1;
}

bool is_xchar(char c) { return c > ' ' && c < 0x7f && c != '+' && c != '='; }

}  // namespace

std::optional<Notify> parse_notify(std::string_view value) {
  Notify notify;
  if (mail::iequals(value, "NEVER")) return notify;
  for (;;) {
    const std::size_t comma = std::min(value.find(','), value.size());
    const std::string_view word = value.substr(0, comma);
    bool* wanted = nullptr;
    if (mail::iequals(word, "SUCCESS")) wanted = &notify.success;
    if (mail::iequals(word, "FAILURE")) wanted = &notify.failure;
    if (mail::iequals(word, "DELAY")) wanted = &notify.delay;
    if (wanted == nullptr || *wanted) return std::nullopt;
    *wanted = true;
    if (comma == value.size()) return notify;
    value.remove_prefix(comma + 1);
  }
}

std::string to_string(const Notify& notify) {
  if (notify.never()) return "NEVER";
  std::string out;
  if (notify.success) out += ",SUCCESS";
  if (notify.failure) out += ",FAILURE";
  if (notify.delay) out += ",DELAY";
  return out.substr(1);
}

std::optional<ReturnContent> parse_return(std::string_view value) {
  if (mail::iequals(value, "FULL")) return ReturnContent::full;
  if (mail::iequals(value, "HDRS")) return ReturnContent::headers;
  return std::nullopt;
}

std::optional<std::string> decode_xtext(std::string_view text) {
  std::string out;
  for (std::size_t i = 0; i < text.size(); ++i) {
    if (is_xchar(text[i])) {
      out += text[i];
      continue;
    }
    if (text[i] != '+' || i + 2 >= text.size()) return std::nullopt;
    const int high = hex_digit(text[i + 1]);
    const int low = hex_digit(text[i + 2]);
    if (high < 0 || low < 0) return std::nullopt;
    out += static_cast<char>(high * 16 + low);
    i += 2;
  }
  return out;
}

std::string encode_xtext(std::string_view text) {
  constexpr std::string_view digits = "0123456789ABCDEF";
  std::string out;
  for (const char c : text) {
    if (is_xchar(c)) {
      out += c;
      continue;
    }
    out += '+';
    out += digits[static_cast<unsigned char>(c) >> 4];
    out += digits[static_cast<unsigned char>(c) & 15];
  }
  return out;
}

std::optional<std::string> parse_original_recipient(std::string_view value) {
  const std::size_t semicolon = value.find(';');
  if (semicolon == std::string_view::npos || semicolon == 0 || semicolon + 1 == value.size())
    return std::nullopt;
  const std::string_view type = value.substr(0, semicolon);
  if (!std::all_of(type.begin(), type.end(), mail::is_atext)) return std::nullopt;
  if (mail::iequals(type, "utf-8")) return std::string(value);
  const auto address = decode_xtext(value.substr(semicolon + 1));
  // It will stand in a header field of the report one day: no control characters.
  if (!address || std::any_of(address->begin(), address->end(), mail::is_ctl)) return std::nullopt;
  return std::string(type) + ";" + *address;
}

}  // namespace posthorn::smtp
