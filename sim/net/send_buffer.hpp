// What one end has written and the other has not acknowledged yet, by reference.
#pragma once

#include <algorithm>
#include <cstdint>
#include <deque>

#include "sim/net/bytes.hpp"

namespace posthorn::net {

class SendBuffer {
 public:
  [[nodiscard]] std::uint64_t end() const { return end_; }  ///< offset after the last byte

  void append(Bytes bytes) {
    if (bytes.length == 0) return;
    const std::uint64_t begin = end_;
    end_ += bytes.length;
    writes_.push_back({begin, std::move(bytes)});
  }

  /// At most `limit` bytes from `offset` on, out of one write. Empty at the end.
  [[nodiscard]] Bytes at(std::uint64_t offset, std::uint64_t limit) const {
    auto found = std::upper_bound(writes_.begin(), writes_.end(), offset,
                                  [](std::uint64_t o, const Write& w) { return o < w.begin; });
    if (found == writes_.begin() || offset >= end_) return {};
    --found;
    Bytes rest = found->bytes.after(static_cast<std::uint32_t>(offset - found->begin));
    rest.length = static_cast<std::uint32_t>(std::min<std::uint64_t>(rest.length, limit));
    return rest;
  }

  /// Does a write end at this offset? (Its segment carries PSH.)
  [[nodiscard]] bool write_ends_at(std::uint64_t offset) const {
    if (offset == end_) return true;
    const auto found =
        std::lower_bound(writes_.begin(), writes_.end(), offset,
                         [](const Write& w, std::uint64_t o) { return w.begin < o; });
    return found != writes_.end() && found->begin == offset;
  }

  /// Bytes before `offset` have been acknowledged.
  void release(std::uint64_t offset) {
    while (!writes_.empty() && writes_.front().begin + writes_.front().bytes.length <= offset)
      writes_.pop_front();
  }

 private:
  struct Write {
    std::uint64_t begin;
    Bytes bytes;
  };
  std::deque<Write> writes_;
  std::uint64_t end_ = 0;
};

}  // namespace posthorn::net
