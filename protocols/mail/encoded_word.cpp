#include "protocols/mail/encoded_word.hpp"

#include <algorithm>

#include "protocols/mail/ascii.hpp"
#include "protocols/mail/charset.hpp"
#include "protocols/mail/fold.hpp"
#include "protocols/mail/transfer_encoding.hpp"

namespace posthorn::mail {
namespace {

constexpr std::size_t kWordLimit = 75;  // RFC 2047 §2
constexpr std::size_t kLineLimit = 76;  // of a line that holds an encoded-word (ibid.)

/// =?charset?B?text?= taken apart.
struct Word {
  std::string_view charset;
  char encoding = 'B';
  std::string_view text;
  std::size_t length = 0;  ///< of the whole; 0: not a word
};

/// Finds "?=" from ever later places; remembers the last answer, so that a field made of nothing
/// but beginnings costs no quadratic time.
class Terminators {
 public:
  explicit Terminators(std::string_view text) : text_(text) {}
  std::size_t from(std::size_t at) {
    if (found_ < at || at < searched_from_ || !searched_) found_ = text_.find("?=", at);
    searched_from_ = at;
    searched_ = true;
    return found_;
  }

 private:
  std::string_view text_;
  bool searched_ = false;
  std::size_t searched_from_ = 0;
  std::size_t found_ = 0;
};

/// "=?charset?B?" at `at`: the word as far as it is known then, its length that of this beginning.
Word read_beginning(std::string_view text, std::size_t at) {
  constexpr std::size_t longest_charset = 60;
  if (text.substr(at, 2) != "=?") return {};
  std::size_t mark = at + 2;
  while (mark < text.size() && mark < at + 2 + longest_charset &&
         (is_token_char(text[mark]) || text[mark] == ':'))
    ++mark;
  if (mark == at + 2 || mark + 2 >= text.size() || text[mark] != '?' || text[mark + 2] != '?')
    return {};
  Word word;
  word.charset = text.substr(at + 2, mark - at - 2);
  word.charset = word.charset.substr(0, word.charset.find('*'));  // RFC 2231 §5: a language
  word.encoding = text[mark + 1];
  if (std::string_view("BbQq").find(word.encoding) == std::string_view::npos) return {};
  word.length = mark + 3 - at;
  return word;
}

Word read_word(std::string_view text, std::size_t at, Terminators& terminators) {
  Word word = read_beginning(text, at);
  if (word.length == 0) return {};
  const std::size_t begin = at + word.length, end = terminators.from(begin);
  if (end == std::string_view::npos) return {};
  word.text = text.substr(begin, end - begin);
  // A word that was never ended is text; the one that begins inside of it is a word.
  const std::size_t inner = word.text.find("=?");
  if (inner != std::string_view::npos && read_beginning(text, begin + inner).length > 0) return {};
  word.length = end + 2 - at;
  return word;
}

std::string q_decode(std::string_view text) {
  std::string out;
  for (std::size_t at = 0; at < text.size(); ++at) {
    const bool coded = text[at] == '=' && at + 2 < text.size() && hex_value(text[at + 1]) >= 0 &&
                       hex_value(text[at + 2]) >= 0;
    if (coded) {
      out += static_cast<char>(hex_value(text[at + 1]) * 16 + hex_value(text[at + 2]));
      at += 2;
    } else {
      out += text[at] == '_' ? ' ' : text[at];
    }
  }
  return out;
}

/// How many base64 digits, and whether what they end in belongs to octets that are not there: then
/// the sender cut the base64 text of one word in pieces, and not the text in words.
bool is_cut(std::string_view base64) {
  constexpr std::size_t longest = 1000;
  if (base64.size() > longest) return false;
  std::size_t digits = 0;
  char last = 'A';
  for (const char c : base64) {
    if (c == '=') return false;
    if (is_space(c)) continue;
    ++digits;
    last = c;
  }
  if (digits % 4 == 0) return false;
  const std::string spare = base64_decode(std::string("AAA") + last);  // 6 bits at the end
  const unsigned bits = spare.empty() ? 0 : static_cast<unsigned char>(spare.back()) & 63;
  return digits % 4 == 1 || (bits & (digits % 4 == 2 ? 15u : 3u)) != 0;
}

/// Collects neighbouring words of one charset before they are converted: a character may begin in
/// one and end in the next, against RFC 2047 §5.
class Joiner {
 public:
  explicit Joiner(std::string& out) : out_(out) {}
  void add(const Word& word) {
    const std::string charset = canonical_charset(word.charset);
    if (charset != charset_) flush();
    charset_ = charset;
    const bool base64 = word.encoding == 'B' || word.encoding == 'b';
    if (!base64 || !is_cut(base64_)) decode_base64();
    if (base64)
      base64_ += word.text;
    else
      bytes_ += q_decode(word.text);
  }
  void flush() {
    decode_base64();
    if (bytes_.empty()) return;
    std::string text = to_utf8(bytes_, charset_);
    std::replace_if(
        text.begin(), text.end(), [](char c) { return c == '\r' || c == '\n' || c == '\0'; }, ' ');
    out_ += text;
    bytes_.clear();
  }

 private:
  void decode_base64() {
    bytes_ += base64_decode(base64_);
    base64_.clear();
  }

