#include "sim/scenario/load.hpp"

#include <algorithm>
#include <filesystem>
#include <fstream>
#include <iterator>
#include <system_error>

#include "sim/scenario/json.hpp"
#include "sim/scenario/messages.hpp"
#include "sim/scenario/resolve.hpp"
#include "sim/scenario/tables.hpp"

namespace posthorn::scenario {
namespace {

namespace fs = std::filesystem;

/// 2026-04-06T00:00:00+09:00: a Monday morning in April, when the Japanese year of work begins.
constexpr std::chrono::sys_seconds kStart{std::chrono::sys_days{std::chrono::year{2026} / 4 / 6}};

Result<std::shared_ptr<const std::string>> slurp(const fs::path& path, std::size_t limit) {
  std::error_code error;
  const fs::file_status status = fs::status(path, error);
  if (error || !fs::exists(status)) return Error{"there is no such file"};
  if (!fs::is_regular_file(status)) return Error{"it is not a file"};
  std::ifstream in(path, std::ios::binary);
  if (!in) return Error{"it cannot be opened"};
  std::string bytes;
  char buffer[4096];
  while (in.read(buffer, sizeof buffer) || in.gcount() > 0) {
    bytes.append(buffer, static_cast<std::size_t>(in.gcount()));
    if (bytes.size() > limit)
      return Error{"it is larger than " + std::to_string(limit) + " octets"};
  }
  return std::make_shared<const std::string>(std::move(bytes));
}

/// Files beside the scenario. Symbolic links that lead out of its folder are refused.
FileReader files_beside(const fs::path& scenario) {
  return [folder = scenario.parent_path()](
             const std::string& path) -> Result<std::shared_ptr<const std::string>> {
    std::error_code error;
    const fs::path root = fs::weakly_canonical(folder.empty() ? fs::path(".") : folder, error);
    const fs::path target = fs::weakly_canonical(root / path, error);
    const auto [end, rest] = std::mismatch(root.begin(), root.end(), target.begin(), target.end());
    if (error || end != root.end()) return Error{"it leads out of the scenario's folder"};
    return slurp(target, kMaxAttachedSize);
  };
}

void sort_diagnostics(std::vector<Diagnostic>& diagnostics) {
  std::stable_sort(diagnostics.begin(), diagnostics.end(),
                   [](const Diagnostic& a, const Diagnostic& b) {
                     return std::pair(a.line, a.column) < std::pair(b.line, b.column);
                   });
  if (diagnostics.size() >= kMaxDiagnostics) {
    diagnostics.resize(kMaxDiagnostics);
    const Diagnostic& last = diagnostics.back();
    diagnostics.push_back({last.file, last.line, last.column, std::string(say::too_many), {}});
  }
}

}  // namespace

LoadResult load_text(std::string_view text, const std::string& file_name, const FileReader& files) {
  LoadResult result;
  if (text.size() > kMaxScenarioSize) {
    result.diagnostics.push_back(
        {file_name,
         0,
         0,
         fill(say::too_big, {std::to_string(text.size()), std::to_string(kMaxScenarioSize)}),
         {}});
    return result;
  }
  json::ParseResult parsed = json::parse(text, file_name);
  result.diagnostics = std::move(parsed.diagnostics);
  if (parsed.value) {
    Reader reader(file_name, files, result.diagnostics);
    Scenario scenario;
    scenario.file = file_name;
    scenario.start = kStart;
    scenario_table().read(reader, *parsed.value, scenario);
    if (parsed.value->kind == json::Kind::object) resolve(reader, *parsed.value, scenario);
    if (result.diagnostics.empty()) result.scenario = std::move(scenario);
  }
  sort_diagnostics(result.diagnostics);
  return result;
}

LoadResult load_file(const std::string& path) {
  const auto text = slurp(path, kMaxScenarioSize);
  if (text.ok()) return load_text(**text, path, files_beside(path));
  LoadResult result;
  result.diagnostics.push_back({path, 0, 0, fill(say::cannot_open, {text.error().message}), {}});
  return result;
}

}  // namespace posthorn::scenario
