// Prose for paper: broken into lines as people of either language break it.
#pragma once

#include <string>
#include <string_view>
#include <vector>

namespace posthorn::exporting {

/// Prose in lines of at most `width` columns: broken at spaces, and between Japanese letters where
/// Japanese may be broken (no line begins with 。 or ends with 「). What cannot be broken stays
/// long.
std::vector<std::string> wrap(std::string_view prose, std::size_t width);

}  // namespace posthorn::exporting
