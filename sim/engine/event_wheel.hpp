// Where events of the further future wait: buckets of times, unsorted inside.
//
// There are 11 levels of 64 buckets, a level for each six bits of the 64-bit time. An event stands
// at the level of the highest bits in which its time differs from the wheel's reference (a time
// before all of them), in the bucket of its own digit there. Hence the first bucket of the lowest
// level that is not empty holds the earliest events, and two bitmaps find it in a few instructions.
//
// A bucket is a list of chunks out of one pool, so that memory follows the number of events, and
// moving a bucket reads and writes sequentially.
#pragma once

#include <algorithm>
#include <array>
#include <bit>
#include <cstdint>
#include <vector>

#include "sim/engine/event_heap.hpp"

namespace posthorn::engine {

class EventWheel {
 public:
  [[nodiscard]] bool empty() const { return levels_ == 0; }
  /// May an event of this time be put here? Earlier ones belong into the heap.
  [[nodiscard]] bool holds(std::uint64_t time) const { return time > limit_; }

  /// holds(entry.time) must be true.
  void put(const EventEntry& entry) {
    const std::uint64_t differing = (entry.time ^ reference_) | 1;
    const unsigned level = (63u - static_cast<unsigned>(std::countl_zero(differing))) / kBits;
    const unsigned digit = static_cast<unsigned>(entry.time >> (level * kBits)) % kFan;
    append(buckets_[level * kFan + digit], entry);
    occupied_[level] |= std::uint64_t{1} << digit;
    levels_ |= 1u << level;
  }

  /// Moves the first bucket into `run` (sorted; empty before) or, if it is large, spreads it over
  /// the levels below. The wheel must not be empty. At most 11 calls fill the run.
  void advance(std::vector<EventEntry>& run) {
    const unsigned level = static_cast<unsigned>(std::countr_zero(levels_));
    const unsigned digit = static_cast<unsigned>(std::countr_zero(occupied_[level]));
    const Bucket bucket = buckets_[level * kFan + digit];
    clear(level, digit);

    const std::uint64_t inside = (std::uint64_t{1} << (level * kBits)) - 1;
    const std::uint64_t start = pool_[bucket.head].entries[0].time & ~inside;
    if (level == 0 || bucket.size <= kSmall) {
      limit_ = reference_ = start | inside;
      drain(bucket, [&](const EventEntry& entry) { run.push_back(entry); });
      sort(run);
    } else {
      reference_ = start;
      limit_ = start - 1;  // no underflow: the bucket lies after the previous reference
      drain(bucket, [&](const EventEntry& entry) { put(entry); });
    }
  }

  /// Removes every entry for which drop(entry) is true.
  template <class Drop>
  void erase_if(Drop drop) {
    for (unsigned level = 0; level < kLevels; ++level)
      for (std::uint64_t left = occupied_[level]; left != 0; left &= left - 1) {
        const unsigned digit = static_cast<unsigned>(std::countr_zero(left));
        const Bucket bucket = buckets_[level * kFan + digit];
        clear(level, digit);
        drain(bucket, [&](const EventEntry& entry) {
          if (!drop(entry)) put(entry);  // back into the same bucket
        });
      }
  }

 private:
  static constexpr unsigned kBits = 6, kFan = 1u << kBits, kLevels = (64 + kBits - 1) / kBits;
  static constexpr std::uint32_t kChunk = 15, kNone = ~std::uint32_t{0};
  static constexpr std::uint32_t kSmall = 20;  ///< a bucket of so many events is sorted

  struct Chunk {
    std::array<EventEntry, kChunk> entries{};
    std::uint32_t size = 0;
    std::uint32_t next = kNone;
  };
  struct Bucket {
    std::uint32_t head = kNone;  ///< the only chunk that may have room
    std::uint32_t size = 0;
  };

  static void sort(std::vector<EventEntry>& run) {
    if (run.size() > kSmall) {  // all of one nanosecond
      std::sort(run.begin(), run.end(), [](const auto& a, const auto& b) { return a.before(b); });
      return;
    }
    for (std::size_t i = 1; i < run.size(); ++i) {
      const EventEntry entry = run[i];
      std::size_t hole = i;
      for (; hole > 0 && entry.before(run[hole - 1]); --hole) run[hole] = run[hole - 1];
      run[hole] = entry;
    }
  }

  void append(Bucket& bucket, const EventEntry& entry) {
    if (bucket.head == kNone || pool_[bucket.head].size == kChunk) {
      const std::uint32_t fresh = take_chunk();
      pool_[fresh].next = bucket.head;
      bucket.head = fresh;
    }
    Chunk& chunk = pool_[bucket.head];
    chunk.entries[chunk.size++] = entry;
    ++bucket.size;
  }

  std::uint32_t take_chunk() {
    if (free_ == kNone) {
      pool_.emplace_back();
      return static_cast<std::uint32_t>(pool_.size() - 1);
    }
    const std::uint32_t chunk = free_;
    free_ = pool_[chunk].next;
    pool_[chunk].size = 0;
    return chunk;
  }

  void clear(unsigned level, unsigned digit) {
    buckets_[level * kFan + digit] = Bucket{};
    occupied_[level] &= ~(std::uint64_t{1} << digit);
    if (occupied_[level] == 0) levels_ &= ~(1u << level);
  }

  /// Calls visit(entry) for all entries and gives the chunks back; visit may put().
  template <class Visit>
  void drain(const Bucket& bucket, Visit visit) {
    for (std::uint32_t at = bucket.head; at != kNone;) {
      for (std::uint32_t i = 0; i < pool_[at].size; ++i) {
        const EventEntry entry = pool_[at].entries[i];  // a copy: put() may grow the pool
        visit(entry);
      }
      const std::uint32_t next = pool_[at].next;
      pool_[at].next = free_;
      free_ = at;
      at = next;
    }
  }

  std::uint64_t limit_ = 0;      ///< every entry here is later than this
  std::uint64_t reference_ = 0;  ///< limit_ or limit_ + 1; levels are counted relative to it
  std::array<Bucket, kLevels * kFan> buckets_{};
  std::array<std::uint64_t, kLevels> occupied_{};  ///< a bit for each bucket that is not empty
  std::uint32_t levels_ = 0;                       ///< a bit for each level that is not empty
  std::vector<Chunk> pool_;
  std::uint32_t free_ = kNone;
};

}  // namespace posthorn::engine
