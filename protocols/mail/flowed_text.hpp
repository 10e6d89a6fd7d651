// Paragraphs that were broken into lines for the way (RFC 3676, format=flowed), made whole.
#pragma once

#include <string>
#include <string_view>

namespace posthorn::mail {

/// A line that ends in a space goes on in the next one, if both are quoted equally deep. Lines end
/// in LF. `delete_space`: DelSp=yes, for scripts without spaces between words (§4.1).
[[nodiscard]] std::string unflow(std::string_view text, bool delete_space);

}  // namespace posthorn::mail
