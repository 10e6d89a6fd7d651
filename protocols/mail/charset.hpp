// Charsets to UTF-8 and back. Reading never fails: what cannot be read becomes U+FFFD.
#pragma once

#include <optional>
#include <string>
#include <string_view>

namespace posthorn::mail {

/// The charset's name in one spelling ("UTF-8", "ISO-2022-JP", "CP932" for Shift_JIS, ...);
/// one that we do not know, in upper case.
[[nodiscard]] std::string canonical_charset(std::string_view name);

/// Whether this machine can convert from that charset.
[[nodiscard]] bool is_known_charset(std::string_view name);

/// Always valid UTF-8. Bytes that the charset does not define become U+FFFD. An unknown charset,
/// and US-ASCII with 8-bit bytes, is read as UTF-8 if it is valid and otherwise as Latin-1 (which
/// always means Windows-1252); shifts of ISO-2022-JP count without a label, too.
[[nodiscard]] std::string to_utf8(std::string_view bytes, std::string_view charset);

/// nullopt if some character cannot be expressed, or the charset is unknown. ISO-2022-JP ends
/// in ASCII state.
[[nodiscard]] std::optional<std::string> from_utf8(std::string_view utf8, std::string_view charset);

/// RFC 3629: no overlong forms, surrogates, or code points beyond U+10FFFF.
[[nodiscard]] bool is_valid_utf8(std::string_view bytes);
/// Every maximal invalid sequence replaced by one U+FFFD.
[[nodiscard]] std::string repair_utf8(std::string_view bytes);
[[nodiscard]] bool is_ascii(std::string_view bytes);
/// How many bytes from `at` are ASCII. Eight at a time: most mail is nothing else.
[[nodiscard]] std::size_t ascii_run(std::string_view bytes, std::size_t at);

/// Length in bytes of the valid character that starts at `at`; 0 if none does.
[[nodiscard]] std::size_t utf8_length_at(std::string_view bytes, std::size_t at);

}  // namespace posthorn::mail
