#include "protocols/mail/header.hpp"

#include <algorithm>

#include "protocols/mail/ascii.hpp"
#include "protocols/mail/encoded_word.hpp"

namespace posthorn::mail {
namespace {

constexpr std::size_t kMaxFields = 5000;

/// One past the line end of the line that starts at `at`.
std::size_t line_end(std::string_view bytes, std::size_t at, std::size_t limit) {
  const std::size_t newline = bytes.find('\n', at);
  return newline == std::string_view::npos || newline >= limit ? limit : newline + 1;
}

/// CRLF, LF, or what becomes of CRLF where somebody adds a CR to every LF.
std::string_view without_line_end(std::string_view line) {
  if (line.empty() || line.back() != '\n') return line;
  line.remove_suffix(1);
  while (!line.empty() && line.back() == '\r') line.remove_suffix(1);
  return line;
}

/// RFC 5322 §2.2: printable ASCII but ":"; white space before the colon is obsolete (§4.5).
bool is_field_line(std::string_view line, std::size_t& colon) {
  colon = line.find(':');
  if (colon == std::string_view::npos) return false;
  const std::string_view name = line.substr(0, colon);
  std::size_t length = name.size();
  while (length > 0 && is_wsp(name[length - 1])) --length;
  if (length == 0) return false;
  return std::all_of(name.begin(), name.begin() + static_cast<std::ptrdiff_t>(length),
                     [](char c) { return c > ' ' && c < 0x7f; });
}

/// Whether the line after a line that is no field belongs to a header section all the same.
bool fields_follow(std::string_view bytes, std::size_t at, std::size_t limit) {
  std::size_t colon = 0;
  return at < limit && is_field_line(bytes.substr(at, line_end(bytes, at, limit) - at), colon);
}

HeaderField make_field(std::string_view bytes, ByteRange range) {
  HeaderField field;
  field.range = range;
  const std::string_view text = without_line_end(range.of(bytes));
  std::size_t colon = 0;
  field.malformed = !is_field_line(text.substr(0, text.find('\n')), colon);
  if (field.malformed) {
    field.value = unfold(text);
    return field;
  }
  field.name = std::string(trim(text.substr(0, colon)));
  field.value = unfold(text.substr(colon + 1));
  return field;
}

}  // namespace

const HeaderField* Header::find(std::string_view name) const {
  for (const HeaderField& field : fields)
    if (!field.malformed && iequals(field.name, name)) return &field;
  return nullptr;
}

std::string_view Header::value(std::string_view name) const {
  const HeaderField* field = find(name);
  return field == nullptr ? std::string_view() : std::string_view(field->value);
}

std::vector<std::string_view> Header::values(std::string_view name) const {
  std::vector<std::string_view> found;
  for (const HeaderField& field : fields)
    if (!field.malformed && iequals(field.name, name)) found.emplace_back(field.value);
  return found;
}

std::string Header::text(std::string_view name) const { return decode_encoded_words(value(name)); }

Header parse_header(std::string_view bytes, ByteRange within) {
  Header header;
  const std::size_t limit = std::min(within.end, bytes.size());
  std::size_t at = std::min(within.begin, limit);
  header.range.begin = at;
  while (at < limit) {
    const std::size_t begin = at;
    std::size_t end = line_end(bytes, at, limit);
    const std::string_view line = without_line_end(bytes.substr(at, end - at));
    if (line.empty()) {
      at = end;
      header.ended = true;
      break;
    }
    std::size_t colon = 0;
    if (!is_field_line(line, colon) && !fields_follow(bytes, end, limit)) break;  // the body
    while (end < limit && is_wsp(bytes[end])) end = line_end(bytes, end, limit);
    if (header.fields.size() < kMaxFields)
      header.fields.push_back(make_field(bytes, {begin, end}));
    else
      header.fields.back().range.end = end;
    at = end;
  }
  header.range.end = at;
  return header;
}

Header parse_header(std::string_view bytes) { return parse_header(bytes, {0, bytes.size()}); }

std::string unfold(std::string_view field_body) {
  std::string out(trim(field_body));
  if (out.find('\n') != std::string::npos || out.find('\r') != std::string::npos)
    std::erase_if(out, [](char c) { return c == '\r' || c == '\n'; });
  return out;
}

std::string strip_comments(std::string_view field_body) {
  std::string out;
  std::size_t depth = 0;
  bool quoted = false;
  for (std::size_t at = 0; at < field_body.size(); ++at) {
    const char c = field_body[at];
    const bool escaped = c == '\\' && (quoted || depth > 0) && at + 1 < field_body.size();
    if (depth == 0) {
      if (c == '"') quoted = !quoted;
      if (c == '(' && !quoted)
        ++depth;
      else
        out += c;
      if (escaped) out += field_body[++at];
      continue;
    }
    if (escaped) ++at;
    if (!escaped && c == '(') ++depth;
    if (!escaped && c == ')' && --depth == 0) out += ' ';
  }
  return std::string(trim(out));
}

}  // namespace posthorn::mail
