#include "protocols/dns/stream.hpp"

namespace posthorn::dns {

std::string framed(std::string_view message) {
  std::string bytes;
  bytes += static_cast<char>(message.size() >> 8 & 0xff);
  bytes += static_cast<char>(message.size() & 0xff);
  bytes += message;
  return bytes;
}

std::optional<StreamMessage> MessageBuffer::next() {
  constexpr std::size_t kLength = 2;
  if (pending() < kLength) return std::nullopt;
  const auto octet = [this](std::size_t i) {
    return static_cast<std::size_t>(static_cast<unsigned char>(input_[at_ + i]));
  };
  const std::size_t size = kLength + (octet(0) << 8 | octet(1));
  if (pending() < size) return std::nullopt;
  StreamMessage message{input_.substr(at_ + kLength, size - kLength), position_, position_ + size};
  at_ += size;
  position_ += size;
  if (at_ == input_.size() || at_ > 65536) {  // seldom enough to cost little
    input_.erase(0, at_);
    at_ = 0;
  }
  return message;
}

}  // namespace posthorn::dns
