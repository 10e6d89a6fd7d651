#include "export/readable_lines.hpp"

#include <algorithm>
#include <cstddef>

#include "export/transcript.hpp"

namespace posthorn::exporting {
namespace {

constexpr std::size_t kLongestRun = 8, kFirst = 3, kLast = 3;
/// Encoders fill their lines (76 characters, 64 in PEM); a list of words has shorter ones.
constexpr std::size_t kNarrowest = 40;

/// RFC 4648 §4, without the padding.
bool is_base64(std::string_view text) {
  return !text.empty() && std::ranges::all_of(text, [](char c) {
    return (c >= 'A' && c <= 'Z') || (c >= 'a' && c <= 'z') || (c >= '0' && c <= '9') || c == '+' ||
           c == '/';
  });
}

/// How many lines from `begin` on are base64: full ones, all of one width, and the rest.
std::size_t run_at(const std::vector<std::string_view>& lines, std::size_t begin) {
  const std::size_t width = lines[begin].size();
  if (width < kNarrowest) return 0;
  std::size_t end = begin;
  while (end < lines.size() && lines[end].size() == width && is_base64(lines[end])) ++end;
  if (end == begin || end == lines.size()) return end - begin;
  std::string_view rest = lines[end];
  if (rest.size() > width) return end - begin;
  for (int padding = 0; padding < 2 && rest.ends_with('='); ++padding) rest.remove_suffix(1);
  return end - begin + (is_base64(rest) ? 1 : 0);
}

std::string left_out(std::size_t lines, std::ptrdiff_t octets, Lang lang) {
  const std::string how_many = std::to_string(lines), how_much = std::to_string(octets);
  return lang == Lang::ja ? "…(途中の " + how_many + " 行、" + how_much + " バイトを省略)"
                          : "… (" + how_many + " lines, " + how_much + " octets left out)";
}

}  // namespace

std::vector<std::string> readable_lines(std::string_view said, Lang lang) {
  const std::vector<std::string_view> lines = split_lines(said);
  std::vector<std::string> shown;
  for (std::size_t i = 0; i < lines.size();) {
    const std::size_t run = run_at(lines, i);
    const std::size_t hidden = run > kLongestRun ? run - kFirst - kLast : 0;
    const std::size_t end = i + std::max<std::size_t>(run, 1);
    for (std::size_t k = i; k < end; ++k) {
      if (hidden != 0 && k == i + kFirst) {
        const char* first = lines[k].data();
        k += hidden;
        shown.push_back(left_out(hidden, lines[k].data() - first, lang));
      }
      shown.push_back(printable(lines[k]));
    }
    i = end;
  }
  return shown;
}

}  // namespace posthorn::exporting
