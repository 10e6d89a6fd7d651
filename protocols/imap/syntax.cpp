#include "protocols/imap/syntax.hpp"

#include <algorithm>
#include <limits>

#include "protocols/imap/framing.hpp"
#include "protocols/mail/ascii.hpp"

namespace posthorn::imap {

namespace {

constexpr std::size_t max_quoted = 1000;  ///< longer strings go out as literals
constexpr int max_depth = 100;            ///< of parentheses in skip_value
constexpr std::uint64_t greatest_number64 = (std::uint64_t{1} << 63) - 1;

bool is_list_char(char c) { return is_atom_char(c) || c == '%' || c == '*' || c == ']'; }
bool is_astring_char(char c) { return is_atom_char(c) || c == ']'; }

bool is_plain(std::string_view text) {
  return !text.empty() && !mail::iequals(text, "NIL") &&
         std::all_of(text.begin(), text.end(), is_astring_char);
}

std::string quoted(std::string_view text) {
  std::string out = "\"";
  for (char c : text) {
    if (c == '"' || c == '\\') out.push_back('\\');
    out.push_back(c);
  }
  return out + "\"";
}

}  // namespace

bool is_atom_char(char c) {
  return !mail::is_ctl(c) && !mail::is_8bit(c) &&
         std::string_view("(){ %*\"\\]").find(c) == std::string_view::npos;
}

std::string upper(std::string_view text) {
  std::string out(text);
  for (char& c : out)
    if (c >= 'a' && c <= 'z') c = static_cast<char>(c - 'a' + 'A');
  return out;
}

bool Parser::accept(char c) {
  if (at_end() || text_[at_] != c) return false;
  ++at_;
  return true;
}

bool Parser::accept_word(std::string_view word) {
  if (!mail::iequals(text_.substr(at_, word.size()), word)) return false;
  at_ += word.size();
  return true;
}

bool Parser::skip_past(char c) {
  const std::size_t found = text_.find(c, at_);
  if (found == std::string_view::npos) return false;
  at_ = found + 1;
  return true;
}

template <class Accepts>
std::optional<std::string> Parser::run_of(Accepts accepts) {
  std::size_t end = at_;
  while (end < text_.size() && accepts(text_[end])) ++end;
  if (end == at_) return std::nullopt;
  std::string found(text_.substr(at_, end - at_));
  at_ = end;
  return found;
}

std::optional<std::string> Parser::tag() {
  return run_of([](char c) { return is_astring_char(c) && c != '+'; });
}

std::optional<std::string> Parser::atom() { return run_of(is_atom_char); }

std::optional<std::string> Parser::keyword() {
  auto found = atom();
  if (found) found = upper(*found);
  return found;
}

std::optional<std::string> Parser::item_name() {
  auto found = run_of([](char c) { return mail::is_alnum(c) || c == '.'; });
  if (found) found = upper(*found);
  return found;
}

std::optional<std::string> Parser::quoted() {
  if (peek() != '"') return std::nullopt;
  std::string out;
  for (std::size_t at = at_ + 1; at < text_.size(); ++at) {
    char c = text_[at];
    if (c == '"') {
      at_ = at + 1;
      return out;
    }
    if (c == '\\') {
      if (++at == text_.size() || (text_[at] != '"' && text_[at] != '\\')) return std::nullopt;
      c = text_[at];
    }
    if (c == '\r' || c == '\n' || c == '\0') return std::nullopt;
    out.push_back(c);
  }
  return std::nullopt;
}

std::optional<std::string_view> Parser::literal() {
  if (peek() != '{') return std::nullopt;
  const std::size_t line_end = text_.find("\r\n", at_);
  if (line_end == std::string_view::npos) return std::nullopt;
  const std::string_view announcement = text_.substr(at_, line_end - at_);
  const auto found = announced_literal(announcement);
  const std::size_t begin = line_end + 2;
  if (!found || announcement.rfind('{') != 0 || found->size > text_.size() - begin)
    return std::nullopt;
  at_ = begin + static_cast<std::size_t>(found->size);
  return text_.substr(begin, static_cast<std::size_t>(found->size));
}

std::optional<std::string_view> Parser::literal8() {
  if (peek() != '~') return std::nullopt;
  ++at_;
  const auto bytes = literal();
  if (!bytes) --at_;
  return bytes;
}

std::optional<std::string> Parser::string() {
  if (peek() == '"') return quoted();
  if (const auto bytes = literal()) return std::string(*bytes);
  return std::nullopt;
}

std::optional<std::string> Parser::astring() {
  if (peek() == '"' || peek() == '{') return string();
  return run_of(is_astring_char);
}

std::optional<std::string> Parser::list_mailbox() {
  if (peek() == '"' || peek() == '{') return string();
  return run_of(is_list_char);
}

std::optional<std::uint32_t> Parser::number() {
  std::uint64_t value = 0;
  std::size_t end = at_;
  for (; end < text_.size() && mail::is_digit(text_[end]); ++end) {
    value = value * 10 + static_cast<std::uint64_t>(text_[end] - '0');
    if (value > std::numeric_limits<std::uint32_t>::max()) return std::nullopt;
  }
  if (end == at_) return std::nullopt;
  at_ = end;
  return static_cast<std::uint32_t>(value);
}

std::optional<std::uint64_t> Parser::number64() {
  std::uint64_t value = 0;
  std::size_t end = at_;
  for (; end < text_.size() && mail::is_digit(text_[end]); ++end) {
    if (value > greatest_number64 / 10) return std::nullopt;
    value = value * 10 + static_cast<std::uint64_t>(text_[end] - '0');
    if (value > greatest_number64) return std::nullopt;
  }
  if (end == at_) return std::nullopt;
  at_ = end;
  return value;
}

std::optional<std::uint32_t> Parser::nz_number() {
  const std::size_t begin = at_;
  const bool zero_first = peek() == '0';  // digit-nz *DIGIT
  const auto found = number();
  if (found && !zero_first) return found;
  at_ = begin;
  return std::nullopt;
}

std::optional<SequenceSet> Parser::sequence_set() {
  const std::size_t begin = at_;
  if (accept('$')) return SequenceSet::of_saved_result();
  const auto end_of_range = [this]() -> std::optional<std::uint32_t> {
    return accept('*') ? std::optional<std::uint32_t>(0) : nz_number();
  };
  SequenceSet set;
  do {
    const auto first = end_of_range();
    const auto last = first && accept(':') ? end_of_range() : first;
    if (!first || !last) {
      at_ = begin;
      return std::nullopt;
    }
    set.add(*first, *last);
  } while (accept(','));
  return set;
}

bool Parser::flag(mail::Flags& flags, bool recent_allowed) {
  using mail::SystemFlag;
  if (!accept('\\')) {
    const auto name = atom();
    if (name) flags.add_keyword(*name);
    return name.has_value();
  }
  const auto name = keyword();
  if (!name) return recent_allowed && accept('*');  // PERMANENTFLAGS has "\*"
  if (*name == "SEEN") {
    flags.add(SystemFlag::seen);
  } else if (*name == "ANSWERED") {
    flags.add(SystemFlag::answered);
  } else if (*name == "FLAGGED") {
    flags.add(SystemFlag::flagged);
  } else if (*name == "DELETED") {
    flags.add(SystemFlag::deleted);
  } else if (*name == "DRAFT") {
    flags.add(SystemFlag::draft);
  } else {
    return recent_allowed;  // \Recent and whatever a newer server may add
  }
  return true;
}

std::optional<mail::Flags> Parser::flag_list(bool recent_allowed) {
  if (!accept('(')) return std::nullopt;
  mail::Flags flags;
  if (accept(')')) return flags;
  do {
    if (!flag(flags, recent_allowed)) return std::nullopt;
  } while (space());
  if (!accept(')')) return std::nullopt;
  return flags;
}

std::optional<mail::Flags> Parser::flags_bare() {
  mail::Flags flags;
  do {
    if (!flag(flags, false)) return std::nullopt;
  } while (space());
  return flags;
}

bool Parser::skip_value() {
  int depth = 0;
  do {
    while (depth > 0 && space()) {
    }
    if (accept('(')) {
      if (++depth > max_depth) return false;
      continue;
    }
    if (depth > 0 && accept(')')) {
      --depth;
      continue;
    }
    if (peek() == '"' || peek() == '{') {
      if (!string()) return false;
    } else if (accept('\\')) {
      if (!atom() && !accept('*')) return false;
    } else if (!run_of(is_astring_char)) {
      return false;
    }
  } while (depth > 0);
  return true;
}

std::string literal(std::string_view bytes) {
  std::string out = "{" + std::to_string(bytes.size()) + "}\r\n";
  return out.append(bytes);
}

std::string quote(std::string_view text) {
  const bool fits = text.size() <= max_quoted && std::none_of(text.begin(), text.end(), [](char c) {
                      return mail::is_8bit(c) || mail::is_ctl(c);
                    });
  if (fits) return quoted(text);
  std::string bytes(text);
  std::erase(bytes, '\0');  // no string but literal8 can hold it
  return literal(bytes);
}

std::string nstring(std::optional<std::string_view> text) { return text ? quote(*text) : "NIL"; }

std::string astring(std::string_view text) {
  return is_plain(text) ? std::string(text) : quote(text);
}

std::string utf8_astring(std::string_view text) {
  if (is_plain(text)) return std::string(text);
  if (text.size() > max_quoted || std::any_of(text.begin(), text.end(), mail::is_ctl))
    return literal(text);
  return quoted(text);
}

}  // namespace posthorn::imap
