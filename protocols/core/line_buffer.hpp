// Framing of line-based protocols: bytes in, lines that ended with CRLF out.
//
// Only CRLF ends a line. A CR or an LF on its own never does: receivers that disagree about
// that can be made to see different messages ("SMTP smuggling"). A line that holds one, or
// that is too long, still comes out as ONE line, marked with its defect, so that the session
// refuses it and stays in step with its peer. Memory is bounded by the limit, whatever comes.
#pragma once

#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

namespace posthorn {

enum class LineDefect : std::uint8_t {
  none,
  bare_cr_or_lf,  ///< a CR without LF or an LF without CR inside
  too_long,       ///< longer than the limit; `text` holds its beginning only
};

struct Line {
  std::string text;         ///< without the CRLF
  std::uint64_t begin = 0;  ///< first byte, counted from the start of the stream
  std::uint64_t end = 0;    ///< one past the LF
  LineDefect defect = LineDefect::none;
  friend bool operator==(const Line&, const Line&) = default;
};

class LineBuffer {
 public:
  /// `limit`: the longest line in octets, CRLF included.
  explicit LineBuffer(std::size_t limit) : limit_(limit) {}

  /// Bytes appended and neither given out as lines nor taken raw.
  [[nodiscard]] std::size_t pending() const { return input_.size() - at_; }
  /// Position in the stream of the first byte of the line (or raw run) that comes next.
  [[nodiscard]] std::uint64_t position() const { return line_begin_; }
  /// True when bytes of an unfinished line are held (or were dropped as too long).
  [[nodiscard]] bool mid_line() const { return consumed_ != line_begin_; }

  void append(std::string_view bytes);
  /// The next complete line, or nothing until more bytes come.
  std::optional<Line> next_line();

  /// For counted or dot-ended content between lines: what is there, unframed, and how much
  /// of it was used. Only at a line's beginning, that is, directly after next_line().
  [[nodiscard]] std::string_view raw() const { return std::string_view(input_).substr(at_); }
  void consume(std::size_t count);
  /// Forgets everything that was appended and not given out, an unfinished line included.
  void drop();

 private:
  void take(std::string_view bytes);
  void compact();
  void advance(std::size_t count);

  std::size_t limit_;
  std::string input_;  ///< unread bytes begin at at_
  std::size_t at_ = 0;
  std::string line_;  ///< the unfinished line, at most limit_ octets
  bool last_was_cr_ = false;
  LineDefect defect_ = LineDefect::none;
  std::uint64_t consumed_ = 0;  ///< stream position of at_
  std::uint64_t line_begin_ = 0;
};

}  // namespace posthorn
