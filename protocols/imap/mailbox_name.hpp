// Mailbox names: modified UTF-7 (RFC 3501 §5.1.3) and LIST's wildcards (§6.3.8).
#pragma once

#include <optional>
#include <string>
#include <string_view>

namespace posthorn::imap {

/// "台北" -> "&U,BTFw-". The text must be valid UTF-8.
std::string encode_mailbox_name(std::string_view utf8);
/// nullopt where it is no modified UTF-7 (also a form that encoding would not have chosen).
std::optional<std::string> decode_mailbox_name(std::string_view name);
/// '*' matches anything, '%' anything but '/'. Case counts, but not in a first level "INBOX".
bool matches_pattern(std::string_view name, std::string_view pattern);

}  // namespace posthorn::imap
