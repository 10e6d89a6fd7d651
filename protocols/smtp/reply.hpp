// Replies: three digits, an enhanced status code, one or more lines of text (RFC 5321 §4.2,
// RFC 2034, RFC 3463).
#pragma once

#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "protocols/core/line_buffer.hpp"
#include "protocols/core/result.hpp"

namespace posthorn::smtp {

struct Reply {
  int code = 0;                    ///< 200 to 599
  std::string enhanced;            ///< "5.1.1", or "" if there is none
  std::vector<std::string> lines;  ///< text without codes; at least one, which may be empty
  bool ours = false;               ///< client: not the server's, but our own words in its place

  [[nodiscard]] bool positive() const { return code >= 200 && code < 300; }
  [[nodiscard]] bool intermediate() const { return code >= 300 && code < 400; }
  [[nodiscard]] bool transient() const { return code >= 400 && code < 500; }  ///< try again
  [[nodiscard]] bool permanent() const { return code >= 500; }
  /// One line for people: "550 5.1.1 No such user", several lines joined by spaces.
  [[nodiscard]] std::string to_string() const;
  friend bool operator==(const Reply&, const Reply&) = default;
};

/// As bytes, CRLF included. Control characters become '?'; lines longer than 512 octets are
/// broken into several (§4.5.3.1.5).
[[nodiscard]] std::string format(const Reply& reply);

/// A reply and where it stood in the received stream.
struct ReceivedReply {
  Reply reply;
  std::uint64_t begin = 0;
  std::uint64_t end = 0;
};

/// Reads replies out of a stream, in pieces of any size. Bounded; an error poisons it for good,
/// because after one nonsense line nobody knows which command the next line answers.
class ReplyParser {
 public:
  static constexpr std::size_t max_line = 2048;  ///< generous: §4.5.3.1.5 says 512
  static constexpr std::size_t max_lines = 256;

  void append(std::string_view bytes) { buffer_.append(bytes); }
  /// The next complete reply or what is wrong with it; nothing until more bytes come.
  std::optional<Result<ReceivedReply>> next();
  /// True in the middle of a line or of a multi-line reply.
  [[nodiscard]] bool unfinished() const {
    return buffer_.mid_line() || !partial_.reply.lines.empty();
  }
  /// After an error: the bytes that make no sense, from the reply's beginning.
  [[nodiscard]] std::uint64_t nonsense_begin() const { return partial_.begin; }
  [[nodiscard]] std::uint64_t nonsense_end() const { return partial_.end; }
  /// Where the bytes stand that are not yet part of a complete reply.
  [[nodiscard]] std::uint64_t position() const;
  /// Forgets everything that is not part of a complete reply.
  void drop();

 private:
  std::optional<Error> take(const Line& line, bool& last);

  LineBuffer buffer_{max_line};
  ReceivedReply partial_;
  std::optional<Error> poison_;
};

}  // namespace posthorn::smtp
