#include "sim/scenario/diagnostic.hpp"

namespace posthorn::scenario {

std::string to_text(const Diagnostic& d) {
  std::string text = d.file + ":";
  if (d.line > 0) text += std::to_string(d.line) + ":" + std::to_string(d.column) + ":";
  text += " error: " + d.message + "\n";
  if (!d.hint.empty()) text += "  hint: " + d.hint + "\n";
  return text;
}

std::string to_text(const std::vector<Diagnostic>& diagnostics) {
  std::string text;
  for (const Diagnostic& diagnostic : diagnostics) text += to_text(diagnostic);
  return text;
}

}  // namespace posthorn::scenario
