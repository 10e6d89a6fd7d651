// posthorn list: the shipped scenarios.
#include <iostream>

#include "app/commands.hpp"
#include "app/data.hpp"
#include "sim/scenario/load.hpp"

namespace posthorn::app {
namespace {

int list(Lang lang) {
  const auto files = shipped_scenarios();
  if (files.empty()) {
    std::cerr << "posthorn: no scenarios found; set POSTHORN_DATA to the folder that holds "
                 "\"scenarios\"\n";
    return kBadInput;
  }
  int status = kDone;
  for (const auto& file : files) {
    const auto loaded = scenario::load_file(file.string());
    if (loaded.ok()) {
      std::cout << file.stem().string() << "\t" << loaded.scenario->title.in(lang) << "\n";
    } else {
      std::cerr << scenario::to_text(loaded.diagnostics);
      status = kBadInput;
    }
  }
  return status;
}

}  // namespace

void add_list(CLI::App& program, int& status) {
  auto* command = program.add_subcommand("list", "List the shipped scenarios with their titles");
  auto lang = std::make_shared<std::string>("en");
  command->add_option("--lang", *lang, "Language of the titles")
      ->check(CLI::IsMember({"ja", "en"}));
  command->callback([lang, &status] { status = list(*lang == "ja" ? Lang::ja : Lang::en); });
}

}  // namespace posthorn::app
