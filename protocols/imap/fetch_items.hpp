// FETCH's data items (RFC 3501 §6.4.5): what was asked for, and the bytes that a section names.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "protocols/imap/syntax.hpp"
#include "protocols/mail/message.hpp"

namespace posthorn::imap {

/// The "1.2.HEADER.FIELDS (FROM TO)" between the brackets of BODY[...].
struct Section {
  enum class What : std::uint8_t { everything, header, fields, fields_not, text, mime };
  std::vector<std::uint32_t> path;
  What what = What::everything;
  std::vector<std::string> fields;

  [[nodiscard]] bool whole_message() const { return path.empty() && what == What::everything; }
  [[nodiscard]] std::string to_string() const;
};

struct FetchItem {
  enum class Kind : std::uint8_t {
    flags,
    uid,
    internal_date,
    size,
    envelope,
    body,            ///< BODY: the structure without extension data
    body_structure,  ///< BODYSTRUCTURE
    section,         ///< BODY[...] and the RFC822 items that are short for one
    binary,          ///< BINARY[...]: the transfer encoding undone (RFC 3516 §4.2)
    binary_size,
    change,  ///< MODSEQ (RFC 7162 §3.1.4)
  };
  Kind kind = Kind::flags;
  std::string name;  ///< as it stands in the response
  Section section;
  bool peek = true;                                                ///< does not set \Seen
  std::optional<std::pair<std::uint64_t, std::uint64_t>> partial;  ///< first octet, count

  [[nodiscard]] bool is_content() const { return kind == Kind::section || kind == Kind::binary; }
  [[nodiscard]] bool is_binary() const { return kind == Kind::binary || kind == Kind::binary_size; }
};

/// nullopt where the text is no list of items (or too long a one).
std::optional<std::vector<FetchItem>> parse_fetch_items(Parser& parser);

/// nullopt (NIL in the response) where the message has no such part. The bytes stand in the
/// message, or in `scratch` where they had to be put together.
std::optional<std::string_view> section_bytes(const mail::Message& message, const Section& section,
                                              std::string& scratch);

}  // namespace posthorn::imap
