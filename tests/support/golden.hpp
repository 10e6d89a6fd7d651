// Files that a person can review: what the program says, kept beside the tests.
// POSTHORN_UPDATE_GOLDEN=1 rewrites them; read the difference before committing it.
#pragma once

#include <algorithm>
#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <sstream>
#include <string>
#include <vector>

#include "tests/support/catch.hpp"

namespace posthorn::tests {

inline const std::filesystem::path kSource = POSTHORN_SOURCE_DIR;

inline std::string slurp(const std::filesystem::path& path) {
  std::ifstream in(path, std::ios::binary);
  std::ostringstream out;
  out << in.rdbuf();
  return out.str();
}

/// Says the first line that differs: a whole transcript in a failure message helps nobody.
inline std::string first_difference(const std::string& expected, const std::string& actual) {
  std::istringstream a(expected), b(actual);
  std::string left, right;
  for (int line = 1;; ++line) {
    const bool more_left = static_cast<bool>(std::getline(a, left));
    const bool more_right = static_cast<bool>(std::getline(b, right));
    if (!more_left && !more_right) return "no difference in lines";
    if (!more_left) left = "(the end)";
    if (!more_right) right = "(the end)";
    if (left != right)
      return "line " + std::to_string(line) + "\n  expected: " + left + "\n  found:    " + right;
  }
}

inline void check_golden(const std::filesystem::path& path, const std::string& actual) {
  if (std::getenv("POSTHORN_UPDATE_GOLDEN") != nullptr) {
    std::filesystem::create_directories(path.parent_path());
    std::ofstream(path, std::ios::binary) << actual;
    return;
  }
  const std::string expected = slurp(path);
  INFO(path.filename().string() << ": " << first_difference(expected, actual));
  CHECK(expected == actual);
}

/// The scenarios that come with the program, by name.
inline std::vector<std::filesystem::path> shipped_scenarios() {
  std::vector<std::filesystem::path> files;
  for (const auto& entry : std::filesystem::directory_iterator(kSource / "scenarios"))
    if (entry.path().extension() == ".json") files.push_back(entry.path());
  std::sort(files.begin(), files.end());
  return files;
}

}  // namespace posthorn::tests
