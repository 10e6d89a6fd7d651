// What both ends of POP3 do to text.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

namespace posthorn::pop3 {

/// `body` with each CR or LF that stands alone made a CRLF; nullopt: there is none. IMAP's APPEND
/// takes such messages; here they would end answers for readers that go by LF (RFC 1939 §3).
[[nodiscard]] std::optional<std::string> with_whole_line_ends(std::string_view body);
/// RFC 1939 §3: a dot before every line that begins with one; a last CRLF where it is missing;
/// then the lone dot that ends the reply.
std::string stuff(std::string_view body);
/// Octets that stuff() would send, without stuffed dots and without the ending dot.
std::uint64_t size_on_wire(std::string_view body);
/// RFC 1939 §7 TOP: the header section, the empty line and `lines` lines of the body.
std::string_view top(std::string_view message, std::uint64_t lines);
/// The next word, taken off `text` with the spaces before it; empty at the end.
std::string_view word(std::string_view& text);
/// All digits, at most 18 of them.
std::optional<std::uint64_t> number(std::string_view text);

}  // namespace posthorn::pop3
