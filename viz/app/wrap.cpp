// Line breaking for Latin and Japanese; ImGui itself breaks at spaces only.
//
// Between two Japanese characters a line may break, unless kinsoku forbids it (JIS X 4051):
// closing brackets, commas, small kana and the long vowel mark never begin a line, opening
// brackets never end one. Latin words stay whole unless they are longer than a line.
#include <algorithm>

#include "viz/app/draw.hpp"
#include "viz/model/utf8.hpp"

namespace posthorn::viz {
namespace {

constexpr std::u32string_view kNeverFirst =
    U"、。，．・：；？！ー〜～…‥)]}）］｝」』】〉》〕’”,.;:?!%％々ゝゞヽヾ"
    U"ぁぃぅぇぉっゃゅょゎゕゖァィゥェォッャュョヮヵヶ";
constexpr std::u32string_view kNeverLast = U"([{（［｛「『【〈《〔‘“$¥￥";

/// Scripts that are written without spaces.
bool is_wide(char32_t c) {
  return (c >= 0x2E80 && c <= 0x9FFF) || (c >= 0xF900 && c <= 0xFAFF) ||
         (c >= 0xFF00 && c <= 0xFFEF) || (c >= 0x20000 && c <= 0x3FFFF);
}
bool contains(std::u32string_view set, char32_t c) {
  return set.find(c) != std::u32string_view::npos;
}

bool may_break_between(char32_t left, char32_t right) {
  if (contains(kNeverFirst, right) || contains(kNeverLast, left)) return false;
  if (left == ' ') return right != ' ';
  if (right == ' ') return false;
  return is_wide(left) || is_wide(right);
}

std::string_view without_final_spaces(std::string_view line) {
  while (!line.empty() && line.back() == ' ') line.remove_suffix(1);
  return line;
}

/// How many bytes of `text` (without '\n') make the first line; at least one character.
std::size_t first_line(const Face& face, std::string_view text, float width) {
  std::size_t at = 0, good = 0;
  float x = 0;
  char32_t former = 0;
  while (at < text.size()) {
    const Utf8Char glyph = decode_utf8(text.substr(at));
    if (at > 0 && may_break_between(former, glyph.code)) good = at;
    x += text_size(face, text.substr(at, glyph.bytes)).x;
    if (x > width && glyph.code != ' ' && at > 0) return good > 0 ? good : at;
    at += glyph.bytes;
    former = glyph.code;
  }
  return text.size();
}

}  // namespace

std::vector<std::string_view> wrap_text(const Face& face, std::string_view text, float width) {
  std::vector<std::string_view> lines;
  while (!text.empty()) {
    const std::size_t newline = text.find('\n');
    std::string_view paragraph = text.substr(0, newline);
    if (!paragraph.empty() && paragraph.back() == '\r') paragraph.remove_suffix(1);
    do {
      const std::size_t length = first_line(face, paragraph, width);
      lines.push_back(without_final_spaces(paragraph.substr(0, length)));
      paragraph.remove_prefix(length);
    } while (!paragraph.empty());
    if (newline == std::string_view::npos) break;
    text.remove_prefix(newline + 1);
  }
  return lines;
}

}  // namespace posthorn::viz
