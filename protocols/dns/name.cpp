#include "protocols/dns/name.hpp"

#include <algorithm>
#include <cstdint>

namespace posthorn::dns {
namespace {

// Length octets are at most 63 and so never look like a letter: folding a whole wire name is safe.
constexpr char fold(char c) { return c >= 'A' && c <= 'Z' ? static_cast<char>(c + 32) : c; }

constexpr std::uint8_t octet(char c) { return static_cast<std::uint8_t>(c); }

bool equal_folded(std::string_view a, std::string_view b) {
  return std::equal(a.begin(), a.end(), b.begin(), b.end(),
                    [](char x, char y) { return fold(x) == fold(y); });
}

std::weak_ordering compare_folded(std::string_view a, std::string_view b) {
  for (std::size_t i = 0; i < std::min(a.size(), b.size()); ++i)
    if (octet(fold(a[i])) != octet(fold(b[i]))) return octet(fold(a[i])) <=> octet(fold(b[i]));
  return a.size() <=> b.size();
}

/// Where each label's length octet stands.
struct LabelOffsets {
  std::uint8_t at[kMaxName / 2 + 1];
  std::size_t count = 0;
  explicit LabelOffsets(std::string_view wire) {
    for (std::size_t i = 0; i < wire.size(); i += 1u + octet(wire[i]))
      at[count++] = static_cast<std::uint8_t>(i);
  }
};

std::string_view label_at(std::string_view wire, std::size_t offset) {
  return wire.substr(offset + 1, octet(wire[offset]));
}

bool is_digit(char c) { return c >= '0' && c <= '9'; }

/// Reads what follows a backslash; false if it is not an escape.
bool read_escape(std::string_view text, std::size_t& at, std::string& label) {
  if (at >= text.size()) return false;
  if (!is_digit(text[at])) {
    label += text[at++];
    return true;
  }
  if (at + 3 > text.size() || !is_digit(text[at + 1]) || !is_digit(text[at + 2])) return false;
  const int value = (text[at] - '0') * 100 + (text[at + 1] - '0') * 10 + (text[at + 2] - '0');
  if (value > 255) return false;
  label += static_cast<char>(value);
  at += 3;
  return true;
}

void append_escaped(std::string& text, std::string_view label) {
  for (const char c : label) {
    if (octet(c) <= 32 || octet(c) >= 127) {
      const std::string digits = std::to_string(octet(c));
      text += '\\' + std::string(3 - digits.size(), '0') + digits;
      continue;
    }
    if (c == '.' || c == '\\' || c == '"') text += '\\';
    text += c;
  }
}

}  // namespace

Result<Name> Name::from_labels(const std::vector<std::string>& labels) {
  Name name;
  for (const std::string& label : labels) {
    if (label.empty()) return Error{"an empty label in a domain name"};
    if (label.size() > kMaxLabel) return Error{"a label longer than 63 octets in a domain name"};
    if (name.wire_.size() + label.size() + 2 > kMaxName)
      return Error{"a domain name longer than 255 octets"};
    name.wire_ += static_cast<char>(label.size());
    name.wire_ += label;
  }
  return name;
}

Result<Name> Name::from_wire(std::string_view wire) {
  if (wire.size() + 1 > kMaxName) return Error{"a domain name longer than 255 octets"};
  for (std::size_t i = 0; i < wire.size(); i += 1u + octet(wire[i]))
    if (octet(wire[i]) == 0 || octet(wire[i]) > kMaxLabel || i + octet(wire[i]) >= wire.size())
      return Error{"a malformed label in a domain name"};
  Name name;
  name.wire_ = wire;
  return name;
}

Result<Name> Name::parse(std::string_view text) {
  if (text.empty() || text == ".") return Name();
  std::vector<std::string> labels;
  std::string label;
  for (std::size_t at = 0; at < text.size();) {
    const char c = text[at++];
    if (c == '.') {
      labels.push_back(std::move(label));
      label.clear();
      if (at == text.size()) return from_labels(labels);
    } else if (c != '\\') {
      label += c;
    } else if (!read_escape(text, at, label)) {
      return Error{"a backslash in a domain name that escapes nothing"};
    }
  }
  labels.push_back(std::move(label));
  return from_labels(labels);
}

std::string Name::to_string() const {
  if (is_root()) return ".";
  std::string text;
  for (std::size_t i = 0; i < wire_.size(); i += 1u + octet(wire_[i])) {
    if (i > 0) text += '.';
    append_escaped(text, label_at(wire_, i));
  }
  return text;
}

std::vector<std::string> Name::labels() const {
  std::vector<std::string> labels;
  for (std::size_t i = 0; i < wire_.size(); i += 1u + octet(wire_[i]))
    labels.emplace_back(label_at(wire_, i));
  return labels;
}

std::size_t Name::label_count() const { return LabelOffsets(wire_).count; }

Name Name::parent() const {
  Name name;
  if (!is_root()) name.wire_ = wire_.substr(1u + octet(wire_[0]));
  return name;
}

Result<Name> Name::child(std::string_view label) const {
  if (label.empty() || label.size() > kMaxLabel || wire_.size() + label.size() + 2 > kMaxName)
    return Error{"a domain name longer than 255 octets, or a label not of 1 to 63"};
  Name name;
  name.wire_ += static_cast<char>(label.size());
  name.wire_ += label;
  name.wire_ += wire_;
  return name;
}

bool Name::is_at_or_below(const Name& ancestor) const {
  const std::string_view wire = wire_;
  if (wire.size() < ancestor.wire_.size()) return false;
  const std::size_t start = wire.size() - ancestor.wire_.size();
  // The suffix must begin at a label, not in the middle of one.
  for (std::size_t i = 0; i <= start; i += 1u + octet(wire[i])) {
    if (i == start) return equal_folded(wire.substr(i), ancestor.wire_);
    if (i >= wire.size()) break;
  }
  return false;
}

bool operator==(const Name& a, const Name& b) { return equal_folded(a.wire_, b.wire_); }

std::weak_ordering operator<=>(const Name& a, const Name& b) {
  const LabelOffsets left(a.wire_), right(b.wire_);
  for (std::size_t i = 1; i <= std::min(left.count, right.count); ++i) {
    const auto order = compare_folded(label_at(a.wire_, left.at[left.count - i]),
                                      label_at(b.wire_, right.at[right.count - i]));
    if (order != 0) return order;
  }
  return left.count <=> right.count;
}

}  // namespace posthorn::dns
