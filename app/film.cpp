#include "app/film.hpp"

#include <unistd.h>

#include <algorithm>
#include <cstdio>
#include <filesystem>

#include "app/ffmpeg.hpp"
#include "app/sweep.hpp"
#if POSTHORN_VIEWER
#include "viz/app/headless.hpp"
#endif

namespace posthorn::app {
namespace fs = std::filesystem;

bool is_film(std::string_view format) {
  return format == "png" || format == "gif" || format == "mp4";
}

std::string_view film_format_of(std::string_view path) {
  for (const std::string_view format : {"png", "gif", "mp4"})
    if (path.size() > format.size() + 1 && path.ends_with(format) &&
        path[path.size() - format.size() - 1] == '.')
      return format;
  return {};
}

#if POSTHORN_VIEWER

namespace {

constexpr int kFramesPerSecond = 10;
/// So many frames for each thing that happens, so that it can be read; and never more than two
/// minutes of film.
constexpr std::size_t kFramesPerEvent = 5, kFewestFrames = 60, kMostFrames = 120 * kFramesPerSecond;

void show_progress(std::size_t done, std::size_t all) {
  if (::isatty(STDERR_FILENO) == 0) return;
  std::fprintf(stderr, "\r%zu of %zu frames%s", done, all, done == all ? "\n" : "");
}

Result<bool> film(const trace::Trace& trace, const FilmOptions& options, const std::string& path) {
  viz::Model model(trace);
  model.likes.lang = options.lang;
  viz::Headless headless(model, options.width, options.height);
  if (options.format == "png") {
    apply(model, viz::SeekTime{options.at.value_or(trace.end_time())});
    for (int i = 0; i < 4; ++i) headless.frame();  // scrolling and missing glyphs settle
    if (viz::write_png(headless.picture(), path)) return true;
    return Error{"cannot write " + options.to};
  }
  auto ffmpeg =
      Ffmpeg::start(path, options.format, options.width, options.height, kFramesPerSecond);
  if (!ffmpeg) return ffmpeg.error();
  const std::size_t frames =
      std::clamp(model.track.events.size() * kFramesPerEvent, kFewestFrames, kMostFrames);
  for (std::size_t i = 0; i <= frames; ++i) {
    const double part = static_cast<double>(i) / static_cast<double>(frames);
    apply(model, viz::SeekTime{model.track.from_slider(part)});
    for (int settle = i == 0 ? 4 : 1; settle > 0; --settle) headless.frame();
    const viz::Image picture = headless.picture();
    if (auto taken = ffmpeg->frame(picture.pixels.data(), picture.pixels.size() * 4); !taken)
      return taken;
    show_progress(i, frames);
  }
  return ffmpeg->finish();
}

}  // namespace

Result<bool> write_film(const trace::Trace& trace, const FilmOptions& options, bool overwrite) {
  std::error_code error;
  if (options.to == "-") return Error{"pictures and films need a file; \"-\" is for text"};
  if (fs::exists(options.to, error) && !overwrite)
    return Error{options.to + " exists already; use --force to overwrite it"};
  const std::string temporary = options.to + ".part";
  const SweptFile swept(temporary);
  auto done = film(trace, options, temporary);
  if (done) fs::rename(temporary, options.to, error);
  if (done && error) done = Error{"cannot write " + options.to + ": " + error.message()};
  if (!done) fs::remove(temporary, error);
  return done;
}

#else

Result<bool> write_film(const trace::Trace&, const FilmOptions&, bool) {
  return Error{"this build has no window, and so no pictures; try html or svg"};
}

#endif

}  // namespace posthorn::app
