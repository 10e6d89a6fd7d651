#include "app/film.hpp"

#include <unistd.h>

#include <algorithm>
#include <cstdio>

#include "app/ffmpeg.hpp"
#include "app/output.hpp"
#if POSTHORN_VIEWER
#include "viz/app/headless.hpp"
#endif

namespace posthorn::app {

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
/// A GIF has 256 colours: they are chosen by looking at so many frames before.
constexpr std::size_t kTastedFrames = 12;

void show_progress(std::size_t done, std::size_t all) {
  std::fprintf(stderr, "\r%zu of %zu frames%s", done, all, done == all ? "\n" : "");
}

/// The window, at any moment of the story.
class Stage {
 public:
  Stage(const trace::Trace& trace, const FilmOptions& options)
      : model_(prepared(trace, options)), headless_(model_, options.width, options.height) {
    for (int i = 0; i < 4; ++i) headless_.frame();  // scrolling and missing glyphs settle
  }

  viz::Image at(Instant moment) {
    apply(model_, viz::SeekTime{moment});
    headless_.frame();
    return headless_.picture();
  }
  viz::Image at(double part) { return at(model_.track.from_slider(part)); }

  [[nodiscard]] std::size_t frames() const {
    return std::clamp(model_.track.events.size() * kFramesPerEvent, kFewestFrames, kMostFrames);
  }

 private:
  static viz::Model prepared(const trace::Trace& trace, const FilmOptions& options) {
    viz::Model model(trace);
    model.likes.lang = options.lang;
    if (options.level) model.likes.level = *options.level;
    return model;
  }

  viz::Model model_;
  viz::Headless headless_;
};

/// Frames 0..count, spread over the story.
Result<bool> show(Stage& stage, Ffmpeg& ffmpeg, std::size_t count, bool tell) {
  for (std::size_t i = 0; i <= count; ++i) {
    const viz::Image picture = stage.at(static_cast<double>(i) / static_cast<double>(count));
    if (auto taken = ffmpeg.frame(picture.pixels.data(), picture.pixels.size() * 4); !taken)
      return taken;
    if (tell) show_progress(i, count);
  }
  return ffmpeg.finish();
}

Result<bool> film(const trace::Trace& trace, const FilmOptions& options, const std::string& path) {
  Stage stage(trace, options);
  FilmShape shape{path, options.format, options.width, options.height, kFramesPerSecond};
  const Palette palette;
  if (options.format == "gif") {
    auto taster = Ffmpeg::choose_colours(palette, shape);
    if (!taster) return taster.error();
    if (auto tasted = show(stage, *taster, kTastedFrames, false); !tasted) return tasted;
  }
  auto ffmpeg = Ffmpeg::start(shape, palette);
  if (!ffmpeg) return ffmpeg.error();
  const bool tell = options.progress || ::isatty(STDERR_FILENO) != 0;
  return show(stage, *ffmpeg, stage.frames(), tell);
}

}  // namespace

Result<bool> write_film(const trace::Trace& trace, const FilmOptions& options, bool overwrite) {
  const bool still = options.format == "png";
  if (options.to == "-" && !still)
    return Error{"a film needs a file; \"-\" is for the other forms"};
  auto output = Output::open(options.to, overwrite);
  if (!output) return output.error();
  if (still) {
    Stage stage(trace, options);
    const Instant moment = options.at.value_or(trace.end_time());
    for (int i = 0; i < 3; ++i) (void)stage.at(moment);  // scrolling settles
    output->stream() << viz::png_of(stage.at(moment));
    return output->commit();
  }
  const auto done = film(trace, options, output->temporary());
  return done ? output->commit() : done;
}

#else

Result<bool> write_film(const trace::Trace&, const FilmOptions&, bool) {
  return Error{"this build has no window, and so no pictures; try html or svg"};
}

#endif

}  // namespace posthorn::app
