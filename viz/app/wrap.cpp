// Line breaking for Latin and Japanese; ImGui itself breaks at spaces only.
//
// Between two Japanese characters a line may break, unless kinsoku forbids it (JIS X 4051): closing
// brackets, commas, small kana and the long vowel mark never begin a line, opening brackets never
// end one. Latin words stay whole unless they are longer than a line.
//
// Of the places where a line may break the cheapest is taken. What is left empty costs, and so does
// tearing a phrase: Japanese reads best where a line ends with a particle or a full stop and the
// next begins with kanji, katakana or Latin. A katakana word is torn only if no line can hold it.
#include <algorithm>

#include "viz/app/draw.hpp"
#include "viz/model/utf8.hpp"

namespace posthorn::viz {
namespace {

constexpr std::u32string_view kNeverFirst =
    U"、。，．・：；？！ー〜～…‥)]}）］｝」』】〉》〕’”,.;:?!%％々ゝゞヽヾ"
    U"ぁぃぅぇぉっゃゅょゎゕゖァィゥェォッャュョヮヵヶ";
constexpr std::u32string_view kNeverLast = U"([{（［｛「『【〈《〔‘“$¥￥";
constexpr std::u32string_view kStops = U"、。，．！？・：；";
constexpr std::u32string_view kClosers = U")）」』】〉》〕]";

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

bool is_hiragana(char32_t c) { return c >= 0x3041 && c <= 0x309F; }
bool is_katakana(char32_t c) {
  return (c >= 0x30A1 && c <= 0x30FA) || (c >= 0x30FC && c <= 0x30FE);
}

/// お花見, ご住所: the prefix belongs to the noun that follows it.
bool is_prefix(char32_t c, char32_t next) {
  return (c == U'お' || c == U'ご') && is_wide(next) && !is_hiragana(next);
}

/// Between two hiragana: behind a particle, where it is one ("に|なります"; not "はず", "です").
bool behind_particle(char32_t left, char32_t right) {
  constexpr std::u32string_view kParticles = U"はがにでともへや";
  constexpr std::u32string_view kOneWord[] = {U"はず", U"はい", U"はな", U"です", U"でし", U"でき",
                                              U"では", U"でも", U"には", U"にも", U"とは", U"とも",
                                              U"とき", U"とこ", U"ても", U"もの", U"もう", U"もし",
                                              U"やす", U"やり", U"へん", U"がら", U"もら", U"がる"};
  if (!contains(kParticles, left)) return false;
  return std::ranges::none_of(
      kOneWord, [&](std::u32string_view word) { return word[0] == left && word[1] == right; });
}

/// What a break between `left` and `right` costs, in percent of a line that is left empty;
/// `after` follows them.
float cost_of_tearing(char32_t left, char32_t right, char32_t after) {
  constexpr float kWord = 1000, kTorn = 60, kPhrase = 21, kInflected = 32, kCompound = 15;
  constexpr float kParticle = 4, kAfterParticle = 10;
  if (left == ' ' || contains(kStops, left)) return 0;
  if (is_katakana(left) && is_katakana(right)) return kWord;
  if (is_prefix(left, right)) return kPhrase;
  if (is_hiragana(left) && is_prefix(right, after)) return 0;
  if (left == U'を') return kParticle;  // is nothing but a particle
  if (is_hiragana(left) && is_hiragana(right))
    return behind_particle(left, right) ? kAfterParticle : kTorn;
  if (is_hiragana(right)) return kInflected;  // 送|り
  if (contains(kClosers, left)) return 6;
  if (!is_hiragana(left)) return contains(kNeverLast, right) ? 4 : kCompound;
  return 0;
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

/// Finds the cheapest place while the line is walked along.
class Breaker {
 public:
  Breaker(const Face& face, std::string_view text, float width)
      : face_(face), text_(text), width_(width) {}

  /// How many bytes make the first line; at least one character.
  std::size_t first_line() {
    while (at_ < text_.size()) {
      const Utf8Char glyph = decode_utf8(text_.substr(at_));
      if (at_ > 0 && may_break_between(former_, glyph.code)) consider(glyph);
      note_bracket(glyph.code);
      x_ += text_size(face_, text_.substr(at_, glyph.bytes)).x;
      if (x_ > width_ && glyph.code != ' ' && at_ > 0) return best_ > 0 ? best_ : at_;
      at_ += glyph.bytes;
      former_ = glyph.code;
    }
    return text_.size();
  }

 private:
  void note_bracket(char32_t c) {
    if (c == '(') ++depth_;
    if (c == ')') depth_ = std::max(0, depth_ - 1);
  }

  /// Later places are fuller: what the former best leaves empty grows with every character.
  void consider(const Utf8Char& next) {
    constexpr float kInBrackets = 40, kLonely = 30;
    constexpr std::size_t kLeastLast = 4;  // characters of a last line
    const std::string_view rest = text_.substr(at_ + next.bytes);
    float cost = cost_of_tearing(former_, next.code, rest.empty() ? 0 : decode_utf8(rest).code);
    if (depth_ > 0) cost += kInBrackets;
    const bool roomy = width_ > 8 * face_.size && is_wide(next.code);
    if (roomy && characters(text_.substr(at_), kLeastLast) < kLeastLast) cost += kLonely;
    // In a long line a character is little, but a ragged edge is seen all the same.
    const float percent = std::max(100 / width_, 5 / face_.size);
    cost -= x_ * percent;
    if (best_ > 0 && cost > best_cost_) return;
    best_ = at_;
    best_cost_ = cost;
  }

  const Face& face_;
  std::string_view text_;
  float width_, x_ = 0, best_cost_ = 0;
  std::size_t at_ = 0, best_ = 0;
  int depth_ = 0;
  char32_t former_ = 0;
};

}  // namespace

std::vector<std::string_view> wrap_text(const Face& face, std::string_view text, float width) {
  std::vector<std::string_view> lines;
  while (!text.empty()) {
    const std::size_t newline = text.find('\n');
    std::string_view paragraph = text.substr(0, newline);
    if (!paragraph.empty() && paragraph.back() == '\r') paragraph.remove_suffix(1);
    do {
      const std::size_t length = Breaker(face, paragraph, width).first_line();
      lines.push_back(without_final_spaces(paragraph.substr(0, length)));
      paragraph.remove_prefix(length);
    } while (!paragraph.empty());
    if (newline == std::string_view::npos) break;
    text.remove_prefix(newline + 1);
  }
  return lines;
}

}  // namespace posthorn::viz
