#include "sim/scenario/json.hpp"

#include <charconv>
#include <set>

#include "sim/scenario/load.hpp"
#include "sim/scenario/messages.hpp"

namespace posthorn::scenario::json {
namespace {

constexpr bool is_digit(char c) { return c >= '0' && c <= '9'; }
constexpr bool is_word(char c) {
  return is_digit(c) || (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || c == '_' || c == '-' ||
         c == '$' || c == '+' || c == '.';
}

/// Length of the valid UTF-8 sequence at `i` (RFC 3629); 0 if there is none.
std::size_t utf8_length(std::string_view s, std::size_t i) {
  const auto byte = [&](std::size_t k) -> unsigned {
    return i + k < s.size() ? static_cast<unsigned char>(s[i + k]) : 0u;
  };
  const auto more = [&](std::size_t k) { return (byte(k) & 0xc0u) == 0x80u; };
  const unsigned b = byte(0);
  if (b < 0x80) return 1;
  if (b >= 0xc2 && b <= 0xdf) return more(1) ? 2 : 0;
  if (b >= 0xe0 && b <= 0xef) {
    const bool over = b == 0xe0 && byte(1) < 0xa0;
    const bool surrogate = b == 0xed && byte(1) >= 0xa0;
    return more(1) && more(2) && !over && !surrogate ? 3 : 0;
  }
  if (b >= 0xf0 && b <= 0xf4) {
    const bool over = b == 0xf0 && byte(1) < 0x90;
    const bool above = b == 0xf4 && byte(1) >= 0x90;
    return more(1) && more(2) && more(3) && !over && !above ? 4 : 0;
  }
  return 0;
}

void append_utf8(std::string& out, std::uint32_t c) {
  const auto put = [&](std::uint32_t byte) { out += static_cast<char>(byte); };
  if (c < 0x80) {
    put(c);
  } else if (c < 0x800) {
    put(0xc0 | c >> 6);
    put(0x80 | (c & 0x3f));
  } else if (c < 0x10000) {
    put(0xe0 | c >> 12);
    put(0x80 | (c >> 6 & 0x3f));
    put(0x80 | (c & 0x3f));
  } else {
    put(0xf0 | c >> 18);
    put(0x80 | (c >> 12 & 0x3f));
    put(0x80 | (c >> 6 & 0x3f));
    put(0x80 | (c & 0x3f));
  }
}

/// Signs of a Japanese keyboard, or of a word processor, that look like those of JSON.
std::string_view half_width(std::string_view text) {
  // 、 , : ; { } [ ] 「 」 “ ” " 『 』 ‘ ’ 。 and two spaces
  constexpr std::pair<std::string_view, std::string_view> signs[] = {
      {"\xe3\x80\x81", ","},  {"\xef\xbc\x8c", ","},  {"\xef\xbc\x9a", ":"},
      {"\xef\xbc\x9b", ":"},  {"\xef\xbd\x9b", "{"},  {"\xef\xbd\x9d", "}"},
      {"\xef\xbc\xbb", "["},  {"\xef\xbc\xbd", "]"},  {"\xe3\x80\x8c", "\""},
      {"\xe3\x80\x8d", "\""}, {"\xe2\x80\x9c", "\""}, {"\xe2\x80\x9d", "\""},
      {"\xef\xbc\x82", "\""}, {"\xe3\x80\x8e", "\""}, {"\xe3\x80\x8f", "\""},
      {"\xe2\x80\x98", "\""}, {"\xe2\x80\x99", "\""}, {"\xe3\x80\x82", "."},
      {"\xe3\x80\x80", " "},  {"\xc2\xa0", " "}};
  for (const auto& [wide, plain] : signs)
    if (text.starts_with(wide)) return plain;
  const bool digit = text.size() >= 3 && text.starts_with("\xef\xbc") &&
                     static_cast<unsigned char>(text[2]) >= 0x90 &&
                     static_cast<unsigned char>(text[2]) <= 0x99;
  constexpr std::string_view digits = "0123456789";
  return digit ? digits.substr(static_cast<unsigned char>(text[2]) - 0x90u, 1) : std::string_view();
}

/// A fatal mistake: nothing sensible can be read after it.
struct Stop {};

class Parser {
 public:
  Parser(std::string_view text, const std::string& file) : text_(text), file_(file) {}

  ParseResult run() {
    ParseResult result;
    try {
      if (text_.starts_with("\xef\xbb\xbf")) next_ += 3;
      Value value = parse_value(0);
      skip_space();
      if (next_ < text_.size()) report(here(), fill(say::after_end, {found()}), "");
      result.value = std::move(value);
    } catch (const Stop&) {
    }
    result.diagnostics = std::move(diagnostics_);
    return result;
  }

 private:
  // ---- characters and places
  [[nodiscard]] char peek() const { return next_ < text_.size() ? text_[next_] : '\0'; }
  [[nodiscard]] bool at_end() const { return next_ >= text_.size(); }
  [[nodiscard]] Position here() const { return {line_, column_}; }
  void advance() {
    const auto c = static_cast<unsigned char>(text_[next_++]);
    if (c == '\n') {
      ++line_;
      column_ = 1;
    } else if ((c & 0xc0) != 0x80) {
      ++column_;
    }
  }
  void advance(std::size_t count) {
    for (; count > 0 && !at_end(); --count) advance();
  }
  void report(Position at, std::string message, std::string hint) {
    if (diagnostics_.size() < kMaxDiagnostics)
      diagnostics_.push_back({file_, at.line, at.column, std::move(message), std::move(hint)});
    else
      throw Stop{};
  }
  [[noreturn]] void fail(Position at, std::string message, std::string hint) {
    if (const std::string_view plain = half_width(text_.substr(next_)); !plain.empty())
      hint = plain == " " ? std::string(say::wide_space_hint) : fill(say::wide_sign_hint, {plain});
    report(at, std::move(message), std::move(hint));
    throw Stop{};
  }
  /// The next word or character, as a message shows it.
  [[nodiscard]] std::string found() const {
    if (at_end()) return "the end of the file";
    std::size_t end = next_;
    while (end < text_.size() && end < next_ + 40 && is_word(text_[end])) ++end;
    if (end == next_) end += std::max<std::size_t>(1, utf8_length(text_, next_));
    const std::string_view word = text_.substr(next_, end - next_);
    return utf8_length(text_, next_) == 0 ? "a stray byte" : "'" + std::string(word) + "'";
  }

  void skip_space() {
    while (!at_end()) {
      const char c = peek();
      if (c == ' ' || c == '\t' || c == '\n' || c == '\r')
        advance();
      else if (c == '#' || (c == '/' && next_ + 1 < text_.size() &&
                            (text_[next_ + 1] == '/' || text_[next_ + 1] == '*')))
        skip_comment();
      else
        return;
    }
  }
  void skip_comment() {
    report(here(), std::string(say::comment), std::string(say::comment_hint));
    const bool block = text_.substr(next_, 2) == "/*";
    const std::size_t end = block ? text_.find("*/", next_ + 2) : text_.find('\n', next_);
    advance((end == std::string_view::npos ? text_.size() : end + (block ? 2 : 0)) - next_);
  }

  // ---- values
  Value parse_value(int depth) {
    skip_space();
    Value value;
    value.at = here();
    if (depth > kMaxDepth) fail(here(), fill(say::too_deep, {std::to_string(kMaxDepth)}), "");
    const char c = peek();
    if (c == '{')
      parse_object(value, depth);
    else if (c == '[')
      parse_array(value, depth);
    else if (c == '"' || c == '\'')
      parse_text(value);
    else if (!at_end() && is_word(c))
      parse_word(value);
    else
      fail(here(), fill(say::expected, {"a value", found()}), "");
    return value;
  }

  void parse_object(Value& value, int depth) {
    value.kind = Kind::object;
    std::set<std::string, std::less<>> keys;
    parse_items(value.at, '}', [&] {
      Member member;
      member.at = here();
      member.key = parse_key();
      skip_space();
      if (peek() != ':' || at_end())
        fail(here(), fill(say::expected, {"':' after the key " + quoted(member.key), found()}), "");
      advance();
      member.value = parse_value(depth + 1);
      if (keys.insert(member.key).second)
        value.members.push_back(std::move(member));
      else
        report_duplicate(value, member);
    });
  }
  void report_duplicate(const Value& object, const Member& again) {
    for (const Member& member : object.members)
      if (member.key == again.key)
        report(again.at, fill(say::duplicate_key, {quoted(again.key)}),
               fill(say::duplicate_key_hint,
                    {std::to_string(member.at.line), std::to_string(member.at.column)}));
  }

  void parse_array(Value& value, int depth) {
    value.kind = Kind::array;
    parse_items(value.at, ']', [&] { value.items.push_back(parse_value(depth + 1)); });
  }

  /// What stands between brackets: items, commas between them, the closing bracket.
  template <class Item>
  void parse_items(Position opened, char closing, Item&& item) {
    const std::string open = closing == '}' ? "'{'" : "'['";
    const std::string close = std::string("'") + closing + "'";
    advance();
    for (bool first = true;; first = false) {
      skip_space();
      if (peek() == closing && !at_end()) break;
      if (!first) {
        const Position comma = here();
        if (peek() == ',' && !at_end()) {
          advance();
          skip_space();
          if (peek() == closing && !at_end()) {
            report(comma, fill(say::trailing_comma, {close}),
                   std::string(say::trailing_comma_hint));
            break;
          }
        } else if (at_end() || !starts_item()) {
          never_closed(opened, open, close);
        } else {
          report(here(), fill(say::missing_comma, {found()}), std::string(say::missing_comma_hint));
        }
      }
      if (at_end()) never_closed(opened, open, close);
      item();
    }
    advance();
  }
  [[nodiscard]] bool starts_item() const {
    const char c = peek();
    return c == '"' || c == '\'' || c == '{' || c == '[' || is_word(c);
  }
  [[noreturn]] void never_closed(Position opened, const std::string& open,
                                 const std::string& close) {
    fail(here(), fill(say::expected, {"',' or " + close, found()}),
         fill(say::never_closed,
              {open, std::to_string(opened.line), std::to_string(opened.column)}));
  }

  // ---- words and numbers
  std::string take_word() {
    const std::size_t begin = next_;
    while (!at_end() && is_word(peek())) advance();
    return std::string(text_.substr(begin, next_ - begin));
  }
  std::string parse_key() {
    if (peek() == '"' || peek() == '\'') return parse_string();
    if (at_end() || !is_word(peek()))
      fail(here(), fill(say::expected, {"a key in double quotes", found()}), "");
    const Position at = here();
    const std::string word = take_word();
    report(at, fill(say::bare_key, {quoted(word)}), fill(say::bare_word_hint, {quoted(word)}));
    return word;
  }
  void parse_text(Value& value) {
    value.kind = Kind::string;
    value.text = parse_string();
  }
  void parse_word(Value& value) {
    const std::string word = take_word();
    value.text = word;
    if (word == "true" || word == "false") {
      value.kind = Kind::boolean;
      value.boolean = word == "true";
    } else if (word == "null") {
      value.kind = Kind::null;
    } else if (is_digit(word[0]) || word[0] == '-' || word[0] == '+' || word[0] == '.') {
      parse_number(value, word);
    } else if (word == "True" || word == "TRUE" || word == "False" || word == "FALSE") {
      value.kind = Kind::boolean;
      value.boolean = word[0] == 'T';
      report(value.at, fill(say::bare_word, {quoted(word)}),
             std::string("write ") + (value.boolean ? "true" : "false"));
    } else {
      value.kind = Kind::string;  // the most likely wish
      report(value.at, fill(say::bare_word, {quoted(word)}),
             fill(say::bare_word_hint, {quoted(word)}));
    }
  }
  void parse_number(Value& value, const std::string& word) {
    value.kind = Kind::number;
    const char* const end = word.data() + word.size();
    const auto [stop, error] = std::from_chars(word.data(), end, value.number);
    const std::size_t first = word[0] == '-' ? 1 : 0;
    const bool leading_zero =
        word.size() > first + 1 && word[first] == '0' && is_digit(word[first + 1]);
    const bool starts = first < word.size() && is_digit(word[first]);
    const bool ends = is_digit(word.back()) && word.find(".e") == std::string::npos &&
                      word.find(".E") == std::string::npos;
    if (error == std::errc{} && stop == end && !leading_zero && starts && ends) return;
    value.number = 0;
    value.kind = Kind::string;  // "8ms" without quotes: read on as the text that was meant
    report(value.at, fill(say::bad_number, {quoted(word)}),
           fill(say::bare_word_hint, {quoted(word)}));
  }

  // ---- strings
  std::string parse_string() {
    const Position opened = here();
    const char quote = peek();
    if (quote == '\'')
      report(opened, std::string(say::single_quotes), std::string(say::single_quotes_hint));
    advance();
    std::string out;
    for (;;) {
      if (at_end() || peek() == '\n')
        fail(opened, std::string(say::open_string), std::string(say::open_string_hint));
      const char c = peek();
      if (c == quote) break;
      if (c == '\\')
        parse_escape(out);
      else
        parse_character(out);
    }
    advance();
    return out;
  }
  void parse_character(std::string& out) {
    const std::size_t length = utf8_length(text_, next_);
    if (length == 0) {
      report(here(), std::string(say::bad_utf8), std::string(say::bad_utf8_hint));
      while (!at_end() && (static_cast<unsigned char>(peek()) & 0x80)) advance();
      out += "\xef\xbf\xbd";
      return;
    }
    if (static_cast<unsigned char>(peek()) < 0x20)
      report(here(), std::string(say::control_character), std::string(say::control_hint));
    out += text_.substr(next_, length);
    advance(length);
  }
  void parse_escape(std::string& out) {
    static constexpr std::string_view kLetters = "\"\\/bfnrt";
    static constexpr std::string_view kMeans = "\"\\/\b\f\n\r\t";
    const Position at = here();
    const std::string_view shown = text_.substr(next_, 2);
    advance();
    if (at_end()) return;
    if (peek() == 'u') return parse_unicode(out, at);
    if (const std::size_t i = kLetters.find(peek()); i != std::string_view::npos) {
      out += kMeans[i];
      advance();
      return;
    }
    report(at, fill(say::bad_escape, {shown}), std::string(say::bad_escape_hint));
    out += '\\';
  }
  void parse_unicode(std::string& out, Position at) {
    std::uint32_t c = 0;
    const bool high = hex4(c) && c >= 0xd800 && c < 0xdc00;
    bool good = last_hex_good_;
    if (high) {
      std::uint32_t low = 0;
      good = text_.substr(next_, 2) == "\\u";
      if (good) advance();
      good = good && hex4(low) && low >= 0xdc00 && low < 0xe000;
      c = 0x10000 + ((c - 0xd800) << 10) + (low - 0xdc00);
    } else if (c >= 0xdc00 && c < 0xe000) {
      good = false;
    }
    if (good) return append_utf8(out, c);
    report(at, fill(say::bad_escape, {"\\u"}), std::string(say::bad_escape_hint));
    out += "\xef\xbf\xbd";
  }
  /// Reads "uXXXX".
  bool hex4(std::uint32_t& value) {
    last_hex_good_ = false;
    const std::string_view digits = text_.substr(std::min(next_ + 1, text_.size()), 4);
    std::uint32_t parsed = 0;
    const auto [stop, error] =
        std::from_chars(digits.data(), digits.data() + digits.size(), parsed, 16);
    if (digits.size() != 4 || error != std::errc{} || stop != digits.data() + 4 ||
        digits[0] == '-') {
      advance();
      return false;
    }
    advance(5);
    value = parsed;
    return last_hex_good_ = true;
  }

  std::string_view text_;
  const std::string& file_;
  std::size_t next_ = 0;
  int line_ = 1;
  int column_ = 1;
  bool last_hex_good_ = false;
  std::vector<Diagnostic> diagnostics_;
};

}  // namespace

const Value* Value::find(std::string_view key) const {
  for (const Member& member : members)
    if (member.key == key) return &member.value;
  return nullptr;
}

ParseResult parse(std::string_view text, const std::string& file_name) {
  return Parser(text, file_name).run();
}

std::string describe(const Value& value) {
  switch (value.kind) {
    case Kind::null:
      return "null";
    case Kind::boolean:
      return value.boolean ? "true" : "false";
    case Kind::number:
      return "the number " + value.text;
    case Kind::string:
      return "the text " + quoted(value.text);
    case Kind::array:
      return "a list";
    case Kind::object:
      return "an object";
  }
  return "nothing";
}

}  // namespace posthorn::scenario::json
