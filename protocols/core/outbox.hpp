// The ordered output of a session: what poll() hands out.
#pragma once

#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "protocols/core/session.hpp"

namespace posthorn {

template <class Event>
class Outbox {
 public:
  /// Position in the sent stream of the next byte.
  [[nodiscard]] std::uint64_t position() const { return sent_; }
  [[nodiscard]] bool empty() const { return next_ == queue_.size(); }

  void transmit(std::string bytes) {
    if (bytes.empty()) return;
    sent_ += bytes.size();
    queue_.emplace_back(Transmit{std::move(bytes)});
  }
  /// Transmits and notes all of it as one thing.
  void transmit(std::string bytes, NoteKind kind, std::string verb, std::string_view rule = {}) {
    const std::uint64_t begin = sent_;
    transmit(std::move(bytes));
    note(kind, Flow::sent, begin, sent_, std::move(verb), rule);
  }
  void note(NoteKind kind, Flow flow, std::uint64_t begin, std::uint64_t end, std::string verb,
            std::string_view rule = {}) {
    queue_.emplace_back(Note{kind, flow, begin, end, std::move(verb), rule});
  }
  void emit(Event event) { queue_.emplace_back(std::move(event)); }
  void shutdown() { queue_.emplace_back(Shutdown{}); }

  /// The next output, or `idle` when there is none.
  Output<Event> pop(Idle idle) {
    if (empty()) return idle;
    Output<Event> front = std::move(queue_[next_++]);
    if (empty()) {  // nearly always after a few: the room is used again and again
      queue_.clear();
      next_ = 0;
    }
    return front;
  }

 private:
  std::vector<Output<Event>> queue_;
  std::size_t next_ = 0;  ///< of queue_; what stands before it was handed out
  std::uint64_t sent_ = 0;
};

}  // namespace posthorn
