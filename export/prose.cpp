#include "export/prose.hpp"

#include "export/markup.hpp"

namespace posthorn::exporting {
namespace {

/// The next character of UTF-8.
std::string_view take_character(std::string_view& text) {
  std::size_t size = 1;
  while (size < text.size() && (static_cast<unsigned char>(text[size]) & 0xc0) == 0x80) ++size;
  const std::string_view character = text.substr(0, size);
  text.remove_prefix(size);
  return character;
}

/// What stays with the character before it, and with the one behind it (JIS X 4051).
bool begins_no_line(std::string_view character) {
  constexpr std::string_view kThese =
      "、。,.・:;?!」』)]}〉》ーっゃゅょぁぃぅぇぉッャュョァィゥェォ々…)」,.!?:;”";
  return kThese.find(character) != std::string_view::npos;
}
bool ends_no_line(std::string_view character) {
  constexpr std::string_view kThese = "「『([{〈《(“";
  return kThese.find(character) != std::string_view::npos;
}

/// Pieces that are not broken: words with the space behind them, and single Japanese letters with
/// what belongs to them.
std::vector<std::string> pieces_of(std::string_view prose) {
  std::vector<std::string> pieces;
  bool open = false, wide = false;  // the last piece may grow; its last character is Japanese
  while (!prose.empty()) {
    const std::string_view character = take_character(prose);
    const bool is_wide = columns(character) == 2;
    const bool stays = open || (!pieces.empty() && begins_no_line(character)) ||
                       (!pieces.empty() && character == " ") ||
                       (!pieces.empty() && !is_wide && !wide && !pieces.back().ends_with(' '));
    if (stays)
      pieces.back() += character;
    else
      pieces.emplace_back(character);
    open = ends_no_line(character);
    wide = is_wide;
  }
  return pieces;
}

}  // namespace

std::vector<std::string> wrap(std::string_view prose, std::size_t width) {
  std::vector<std::string> lines;
  const auto trim = [](std::string& line) {
    while (line.ends_with(' ')) line.pop_back();
  };
  std::size_t used = 0;
  for (const std::string& piece : pieces_of(prose)) {
    std::string bare = piece;
    trim(bare);
    if (lines.empty() || (used > 0 && used + columns(bare) > width)) {
      if (!lines.empty()) trim(lines.back());
      lines.emplace_back();
      used = 0;
    }
    lines.back() += piece;
    used += columns(piece);
  }
  if (!lines.empty()) trim(lines.back());
  return lines;
}

}  // namespace posthorn::exporting