  std::string& out_;
  std::string charset_, bytes_;
  std::string base64_;  ///< of the last word; what comes next may belong to it
};

bool q_literal(char c) {  // RFC 2047 §5 (3): what is safe in every place, phrases included
  return is_alnum(c) || std::string_view("!*+-/").find(c) != std::string_view::npos;
}

std::string q_encode(std::string_view bytes) {
  constexpr char digits[] = "0123456789ABCDEF";
  std::string out;
  for (const char c : bytes) {
    const auto byte = static_cast<unsigned char>(c);
    if (c == ' ')
      out += '_';
    else if (q_literal(c))
      out += c;
    else
      (((out += '=') += digits[byte >> 4]) += digits[byte & 15]);
  }
  return out;
}

/// How one text is written: which charset, which encoding.
struct Style {
  bool iso2022jp = false;
  bool q = false;

  [[nodiscard]] std::string word(std::string_view utf8) const {
    const std::string bytes =
        iso2022jp ? from_utf8(utf8, "ISO-2022-JP").value_or(std::string()) : std::string(utf8);
    return std::string(iso2022jp ? "=?ISO-2022-JP?" : "=?UTF-8?") + (q ? "Q?" : "B?") +
           (q ? q_encode(bytes) : base64_encode(bytes)) + "?=";
  }
};

Style choose_style(std::string_view text, WireCharset charset) {
  if (charset == WireCharset::iso2022jp && !is_ascii(text) && from_utf8(text, "ISO-2022-JP"))
    return {true, false};
  return {false, q_encode(text).size() <= base64_encode(text).size()};
}

/// Whether ASCII text would come back the same from an unstructured field.
bool survives_plain(std::string_view text) {
  constexpr std::size_t longest_token = 900;  // far below the 998 of RFC 5322 §2.1.1
  if (text.find("=?") != std::string_view::npos) return false;
  if (!text.empty() && (is_wsp(text.front()) || is_wsp(text.back()))) return false;
  std::size_t token = 0;
  for (const char c : text) {
    token = is_wsp(c) ? 0 : token + 1;
    if (is_8bit(c) || (is_ctl(c) && c != '\t') || token > longest_token) return false;
  }
  return true;
}

/// Folds before white space that is followed by something.
std::string fold_plain(std::string_view text, std::size_t column) {
  std::string out;
  while (!text.empty()) {
    const std::size_t word = text.find_first_not_of(" \t");
    const std::size_t end = std::min(text.find_first_of(" \t", word), text.size());
    if (!out.empty() && column + end > 78) {
      out += "\r\n";
      column = 0;
    }
    out += text.substr(0, end);
    column += end;
    text.remove_prefix(end);
  }
  return out;
}

/// The length of the beginning of `text` that can stay plain before encoded-words: whole words,
/// the single space after the last of them included.
std::size_t plain_prefix(std::string_view text) {
  std::size_t good = 0;
  for (std::size_t at = text.find(' '); at != std::string_view::npos; at = text.find(' ', at + 1)) {
    const std::string_view prefix = text.substr(0, at);
    if (at == 0 || at + 1 >= text.size() || is_wsp(text[at + 1]) || !survives_plain(prefix) ||
        at > 60)
      break;
    good = at + 1;
  }
  return good;
}

}  // namespace

std::size_t encoded_word_length(std::string_view text) {
  Terminators terminators(text);
  return read_word(text, 0, terminators).length;
}

std::string decode_encoded_words(std::string_view text) {
  std::string out;
  Terminators terminators(text);
  Joiner joiner(out);
  bool after_word = false;
  std::size_t plain = 0;  // where the text that is not yet written begins
  for (std::size_t at = text.find("=?"); at != std::string_view::npos;) {
    const Word word = read_word(text, at, terminators);
    if (word.length == 0) {
      at = text.find("=?", at + 2);
      continue;
    }
    const std::string_view between = text.substr(plain, at - plain);
    if (!(after_word && trim(between).empty())) {  // RFC 2047 §6.2
      joiner.flush();
      out += to_utf8(between, "");
    }
    joiner.add(word);
    after_word = true;
    plain = at + word.length;
    at = text.find("=?", plain);
  }
  joiner.flush();
  out += to_utf8(text.substr(plain), "");
  return out;
}

std::vector<std::string> encode_words(std::string_view text, WireCharset charset,
                                      std::size_t first_room) {
  const std::string valid = repair_utf8(text);
  const Style style = choose_style(valid, charset);
  std::vector<std::string> words;
  std::string_view rest = valid;
  std::size_t room = std::min(first_room, kWordLimit);
  while (!rest.empty()) {
    std::size_t taken = utf8_length_at(rest, 0);
    std::string word = style.word(rest.substr(0, taken));
    if (word.size() > room && room < kWordLimit) {
      room = kWordLimit;  // not even one character fits there
      continue;
    }
    while (taken < rest.size()) {
      const std::size_t next = taken + utf8_length_at(rest, taken);
      std::string longer = style.word(rest.substr(0, next));
      if (longer.size() > room) break;
      word = std::move(longer);
      taken = next;
    }
    words.push_back(std::move(word));
    rest.remove_prefix(taken);
    room = kWordLimit;
  }
  return words;
}

std::string encode_unstructured(std::string_view text, std::size_t first_column,
                                WireCharset charset) {
  std::string line = repair_utf8(text);
  std::replace_if(
      line.begin(), line.end(), [](char c) { return c == '\r' || c == '\n'; }, ' ');
  if (survives_plain(line)) return fold_plain(line, first_column);
  const std::size_t prefix = plain_prefix(line);
  Folder folder(first_column, kLineLimit);
  if (prefix > 0) folder.word(std::string_view(line).substr(0, prefix - 1));
  const std::size_t column = folder.column();
  const std::size_t room = column < kLineLimit ? kLineLimit - column : 0;
  for (const std::string& word : encode_words(std::string_view(line).substr(prefix), charset, room))
    folder.word(word);
  return folder.text();
}

}  // namespace posthorn::mail
