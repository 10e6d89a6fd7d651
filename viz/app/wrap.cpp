// Line breaking for Latin and Japanese; ImGui itself breaks at spaces only.
//
// Between two Japanese characters a line may break, unless kinsoku forbids it (JIS X 4051):
// closing brackets, commas, small kana and the long vowel mark never begin a line, opening
// brackets never end one. Latin words stay whole unless they are longer than a line. Katakana words
// and what stands in brackets stay whole too if the line is not left half empty by it, and the last
// line of a paragraph is not one character and a full stop.
#include <algorithm>
#include <array>

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

bool is_katakana(char32_t c) {
  return (c >= 0x30A1 && c <= 0x30FA) || (c >= 0x30FC && c <= 0x30FE);
}

/// How many characters, but no more than `most`.
std::size_t characters(std::string_view text, std::size_t most) {
  std::size_t count = 0;
  for (; !text.empty() && count < most; ++count) text.remove_prefix(decode_utf8(text).bytes);
  return count;
}

std::string_view without_final_spaces(std::string_view line) {
  while (!line.empty() && line.back() == ' ') line.remove_suffix(1);
  return line;
}

/// How many bytes of `text` (without '\n') make the first line; at least one character.
std::size_t first_line(const Face& face, std::string_view text, float width) {
  constexpr float kLeastFilled = 0.45f;  // of a line that ends early for the sake of a word
  constexpr std::size_t kLeastLast = 4;  // characters of a last line
  const bool roomy = width > 8 * face.size;
  std::size_t at = 0, good = 0;
  std::array<std::size_t, kLeastLast> fine{};  // good places to break, the last one first
  float x = 0;
  int depth = 0;
  char32_t former = 0;
  while (at < text.size()) {
    const Utf8Char glyph = decode_utf8(text.substr(at));
    if (at > 0 && may_break_between(former, glyph.code)) {
      good = at;
      const bool in_word = is_katakana(former) && is_katakana(glyph.code);
      if (!in_word && depth == 0 && x >= kLeastFilled * width) {
        std::copy_backward(fine.begin(), fine.end() - 1, fine.end());
        fine[0] = at;
      }
    }
    if (glyph.code == '(') ++depth;
    if (glyph.code == ')') depth = std::max(0, depth - 1);
    x += text_size(face, text.substr(at, glyph.bytes)).x;
    if (x > width && glyph.code != ' ' && at > 0) {
      if (fine[0] == 0) return good > 0 ? good : at;
      if (roomy && is_wide(glyph.code))
        for (const std::size_t end : fine)
          if (end > 0 && characters(text.substr(end), kLeastLast) == kLeastLast) return end;
      return fine[0];
    }
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
