#include "protocols/mail/html_text.hpp"

#include <algorithm>
#include <array>
#include <utility>

#include "protocols/mail/ascii.hpp"

namespace posthorn::mail {
namespace {

constexpr std::array<std::string_view, 14> kBlocks = {
    "br", "p", "div", "tr", "li", "h1", "h2", "h3", "h4", "ul", "ol", "hr", "table", "blockquote"};
constexpr std::array<std::string_view, 4> kSilent = {"script", "style", "title", "head"};

template <class Names>
bool contains(const Names& names, std::string_view name) {
  return std::find(names.begin(), names.end(), name) != names.end();
}

void append_code_point(unsigned long code, std::string& out) {
  if (code == 0 || code > 0x10FFFF || (code >= 0xD800 && code < 0xE000)) code = 0xFFFD;
  const auto push = [&](unsigned long byte) { out += static_cast<char>(byte); };
  if (code < 0x80) {
    push(code);
  } else if (code < 0x800) {
    push(0xC0 | code >> 6), push(0x80 | (code & 63));
  } else if (code < 0x10000) {
    push(0xE0 | code >> 12), push(0x80 | ((code >> 6) & 63)), push(0x80 | (code & 63));
  } else {
    push(0xF0 | code >> 18), push(0x80 | ((code >> 12) & 63));
    push(0x80 | ((code >> 6) & 63)), push(0x80 | (code & 63));
  }
}

/// Decodes "&name;" at the start of `html`; its length, or 0 if it is no reference we know.
std::size_t read_reference(std::string_view html, std::string& out) {
  constexpr std::size_t longest = 10;
  const std::size_t end = html.substr(0, longest).find(';');
  if (end == std::string_view::npos || end < 2) return 0;
  std::string_view name = html.substr(1, end - 1);
  constexpr std::array<std::pair<std::string_view, std::string_view>, 6> known = {
      {{"amp", "&"}, {"lt", "<"}, {"gt", ">"}, {"quot", "\""}, {"apos", "'"}, {"nbsp", " "}}};
  for (const auto& [reference, text] : known)
    if (name == reference) return out += text, end + 1;
  if (name[0] != '#') return 0;
  name.remove_prefix(1);
  const bool hex = !name.empty() && to_lower(name[0]) == 'x';
  if (hex) name.remove_prefix(1);
  unsigned long code = 0;
  for (const char c : name) {
    const int digit = hex_value(c);
    if (digit < 0 || (!hex && digit > 9)) return 0;
    code = code * (hex ? 16 : 10) + static_cast<unsigned long>(digit);
  }
  if (name.empty()) return 0;
  append_code_point(code, out);
  return end + 1;
}

class Stripper {
 public:
  explicit Stripper(std::string_view html) : html_(html) {}

  std::string run() {
    while (at_ < html_.size()) {
      const char c = html_[at_];
      if (c == '<') {
        tag();
      } else if (is_space(c)) {
        space_ = true;
        ++at_;
      } else {
        text();
      }
    }
    return std::move(out_);
  }

 private:
  void tag() {
    if (html_.substr(at_, 4) == "<!--") {
      at_ = after("-->");
      return;
    }
    std::size_t begin = at_ + 1;
    const bool closing = begin < html_.size() && html_[begin] == '/';
    if (closing) ++begin;
    std::size_t end = begin;
    while (end < html_.size() && is_alnum(html_[end])) ++end;
    const std::string name = to_lower(html_.substr(begin, end - begin));
    at_ = after(">");
    if (!closing && contains(kSilent, name)) skip_to_end_of(name);
    if (contains(kBlocks, name)) line_break();
  }

  [[nodiscard]] std::size_t after(std::string_view mark) const {
    const std::size_t found = html_.find(mark, at_);
    return found == std::string_view::npos ? html_.size() : found + mark.size();
  }

  void skip_to_end_of(std::string_view name) {
    for (; at_ < html_.size(); ++at_)
      if (html_[at_] == '<' && html_.substr(at_ + 1, 1) == "/" &&
          iequals(html_.substr(at_ + 2, name.size()), name)) {
        at_ = after(">");
        return;
      }
  }

  void line_break() {
    space_ = false;
    const bool two = out_.size() >= 2 && out_.ends_with("\n\n");
    if (!out_.empty() && !two) out_ += '\n';
  }

  void text() {
    if (space_ && !out_.empty() && out_.back() != '\n') out_ += ' ';
    space_ = false;
    if (html_[at_] == '&')
      if (const std::size_t length = read_reference(html_.substr(at_), out_); length > 0) {
        at_ += length;
        return;
      }
    out_ += html_[at_++];
  }

  std::string_view html_;
  std::size_t at_ = 0;
  bool space_ = false;
  std::string out_;
};

}  // namespace

std::string html_to_text(std::string_view html) { return Stripper(html).run(); }

}  // namespace posthorn::mail
