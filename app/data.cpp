#include "app/data.hpp"

#include <algorithm>
#include <cstdlib>
#include <system_error>

namespace posthorn::app {
namespace {

namespace fs = std::filesystem;

bool has_scenarios(const fs::path& folder) {
  std::error_code error;
  return fs::is_directory(folder / "scenarios", error);
}

}  // namespace

std::optional<fs::path> data_folder() {
  if (const char* set = std::getenv("POSTHORN_DATA"); set != nullptr && *set != '\0')
    return fs::path(set);
  std::error_code error;
  const fs::path program = fs::read_symlink("/proc/self/exe", error);
  for (fs::path folder = program.parent_path(); !folder.empty(); folder = folder.parent_path()) {
    if (has_scenarios(folder / "share" / "posthorn")) return folder / "share" / "posthorn";
    if (has_scenarios(folder)) return folder;
    if (folder == folder.root_path()) break;
  }
  return has_scenarios(".") ? std::optional<fs::path>(".") : std::nullopt;
}

std::vector<fs::path> shipped_scenarios() {
  std::vector<fs::path> files;
  const auto folder = data_folder();
  std::error_code error;
  if (folder)
    for (const auto& entry : fs::directory_iterator(*folder / "scenarios", error))
      if (entry.path().extension() == ".json") files.push_back(entry.path());
  std::sort(files.begin(), files.end());
  return files;
}

std::string scenario_path(const std::string& argument) {
  std::error_code error;
  if (fs::exists(argument, error)) return argument;
  for (const fs::path& file : shipped_scenarios())
    if (file.stem() == argument || file.filename() == argument) return file.string();
  return argument;
}

}  // namespace posthorn::app
