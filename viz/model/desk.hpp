// The program around the lesson: what can be opened, what is being opened, what went wrong.
#pragma once

#include <string>
#include <vector>

#include "sim/trace/scene.hpp"

namespace posthorn::viz {

/// A scenario that can be opened from the start page.
struct Lesson {
  std::string path;
  LocalText title, summary;
  friend bool operator==(const Lesson&, const Lesson&) = default;
};

struct Desk {
  bool start = false;  ///< the start page covers the window
  std::vector<Lesson> lessons;
  std::vector<std::string> recent;  ///< files, the newest first
  std::string typed;                ///< into the field for a file's name
  std::string path;                 ///< of what is shown; "" for nothing
  std::string problem;              ///< why a file could not be opened, as lines; "" for none
  bool loading = false;
  double loading_since = 0;  ///< Model::seconds
  float progress = -1;       ///< 0..1; below 0: not known
};

/// A wait that is shorter than this is not worth a word.
inline constexpr double kPatience = 0.5;

}  // namespace posthorn::viz
