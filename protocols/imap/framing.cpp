#include "protocols/imap/framing.hpp"

#include <algorithm>
#include <utility>

#include "protocols/mail/ascii.hpp"

namespace posthorn::imap {

namespace {

constexpr std::size_t shortest_line = 2;  ///< a line's own ending always fits
constexpr std::uint64_t greatest_size = std::uint64_t{1} << 62;

}  // namespace

std::optional<LiteralAnnounced> announced_literal(std::string_view line) {
  if (line.empty() || line.back() != '}') return std::nullopt;
  line.remove_suffix(1);
  LiteralAnnounced found;
  if (!line.empty() && line.back() == '+') {
    found.synchronising = false;
    line.remove_suffix(1);
  }
  const std::size_t open = line.rfind('{');
  if (open == std::string_view::npos) return std::nullopt;
  const std::string_view digits = line.substr(open + 1);
  if (digits.empty() || !std::all_of(digits.begin(), digits.end(), mail::is_digit))
    return std::nullopt;
  for (char c : digits)
    found.size = found.size > greatest_size / 10
                     ? greatest_size
                     : found.size * 10 + static_cast<std::uint64_t>(c - '0');
  return found;
}

bool Framer::read_literal() {
  std::string scrap;
  std::string& to = frame_.discarded ? scrap : frame_.text;
  missing_ -= reader_.take_some(static_cast<std::size_t>(missing_), to);
  if (missing_ == 0) mode_ = Mode::line;
  return missing_ == 0;
}

Framer::Step Framer::next(std::size_t line_limit, LineReader::Ending ending) {
  if (mode_ == Mode::announced) return announced_;
  if (mode_ == Mode::literal && !read_literal()) return NeedMore{};
  const std::size_t left = line_limit - std::min(line_limit, line_bytes_);
  auto line = reader_.next_line(std::max(left, shortest_line), ending);
  if (!line) return NeedMore{};
  if (!started_) frame_.begin = line->begin;
  started_ = true;
  line_bytes_ += static_cast<std::size_t>(line->end - line->begin);
  if (!frame_.discarded) frame_.text += line->text;
  frame_.too_long = frame_.too_long || line->too_long;
  // Also a line that is too long may announce octets, which must not be read as commands.
  const auto literal = announced_literal(line->too_long ? line->tail : line->text);
  if (!literal) return finish(line->end);
  announced_ = *literal;
  frame_.end = line->end;
  mode_ = Mode::announced;
  return announced_;
}

void Framer::accept_literal() {
  literal_at_ = frame_.text.size();
  frame_.text += "\r\n";
  frame_.literals.push_back({frame_.end, frame_.end + announced_.size});
  missing_ = announced_.size;
  mode_ = Mode::literal;
}

void Framer::discard_literal() {
  frame_.discarded = true;
  discarded_ += announced_.size;
  missing_ = announced_.size;
  mode_ = Mode::literal;
}

void Framer::forget() {
  if (mode_ != Mode::literal || frame_.discarded) return;
  frame_.text.resize(literal_at_);
  frame_.text.shrink_to_fit();
  frame_.literals.pop_back();
  frame_.discarded = frame_.forgotten = true;
  discarded_ += announced_.size;
}

Frame Framer::refuse_literal() { return finish(frame_.end); }

Frame Framer::finish(std::uint64_t end) {
  frame_.end = end;
  mode_ = Mode::line;
  started_ = false;
  line_bytes_ = 0;
  discarded_ = 0;
  return std::exchange(frame_, Frame{});
}

}  // namespace posthorn::imap
