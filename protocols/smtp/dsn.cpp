#include "protocols/smtp/dsn.hpp"

#include <algorithm>
#include <cstdio>

#include "protocols/mail/ascii.hpp"
#include "protocols/mail/charset.hpp"
#include "protocols/mail/utf8.hpp"

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

namespace {

bool is_utf8_type(std::string_view type) { return mail::iequals(type, "utf-8"); }

bool is_qchar(char c) { return is_xchar(c) && c != '\\'; }

/// The characters of an encoded code point, "x{611B}", at the front of `text`; 0 if there is none.
std::size_t read_code_point(std::string_view text, std::uint32_t& out) {
  const std::size_t end = text.find('}');
  if (text.substr(0, 2) != "x{" || end == std::string_view::npos || end < 4 || end > 8) return 0;
  out = 0;
  for (const char c : text.substr(2, end - 2)) {
    const int digit = hex_digit(c >= 'a' && c <= 'f' ? static_cast<char>(c - 'a' + 'A') : c);
    if (digit < 0) return 0;
    out = out * 16 + static_cast<std::uint32_t>(digit);
  }
  const bool surrogate = out >= 0xD800 && out < 0xE000;
  return out < 0x20 || out == 0x7F || surrogate || out > 0x10FFFF ? 0 : end + 1;
}

}  // namespace

std::string encode_utf8_address(std::string_view address) {
  std::string out;
  for (std::size_t at = 0; at < address.size();) {
    if (is_qchar(address[at])) {
      out += address[at++];
      continue;
    }
    char code[16];
    std::snprintf(code, sizeof code, "\\x{%02X}",
                  static_cast<unsigned>(mail::next_code_point(address, at)));
    out += code;
  }
  return out;
}

std::optional<std::string> decode_utf8_address(std::string_view text) {
  std::string out;
  while (!text.empty()) {
    const char c = text.front();
    text.remove_prefix(1);
    if (is_qchar(c) || mail::is_8bit(c)) {
      out += c;
      continue;
    }
    std::uint32_t code_point = 0;
    const std::size_t used = c == '\\' ? read_code_point(text, code_point) : 0;
    if (used == 0) return std::nullopt;
    mail::append_utf8(out, code_point);
    text.remove_prefix(used);
  }
  if (!mail::is_valid_utf8(out)) return std::nullopt;
  return out;
}

std::optional<std::string> parse_original_recipient(std::string_view value) {
  const std::size_t semicolon = value.find(';');
  if (semicolon == std::string_view::npos || semicolon == 0 || semicolon + 1 == value.size())
    return std::nullopt;
  const std::string_view type = value.substr(0, semicolon);
  if (!std::all_of(type.begin(), type.end(), mail::is_atext)) return std::nullopt;
  value.remove_prefix(semicolon + 1);
  const auto address = is_utf8_type(type) ? decode_utf8_address(value) : decode_xtext(value);
  // It will stand in a header field of the report one day: no control characters.
  if (!address || std::any_of(address->begin(), address->end(), mail::is_ctl)) return std::nullopt;
  if (!is_utf8_type(type) && !mail::is_ascii(*address)) return std::nullopt;
  return std::string(type) + ";" + *address;
}

std::string encode_original_recipient(std::string_view original) {
  const std::size_t semicolon = std::min(original.find(';'), original.size());
  const std::string_view type = original.substr(0, semicolon);
  original.remove_prefix(std::min(semicolon + 1, original.size()));
  const std::string address =
      is_utf8_type(type) ? encode_utf8_address(original) : encode_xtext(original);
  return std::string(type) + ";" + address;
}

}  // namespace posthorn::smtp
