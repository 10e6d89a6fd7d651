// "Did you mean ...?": names that are close to each other.
#pragma once

#include <string>
#include <string_view>
#include <vector>

namespace posthorn::scenario {

/// Insertions, deletions, substitutions and swaps of neighbours between two short names.
std::size_t edit_distance(std::string_view a, std::string_view b);
/// The nearest known name, or "" if none is near enough to be meant.
std::string nearest(std::string_view name, const std::vector<std::string>& known);
/// "a", "b" and "c"; long lists are cut short.
std::string listed(const std::vector<std::string>& names);
/// `did you mean "x"?` if a known name is near; else `fallback` with the list of names, or "".
std::string suggest(std::string_view name, const std::vector<std::string>& known,
                    std::string_view fallback);

}  // namespace posthorn::scenario
