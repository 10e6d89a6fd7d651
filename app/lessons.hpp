// The scenarios that come with the program, in their teaching order.
#pragma once

#include <string>
#include <vector>

#include "sim/trace/scene.hpp"

namespace posthorn::app {

struct ShippedLesson {
  std::string path;
  bool broken = false;  ///< `posthorn check` says why
  LocalText title, summary;
};
/// Broken ones stand at the end; empty where there is no folder.
std::vector<ShippedLesson> shipped_lessons();

}  // namespace posthorn::app
