// The viewer as the program starts it.
#pragma once

#include <optional>
#include <string>

#include "sim/trace/trace.hpp"

namespace posthorn::viz {

struct ViewerOptions {
  const trace::Trace* trace = nullptr;  ///< must outlive the call
  Lang lang = Lang::en;
  bool dark = false;
  int width = 1600, height = 900;
  std::optional<Duration> at;  ///< stand here; else at the written letter, before Send
  std::string show;            ///< the dock's view: log, talk, ladder, packets, letter, offices
  std::string level;           ///< office, student, admin
  std::string find;            ///< typed into the search field
  bool present = false, tall = false;
  double text_scale = 1;
  std::string screenshot;  ///< draw one frame to this PNG and return
  bool play = false;       ///< begin playing at once
  /// For tests of the real window: where each widget is and what the model's state is, one
  /// a line, rewritten when it changes. Empty: none.
  std::string marks_file;
};

/// 0 when the window was closed (or the picture written); 2, with a message on standard error,
/// where there is no display or a file cannot be written.
int run_viewer(const ViewerOptions& options);

}  // namespace posthorn::viz
