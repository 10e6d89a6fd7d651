#include "protocols/smtp/dot_reader.hpp"

#include <algorithm>
#include <cstring>

namespace posthorn::smtp {

namespace {

/// How much of `bytes` is text: up to the first CR or LF, or with the CRLF that ends the line.
std::size_t text_run(std::string_view bytes) {
  const void* const lf = std::memchr(bytes.data(), '\n', bytes.size());
  const std::size_t line =
      lf == nullptr ? bytes.size()
                    : static_cast<std::size_t>(static_cast<const char*>(lf) - bytes.data());
  const void* const cr = std::memchr(bytes.data(), '\r', line);
  if (cr == nullptr) return line;
  const auto at = static_cast<std::size_t>(static_cast<const char*>(cr) - bytes.data());
  return lf != nullptr && at + 1 == line ? line + 1 : at;
}

/// How much of `bytes` is kept as it stands: whole lines that begin with no dot, and what comes
/// before the first CR or LF that stands alone. `line_start`: before the first octet, and at the
/// end.
std::size_t plain_run(std::string_view bytes, bool& line_start) {
  std::size_t at = 0;
  while (at < bytes.size() && !(line_start && bytes[at] == '.')) {
    const std::size_t run = text_run(bytes.substr(at));
    if (run == 0) break;
    at += run;
    line_start = bytes[at - 1] == '\n';
    if (!line_start) break;
  }
  return at;
}

}  // namespace

void DotReader::keep(std::string_view bytes) {
  size_ += bytes.size();
  if (size_ <= max_size_ && !forgotten_) {
    content_.append(bytes);
  } else {
    std::string().swap(content_);  // it will be refused: free the memory at once
  }
}

std::size_t DotReader::feed(std::string_view bytes) {
  std::size_t used = 0;
  if (content_.empty() && size_ == 0)
    content_.reserve(std::min<std::size_t>(bytes.size(), max_size_));
  while (used < bytes.size() && state_ != State::done) {
    if (state_ == State::text || state_ == State::line_start) {  // nearly always
      bool line_start = state_ == State::line_start;
      const std::size_t run = plain_run(bytes.substr(used), line_start);
      keep(bytes.substr(used, run));
      used += run;
      state_ = line_start ? State::line_start : State::text;
      if (used == bytes.size()) break;
    }
    step(bytes[used++]);
  }
  return used;
}

void DotReader::step(char c) {
  switch (state_) {
    case State::cr:
      if (c == '\n') {
        keep("\r\n");
        state_ = State::line_start;
        return;
      }
      bare_ = true;
      keep('\r');
      break;  // c stands in the middle of a line
    case State::line_start:
      if (c == '.') {
        state_ = State::dot;
        return;
      }
      break;
    case State::dot:
      if (c == '\r') {
        state_ = State::dot_cr;
        return;
      }
      break;  // the first dot of the line is dropped, whatever follows
    case State::dot_cr:
      if (c == '\n') {
        state_ = State::done;
        return;
      }
      bare_ = true;
      keep('\r');
      break;
    case State::text:
    case State::done:
      break;
  }
  if (c == '\r') {
    state_ = State::cr;
    return;
  }
  if (c == '\n') bare_ = true;
  keep(c);
  state_ = State::text;  // also after a bare LF: no line begins there
}

std::string dot_stuff(std::string_view content) {
  std::string out;
  out.reserve(content.size() + content.size() / 64 + 8);
  bool line_start = true;
  while (!content.empty()) {
    const std::size_t found = content.find("\r\n");
    const std::size_t length = found == std::string_view::npos ? content.size() : found + 2;
    if (content.front() == '.') out += '.';
    out.append(content.substr(0, length));
    line_start = found != std::string_view::npos;
    content.remove_prefix(length);
  }
  if (!line_start) out += "\r\n";
  out += ".\r\n";
  return out;
}

bool has_bare_cr_or_lf(std::string_view content) {
  std::size_t at = 0;
  while ((at = content.find_first_of("\r\n", at)) != std::string_view::npos) {
    if (content.substr(at, 2) != "\r\n") return true;
    at += 2;
  }
  return false;
}

}  // namespace posthorn::smtp
