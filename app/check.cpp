#include <algorithm>
#include <iostream>
#include <nlohmann/json.hpp>

#include "app/commands.hpp"
#include "app/input.hpp"
#include "sim/scenario/expect.hpp"
#include "sim/scenario/load.hpp"
#include "sim/world/world.hpp"
#include "text/text.hpp"

namespace posthorn::app {
namespace {

using Json = nlohmann::ordered_json;

struct Report {
  int status = kOk;
  std::string text;
  Json json;
};

Report check_one(const std::string& path, Lang lang) {
  Report report;
  report.json = {{"file", path}, {"diagnostics", Json::array()}, {"expectations", Json::array()}};
  const scenario::LoadResult loaded = scenario::load_file(path);
  for (const scenario::Diagnostic& d : loaded.diagnostics)
    report.json["diagnostics"].push_back({{"line", d.line},
                                          {"column", d.column},
                                          {"message", texts::diagnostic(d.message).in(lang)},
                                          {"hint", texts::diagnostic(d.hint).in(lang)}});
  if (!loaded.ok()) {
    report.status = kBadInput;
    report.text = texts::diagnostics(scenario::to_text(loaded.diagnostics), lang);
    return report;
  }
  const trace::Trace trace = world::run_scenario(*loaded.scenario);
  for (const auto& result : scenario::check_expectations(*loaded.scenario, trace)) {
    report.json["expectations"].push_back({{"held", result.held},
                                           {"line", result.where.line},
                                           {"column", result.where.column},
                                           {"what", texts::expectation(result.what).in(lang)},
                                           {"why", texts::expectation(result.why).in(lang)}});
    if (result.held) continue;
    report.status = kExpectationFailed;
    report.text += tell_failed(path, result, lang);
  }
  return report;
}

}  // namespace

int check(const CheckOptions& options) {
  int status = kOk;
  Json all = Json::array();
  for (const std::string& path : options.scenarios) {
    Report report = check_one(path, options.lang);
    status = std::max(status, report.status);
    report.json["ok"] = report.status == kOk;
    std::cerr << report.text;
    if (options.json)
      all.push_back(std::move(report.json));
    else if (report.status == kOk)
      std::cout << path << ": ok\n";
  }
  if (options.json) std::cout << all.dump(2, ' ', false, Json::error_handler_t::replace) << "\n";
  return status;
}

}  // namespace posthorn::app
