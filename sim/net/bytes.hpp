// A run of immutable shared bytes. Copying one copies no payload.
#pragma once

#include <cstdint>
#include <memory>
#include <string>
#include <string_view>

namespace posthorn::net {

struct Bytes {
  std::shared_ptr<const std::string> whole;
  std::uint32_t begin = 0;
  std::uint32_t length = 0;

  [[nodiscard]] std::string_view view() const {
    return whole ? std::string_view(*whole).substr(begin, length) : std::string_view{};
  }
  /// Without the first `count` bytes; count <= length.
  [[nodiscard]] Bytes after(std::uint32_t count) const {
    return {whole, begin + count, length - count};
  }
  friend bool operator==(const Bytes& a, const Bytes& b) { return a.view() == b.view(); }
};

}  // namespace posthorn::net
