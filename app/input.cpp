#include "app/input.hpp"

#include <cerrno>
#include <cstdio>
#include <cstdlib>
#include <cstring>
#include <filesystem>
#include <fstream>
#include <iostream>
#include <sstream>

#include "app/output.hpp"
#include "sim/scenario/load.hpp"
#include "sim/trace/trace_json.hpp"
#include "sim/world/world.hpp"
#include "text/text.hpp"

namespace posthorn::app {
namespace fs = std::filesystem;

void complain(const std::string& message) { std::cerr << "posthorn: " << message << "\n"; }

Result<std::string> read_file(const std::string& path) {
  std::error_code error;
  if (fs::is_directory(path, error)) return Error{path + " is a folder, not a file"};
  std::ifstream in(path, std::ios::binary);
  if (!in) return Error{"cannot open " + path + ": " + std::strerror(errno)};
  std::ostringstream bytes;
  bytes << in.rdbuf();
  if (in.bad()) return Error{"cannot read " + path};
  return std::move(bytes).str();
}

Result<bool> write_file(const std::string& path, const std::string& bytes, bool overwrite) {
  auto output = Output::open(path, overwrite);
  if (!output) return output.error();
  output->stream() << bytes;
  return output->commit();
}

std::string find_input(const std::string& named) {
  std::error_code error;
  if (fs::exists(named, error) || named.find('/') != std::string::npos) return named;
  for (const char* ending : {"", ".json"})
    if (const fs::path shipped = fs::path(data_folder()) / (named + ending);
        fs::is_regular_file(shipped, error))
      return shipped.string();
  return named;
}

std::optional<scenario::Scenario> load_scenario(const std::string& named, Lang lang) {
  const std::string path = find_input(named);
  scenario::LoadResult loaded = scenario::load_file(path);
  if (!loaded.ok()) {
    if (const auto bytes = read_file(path); bytes && trace::looks_like_trace(*bytes)) {
      complain(path + " is a saved trace, not a scenario; view and export take it");
      return std::nullopt;
    }
    std::cerr << texts::diagnostics(scenario::to_text(loaded.diagnostics), lang);
    return std::nullopt;
  }
  return std::move(loaded.scenario);
}

std::optional<trace::Trace> load_trace(const std::string& named, std::optional<std::uint64_t> seed,
                                       Lang lang) {
  const std::string path = find_input(named);
  auto bytes = read_file(path);
  if (!bytes) {
    complain(bytes.error().message);
    return std::nullopt;
  }
  if (trace::looks_like_trace(*bytes)) {
    auto trace = trace::read_json(*bytes);
    if (!trace) {
      complain(path + ": " + trace.error().message);
      return std::nullopt;
    }
    return std::move(*trace);
  }
  const auto scenario = load_scenario(path, lang);
  if (!scenario) return std::nullopt;
  return world::run_scenario(*scenario, {seed, std::nullopt});
}

std::string tell_failed(const std::string& file, const scenario::ExpectationResult& result,
                        Lang lang) {
  const bool ja = lang == Lang::ja;
  return file + ":" + std::to_string(result.where.line) + ":" +
         std::to_string(result.where.column) +
         (ja ? ": 期待どおりではありません: " : ": expectation failed: ") +
         texts::expectation(result.what).in(lang) + (ja ? "\n  実際: " : "\n  found: ") +
         texts::expectation(result.why).in(lang) + "\n";
}

void load_texts() {
  const char* folder = std::getenv("POSTHORN_TEXTS");
  if (folder != nullptr && *folder != '\0') std::cerr << texts::load_folder(folder);
}

std::string data_folder() {
  if (const char* named = std::getenv("POSTHORN_DATA")) return named;
  std::error_code error;
  const fs::path program = fs::read_symlink("/proc/self/exe", error).parent_path();
  for (const fs::path& candidate :
       {program / ".." / ".." / "scenarios", program / ".." / "share" / "posthorn" / "scenarios",
        fs::path("scenarios")})
    if (fs::is_directory(candidate, error)) return fs::weakly_canonical(candidate, error).string();
  return "scenarios";
}

}  // namespace posthorn::app
