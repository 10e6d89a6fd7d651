// ffmpeg as a child process that takes pictures and makes a film of them.
#pragma once

#include <sys/types.h>

#include <cstddef>
#include <string>
#include <string_view>
#include <vector>

#include "protocols/core/result.hpp"

namespace posthorn::app {

struct FilmShape {
  std::string path;
  std::string_view format;  ///< "gif" or "mp4"
  int width, height, frames_per_second;
};

/// The colours of a GIF: a file in memory that one ffmpeg fills and the next one reads. If all were
/// done by one, it would have to keep every frame until the last has shown its colours: gigabytes.
class Palette {
 public:
  Palette();
  ~Palette();
  Palette(const Palette&) = delete;
  Palette& operator=(const Palette&) = delete;
  [[nodiscard]] int file() const { return file_; }

 private:
  int file_;
};

class Ffmpeg {
 public:
  /// Makes the film. Fails if ffmpeg is not installed.
  static Result<Ffmpeg> start(const FilmShape& shape, const Palette& palette);
  /// Looks at the frames that it is given and fills the palette.
  static Result<Ffmpeg> choose_colours(const Palette& palette, const FilmShape& shape);
  Ffmpeg(Ffmpeg&& from) noexcept;
  Ffmpeg& operator=(Ffmpeg&&) = delete;
  ~Ffmpeg();

  /// One picture, RGBA, row by row.
  Result<bool> frame(const void* pixels, std::size_t size);
  /// No more pictures: waits until the film is written.
  Result<bool> finish();

 private:
  static Result<Ffmpeg> run(const std::vector<std::string>& words, int inherited);
  Ffmpeg(pid_t child, int pipe) : child_(child), pipe_(pipe) {}
  pid_t child_;
  int pipe_;
};

}  // namespace posthorn::app
