// The words of an HTML body, for a reader that shows plain text.
#pragma once

#include <string>
#include <string_view>

namespace posthorn::mail {

/// Tags out, block elements as line breaks, scripts and styles dropped, the common character
/// references decoded, white space collapsed. No attempt at layout.
[[nodiscard]] std::string html_to_text(std::string_view html);

}  // namespace posthorn::mail
