// Content-Transfer-Encodings of RFC 2045 §6.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>

namespace posthorn::mail {

enum class TransferEncoding : std::uint8_t {
  seven_bit,
  eight_bit,
  binary,
  quoted_printable,
  base64,
  uuencode,  ///< "x-uuencode": older than MIME, never standardised, and still met
  unknown,   ///< a token that we do not know: the body is taken as it stands
};

/// "7bit" (also for an empty name, RFC 2045 §6.1), "base64", ...; comments and case ignored.
[[nodiscard]] TransferEncoding parse_transfer_encoding(std::string_view field_body);
[[nodiscard]] std::string_view to_string(TransferEncoding encoding);

/// Without line breaks (AUTH PLAIN, encoded-words).
[[nodiscard]] std::string base64_encode(std::string_view bytes);
/// Lines of 76 characters, each ended by CRLF (RFC 2045 §6.8).
[[nodiscard]] std::string base64_encode_lines(std::string_view bytes);
/// Tolerant: skips every character that is not in the alphabet, takes what a missing padding
/// leaves, goes on after padding in the middle (concatenated pieces).
[[nodiscard]] std::string base64_decode(std::string_view text);
/// Strict, for protocols: the whole text must be canonical base64 with its padding.
[[nodiscard]] bool base64_decode_strict(std::string_view text, std::string& bytes);

/// Text with CRLF line ends in; lines of at most 76 characters with soft breaks out. Space and
/// tab before a line end, "From " and a lone dot at a line's start are encoded too.
[[nodiscard]] std::string quoted_printable_encode(std::string_view text);
/// Tolerant: a malformed "=XY" stays as it is; trailing white space of a line is dropped.
[[nodiscard]] std::string quoted_printable_decode(std::string_view text);

/// The first file in the text ("begin 644 name" to "end"), or the text itself if there is none.
/// Tolerant: a line too short for its count gives what it holds.
[[nodiscard]] std::string uudecode(std::string_view text);

/// The bytes behind the encoding (7bit, 8bit, binary, unknown: the same bytes).
[[nodiscard]] std::string decode_transfer(std::string_view body, TransferEncoding encoding);

}  // namespace posthorn::mail
