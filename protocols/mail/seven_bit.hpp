// For servers without 8BITMIME: a message as 7-bit text (RFC 6152 §3). For readers without BINARY:
// one without NUL (RFC 3516 §6).
#pragma once

#include <string>
#include <string_view>

#include "protocols/core/result.hpp"

namespace posthorn::mail {

/// Every part that holds 8-bit bytes becomes quoted-printable (text) or base64, and its header says
/// so; everything else stays byte for byte. A message without MIME becomes text of an unknown
/// charset (RFC 1428). CRLF line ends. Errors: UTF-8 in a header (that needs SMTPUTF8), or inside
/// of what is signed or encrypted, which nobody on the way may change (RFC 1847 §2.1).
[[nodiscard]] Result<std::string> to_seven_bit(std::string_view message);

/// The same for NUL, which no literal of IMAP may hold: every part that does becomes base64.
[[nodiscard]] Result<std::string> without_nul(std::string_view message);

}  // namespace posthorn::mail
