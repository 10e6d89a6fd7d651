#include "protocols/mail/address.hpp"

#include <algorithm>

#include "protocols/mail/ascii.hpp"
#include "protocols/mail/charset.hpp"
#include "protocols/mail/fold.hpp"

namespace posthorn::mail {
namespace {

/// RFC 5321 §4.5.3.1, in octets.
constexpr std::size_t kLocalLimit = 64;
constexpr std::size_t kDomainLimit = 255;
constexpr std::size_t kLabelLimit = 63;

bool is_dot_atom(std::string_view text) {
  if (text.empty() || text.front() == '.' || text.back() == '.') return false;
  for (std::size_t i = 0; i < text.size(); ++i) {
    if (text[i] == '.' && text[i + 1] == '.') return false;
    if (text[i] != '.' && !is_atext(text[i])) return false;
  }
  return true;
}

bool is_label(std::string_view label) {
  if (label.empty() || label.size() > kLabelLimit) return false;
  if (label.front() == '-' || label.back() == '-') return false;
  return std::all_of(label.begin(), label.end(),
                     [](char c) { return is_alnum(c) || is_8bit(c) || c == '-'; });
}

/// Reads a Quoted-string at the start; how long it was with its quotes, or 0.
std::size_t read_quoted(std::string_view text, std::string& out) {
  for (std::size_t at = 1; at < text.size(); ++at) {
    char c = text[at];
    if (c == '"') return at + 1;
    if (c == '\\') {
      if (++at >= text.size() || is_8bit(text[at])) return 0;
      c = text[at];
    }
    if (is_ctl(c)) return 0;
    out += c;
  }
  return 0;
}

std::string without_controls(std::string_view text) {
  std::string out;
  for (const char c : text)
    if (!is_ctl(c)) out += c;
  return out;
}

/// A phrase of atoms and spaces that needs no quotes. Dots are only in the obsolete syntax.
bool is_plain_phrase(std::string_view name) {
  if (name.find("=?") != std::string_view::npos || is_wsp(name.front()) || is_wsp(name.back()))
    return false;
  for (std::size_t i = 0; i < name.size(); ++i)
    if (!(is_atext(name[i]) || (name[i] == ' ' && name[i + 1] != ' '))) return false;
  return true;
}

std::string quoted(std::string_view text) {
  std::string out = "\"";
  for (const char c : text) {
    if (c == '"' || c == '\\') out += '\\';
    out += c;
  }
  return out + '"';
}

/// The words of a mailbox between which a line may be folded.
std::vector<std::string> mailbox_words(const Mailbox& mailbox, WireCharset charset) {
  constexpr std::size_t longest_quoted = 70;
  const std::string name = without_controls(mailbox.display_name);
  const std::string address = without_controls(mailbox.address());
  if (name.empty()) return {address};
  std::vector<std::string> words;
  const bool encode = !is_ascii(name) || name.find("=?") != std::string::npos;
  if (encode || name.size() > longest_quoted)
    words = encode_words(name, charset);
  else
    words.push_back(is_plain_phrase(name) ? name : quoted(name));
  words.push_back("<" + address + ">");
  return words;
}

}  // namespace

/// Of the tagged forms of RFC 5321 §4.1.3 IANA knows only IPv6.
std::optional<IpAddress> parse_address_literal(std::string_view text) {
  if (text.size() < 3 || text.front() != '[' || text.back() != ']') return std::nullopt;
  text = text.substr(1, text.size() - 2);
  const bool v6 = iequals(text.substr(0, 5), "IPv6:");
  const auto address = IpAddress::parse(v6 ? text.substr(5) : text);
  return address && address->v6 == v6 ? address : std::nullopt;
}

bool is_valid_domain(std::string_view text) {
  if (text.empty() || text.size() > kDomainLimit || !is_valid_utf8(text)) return false;
  if (text.front() == '[') return parse_address_literal(text).has_value();
  for (;;) {
    const std::size_t dot = text.find('.');
    if (!is_label(text.substr(0, dot))) return false;
    if (dot == std::string_view::npos) return true;
    text.remove_prefix(dot + 1);
  }
}

std::optional<AddrSpec> AddrSpec::parse(std::string_view text) {
  AddrSpec spec;
  std::size_t at = 0;
  if (!text.empty() && text.front() == '"') {
    at = read_quoted(text, spec.local);
    if (at == 0) return std::nullopt;
  } else {
    at = std::min(text.find('@'), text.size());
    spec.local = std::string(text.substr(0, at));
    if (!is_dot_atom(spec.local)) return std::nullopt;
  }
  if (at >= text.size() || text[at] != '@') return std::nullopt;
  spec.domain = std::string(text.substr(at + 1));
  if (spec.local.size() > kLocalLimit || !is_valid_utf8(spec.local)) return std::nullopt;
  if (!is_valid_domain(spec.domain)) return std::nullopt;
  return spec;
}

std::string AddrSpec::to_string() const { return quote_local_part(local) + "@" + domain; }

std::string quote_local_part(std::string_view local) {
  return is_dot_atom(local) ? std::string(local) : quoted(local);
}

std::string Mailbox::address() const {
  if (domain.empty()) return local_part;
  return quote_local_part(local_part) + "@" + domain;
}

std::string Mailbox::display() const {
  return display_name.empty() ? address() : display_name + " <" + address() + ">";
}

std::string format_mailbox(const Mailbox& mailbox, WireCharset charset) {
  std::string out;
  for (const std::string& word : mailbox_words(mailbox, charset))
    out += (out.empty() ? "" : " ") + word;
  return out;
}

std::string format_mailboxes(const std::vector<Mailbox>& mailboxes, std::size_t first_column,
                             WireCharset charset) {
  Folder folder(first_column, 76);  // RFC 2047 §2: lines that hold encoded-words
  for (std::size_t i = 0; i < mailboxes.size(); ++i) {
    std::vector<std::string> words = mailbox_words(mailboxes[i], charset);
    if (i + 1 < mailboxes.size()) words.back() += ',';
    for (const std::string& word : words) folder.word(word);
  }
  return folder.text();
}

}  // namespace posthorn::mail
