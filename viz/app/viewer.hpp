// The viewer as the program starts it.
#pragma once

#include <memory>
#include <optional>
#include <string>

#include "viz/app/program.hpp"

namespace posthorn::viz {

struct ViewerOptions {
  std::shared_ptr<const trace::Trace> trace;   ///< none: the start page
  std::string problem;                         ///< why `path` could not be opened, as lines
  std::string path;                            ///< where it came from
  bool may_write = false, may_change = false;  ///< see Loaded
  Services services;
  bool keep_settings = true;  ///< in the usual folder
  std::optional<Lang> lang;   ///< these four: else as the person likes it
  std::optional<bool> dark;
  Lang usual_lang = Lang::en;  ///< of somebody who has not chosen yet
  std::optional<texts::Level> level;
  std::optional<double> text_scale;
  int width = 1600, height = 900;
  std::optional<Duration> at;  ///< stand here; else at the written letter, before Send
  std::optional<View> view;    ///< the dock's
  std::string find;            ///< typed into the search field
  bool present = false, tall = false;
  bool help = false, menu = false, what_if = false;  ///< for pictures
  std::string screenshot;                            ///< draw one frame to this PNG and return
  bool play = false;                                 ///< begin playing at once
  /// For tests of the real window: where each widget is and what the model's state is, one
  /// a line, rewritten when it changes. Empty: none.
  std::string marks_file;
};

/// 0 when the window was closed (or the picture written); 2, with a message on standard error,
/// where there is no display or a file cannot be written.
int run_viewer(const ViewerOptions& options);
/// Whether a window can be opened, as far as the environment tells.
bool has_display();

}  // namespace posthorn::viz
