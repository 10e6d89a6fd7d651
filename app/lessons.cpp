#include "app/lessons.hpp"

#include <algorithm>
#include <filesystem>

#include "app/input.hpp"
#include "sim/scenario/load.hpp"

namespace posthorn::app {

std::vector<ShippedLesson> shipped_lessons() {
  namespace fs = std::filesystem;
  struct Entry {
    std::uint32_t place;
    ShippedLesson lesson;
  };
  std::vector<Entry> entries;
  std::error_code error;
  for (const fs::directory_entry& file : fs::directory_iterator(data_folder(), error)) {
    if (file.path().extension() != ".json") continue;
    const scenario::LoadResult loaded = scenario::load_file(file.path().string());
    Entry entry{~std::uint32_t{0}, {file.path().string(), !loaded.ok(), {}, {}}};
    if (loaded.ok()) {
      entry.lesson.title = loaded.scenario->title;
      entry.lesson.summary = loaded.scenario->summary;
      if (loaded.scenario->lesson > 0) entry.place = loaded.scenario->lesson;
    }
    entries.push_back(std::move(entry));
  }
  std::ranges::sort(entries, [](const Entry& a, const Entry& b) {
    return std::pair(a.place, a.lesson.path) < std::pair(b.place, b.lesson.path);
  });
  std::vector<ShippedLesson> lessons;
  for (Entry& entry : entries) lessons.push_back(std::move(entry.lesson));
  return lessons;
}

}  // namespace posthorn::app
