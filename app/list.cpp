#include <algorithm>
#include <filesystem>
#include <iostream>

#include "app/commands.hpp"
#include "app/input.hpp"
#include "sim/scenario/load.hpp"
#include "sim/scenario/schema.hpp"
#include "sim/trace/trace_schema.hpp"

namespace posthorn::app {
namespace fs = std::filesystem;

int list(Lang lang) {
  std::vector<fs::path> files;
  std::error_code error;
  for (const fs::directory_entry& entry : fs::directory_iterator(data_folder(), error))
    if (entry.path().extension() == ".json") files.push_back(entry.path());
  if (files.empty()) {
    complain("no scenarios found in " + data_folder() + "; set POSTHORN_DATA to their folder");
    return kBadInput;
  }
  struct Entry {
    std::uint32_t place;
    fs::path file;
    scenario::LoadResult loaded;
  };
  std::vector<Entry> entries;
  for (const fs::path& file : files) {
    scenario::LoadResult loaded = scenario::load_file(file.string());
    const std::uint32_t place =
        loaded.ok() && loaded.scenario->lesson > 0 ? loaded.scenario->lesson : ~std::uint32_t{0};
    entries.push_back({place, file, std::move(loaded)});
  }
  std::ranges::sort(entries, [](const Entry& a, const Entry& b) {
    return std::pair(a.place, a.file) < std::pair(b.place, b.file);
  });
  for (const auto& [place, file, loaded] : entries) {
    std::cout << file.filename().string() << "\n    "
              << (loaded.ok() ? loaded.scenario->title.in(lang) : "(broken: see posthorn check)")
              << "\n";
    if (loaded.ok() && !loaded.scenario->summary.empty())
      std::cout << "    " << loaded.scenario->summary.in(lang) << "\n";
  }
  return kOk;
}

int schema(bool of_traces) {
  std::cout << (of_traces ? trace::trace_schema() : scenario::scenario_schema());
  return kOk;
}

}  // namespace posthorn::app
