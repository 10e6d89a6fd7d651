// The MIME fields of an attachment, its filename told in two ways.
#pragma once

#include <string>
#include <string_view>

namespace posthorn::mail {

/// Content-Type and Content-Disposition, each ended by CRLF and folded at 78 columns. A filename
/// beyond ASCII is written by RFC 2231 (filename*=), and for older readers once more as an
/// encoded-word in the name parameter of Content-Type. Control characters are left out.
[[nodiscard]] std::string attachment_fields(std::string_view media_type, std::string_view filename);

/// "image/png" for "x.PNG"; application/octet-stream where the ending says nothing.
[[nodiscard]] std::string_view media_type_of(std::string_view filename);

}  // namespace posthorn::mail
