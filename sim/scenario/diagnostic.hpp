// What is wrong with a scenario file, and where.
#pragma once

#include <string>
#include <vector>

#include "sim/scenario/scenario.hpp"

namespace posthorn::scenario {

/// Line and column count from 1; the column counts characters (code points), as editors do.
/// Line 0: the problem is the file itself (it cannot be opened).
struct Diagnostic {
  std::string file;
  int line = 0;
  int column = 0;
  std::string message;  ///< what was found and what was expected
  std::string hint;     ///< how to mend it; may be empty
  friend bool operator==(const Diagnostic&, const Diagnostic&) = default;
};

/// "file:line:column: error: message", and "  hint: ..." on a second line if there is a hint.
/// Ends with a newline.
std::string to_text(const Diagnostic& diagnostic);
std::string to_text(const std::vector<Diagnostic>& diagnostics);

}  // namespace posthorn::scenario
