// A 4-ary min-heap of event entries, ordered by time, then by scheduling order.
#pragma once

#include <cstddef>
#include <cstdint>
#include <vector>

namespace posthorn::engine {

/// A pending event as the queue sorts it; its payload stands in the slab at slot().
struct EventEntry {
  static constexpr unsigned kSlotBits = 24;  ///< 16 million pending, 10^12 events in all
  std::uint64_t time = 0;                    ///< order-preserving bits of the Instant
  std::uint64_t tail = 0;                    ///< scheduling order, then slot

  EventEntry() = default;
  EventEntry(std::uint64_t when, std::uint64_t order, std::uint32_t slot)
      : time(when), tail(order << kSlotBits | slot) {}
  [[nodiscard]] std::uint64_t order() const { return tail >> kSlotBits; }
  [[nodiscard]] std::uint32_t slot() const {
    return static_cast<std::uint32_t>(tail & ((1u << kSlotBits) - 1));
  }
  [[nodiscard]] bool before(const EventEntry& other) const {
    return (time < other.time) | ((time == other.time) & (tail < other.tail));
  }
};

class EventHeap {
 public:
  [[nodiscard]] bool empty() const { return entries_.empty(); }
  [[nodiscard]] const EventEntry& top() const { return entries_.front(); }

  void push(const EventEntry& entry) {
    std::size_t hole = entries_.size();
    entries_.push_back(entry);
    while (hole > 0) {
      const std::size_t parent = (hole - 1) / 4;
      if (!entry.before(entries_[parent])) break;
      entries_[hole] = entries_[parent];
      hole = parent;
    }
    entries_[hole] = entry;
  }

  void pop() {
    const EventEntry last = entries_.back();
    entries_.pop_back();
    const std::size_t size = entries_.size();
    if (size == 0) return;
    std::size_t hole = 0;
    for (std::size_t child = 1; child < size; child = hole * 4 + 1) {
      std::size_t best = child;
      const std::size_t end = child + 4 < size ? child + 4 : size;
      for (std::size_t other = child + 1; other < end; ++other)
        if (entries_[other].before(entries_[best])) best = other;
      if (!entries_[best].before(last)) break;
      entries_[hole] = entries_[best];
      hole = best;
    }
    entries_[hole] = last;
  }

  /// Removes every entry for which drop(entry) is true.
  template <class Drop>
  void erase_if(Drop drop) {
    std::vector<EventEntry> before;
    before.swap(entries_);
    for (const EventEntry& entry : before)
      if (!drop(entry)) push(entry);
  }

 private:
  std::vector<EventEntry> entries_;
};

}  // namespace posthorn::engine
