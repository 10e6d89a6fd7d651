// One UTF-8 character at a time.
#pragma once

#include <cstddef>
#include <string_view>

namespace posthorn::viz {

struct Utf8Char {
  char32_t code = 0;      ///< U+FFFD for a byte that is not UTF-8
  std::size_t bytes = 1;  ///< how many it takes, at least 1
};

/// The first character of a text that is not empty.
inline Utf8Char decode_utf8(std::string_view text) {
  const auto lead = static_cast<unsigned char>(text[0]);
  if (lead < 0x80) return {lead, 1};
  const std::size_t length = lead < 0xC2   ? 0
                             : lead < 0xE0 ? 2
                             : lead < 0xF0 ? 3
                             : lead < 0xF5 ? 4
                                           : 0;
  if (length == 0 || length > text.size()) return {0xFFFD, 1};
  char32_t code = lead & (0xFFu >> (length + 1));
  for (std::size_t i = 1; i < length; ++i) {
    const auto byte = static_cast<unsigned char>(text[i]);
    if ((byte & 0xC0u) != 0x80u) return {0xFFFD, 1};
    code = (code << 6) | (byte & 0x3Fu);
  }
  return {code, length};
}

}  // namespace posthorn::viz
