// Segments that arrived ahead of a gap, by stream offset. Bounded by the receive window.
#pragma once

#include <cstdint>
#include <map>
#include <optional>

#include "sim/net/bytes.hpp"

namespace posthorn::net {

class Reassembly {
 public:
  [[nodiscard]] bool empty() const { return pieces_.empty(); }

  /// Keeps the longer one if two pieces begin at the same offset; overlaps are cut in take().
  void put(std::uint64_t offset, Bytes bytes) {
    if (bytes.length == 0) return;
    auto [at, fresh] = pieces_.try_emplace(offset, bytes);
    if (!fresh && at->second.length < bytes.length) at->second = std::move(bytes);
  }

  /// The bytes that continue the stream at `offset`, if they are here. Drops what is older.
  std::optional<Bytes> take(std::uint64_t offset) {
    while (!pieces_.empty() && pieces_.begin()->first <= offset) {
      const std::uint64_t begin = pieces_.begin()->first;
      const Bytes bytes = std::move(pieces_.begin()->second);
      pieces_.erase(pieces_.begin());
      if (begin + bytes.length > offset)
        return bytes.after(static_cast<std::uint32_t>(offset - begin));
    }
    return std::nullopt;
  }

 private:
  std::map<std::uint64_t, Bytes> pieces_;
};

}  // namespace posthorn::net
