#include "protocols/smtp/reply.hpp"

#include <algorithm>

#include "protocols/mail/ascii.hpp"

namespace posthorn::smtp {

namespace {

constexpr std::size_t max_reply_line = 512;  // RFC 5321 §4.5.3.1.5, CRLF included

/// "5.1.1" at the front of `text`, followed by a space or nothing (RFC 2034 §4); else "".
std::string_view leading_enhanced(std::string_view text, int code) {
  std::size_t i = 0;
  int dots = 0;
  for (; i < text.size() && text[i] != ' '; ++i) {
    const bool after_dot = i > 0 && text[i - 1] == '.';
    if (text[i] == '.') {
      if (i == 0 || after_dot) return {};
      ++dots;
    } else if (!mail::is_digit(text[i])) {
      return {};
    }
  }
  if (dots != 2 || i < 5 || i > 9 || text[i - 1] == '.' || text[1] != '.') return {};
  if (text[0] - '0' != code / 100) return {};
  return text.substr(0, i);
}

}  // namespace

std::string Reply::to_string() const {
  std::string out = std::to_string(code);
  if (!enhanced.empty()) out += " " + enhanced;
  for (const std::string& line : lines)
    if (!line.empty()) out += " " + line;
  return out;
}

std::string format(const Reply& reply) {
  const std::string code = std::to_string(reply.code);
  const std::size_t prefix = reply.enhanced.empty() ? 0 : reply.enhanced.size() + 1;
  const std::size_t room = max_reply_line - code.size() - 1 - prefix - 2;
  std::string out;
  std::size_t separator = 0;  // of the line written last
  const auto write = [&](std::string_view text) {
    out += code;
    separator = out.size();
    out += '-';
    if (prefix > 0) (out += reply.enhanced) += ' ';
    for (const char c : text) out += mail::is_ctl(c) ? '?' : c;
    out += "\r\n";
  };
  for (std::string_view line : reply.lines) {
    do {
      write(line.substr(0, room));
      line.remove_prefix(std::min(room, line.size()));
    } while (!line.empty());
  }
  if (out.empty()) write({});
  out[separator] = ' ';
  return out;
}

std::uint64_t ReplyParser::position() const {
  return partial_.reply.lines.empty() ? buffer_.position() : partial_.begin;
}

void ReplyParser::drop() {
  buffer_.drop();
  partial_ = {};
}

std::optional<Result<ReceivedReply>> ReplyParser::next() {
  if (poison_) return std::nullopt;
  while (auto line = buffer_.next_line()) {
    bool last = false;
    if (auto error = take(*line, last)) {
      poison_ = *error;
      if (partial_.reply.lines.empty()) partial_.begin = line->begin;
      partial_.end = line->end;
      return Result<ReceivedReply>(*error);
    }
    if (!last) continue;
    ReceivedReply done = std::move(partial_);
    partial_ = {};
    return Result<ReceivedReply>(std::move(done));
  }
  return std::nullopt;
}

std::optional<Error> ReplyParser::take(const Line& line, bool& last) {
  const std::string_view text = line.text;
  if (line.defect == LineDefect::too_long) return Error{"a reply line is too long"};
  if (line.defect != LineDefect::none) return Error{"a reply line holds a bare CR or LF"};
  const bool digits = text.size() >= 3 && text[0] >= '2' && text[0] <= '5' &&
                      mail::is_digit(text[1]) && mail::is_digit(text[2]);
  if (!digits || (text.size() > 3 && text[3] != ' ' && text[3] != '-'))
    return Error{"not a reply: it does not begin with a three-digit code"};
  Reply& reply = partial_.reply;
  const int code = (text[0] - '0') * 100 + (text[1] - '0') * 10 + (text[2] - '0');
  if (reply.lines.empty()) {
    reply.code = code;
    partial_.begin = line.begin;
  } else if (code != reply.code) {
    return Error{"the lines of one reply carry different codes"};
  }
  if (reply.lines.size() == max_lines) return Error{"a reply has too many lines"};
  std::string_view rest = text.size() > 4 ? text.substr(4) : std::string_view{};
  const std::string_view enhanced = leading_enhanced(rest, code);
  if (!enhanced.empty() && (reply.lines.empty() || enhanced == reply.enhanced)) {
    reply.enhanced = enhanced;
    rest.remove_prefix(std::min(enhanced.size() + 1, rest.size()));
  }
  reply.lines.emplace_back(rest);
  partial_.end = line.end;
  last = text.size() == 3 || text[3] == ' ';
  return std::nullopt;
}

}  // namespace posthorn::smtp
