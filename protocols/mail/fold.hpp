// Writing field bodies in lines of at most 78 columns (RFC 5322 §2.1.1).
#pragma once

#include <string>
#include <string_view>

namespace posthorn::mail {

/// Puts words after each other, one space between them, and folds before a word that would
/// reach beyond the limit.
class Folder {
 public:
  /// `first_column`: what already stands on the line, "Subject: " for instance.
  explicit Folder(std::size_t first_column, std::size_t limit = 78)
      : column_(first_column), limit_(limit) {}

  void word(std::string_view word) {
    const bool first = out_.empty();
    if (column_ + word.size() + (first ? 0 : 1) > limit_ && column_ > 1) {
      out_ += "\r\n ";
      column_ = 1;
    } else if (!first) {
      out_ += ' ';
      ++column_;
    }
    out_ += word;
    column_ += word.size();
  }

  /// Where the next word would begin, if it stood on this line.
  [[nodiscard]] std::size_t column() const { return column_ + (out_.empty() ? 0 : 1); }
  [[nodiscard]] const std::string& text() const { return out_; }

 private:
  std::string out_;
  std::size_t column_;
  std::size_t limit_;
};

}  // namespace posthorn::mail
