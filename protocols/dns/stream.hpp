// Messages on a stream: each after its length in two octets (RFC 1035 §4.2.2, RFC 7766 §8).
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

namespace posthorn::dns {

/// The message with its length in front; at most kMaxMessage octets.
[[nodiscard]] std::string framed(std::string_view message);

struct StreamMessage {
  std::string bytes;        ///< without the length
  std::uint64_t begin = 0;  ///< first octet of the length, counted from the start of the stream
  std::uint64_t end = 0;    ///< one past the last octet
  friend bool operator==(const StreamMessage&, const StreamMessage&) = default;
};

/// Cuts a stream into messages, however it arrives.
class MessageBuffer {
 public:
  void append(std::string_view bytes) { input_ += bytes; }
  /// The next complete message, or nothing until more octets come.
  std::optional<StreamMessage> next();
  /// True when the stream stops in the middle of a message.
  [[nodiscard]] bool mid_message() const { return at_ < input_.size(); }
  [[nodiscard]] std::size_t pending() const { return input_.size() - at_; }

 private:
  std::string input_;  ///< unread octets begin at at_
  std::size_t at_ = 0;
  std::uint64_t position_ = 0;  ///< of at_ in the stream
};

}  // namespace posthorn::dns
