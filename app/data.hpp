// Where the shipped scenarios are.
#pragma once

#include <filesystem>
#include <optional>
#include <string>
#include <vector>

namespace posthorn::app {

/// The folder that holds "scenarios": $POSTHORN_DATA, the install prefix, or the source tree above
/// the program.
std::optional<std::filesystem::path> data_folder();
/// The shipped scenarios, sorted by name.
std::vector<std::filesystem::path> shipped_scenarios();
/// The file that a SCENARIO argument names: an existing path, or the name of a shipped scenario
/// ("first-letter"). Otherwise the argument itself.
std::string scenario_path(const std::string& argument);

}  // namespace posthorn::app
