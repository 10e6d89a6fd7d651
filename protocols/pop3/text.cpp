#include "protocols/pop3/text.hpp"

#include <algorithm>

#include "protocols/mail/ascii.hpp"

namespace posthorn::pop3 {

namespace {

bool ends_line(std::string_view body) {
  return body.empty() || (body.size() >= 2 && body.substr(body.size() - 2) == "\r\n");
}

}  // namespace

std::optional<std::string> with_whole_line_ends(std::string_view body) {
  const auto alone = [&](std::size_t at) {
    if (body[at] == '\r') return at + 1 == body.size() || body[at + 1] != '\n';
    return body[at] == '\n' && (at == 0 || body[at - 1] != '\r');
  };
  const auto any = [&](char end) {
    std::size_t at = body.find(end);
    while (at != std::string_view::npos && !alone(at)) at = body.find(end, at + 1);
    return at != std::string_view::npos;
  };
  if (!any('\n') && !any('\r')) return std::nullopt;  // nearly always, and quickly found
  std::string out;
  for (std::size_t at = 0; at < body.size(); ++at) {
    if (alone(at))
      out += "\r\n";
    else
      out += body[at];
  }
  return out;
}

std::string stuff(std::string_view body) {
  std::string out;
  out.reserve(body.size() + 64);
  for (std::size_t at = 0; at < body.size();) {
    if (body[at] == '.') out.push_back('.');
    const std::size_t crlf = body.find("\r\n", at);
    const std::size_t next = crlf == std::string_view::npos ? body.size() : crlf + 2;
    out.append(body.substr(at, next - at));
    at = next;
  }
  if (!ends_line(body)) out.append("\r\n");
  return out.append(".\r\n");
}

std::uint64_t size_on_wire(std::string_view body) {
  return body.size() + (ends_line(body) ? 0 : 2);
}

std::string_view top(std::string_view message, std::uint64_t lines) {
  std::size_t at = message.substr(0, 2) == "\r\n" ? 2 : message.find("\r\n\r\n");
  if (at == std::string_view::npos) return message;
  if (at != 2) at += 4;
  for (; lines > 0 && at < message.size(); --lines) {
    const std::size_t crlf = message.find("\r\n", at);
    at = crlf == std::string_view::npos ? message.size() : crlf + 2;
  }
  return message.substr(0, at);
}

std::string_view word(std::string_view& text) {
  text.remove_prefix(std::min(text.find_first_not_of(' '), text.size()));
  const std::string_view found = text.substr(0, text.find(' '));
  text.remove_prefix(found.size());
  return found;
}

std::optional<std::uint64_t> number(std::string_view text) {
  if (text.empty()) return std::nullopt;
  constexpr std::uint64_t most = UINT64_MAX / 10 - 1;
  std::uint64_t value = 0;
  for (char c : text) {
    if (!mail::is_digit(c)) return std::nullopt;
    value = value > most ? UINT64_MAX : value * 10 + static_cast<std::uint64_t>(c - '0');
  }
  return value;
}

}  // namespace posthorn::pop3
