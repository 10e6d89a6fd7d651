// Where each letter was, and as what: every record that holds its content, in order.
#pragma once

#include <cstdint>
#include <vector>

#include "sim/trace/trace.hpp"

namespace posthorn::viz {

class Stations {
 public:
  /// Takes in the records that came since the last call.
  void grow(const trace::Trace& trace);
  /// Records of `message` that carry its content (written, accepted, kept, fetched).
  [[nodiscard]] const std::vector<RecordId>& of(MessageId message) const;
  /// The newest of them among the first `count` records; none if there is none yet.
  [[nodiscard]] RecordId last(MessageId message, std::uint32_t count) const;
  /// The station that the letter came from to `station`: a letter to several people goes several
  /// ways, and the one before in time may lie on another. None for the first.
  [[nodiscard]] RecordId before(const trace::Trace& trace, MessageId message,
                                RecordId station) const;
  [[nodiscard]] std::size_t messages() const { return by_message_.size(); }

 private:
  std::vector<std::vector<RecordId>> by_message_;  ///< by MessageId - 1
  std::uint32_t seen_ = 0;
};

/// The content that a record carries; none for most.
BlobId content_in(const trace::Fact& fact);

}  // namespace posthorn::viz
