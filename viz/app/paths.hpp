// Files as people name them, and what is wrong in them as people want to see it.
#pragma once

#include <string>
#include <string_view>

namespace posthorn::viz {

/// "~/lesson.json", "file:///home/aiko/my%20lesson.json" or a name in quotes, as they are typed and
/// pasted: the file's path.
std::string path_meant(std::string_view typed);

/// Puts the line that is meant, and a mark below the place, behind each "file:line:column: …" of
/// `problem`, where the file can be read.
std::string with_source_lines(std::string_view problem);

}  // namespace posthorn::viz
