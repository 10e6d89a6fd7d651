// posthorn check SCENARIO...: is the file right, and does what it expects come true?
#include "app/check.hpp"

#include <iostream>
#include <nlohmann/json.hpp>

#include "app/commands.hpp"
#include "app/data.hpp"
#include "sim/scenario/expect.hpp"
#include "sim/scenario/load.hpp"

namespace posthorn::app {
namespace {

using Json = nlohmann::ordered_json;

struct Checked {
  std::string file;
  std::vector<scenario::Diagnostic> diagnostics;
  std::vector<scenario::ExpectationResult> results;
  bool ran = false;

  [[nodiscard]] int status() const {
    if (!diagnostics.empty()) return kBadInput;
    for (const auto& result : results)
      if (!result.held) return kExpectationFailed;
    return kDone;
  }
};

Checked check(const std::string& argument) {
  Checked checked;
  checked.file = scenario_path(argument);
  const auto loaded = scenario::load_file(checked.file);
  checked.diagnostics = loaded.diagnostics;
  const RunScenario run = scenario_runner();
  if (!loaded.ok() || !run) return checked;
  checked.results = scenario::check_expectations(*loaded.scenario, run(*loaded.scenario));
  checked.ran = true;
  return checked;
}

void print_text(const Checked& checked) {
  std::cerr << scenario::to_text(checked.diagnostics);
  if (!checked.diagnostics.empty()) return;
  std::size_t held = 0;
  for (const auto& result : checked.results) {
    held += result.held;
    if (!result.held)
      std::cerr << checked.file << ":" << result.where.line << ":" << result.where.column
                << ": not held: " << result.what << "\n  found: " << result.why << "\n";
  }
  std::cout << checked.file << ": ";
  if (checked.ran)
    std::cout << held << " of " << checked.results.size() << " expectations hold\n";
  else
    std::cout << "the file is right (not run)\n";
}

Json to_json(const Checked& checked) {
  Json diagnostics = Json::array(), results = Json::array();
  for (const auto& d : checked.diagnostics)
    diagnostics.push_back({{"file", d.file},
                           {"line", d.line},
                           {"column", d.column},
                           {"message", d.message},
                           {"hint", d.hint}});
  for (const auto& r : checked.results)
    results.push_back({{"held", r.held},
                       {"what", r.what},
                       {"why", r.why},
                       {"line", r.where.line},
                       {"column", r.where.column}});
  return {{"file", checked.file},
          {"status", checked.status()},
          {"ran", checked.ran},
          {"diagnostics", std::move(diagnostics)},
          {"expectations", std::move(results)}};
}

int check_all(const std::vector<std::string>& files, bool json) {
  int status = kDone;
  Json all = Json::array();
  for (const std::string& file : files) {
    const Checked checked = check(file);
    status = std::max(status, checked.status());
    if (json)
      all.push_back(to_json(checked));
    else
      print_text(checked);
  }
  if (json) std::cout << all.dump(2, ' ', false, Json::error_handler_t::replace) << "\n";
  return status;
}

}  // namespace

void add_check(CLI::App& program, int& status) {
  struct Options {
    std::vector<std::string> files;
    std::string format = "text";
  };
  auto options = std::make_shared<Options>();
  auto* command = program.add_subcommand(
      "check", "Read scenarios, run them and tell whether their expectations hold");
  command->add_option("SCENARIO", options->files, "Files, or names of shipped scenarios")
      ->required();
  command->add_option("--format", options->format, "How to report")
      ->check(CLI::IsMember({"text", "json"}));
  command->callback(
      [options, &status] { status = check_all(options->files, options->format == "json"); });
}

}  // namespace posthorn::app
