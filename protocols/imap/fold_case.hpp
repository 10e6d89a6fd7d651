// Comparing text without regard to case, as SEARCH does (RFC 3501 §6.4.4, RFC 9051 §6.4.4).
#pragma once

#include <string>
#include <string_view>

namespace posthorn::imap {

/// UTF-8 in, UTF-8 out: capital letters of Latin, Greek, Cyrillic and Japan's full-width alphabet
/// as small ones. Everything else, and bytes that are no UTF-8, stays as it is.
std::string fold_case(std::string_view text);

}  // namespace posthorn::imap
