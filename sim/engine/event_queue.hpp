// The future of a simulated world: pending events in one exact total order.
//
// Order. Events run by time; events of the same time run in the order in which they were
// scheduled. There is no third criterion and no rounding: times are integer nanoseconds.
//
// Structure. The near future is a short sorted run, and a heap of what was scheduled into its time
// later on; the next event is the earlier of their firsts. Events after that wait unsorted in the
// wheel's buckets; when run and heap are empty, the wheel hands over its first bucket. So an event
// is moved a few times in sequential memory, instead of being sifted through a heap of a million
// entries, where every level is a cache miss. Nothing is assumed about the times: an event before
// all others (a user's intervention, say) simply goes into the heap.
//
// Payloads live in a slab and do not move. Cancelling marks the slab slot; the entry is dropped
// when it comes up, or in a sweep as soon as the dead outnumber the living. Handles carry a
// generation, so a stale one does nothing. In the steady state nothing is allocated.
//
// A value: a copy is a checkpoint, and both go on identically.
#pragma once

#include <cassert>
#include <compare>
#include <cstdint>
#include <utility>
#include <vector>

#include "protocols/core/time.hpp"
#include "sim/engine/event_heap.hpp"
#include "sim/engine/event_wheel.hpp"

namespace posthorn::engine {

/// The place of an event in the total order.
struct EventKey {
  Instant at;
  std::uint64_t order = 0;  ///< counts schedule() calls from 0
  friend auto operator<=>(const EventKey&, const EventKey&) = default;
};

/// Names a scheduled event; the default handle names none.
struct EventHandle {
  std::uint32_t slot = ~std::uint32_t{0};
  std::uint32_t generation = 0;
  friend bool operator==(const EventHandle&, const EventHandle&) = default;
};

/// Payload: default-constructible, copyable and movable.
template <class Payload>
class EventQueue {
 public:
  struct Event {
    EventKey key;
    Payload payload;
  };

  [[nodiscard]] bool empty() const { return live_ == 0; }
  [[nodiscard]] std::size_t size() const { return live_; }
  /// Key of the next event; the queue must not be empty.
  [[nodiscard]] EventKey next_key() const {
    assert(!empty());
    settle();
    return {time_of(first().time), first().order()};
  }
  [[nodiscard]] Instant next_at() const { return next_key().at; }
  [[nodiscard]] const Payload& next_payload() const {
    assert(!empty());
    settle();
    return slab_[first().slot()].payload;
  }
  /// Is this event still going to happen?
  [[nodiscard]] bool pending(EventHandle handle) const {
    return handle.slot < slab_.size() && slab_[handle.slot].generation == handle.generation;
  }

  /// What is going to happen; nullptr if it is not pending. Valid until the queue changes.
  [[nodiscard]] const Payload* find(EventHandle handle) const {
    return pending(handle) ? &slab_[handle.slot].payload : nullptr;
  }

  EventHandle schedule(Instant at, Payload payload) {
    const std::uint32_t slot = take_slot();
    slab_[slot].payload = std::move(payload);
    const EventEntry entry{bits_of(at), next_order_++, slot};
    ++live_;
    if (wheel_.holds(entry.time))
      wheel_.put(entry);
    else
      heap_.push(entry);
    return {slot, slab_[slot].generation};
  }

  /// True if the event was pending and now will not happen.
  bool cancel(EventHandle handle) {
    if (!pending(handle)) return false;
    slab_[handle.slot].payload = Payload{};  // let go of shared bytes now
    retire(handle.slot);
    ++dead_;
    if (dead_ > live_ + 64) sweep();
    return true;
  }

  /// Removes and returns the next event; the queue must not be empty.
  Event pop() {
    assert(!empty());
    settle();
    const EventEntry next = first();
    drop_first();
    Event event{{time_of(next.time), next.order()}, std::move(slab_[next.slot()].payload)};
    retire(next.slot());
    free_.push_back(next.slot());
    return event;
  }

 private:
  struct Slot {
    Payload payload{};
    std::uint32_t generation = 0;  ///< odd while pending
  };

  static constexpr std::uint64_t kSign = std::uint64_t{1} << 63;
  static std::uint64_t bits_of(Instant at) {
    return static_cast<std::uint64_t>(at.time_since_epoch().count()) ^ kSign;
  }
  static Instant time_of(std::uint64_t bits) {
    return Instant(Duration(static_cast<std::int64_t>(bits ^ kSign)));
  }

  std::uint32_t take_slot() {
    std::uint32_t slot = static_cast<std::uint32_t>(slab_.size());
    if (free_.empty()) {
      slab_.emplace_back();
    } else {
      slot = free_.back();
      free_.pop_back();
    }
    ++slab_[slot].generation;
    return slot;
  }

  void retire(std::uint32_t slot) {
    ++slab_[slot].generation;
    --live_;
  }

  /// Was the entry cancelled? If so its slot becomes free: the caller must drop it.
  bool drop_if_dead(const EventEntry& entry) const {
    if (slab_[entry.slot()].generation & 1) return false;
    free_.push_back(entry.slot());
    --dead_;
    return true;
  }

  [[nodiscard]] bool near_is_empty() const { return run_next_ == run_.size() && heap_.empty(); }
  [[nodiscard]] bool heap_is_first() const {
    return run_next_ == run_.size() || (!heap_.empty() && heap_.top().before(run_[run_next_]));
  }
  [[nodiscard]] const EventEntry& first() const {
    return heap_is_first() ? heap_.top() : run_[run_next_];
  }
  void drop_first() const {
    if (heap_is_first())
      heap_.pop();
    else
      ++run_next_;
  }

  /// Makes first() the next living event, if there is any. Only when somebody looks: until the
  /// first look, everything that is scheduled goes into the wheel.
  void settle() const {
    for (;;) {
      if (near_is_empty() && !wheel_.empty()) refill();
      if (dead_ == 0 || near_is_empty() || !drop_if_dead(first())) return;
      drop_first();
    }
  }

  void refill() const {
    run_.clear();
    run_next_ = 0;
    while (run_.empty()) wheel_.advance(run_);
#if defined(__GNUC__)
    for (const EventEntry& entry : run_) __builtin_prefetch(&slab_[entry.slot()], 1);
#endif
  }

  void sweep() {
    const auto drop = [this](const EventEntry& entry) { return drop_if_dead(entry); };
    run_.erase(run_.begin(), run_.begin() + static_cast<std::ptrdiff_t>(run_next_));
    run_next_ = 0;
    std::erase_if(run_, drop);
    heap_.erase_if(drop);
    wheel_.erase_if(drop);
  }

  mutable std::vector<EventEntry> run_;  ///< sorted; used up from run_next_ on
  mutable std::size_t run_next_ = 0;
  mutable EventHeap heap_;
  mutable EventWheel wheel_;
  std::vector<Slot> slab_;
  mutable std::vector<std::uint32_t> free_;
  std::uint64_t next_order_ = 0;
  std::size_t live_ = 0;          ///< pending events
  mutable std::size_t dead_ = 0;  ///< cancelled entries that have not been dropped yet
};

}  // namespace posthorn::engine
