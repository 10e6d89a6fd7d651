// Framing shared by the mailbox protocols: lines, and runs of counted bytes between them.
//
// Knows where in its direction's stream every line stood. Bounded: a line over the limit is thrown
// away as it arrives and reported once, and the line after it is read normally.
#pragma once

#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

namespace posthorn {

struct StreamLine {
  std::string text;         ///< without its line ending; cut at the limit if too_long
  std::uint64_t begin = 0;  ///< in the stream
  std::uint64_t end = 0;    ///< one past the line ending
  bool too_long = false;
  std::string tail;  ///< if too_long: its last octets before the line ending, at most 32
};

class LineReader {
 public:
  enum class Ending : std::uint8_t {
    crlf,        ///< CR LF only: bare CR and LF are ordinary bytes (message content)
    crlf_or_lf,  ///< also a bare LF, as people type it (commands)
  };

  void append(std::string_view bytes) { buffer_.append(bytes); }
  [[nodiscard]] std::size_t buffered() const { return buffer_.size() - at_; }
  /// Position in the stream of the next unread byte.
  [[nodiscard]] std::uint64_t position() const { return consumed_; }
  void clear();

  /// The next line of at most `limit` bytes including its ending, if it has arrived.
  std::optional<StreamLine> next_line(std::size_t limit, Ending ending);
  /// Exactly `count` bytes, if they have arrived.
  std::optional<std::string> take(std::size_t count);
  /// Appends up to `count` bytes to `to`; returns how many.
  std::size_t take_some(std::size_t count, std::string& to);

 private:
  void consume(std::size_t count);

  std::string buffer_;
  std::size_t at_ = 0;       ///< first unread byte in buffer_
  std::size_t scanned_ = 0;  ///< no line ending before this place
  std::uint64_t consumed_ = 0;
  bool discarding_ = false;
  StreamLine poisoned_;  ///< the start of the line being discarded
};

}  // namespace posthorn
