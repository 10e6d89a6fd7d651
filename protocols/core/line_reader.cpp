#include "protocols/core/line_reader.hpp"

#include <algorithm>
#include <utility>

namespace posthorn {

namespace {

constexpr std::size_t tail_size = 32;

/// The end of what has been seen of a line that is too long, its line ending included.
void keep_tail(std::string& tail, std::string_view bytes) {
  constexpr std::size_t enough = tail_size + 2;
  tail.append(bytes.substr(bytes.size() - std::min(bytes.size(), enough)));
  if (tail.size() > enough) tail.erase(0, tail.size() - enough);
}

void cut_line_ending(std::string& tail) {
  if (tail.ends_with('\n')) tail.pop_back();
  if (tail.ends_with('\r')) tail.pop_back();
  if (tail.size() > tail_size) tail.erase(0, tail.size() - tail_size);
}

}  // namespace

void LineReader::clear() { consume(buffered()); }

void LineReader::consume(std::size_t count) {
  at_ += count;
  consumed_ += count;
  scanned_ = at_;
  if (at_ == buffer_.size() || (at_ > 64 * 1024 && at_ > buffer_.size() / 2)) {
    buffer_.erase(0, at_);
    at_ = 0;
    scanned_ = 0;
  }
}

std::optional<StreamLine> LineReader::next_line(std::size_t limit, Ending ending) {
  std::size_t found = std::string::npos;
  std::size_t from = scanned_;
  for (;;) {
    found = buffer_.find('\n', from);
    if (found == std::string::npos) break;
    if (ending == Ending::crlf_or_lf) break;
    // A CR thrown away with an over-long line still counts as seen.
    const bool after_cr =
        found > at_ ? buffer_[found - 1] == '\r'
                    : discarding_ && !poisoned_.text.empty() && poisoned_.text.back() == '\r';
    if (after_cr) break;
    from = found + 1;
  }
  if (found == std::string::npos) {
    scanned_ = buffer_.size();
    if (buffered() < limit && !discarding_) return std::nullopt;
    if (!discarding_) {
      discarding_ = true;
      poisoned_ = StreamLine{buffer_.substr(at_, limit), consumed_, 0, true, {}};
      poisoned_.text.resize(limit - 1);
      poisoned_.text.push_back('\0');
    }
    if (buffered() > 0) poisoned_.text.back() = buffer_.back();  // a CR may wait for its LF
    keep_tail(poisoned_.tail, std::string_view(buffer_).substr(at_));
    consume(buffered());
    return std::nullopt;
  }
  const std::size_t length = found + 1 - at_;
  if (discarding_ || length > limit) {
    StreamLine line = discarding_ ? std::move(poisoned_)
                                  : StreamLine{buffer_.substr(at_, limit), consumed_, 0, true, {}};
    keep_tail(line.tail, std::string_view(buffer_).substr(at_, length));
    cut_line_ending(line.tail);
    line.text.resize(limit - 1);
    line.end = consumed_ + length;
    discarding_ = false;
    consume(length);
    return line;
  }
  std::size_t text = length - 1;
  if (text > 0 && buffer_[at_ + text - 1] == '\r') --text;
  StreamLine line{buffer_.substr(at_, text), consumed_, consumed_ + length, false, {}};
  consume(length);
  return line;
}

std::optional<std::string> LineReader::take(std::size_t count) {
  if (buffered() < count) return std::nullopt;
  std::string bytes = buffer_.substr(at_, count);
  consume(count);
  return bytes;
}

std::size_t LineReader::take_some(std::size_t count, std::string& to) {
  const std::size_t some = std::min(count, buffered());
  to.append(buffer_, at_, some);
  consume(some);
  return some;
}

}  // namespace posthorn
