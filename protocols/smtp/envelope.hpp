// The envelope: who a message is from and for, as SMTP carries it. The header fields From: and
// To: are content and may say something else.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "protocols/core/result.hpp"
#include "protocols/smtp/dsn.hpp"

namespace posthorn::smtp {

/// A mailbox as a command names it (RFC 5321 §4.1.2).
struct Path {
  std::string local;   ///< unquoted: to_string() quotes it where it must be
  std::string domain;  ///< name or address literal "[192.0.2.1]"; empty for <> and <Postmaster>

  /// The empty reverse-path "<>", from which bounces come and to which none go (§4.5.5).
  [[nodiscard]] bool null() const { return local.empty() && domain.empty(); }
  /// In angle brackets, as commands carry it: "<aiko@sakura.example>", "<>".
  [[nodiscard]] std::string to_string() const;
  /// Without brackets: "aiko@sakura.example"; "" for null.
  [[nodiscard]] std::string mailbox() const;
  /// Needs SMTPUTF8 (RFC 6531).
  [[nodiscard]] bool non_ascii() const;
  /// Can be written in a command at all: no control characters, well-formed, within §4.5.3.1.
  [[nodiscard]] bool well_formed() const;

  /// "aiko@sakura.example", "<aiko@sakura.example>", "<>", "<Postmaster>"; a source route
  /// ("<@a.example:b@c.example>") is read and dropped (§4.1.1.3, appendix F.2).
  static Result<Path> parse(std::string_view text);

  friend bool operator==(const Path&, const Path&) = default;
};

/// A forward-path, and what its sender wants to be told about it.
struct Recipient : Path {
  Recipient() = default;
  Recipient(Path path) : Path(std::move(path)) {}

  std::optional<Notify> notify;   ///< nothing: not said, which means failures
  std::string original;           ///< ORCPT decoded, "rfc822;ben@kaede.example"; "": not said
  bool original_is_ours = false;  ///< a forwarder here made it up; the sender knows nothing of it
  friend bool operator==(const Recipient&, const Recipient&) = default;
};

struct Envelope {
  Path reverse_path;
  std::vector<Recipient> recipients;           ///< server: those that were accepted
  bool smtputf8 = false;                       ///< addresses or header fields hold UTF-8 (RFC 6531)
  bool eight_bit = false;                      ///< BODY=8BITMIME (RFC 6152)
  std::optional<std::uint64_t> declared_size;  ///< SIZE=, octets (RFC 1870)
  ReturnContent return_content = ReturnContent::unsaid;  ///< RET= (RFC 3461)
  std::string envelope_id;                               ///< ENVID=, decoded
  std::string authenticated_as;                          ///< server: the user of AUTH, or ""
  friend bool operator==(const Envelope&, const Envelope&) = default;
};

}  // namespace posthorn::smtp
