// Pictures and films of the window, drawn by the viewer's own software renderer.
#pragma once

#include <optional>
#include <string>
#include <string_view>

#include "protocols/core/result.hpp"
#include "sim/trace/trace.hpp"
#include "text/text.hpp"

namespace posthorn::app {

struct FilmOptions {
  std::string to;
  std::string_view format;    ///< "png", "gif" or "mp4"
  std::optional<Instant> at;  ///< png: the moment (default: the end)
  Lang lang = Lang::en;
  std::optional<texts::Level> level;  ///< for whom the window explains; none: as it usually does
  bool progress = false;              ///< is told even if standard error is no terminal
  int width = 1280, height = 720;
};

bool is_film(std::string_view format);
/// "png" for "a/b.png"; empty if the ending names no picture and no film.
std::string_view film_format_of(std::string_view path);

/// Films need ffmpeg; progress goes to standard error if that is a terminal.
Result<bool> write_film(const trace::Trace& trace, const FilmOptions& options, bool overwrite);

}  // namespace posthorn::app
