#include "protocols/mail/parameter_text.hpp"

#include <vector>

#include "protocols/mail/ascii.hpp"
#include "protocols/mail/charset.hpp"

namespace posthorn::mail {
namespace {

constexpr std::size_t kValueRoom = 60;  // characters of a value on one line of 78

/// attribute-char of RFC 2231 §7.
bool is_attribute_char(char c) {
  return is_token_char(c) && std::string_view("*'%").find(c) == std::string_view::npos;
}

/// The filename percent-encoded, in pieces that fit a line each and split no character.
std::vector<std::string> percent_pieces(std::string_view utf8) {
  constexpr char digits[] = "0123456789ABCDEF";
  std::vector<std::string> pieces(1);
  for (std::size_t at = 0; at < utf8.size();) {
    const std::size_t length = std::max<std::size_t>(utf8_length_at(utf8, at), 1);
    std::string coded;
    for (const char c : utf8.substr(at, length)) {
      const auto byte = static_cast<unsigned char>(c);
      if (is_attribute_char(c))
        coded += c;
      else
        ((coded += '%') += digits[byte >> 4]) += digits[byte & 15];
    }
    if (pieces.back().size() + coded.size() > kValueRoom - (pieces.size() == 1 ? 7 : 0))
      pieces.emplace_back();
    pieces.back() += coded;
    at += length;
  }
  return pieces;
}

}  // namespace

std::string extended_parameter(std::string_view name, std::string_view utf8) {
  const std::vector<std::string> pieces = percent_pieces(utf8);
  std::string out;
  for (std::size_t i = 0; i < pieces.size(); ++i) {
    const std::string index = pieces.size() > 1 ? "*" + std::to_string(i) : "";
    out += ";\r\n " + std::string(name) + index + "*=" + (i == 0 ? "UTF-8''" : "") + pieces[i];
  }
  return out;
}

std::string quoted_parameter(std::string_view name, std::string_view ascii) {
  std::string out = ";\r\n " + std::string(name) + "=\"";
  for (const char c : ascii) {
    if (c == '"' || c == '\\') out += '\\';
    out += c;
  }
  return out + '"';
}

}  // namespace posthorn::mail
