// Domain names (RFC 1035 §2.3.4, §3.1) as values.
#pragma once

#include <compare>
#include <cstddef>
#include <string>
#include <string_view>
#include <vector>

#include "protocols/core/result.hpp"

namespace posthorn::dns {

/// At most 63 octets a label, 255 octets a name on the wire (RFC 1035 §2.3.4).
inline constexpr std::size_t kMaxLabel = 63;
inline constexpr std::size_t kMaxName = 255;

/// A complete domain name. Case is kept, but names that differ only in ASCII case are equal
/// (RFC 4343). A default Name is the root.
class Name {
 public:
  Name() = default;

  /// From text: "mail.kaede.example", with or without the final dot; "." and "" are the root.
  /// "\." is a dot inside a label and "\032" an octet in decimal (RFC 1035 §5.1).
  static Result<Name> parse(std::string_view text);
  /// From labels, the most specific one first.
  static Result<Name> from_labels(const std::vector<std::string>& labels);

  /// From length-prefixed labels without the final zero octet.
  static Result<Name> from_wire(std::string_view wire);

  /// Text without the final dot ("." for the root), escaped so that parse() reads it back.
  [[nodiscard]] std::string to_string() const;
  [[nodiscard]] std::vector<std::string> labels() const;
  [[nodiscard]] std::size_t label_count() const;
  [[nodiscard]] bool is_root() const { return wire_.empty(); }
  /// The name without its first label; the root is its own parent.
  [[nodiscard]] Name parent() const;
  /// This name with one more label in front, e.g. child("*").
  [[nodiscard]] Result<Name> child(std::string_view label) const;
  [[nodiscard]] bool is_at_or_below(const Name& ancestor) const;
  /// Length-prefixed labels without the final zero octet.
  [[nodiscard]] std::string_view wire() const { return wire_; }

  friend bool operator==(const Name& a, const Name& b);
  /// The canonical order of RFC 4034 §6.1: by labels from the right, so that everything below a
  /// name directly follows it.
  friend std::weak_ordering operator<=>(const Name& a, const Name& b);

 private:
  std::string wire_;
};

}  // namespace posthorn::dns
