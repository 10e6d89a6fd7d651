// IMAP framing: a command (or response) is lines joined by counted literals (RFC 3501 §4.3).
//
// Framing knows nothing of grammar, so message data can never become a command. A frame's text is
// the wire form without the final CRLF: "a1 APPEND Sent {5}\r\nhello".
#pragma once

#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <variant>
#include <vector>

#include "protocols/core/line_reader.hpp"

namespace posthorn::imap {

struct ByteRange {
  std::uint64_t begin = 0;
  std::uint64_t end = 0;
};

/// One whole command or response.
struct Frame {
  std::string text;
  std::uint64_t begin = 0;
  std::uint64_t end = 0;
  std::vector<ByteRange> literals;  ///< where their contents stood in the stream
  bool too_long = false;            ///< over a limit: `text` is only its beginning
  bool discarded = false;           ///< a literal was thrown away: `text` ends where it began
  bool forgotten = false;           ///< ... because there was no room for it: see forget()
};

/// The other side announced a literal: accept_, refuse_ or discard_literal() must follow.
struct LiteralAnnounced {
  std::uint64_t size = 0;
  bool synchronising = true;  ///< false: "{5+}", its bytes come without being asked (RFC 7888)
};
struct NeedMore {};

class Framer {
 public:
  using Step = std::variant<NeedMore, LiteralAnnounced, Frame>;

  void append(std::string_view bytes) { reader_.append(bytes); }
  [[nodiscard]] std::size_t buffered() const { return reader_.buffered(); }
  [[nodiscard]] std::uint64_t position() const { return reader_.position(); }
  /// What has been read of the unfinished frame.
  [[nodiscard]] const std::string& partial() const { return frame_.text; }
  [[nodiscard]] std::uint64_t partial_begin() const { return frame_.begin; }
  void clear() { reader_.clear(); }
  /// Throws away the literal that is being read: its octets are still read, and not kept.
  void forget();

  /// `line_limit` bounds the lines of a frame together (literals not counted).
  Step next(std::size_t line_limit, LineReader::Ending ending);
  void accept_literal();
  /// The frame ends with its announcing line, and is handed back as it is.
  Frame refuse_literal();
  /// Reads the literal and all that follows in its frame, and keeps nothing of it (RFC 7888 §4).
  void discard_literal();
  /// The unfinished frame is too long or lacks something: no literal of it is worth keeping.
  [[nodiscard]] bool spoiled() const { return frame_.too_long || frame_.discarded; }
  /// Octets of literals discarded in the unfinished frame.
  [[nodiscard]] std::uint64_t discarded() const { return discarded_; }
  /// A line outside of frames (the answer to a continuation request).
  std::optional<StreamLine> next_raw_line(std::size_t limit, LineReader::Ending ending) {
    return reader_.next_line(limit, ending);
  }

 private:
  Frame finish(std::uint64_t end);
  /// False while more of it is to come.
  bool read_literal();

  LineReader reader_;
  Frame frame_;
  std::size_t line_bytes_ = 0;  ///< of the frame so far, without literals
  LiteralAnnounced announced_;
  std::uint64_t missing_ = 0;    ///< of the literal being read
  std::size_t literal_at_ = 0;   ///< where it begins in the frame's text
  std::uint64_t discarded_ = 0;  ///< of this frame
  enum class Mode : std::uint8_t { line, announced, literal } mode_ = Mode::line;
  bool started_ = false;
};

/// The announcement at the end of a line such as "...{123}" or "...{123+}", if there is one. A
/// size beyond all measure comes out as the greatest there is.
std::optional<LiteralAnnounced> announced_literal(std::string_view line);

}  // namespace posthorn::imap
