// Reading a scenario: JSON text in, a complete Scenario or every mistake of the file out.
//
// A Scenario that was loaded is ready to use: names refer to things that exist, defaults
// (home, name_server, submission, incoming, addresses, labels) are filled in and the story is
// sorted by time (stable: equal times keep the order of the file).
#pragma once

#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "protocols/core/result.hpp"
#include "sim/scenario/diagnostic.hpp"
#include "sim/scenario/scenario.hpp"

namespace posthorn::scenario {

/// Exactly one of the two is empty: any diagnostic is an error.
struct LoadResult {
  std::optional<Scenario> scenario;
  std::vector<Diagnostic> diagnostics;  ///< in the order of the file
  [[nodiscard]] bool ok() const { return scenario.has_value(); }
};

/// Gives the bytes of a file beside the scenario. `path` is relative, with '/' between its
/// parts, and never leaves the scenario's folder.
using FileReader = std::function<Result<std::shared_ptr<const std::string>>(const std::string&)>;

/// `file_name` is only used in messages.
LoadResult load_text(std::string_view text, const std::string& file_name, const FileReader& files);
LoadResult load_file(const std::string& path);

inline constexpr std::size_t kMaxScenarioSize = 1 << 20;    ///< octets of the JSON text
inline constexpr std::size_t kMaxAttachedSize = 32u << 20;  ///< octets of a file beside it
inline constexpr std::size_t kMaxDiagnostics = 100;         ///< later ones are left out

}  // namespace posthorn::scenario
