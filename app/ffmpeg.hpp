// ffmpeg as a child process that takes pictures and makes a film of them.
#pragma once

#include <sys/types.h>

#include <cstddef>
#include <string>
#include <string_view>

#include "protocols/core/result.hpp"

namespace posthorn::app {

class Ffmpeg {
 public:
  /// `format` is "gif" or "mp4". Fails if ffmpeg is not installed.
  static Result<Ffmpeg> start(const std::string& path, std::string_view format, int width,
                              int height, int frames_per_second);
  Ffmpeg(Ffmpeg&& from) noexcept;
  Ffmpeg& operator=(Ffmpeg&&) = delete;
  ~Ffmpeg();

  /// One picture, RGBA, row by row.
  Result<bool> frame(const void* pixels, std::size_t size);
  /// No more pictures: waits until the film is written.
  Result<bool> finish();

 private:
  Ffmpeg(pid_t child, int pipe) : child_(child), pipe_(pipe) {}
  pid_t child_;
  int pipe_;
};

}  // namespace posthorn::app
