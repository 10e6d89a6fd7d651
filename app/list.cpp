#include <filesystem>
#include <iostream>

#include "app/commands.hpp"
#include "app/input.hpp"
#include "app/lessons.hpp"
#include "sim/scenario/schema.hpp"
#include "sim/trace/trace_schema.hpp"

namespace posthorn::app {

int list(Lang lang) {
  const std::vector<ShippedLesson> lessons = shipped_lessons();
  if (lessons.empty()) {
    complain("no scenarios found in " + data_folder() + "; set POSTHORN_DATA to their folder");
    return kBadInput;
  }
  for (const ShippedLesson& lesson : lessons) {
    std::cout << std::filesystem::path(lesson.path).filename().string() << "\n    "
              << (lesson.broken ? "(broken: see posthorn check)" : lesson.title.in(lang)) << "\n";
    if (!lesson.summary.empty()) std::cout << "    " << lesson.summary.in(lang) << "\n";
  }
  return kOk;
}

int schema(bool of_traces) {
  std::cout << (of_traces ? trace::trace_schema() : scenario::scenario_schema());
  return kOk;
}

}  // namespace posthorn::app
