// Pictures to where people paste them from.
#pragma once

#include <string>

#include "protocols/core/result.hpp"
#include "viz/app/raster.hpp"

namespace posthorn::viz {

/// To the desktop's clipboard, by `wl-copy` or `xclip` (GLFW's clipboard holds text only): "".
/// Where neither works, to a new file among the person's pictures: its name.
Result<std::string> copy_picture(const Image& image);

/// Where the desktop keeps pictures: $XDG_PICTURES_DIR, as user-dirs.dirs has it, or ~/Pictures;
/// the current folder without a home.
std::string pictures_folder();

}  // namespace posthorn::viz
