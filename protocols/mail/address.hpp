// Addresses: the strict addr-spec of SMTP paths, and the address lists of header fields.
#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "protocols/core/ip_address.hpp"
#include "protocols/mail/encoded_word.hpp"

namespace posthorn::mail {

/// local-part "@" domain of RFC 5321 §4.1.2, UTF-8 permitted (RFC 6531 §3.3).
struct AddrSpec {
  std::string local;   ///< without quotes and backslashes: `a b` for `"a b"@x`
  std::string domain;  ///< as written: a name, or an address literal with its brackets

  /// Strict: nullopt for anything that RFC 5321 does not let into a path. No angle brackets,
  /// comments or white space. Local part at most 64 octets, domain 255, label 63 (§4.5.3.1).
  static std::optional<AddrSpec> parse(std::string_view text);
  /// The local part quoted where it must be.
  [[nodiscard]] std::string to_string() const;

  friend auto operator<=>(const AddrSpec&, const AddrSpec&) = default;
};

/// The local part as it is written before the "@": quoted if it is no dot-atom.
[[nodiscard]] std::string quote_local_part(std::string_view local);
/// Domain of RFC 5321 §4.1.2: a dot-separated name (UTF-8 labels allowed), or "[...]" with a
/// well-formed address literal.
[[nodiscard]] bool is_valid_domain(std::string_view text);
/// "[192.0.2.1]" or "[IPv6:2001:db8::1]" (RFC 5321 §4.1.3); nullopt for anything else.
[[nodiscard]] std::optional<IpAddress> parse_address_literal(std::string_view text);

/// One mailbox of a header field (RFC 5322 §3.4).
struct Mailbox {
  std::string display_name;  ///< UTF-8, encoded-words decoded; may be empty
  std::string local_part;    ///< without quotes
  std::string domain;        ///< empty where a malformed field has no "@"
  std::string raw_name;      ///< the display name before encoded-word decoding (IMAP ENVELOPE)
  std::string route;         ///< obsolete source route "@a,@b"; nearly always empty

  /// local@domain; only the local part where there is no domain.
  [[nodiscard]] std::string address() const;
  /// What a person is shown: `愛子 <aiko@sakura.example>`, or the bare address.
  [[nodiscard]] std::string display() const;

  friend bool operator==(const Mailbox&, const Mailbox&) = default;
};

/// One entry of an address-list: a mailbox, or a named group of mailboxes (possibly none).
struct Address {
  bool is_group = false;
  std::string group_name;          ///< UTF-8
  std::string raw_group_name;      ///< before decoding
  std::vector<Mailbox> mailboxes;  ///< exactly one unless is_group

  friend bool operator==(const Address&, const Address&) = default;
};

/// Never fails: skips what makes no sense, at most 10,000 mailboxes. Understands groups, quoted
/// strings, nested comments (an old-style "(Aiko)" after a bare address becomes its display
/// name), routes, obsolete dots and spaces, raw UTF-8, encoded-words. `field_body` may be folded.
[[nodiscard]] std::vector<Address> parse_address_list(std::string_view field_body);
/// The same, groups flattened.
[[nodiscard]] std::vector<Mailbox> parse_mailboxes(std::string_view field_body);

/// For a header field: display name plain, quoted or as encoded-words; ASCII unless the address
/// itself is not. Not folded.
[[nodiscard]] std::string format_mailbox(const Mailbox& mailbox, WireCharset = WireCharset::utf8);
/// A field body, one mailbox after the other, folded at 78 columns given the width of "Name: ".
[[nodiscard]] std::string format_mailboxes(const std::vector<Mailbox>& mailboxes,
                                           std::size_t first_column,
                                           WireCharset = WireCharset::utf8);

}  // namespace posthorn::mail
