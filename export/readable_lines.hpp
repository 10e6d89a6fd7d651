// What was said as a person reads it: every line, but not every line of an attachment.
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "text/text.hpp"

namespace posthorn::exporting {

/// The lines, printable. Of more than 8 lines of base64 in a row only the first and the last 3 are
/// there, and between them one line that says how many lines and octets were left out.
std::vector<std::string> readable_lines(std::string_view said, Lang lang);

}  // namespace posthorn::exporting
