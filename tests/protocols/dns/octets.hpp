// Octets written by hand, as RFCs show them.
#pragma once

#include <string>
#include <string_view>

namespace posthorn::dns::testing {

/// Hex pairs; 'word' gives the letters themselves.
inline std::string octets(std::string_view dump) {
  std::string bytes;
  for (std::size_t i = 0; i < dump.size();) {
    if (dump[i] == ' ' || dump[i] == '\n') {
      ++i;
    } else if (dump[i] == '\'') {
      const std::size_t end = dump.find('\'', i + 1);
      bytes += dump.substr(i + 1, end - i - 1);
      i = end + 1;
    } else {
      const auto digit = [](char c) { return c <= '9' ? c - '0' : c - 'a' + 10; };
      bytes += static_cast<char>(digit(dump[i]) * 16 + digit(dump[i + 1]));
      i += 2;
    }
  }
  return bytes;
}

}  // namespace posthorn::dns::testing
