// Header sections (RFC 5322 §2.2, §3.6) and structured field bodies with parameters (RFC 2045
// §5.1, RFC 2183, RFC 2231). Every field keeps its byte range: the original stays whole.
#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace posthorn::mail {

/// Half-open range of offsets into a message's bytes.
struct ByteRange {
  std::size_t begin = 0;
  std::size_t end = 0;

  [[nodiscard]] std::size_t size() const { return end - begin; }
  [[nodiscard]] bool empty() const { return begin == end; }
  [[nodiscard]] std::string_view of(std::string_view bytes) const {
    return bytes.substr(begin, end - begin);
  }
  friend bool operator==(const ByteRange&, const ByteRange&) = default;
};

struct HeaderField {
  std::string name;        ///< as written, without the colon; empty if malformed
  std::string value;       ///< unfolded and trimmed, nothing decoded
  ByteRange range;         ///< the whole field, its final line end included
  bool malformed = false;  ///< a line that is no field (no colon, or an impossible name)
};

/// The fields tile [range.begin, end of the last field); then comes the empty line, if any.
struct Header {
  std::vector<HeaderField> fields;
  ByteRange range;     ///< the fields and the empty line that ends them
  bool ended = false;  ///< the empty line was there

  /// The first field of that name (case-insensitive), or nullptr.
  [[nodiscard]] const HeaderField* find(std::string_view name) const;
  /// Its unfolded value; empty if there is no such field.
  [[nodiscard]] std::string_view value(std::string_view name) const;
  /// The values of all fields of that name, in order.
  [[nodiscard]] std::vector<std::string_view> values(std::string_view name) const;
  /// Decoded to UTF-8 (encoded-words, raw 8-bit).
  [[nodiscard]] std::string text(std::string_view name) const;
};

/// Reads the header section that starts at `within.begin`. Never fails. Lines end with CRLF or
/// LF. An mbox "From " line or a line without a colon becomes a malformed field, if fields
/// follow; otherwise the body starts there. At most 5,000 fields; the rest is the last one's.
[[nodiscard]] Header parse_header(std::string_view bytes, ByteRange within);
[[nodiscard]] Header parse_header(std::string_view bytes);

/// RFC 5322 §2.2.3: removes line ends that are followed by white space (and stray ones).
[[nodiscard]] std::string unfold(std::string_view field_body);
/// Without RFC 5322 comments (outside quoted strings), trimmed.
[[nodiscard]] std::string strip_comments(std::string_view field_body);

/// Parameters of Content-Type or Content-Disposition.
struct Parameter {
  std::string name;   ///< lower case; RFC 2231 pieces joined, so never "filename*0*"
  std::string value;  ///< UTF-8: RFC 2231 and (out of charity) encoded-words decoded
  friend bool operator==(const Parameter&, const Parameter&) = default;
};
using Parameters = std::vector<Parameter>;

/// "text/plain; charset=utf-8" or "attachment; filename*=..." taken apart.
struct ParameterizedValue {
  std::string value;                                                ///< lower case: "text/plain"
  Parameters parameters;                                            ///< decoded
  std::vector<std::pair<std::string, std::string>> raw_parameters;  ///< as sent, unquoted; names
                                                                    ///< in lower case (IMAP)
  /// The parameter's decoded value, if it is there.
  [[nodiscard]] std::optional<std::string_view> parameter(std::string_view name) const;
};

/// RFC 2231 §6: "name*0*", "name*1", ... made one "name*" (or "name"), which keeps its charset and
/// percent-encoding. A piece without those before it stays as it is.
[[nodiscard]] std::vector<std::pair<std::string, std::string>> join_continuations(
    const std::vector<std::pair<std::string, std::string>>& raw_parameters);

/// Never fails; at most 100 parameters.
[[nodiscard]] ParameterizedValue parse_parameterized(std::string_view field_body);

}  // namespace posthorn::mail
