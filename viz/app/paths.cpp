#include "viz/app/paths.hpp"

#include <algorithm>
#include <charconv>
#include <cstdlib>
#include <fstream>
#include <optional>

#include "viz/model/transcript.hpp"
#include "viz/model/utf8.hpp"

namespace posthorn::viz {
namespace {

std::string without_percent(std::string_view text) {
  std::string out;
  for (std::size_t i = 0; i < text.size(); ++i) {
    unsigned value = 0;
    if (text[i] == '%' && i + 2 < text.size()) {
      const auto read = std::from_chars(text.data() + i + 1, text.data() + i + 3, value, 16);
      if (read.ptr == text.data() + i + 3 && value != 0) {
        out += static_cast<char>(value);
        i += 2;
        continue;
      }
    }
    out += text[i];
  }
  return out;
}

struct Place {
  std::string file;
  std::size_t line = 0, column = 0;  ///< from 1
};

/// Of "my:file.json:42:7: error: …".
std::optional<Place> place_of(std::string_view line) {
  const auto number = [](std::string_view digits) -> std::size_t {
    std::size_t value = 0;
    const auto read = std::from_chars(digits.data(), digits.data() + digits.size(), value);
    return read.ptr == digits.data() + digits.size() ? value : 0;
  };
  const std::size_t end = line.find(": ");
  if (end == std::string_view::npos) return std::nullopt;
  const std::string_view head = line.substr(0, end);
  const std::size_t second = head.rfind(':');
  if (second == std::string_view::npos || second == 0) return std::nullopt;
  const std::size_t first = head.rfind(':', second - 1);
  if (first == std::string_view::npos) return std::nullopt;
  const Place place{std::string(head.substr(0, first)),
                    number(head.substr(first + 1, second - first - 1)),
                    number(head.substr(second + 1))};
  if (place.line == 0 || place.column == 0) return std::nullopt;
  return place;
}

/// The line, cut to what a card shows, and below it "^". Columns count characters, of which
/// Japanese ones are two cells wide.
std::string excerpt(const Place& place) {
  std::ifstream in(place.file);
  std::string text;
  for (std::size_t i = 0; i < place.line; ++i)
    if (!std::getline(in, text)) return {};
  constexpr std::size_t kBefore = 60, kMost = 160;
  const std::size_t from = place.column > kBefore ? place.column - kBefore : 1;
  const std::string number = std::to_string(place.line) + " | ";
  std::string_view rest = text, seen;
  std::size_t cells = number.size(), column = 1;
  for (; !rest.empty() && column < place.column; ++column) {
    const Utf8Char c = decode_utf8(rest);
    if (column == from) seen = rest;
    if (column >= from) cells += c.code >= 0x2E80 ? 2 : 1;
    rest.remove_prefix(c.bytes);
  }
  if (seen.empty()) seen = rest;
  return "    " + number + one_line(seen, kMost) + "\n    " + std::string(cells, ' ') + "^\n";
}

}  // namespace

std::string path_meant(std::string_view typed) {
  constexpr std::string_view kBlank = " \t\r\n";
  while (!typed.empty() && kBlank.find(typed.front()) != std::string_view::npos)
    typed.remove_prefix(1);
  while (!typed.empty() && kBlank.find(typed.back()) != std::string_view::npos)
    typed.remove_suffix(1);
  if (typed.size() > 1 && typed.front() == typed.back() && (typed[0] == '"' || typed[0] == '\''))
    typed = typed.substr(1, typed.size() - 2);
  constexpr std::string_view kScheme = "file://";
  if (typed.starts_with(kScheme)) return without_percent(typed.substr(kScheme.size()));
  const char* home = std::getenv("HOME");
  if (typed.starts_with("~/") && home != nullptr)
    return std::string(home) + std::string(typed.substr(1));
  return std::string(typed);
}

std::string with_source_lines(std::string_view problem) {
  std::string out;
  constexpr int kMost = 8;  // excerpts: a card shows no more
  for (int shown = 0; !problem.empty();) {
    const std::size_t end = std::min(problem.find('\n'), problem.size());
    const std::string_view line = problem.substr(0, end);
    problem.remove_prefix(std::min(end + 1, problem.size()));
    out += std::string(line) + "\n";
    if (line.starts_with(' ')) continue;
    if (const auto place = place_of(line); place && shown++ < kMost) out += excerpt(*place);
  }
  return out;
}

}  // namespace posthorn::viz
