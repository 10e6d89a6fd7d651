// Parameters of structured fields: RFC 2045 §5.1, and RFC 2231's continuations and charsets.
#include <algorithm>
#include <map>

#include "protocols/mail/ascii.hpp"
#include "protocols/mail/charset.hpp"
#include "protocols/mail/encoded_word.hpp"
#include "protocols/mail/header.hpp"

namespace posthorn::mail {
namespace {

constexpr std::size_t kMaxParameters = 100;

/// A cursor over an unfolded field body.
struct Cursor {
  std::string_view text;
  std::size_t at = 0;
  bool comments = true;  ///< false behind a "(" that is never closed: that one is text

  [[nodiscard]] bool done() const { return at >= text.size(); }
  void skip_space() {
    while (!done() && is_space(text[at])) ++at;
  }
  /// One past the comment that begins here.
  std::size_t comment_end() {
    std::size_t depth = 0;
    for (std::size_t end = at; end < text.size(); ++end) {
      if (text[end] == '\\')
        ++end;
      else if (text[end] == '(')
        ++depth;
      else if (text[end] == ')' && --depth == 0)
        return end + 1;
    }
    comments = false;
    return at + 1;
  }
  /// Up to one of the stop characters outside of comments.
  std::string_view until(std::string_view stops) {
    const std::size_t begin = at;
    while (!done() && stops.find(text[at]) == std::string_view::npos)
      at = comments && text[at] == '(' ? comment_end() : at + 1;
    at = std::min(at, text.size());
    return trim(text.substr(begin, at - begin));
  }
  std::string quoted_string() {
    std::string out;
    for (++at; !done() && text[at] != '"'; ++at) {
      if (text[at] == '\\' && at + 1 < text.size()) ++at;
      out += text[at];
    }
    at = std::min(at + 1, text.size());
    return out;
  }
};

/// A value without quotes. No text may follow a comment, so that "report (1).pdf", which should
/// have been quoted, holds none.
std::string bare_value(std::string_view text) {
  const bool comment = text.ends_with(')') || text.starts_with('(');
  return comment ? strip_comments(text) : std::string(text);
}

/// One "name=value", or false at a piece that is none.
bool read_parameter(Cursor& cursor, std::pair<std::string, std::string>& parameter) {
  const std::string name = strip_comments(cursor.until("=;"));
  if (cursor.done() || cursor.text[cursor.at] == ';') return false;
  ++cursor.at;
  cursor.skip_space();
  while (cursor.comments && !cursor.done() && cursor.text[cursor.at] == '(') {
    cursor.at = cursor.comment_end();
    cursor.skip_space();
  }
  parameter.first = to_lower(name);
  if (!cursor.done() && cursor.text[cursor.at] == '"') {
    parameter.second = cursor.quoted_string();
    cursor.until(";");  // junk after the quoted string
  } else {
    parameter.second = bare_value(cursor.until(";"));  // spaces inside: against the rules, common
  }
  return !name.empty();
}

using RawParameters = std::vector<std::pair<std::string, std::string>>;

void read_parameters(Cursor& cursor, RawParameters& found) {
  for (; !cursor.done() && found.size() < kMaxParameters; ++cursor.at) {  // over the semicolon
    cursor.skip_space();
    std::pair<std::string, std::string> parameter;
    if (read_parameter(cursor, parameter)) found.push_back(std::move(parameter));
  }
}

std::string percent_decode(std::string_view text) {
  std::string out;
  for (std::size_t at = 0; at < text.size(); ++at) {
    const bool coded = text[at] == '%' && at + 2 < text.size() && hex_value(text[at + 1]) >= 0 &&
                       hex_value(text[at + 2]) >= 0;
    if (!coded) {
      out += text[at];
      continue;
    }
    out += static_cast<char>(hex_value(text[at + 1]) * 16 + hex_value(text[at + 2]));
    at += 2;
  }
  return out;
}

/// The pieces of one RFC 2231 parameter.
struct Pieces {
  std::map<unsigned, std::pair<bool, std::string>> by_index;  ///< (percent-encoded, text)
};

/// Splits "filename*1*" into its base name, index and whether it is percent-encoded; false for a
/// name without "*".
bool split_extended(std::string_view name, std::string& base, unsigned& index, bool& encoded) {
  const std::size_t star = name.find('*');
  if (star == std::string_view::npos || star == 0) return false;
  base = std::string(name.substr(0, star));
  std::string_view rest = name.substr(star + 1);
  encoded = rest.empty() || rest.back() == '*';
  if (!rest.empty() && rest.back() == '*') rest.remove_suffix(1);
  if (rest.size() > 3 || !std::all_of(rest.begin(), rest.end(), is_digit)) return false;
  index = 0;
  for (const char c : rest) index = index * 10 + static_cast<unsigned>(c - '0');
  return true;
}

std::string join(const Pieces& pieces) {
  std::string charset, bytes;
  bool extended = false;
  unsigned expected = 0;
  for (const auto& [index, piece] : pieces.by_index) {
    if (index != expected++) break;  // a gap: what follows is lost (RFC 2231 §3)
    std::string_view text = piece.second;
    if (index == 0 && piece.first) {
      const std::size_t first = text.find('\'');
      const std::size_t second =
          first == std::string_view::npos ? first : text.find('\'', first + 1);
      if (second != std::string_view::npos) {
        charset = std::string(text.substr(0, first));
        text.remove_prefix(second + 1);
      }
    }
    bytes += piece.first ? percent_decode(text) : std::string(text);
    extended = extended || piece.first;
  }
  // Some senders cut encoded-words in pieces, which is wrong twice.
  return extended ? to_utf8(bytes, charset) : decode_encoded_words(bytes);
}

/// RFC 2231 forms win over plain ones of the same name.
Parameters decode(const RawParameters& raw) {
  std::map<std::string, Pieces> extended;
  Parameters out;
  for (std::size_t i = 0; i < raw.size(); ++i) {
    std::string base;
    unsigned index = 0;
    bool encoded = false;
    if (!split_extended(raw[i].first, base, index, encoded)) {
      const bool known = std::any_of(out.begin(), out.end(),
                                     [&](const Parameter& p) { return p.name == raw[i].first; });
      if (!known) out.push_back({raw[i].first, decode_encoded_words(raw[i].second)});
      continue;
    }
    Pieces& pieces = extended[base];
    pieces.by_index.emplace(index, std::pair(encoded, raw[i].second));
  }
  for (const auto& entry : extended) {
    const std::string& name = entry.first;
    const Pieces& pieces = entry.second;
    if (pieces.by_index.begin()->first != 0) continue;
    const auto plain =
        std::find_if(out.begin(), out.end(), [&](const Parameter& p) { return p.name == name; });
    if (plain != out.end())
      plain->value = join(pieces);
    else
      out.push_back({name, join(pieces)});
  }
  return out;
}

/// RFC 2231 §7: what may stand in an extended value.
std::string percent_encode(std::string_view text) {
  static constexpr std::string_view digits = "0123456789ABCDEF";
  std::string out;
  for (const char c : text) {
    if (is_alnum(c) || std::string_view("!#$&+-.^_`{|}~").find(c) != std::string_view::npos) {
      out += c;
      continue;
    }
    const auto byte = static_cast<unsigned char>(c);
    out.append("%").append(1, digits[byte >> 4]).append(1, digits[byte & 15]);
  }
  return out;
}

/// The pieces as one raw parameter: extended if any of them is.
std::pair<std::string, std::string> as_one(const std::string& base, const Pieces& pieces) {
  const bool extended = std::any_of(pieces.by_index.begin(), pieces.by_index.end(),
                                    [](const auto& piece) { return piece.second.first; });
  std::string value = extended && !pieces.by_index.begin()->second.first ? "''" : "";
  unsigned expected = 0;
  for (const auto& [index, piece] : pieces.by_index) {
    if (index != expected++) break;
    value += extended && !piece.first ? percent_encode(piece.second) : piece.second;
  }
  return {extended ? base + "*" : base, std::move(value)};
}

bool is_numbered(std::string_view name) {
  const std::size_t star = name.find('*');
  return star != std::string_view::npos && star + 1 < name.size() && is_digit(name[star + 1]);
}

}  // namespace

RawParameters join_continuations(const RawParameters& raw_parameters) {
  std::map<std::string, Pieces> extended;
  std::string base;
  unsigned index = 0;
  bool encoded = false;
  for (const auto& [name, value] : raw_parameters)
    if (is_numbered(name) && split_extended(name, base, index, encoded))
      extended[base].by_index.emplace(index, std::pair(encoded, value));
  RawParameters out;
  for (const auto& [name, value] : raw_parameters) {
    const bool piece = is_numbered(name) && split_extended(name, base, index, encoded);
    if (!piece || extended[base].by_index.begin()->first != 0) {
      out.emplace_back(name, value);
    } else if (index == 0) {
      out.push_back(as_one(base, extended[base]));
    }
  }
  return out;
}

std::optional<std::string_view> ParameterizedValue::parameter(std::string_view name) const {
  for (const Parameter& p : parameters)
    if (iequals(p.name, name)) return p.value;
  return std::nullopt;
}

ParameterizedValue parse_parameterized(std::string_view field_body) {
  ParameterizedValue result;
  const std::string text = unfold(field_body);
  Cursor cursor{text};
  const std::string whole = strip_comments(cursor.until(";"));
  std::string_view value = whole;
  const std::size_t slash = value.substr(0, value.find('=')).find('/');
  if (slash != std::string_view::npos) {
    result.value = to_lower(trim(value.substr(0, slash))) + "/";
    value = trim(value.substr(slash + 1));
  }
  // "text/html charset=utf-8": the semicolon is missing, the parameter is not.
  const std::size_t gap = std::min(value.find_first_of(" \t"), value.size());
  const bool parameter = value.find('=', gap) != std::string_view::npos;
  result.value += to_lower(parameter ? value.substr(0, gap) : value);
  Cursor rest{parameter ? value.substr(gap) : std::string_view()};
  read_parameters(rest, result.raw_parameters);
  ++cursor.at;  // the semicolon
  read_parameters(cursor, result.raw_parameters);
  result.parameters = decode(result.raw_parameters);
  return result;
}

}  // namespace posthorn::mail
