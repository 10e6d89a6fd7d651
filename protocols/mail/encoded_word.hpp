// RFC 2047 encoded-words: other charsets inside ASCII header fields.
#pragma once

#include <string>
#include <string_view>
#include <vector>

namespace posthorn::mail {

/// The charset in which we write text that is not ASCII.
enum class WireCharset : unsigned char {
  utf8,
  iso2022jp,  ///< Japan's older convention; falls back to UTF-8 for text that it cannot express
};

/// Decodes the encoded-words of an unfolded, unstructured field body to valid UTF-8. White space
/// between neighbouring words disappears; their bytes are joined first where the charset is
/// the same, so that characters split by broken senders are whole again. Malformed words stay as
/// they are; raw bytes are read as ISO-2022-JP (if they hold escapes), UTF-8 or Latin-1. Line
/// ends and NUL in decoded words become spaces.
[[nodiscard]] std::string decode_encoded_words(std::string_view text);

/// Length of the encoded-word at the start of `text`, 0 if there is none.
[[nodiscard]] std::size_t encoded_word_length(std::string_view text);

/// The words that express `text` (UTF-8), each at most 75 characters long (RFC 2047 §2), none
/// splitting a character. The first is at most `first_room` long if that is possible at all.
[[nodiscard]] std::vector<std::string> encode_words(std::string_view text,
                                                    WireCharset charset = WireCharset::utf8,
                                                    std::size_t first_room = 75);

/// An unstructured field body ready for the wire: plain where ASCII suffices, otherwise
/// encoded-words; folded at 78 columns with CRLF, given the width of "Subject: ".
[[nodiscard]] std::string encode_unstructured(std::string_view text, std::size_t first_column,
                                              WireCharset charset = WireCharset::utf8);

}  // namespace posthorn::mail
