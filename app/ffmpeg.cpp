#include "app/ffmpeg.hpp"

#include <fcntl.h>
#include <sys/mman.h>
#include <sys/wait.h>
#include <unistd.h>

#include <cerrno>
#include <csignal>
#include <initializer_list>
#include <utility>
#include <vector>

namespace posthorn::app {
namespace {

constexpr int kNotInstalled = 127;

std::vector<std::string> reading(const FilmShape& shape) {
  const std::string size = std::to_string(shape.width) + "x" + std::to_string(shape.height);
  return {"ffmpeg",
          "-nostdin",
          "-loglevel",
          "error",
          "-y",
          "-f",
          "rawvideo",
          "-pixel_format",
          "rgba",
          "-video_size",
          size,
          "-framerate",
          std::to_string(shape.frames_per_second),
          "-i",
          "pipe:0"};
}

std::string opened_anew(int file) { return "/proc/self/fd/" + std::to_string(file); }

void add(std::vector<std::string>& words, std::initializer_list<const char*> more) {
  words.insert(words.end(), more.begin(), more.end());
}

std::vector<std::string> film_command(const FilmShape& shape, const Palette& palette) {
  std::vector<std::string> words = reading(shape);
  if (shape.format == "gif") {
    add(words, {"-f", "png_pipe", "-i"});
    words.push_back(opened_anew(palette.file()));
    // One palette for the whole film, and no dots for what lies between: letters stay sharp.
    add(words, {"-lavfi", "[0][1]paletteuse=dither=none:diff_mode=rectangle"});
  } else {
    add(words, {"-c:v", "libx264", "-pix_fmt", "yuv420p", "-crf", "20", "-movflags", "+faststart"});
  }
  // Metadata would name versions and dates: the same trace gives the same film.
  add(words, {"-fflags", "+bitexact", "-flags:v", "+bitexact", "-map_metadata", "-1", "-f"});
  words.emplace_back(shape.format);
  words.push_back(shape.path.starts_with('-') ? "./" + shape.path : shape.path);
  return words;
}

std::vector<std::string> palette_command(const FilmShape& shape, const Palette& palette) {
  std::vector<std::string> words = reading(shape);
  add(words,
      {"-vf", "palettegen=stats_mode=full", "-frames:v", "1", "-c:v", "png", "-f", "image2pipe"});
  words.push_back("pipe:" + std::to_string(palette.file()));
  return words;
}

[[noreturn]] void become(const std::vector<std::string>& words, int input, int inherited) {
  ::dup2(input, STDIN_FILENO);
  if (inherited >= 0) ::fcntl(inherited, F_SETFD, 0);
  std::vector<char*> arguments;
  for (const std::string& word : words) arguments.push_back(const_cast<char*>(word.c_str()));
  arguments.push_back(nullptr);
  ::execvp(arguments[0], arguments.data());
  ::_exit(kNotInstalled);
}

}  // namespace

Palette::Palette() : file_(::memfd_create("posthorn-palette", MFD_CLOEXEC)) {}
Palette::~Palette() {
  if (file_ >= 0) ::close(file_);
}

Result<Ffmpeg> Ffmpeg::start(const FilmShape& shape, const Palette& palette) {
  return run(film_command(shape, palette), palette.file());
}

Result<Ffmpeg> Ffmpeg::choose_colours(const Palette& palette, const FilmShape& shape) {
  return run(palette_command(shape, palette), palette.file());
}

Result<Ffmpeg> Ffmpeg::run(const std::vector<std::string>& words, int inherited) {
  int ends[2];
  if (::pipe2(ends, O_CLOEXEC) != 0) return Error{"cannot start ffmpeg"};
  ::signal(SIGPIPE, SIG_IGN);  // a child that dies is an error of write()
  const pid_t child = ::fork();
  if (child == 0) become(words, ends[0], inherited);
  ::close(ends[0]);
  if (child > 0) return Ffmpeg(child, ends[1]);
  ::close(ends[1]);
  return Error{"cannot start ffmpeg"};
}

Ffmpeg::Ffmpeg(Ffmpeg&& from) noexcept
    : child_(std::exchange(from.child_, -1)), pipe_(std::exchange(from.pipe_, -1)) {}

Ffmpeg::~Ffmpeg() { (void)finish(); }

Result<bool> Ffmpeg::frame(const void* pixels, std::size_t size) {
  const char* next = static_cast<const char*>(pixels);
  while (size > 0) {
    const ssize_t taken = ::write(pipe_, next, size);
    if (taken < 0 && errno == EINTR) continue;
    if (taken <= 0) {
      auto why = finish();
      return why ? Result<bool>(Error{"ffmpeg ended too early"}) : why;
    }
    next += taken;
    size -= static_cast<std::size_t>(taken);
  }
  return true;
}

Result<bool> Ffmpeg::finish() {
  if (child_ < 0) return true;
  ::close(std::exchange(pipe_, -1));
  int status = 0;
  while (::waitpid(child_, &status, 0) < 0 && errno == EINTR) {
  }
  child_ = -1;
  if (WIFEXITED(status) && WEXITSTATUS(status) == 0) return true;
  if (WIFEXITED(status) && WEXITSTATUS(status) == kNotInstalled)
    return Error{"films are made by ffmpeg, which is not installed (apt-get install ffmpeg)"};
  return Error{"ffmpeg could not make the film"};
}

}  // namespace posthorn::app
