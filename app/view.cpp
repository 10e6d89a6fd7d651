#include "app/commands.hpp"
#include "app/input.hpp"
#if POSTHORN_VIEWER
#include "viz/app/viewer.hpp"
#endif

namespace posthorn::app {

#if POSTHORN_VIEWER

int view(const ViewOptions& options) {
  const std::string input =
      options.input.empty() ? data_folder() + "/first-letter.json" : options.input;
  const auto trace = load_trace(input);
  if (!trace) return kBadInput;
  viz::ViewerOptions viewer;
  viewer.trace = &*trace;
  viewer.lang = options.lang;
  viewer.dark = options.dark;
  viewer.width = options.width;
  viewer.height = options.height;
  viewer.show = options.show;
  viewer.level = options.level;
  viewer.find = options.find;
  viewer.present = options.present;
  viewer.tall = options.tall;
  if (options.text_scale > 0) viewer.text_scale = options.text_scale / 100;
  viewer.at = options.at;
  viewer.screenshot = options.screenshot;
  viewer.marks_file = options.marks_file;
  return viz::run_viewer(viewer);
}

#else

int view(const ViewOptions&) {
  complain(
      "this build has no window; use `posthorn run SCENARIO`, or build with "
      "-DPOSTHORN_VIEWER=ON (needs Dear ImGui and GLFW)");
  return kBadInput;
}

#endif

}  // namespace posthorn::app
