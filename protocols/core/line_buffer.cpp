#include "protocols/core/line_buffer.hpp"

#include <algorithm>
#include <cassert>

namespace posthorn {

void LineBuffer::append(std::string_view bytes) {
  compact();
  input_.append(bytes);
}

void LineBuffer::compact() {
  if (at_ == input_.size()) {
    input_.clear();
    at_ = 0;
  } else if (at_ > 4096 && at_ > input_.size() / 2) {
    input_.erase(0, at_);
    at_ = 0;
  }
}

void LineBuffer::take(std::string_view bytes) {
  const std::size_t room = limit_ - std::min(limit_, line_.size());
  if (bytes.size() > room) defect_ = LineDefect::too_long;
  line_.append(bytes.substr(0, room));
}

std::optional<Line> LineBuffer::next_line() {
  while (at_ < input_.size()) {
    const char c = input_[at_];
    if (c == '\n' && last_was_cr_) {
      take("\n");
      advance(1);
      if (defect_ != LineDefect::too_long) line_.resize(line_.size() - 2);
      Line line{std::move(line_), line_begin_, consumed_, defect_};
      line_.clear();
      last_was_cr_ = false;
      defect_ = LineDefect::none;
      line_begin_ = consumed_;
      return line;
    }
    const bool bare = c == '\n' || last_was_cr_;
    if (bare && defect_ == LineDefect::none) defect_ = LineDefect::bare_cr_or_lf;
    std::size_t run = 1;  // a CR, an LF, or everything up to the next one
    if (c != '\r' && c != '\n')
      while (at_ + run < input_.size() && input_[at_ + run] != '\r' && input_[at_ + run] != '\n')
        ++run;
    take(std::string_view(input_).substr(at_, run));
    last_was_cr_ = c == '\r';
    advance(run);
  }
  return std::nullopt;
}

void LineBuffer::advance(std::size_t count) {
  assert(count <= pending());
  at_ += count;
  consumed_ += count;
}

void LineBuffer::consume(std::size_t count) {
  assert(!mid_line());
  advance(count);
  line_begin_ = consumed_;
}

void LineBuffer::drop() {
  advance(pending());
  line_.clear();
  last_was_cr_ = false;
  defect_ = LineDefect::none;
  line_begin_ = consumed_;
}

}  // namespace posthorn
