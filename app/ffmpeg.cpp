#include "app/ffmpeg.hpp"

#include <fcntl.h>
#include <sys/wait.h>
#include <unistd.h>

#include <cerrno>
#include <csignal>
#include <utility>
#include <vector>

namespace posthorn::app {
namespace {

constexpr int kNotInstalled = 127;

std::vector<std::string> command(const std::string& path, std::string_view format, int width,
                                 int height, int frames_per_second) {
  std::vector<std::string> words{"ffmpeg",
                                 "-nostdin",
                                 "-loglevel",
                                 "error",
                                 "-y",
                                 "-f",
                                 "rawvideo",
                                 "-pixel_format",
                                 "rgba",
                                 "-video_size",
                                 std::to_string(width) + "x" + std::to_string(height),
                                 "-framerate",
                                 std::to_string(frames_per_second),
                                 "-i",
                                 "pipe:0"};
  const std::vector<std::string> how =
      format == "gif"
          // One palette for the whole film, of what changes: letters stay sharp.
          ? std::vector<std::string>{"-vf",
                                     "split[a][b];[a]palettegen=stats_mode=diff[p];[b][p]"
                                     "paletteuse=dither=none:diff_mode=rectangle"}
          : std::vector<std::string>{"-c:v", "libx264", "-pix_fmt",  "yuv420p",
                                     "-crf", "20",      "-movflags", "+faststart"};
  words.insert(words.end(), how.begin(), how.end());
  // Metadata would name versions and dates: the same trace gives the same film.
  for (const char* word : {"-fflags", "+bitexact", "-flags:v", "+bitexact", "-map_metadata", "-1"})
    words.emplace_back(word);
  words.insert(words.end(),
               {"-f", std::string(format), path.starts_with('-') ? "./" + path : path});
  return words;
}

[[noreturn]] void become(const std::vector<std::string>& words, int input) {
  ::dup2(input, STDIN_FILENO);
  std::vector<char*> arguments;
  for (const std::string& word : words) arguments.push_back(const_cast<char*>(word.c_str()));
  arguments.push_back(nullptr);
  ::execvp(arguments[0], arguments.data());
  ::_exit(kNotInstalled);
}

}  // namespace

Result<Ffmpeg> Ffmpeg::start(const std::string& path, std::string_view format, int width,
                             int height, int frames_per_second) {
  const auto words = command(path, format, width, height, frames_per_second);
  int ends[2];
  if (::pipe2(ends, O_CLOEXEC) != 0) return Error{"cannot start ffmpeg"};
  ::signal(SIGPIPE, SIG_IGN);  // a child that dies is an error of write()
  const pid_t child = ::fork();
  if (child == 0) become(words, ends[0]);
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
