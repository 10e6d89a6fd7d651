// What a hop did to a letter: its lines, each kept, added or removed.
#pragma once

#include <string>
#include <string_view>
#include <vector>

namespace posthorn::viz {

struct ChangedLine {
  enum class Kind : std::uint8_t { same, added, removed };
  Kind kind = Kind::same;
  bool header = false;  ///< above the empty line
  std::string text;     ///< without its line end
};

/// The lines of `after`, with those of `before` that are gone, in reading order. The smallest set
/// of changes for messages of usual size; for huge ones what differs between a common beginning and
/// end counts as changed.
std::vector<ChangedLine> changed_lines(std::string_view before, std::string_view after);

}  // namespace posthorn::viz
