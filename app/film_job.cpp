#include "app/film_job.hpp"

#include <fcntl.h>
#include <poll.h>
#include <sys/wait.h>
#include <unistd.h>

#include <cerrno>
#include <csignal>
#include <cstdio>
#include <cstdlib>
#include <filesystem>
#include <fstream>

#include "export/trace_file.hpp"

namespace posthorn::app {
namespace {

namespace fs = std::filesystem;

/// The trace as a file that is gone when this object is.
class TraceFile {
 public:
  explicit TraceFile(const trace::Trace& trace) {
    std::error_code error;
    path_ = (fs::temp_directory_path(error) / "posthorn-film-XXXXXX").string();
    const int file = ::mkstemp(path_.data());
    if (file < 0) return;
    ::close(file);
    std::ofstream out(path_, std::ios::binary);
    good_ = exporting::write_trace_json(trace, {}, out) && out.flush();
  }
  ~TraceFile() { ::unlink(path_.c_str()); }
  TraceFile(const TraceFile&) = delete;
  TraceFile& operator=(const TraceFile&) = delete;

  [[nodiscard]] bool good() const { return good_; }
  [[nodiscard]] const std::string& path() const { return path_; }

 private:
  std::string path_;
  bool good_ = false;
};

pid_t start(std::vector<std::string> words, int errors) {
  std::vector<char*> arguments;
  for (std::string& word : words) arguments.push_back(word.data());
  arguments.push_back(nullptr);
  const pid_t child = ::fork();
  if (child != 0) return child;
  ::dup2(errors, STDERR_FILENO);
  ::execv("/proc/self/exe", arguments.data());
  ::_exit(127);
}

/// "120 of 640 frames" is progress; anything else is what the run has to say.
void hear(std::string_view line, const FilmJob& job, std::string& said) {
  unsigned long done = 0, all = 0;
  const std::string text(line);
  if (std::sscanf(text.c_str(), "%lu of %lu frames", &done, &all) == 2 && all > 0)
    job.progress(static_cast<float>(done) / static_cast<float>(all));
  else if (!text.empty())
    said = text;
}

/// Reads until the child closes its end; its last words.
std::string listen(int errors, pid_t child, const FilmJob& job) {
  std::string rest, said;
  for (;;) {
    if (job.cancelled()) ::kill(child, SIGTERM);
    pollfd wait{errors, POLLIN, 0};
    if (::poll(&wait, 1, 200) <= 0) continue;
    char bytes[512];
    const ssize_t count = ::read(errors, bytes, sizeof bytes);
    if (count < 0 && errno == EINTR) continue;
    if (count <= 0) break;
    rest.append(bytes, static_cast<std::size_t>(count));
    for (std::size_t end; (end = rest.find_first_of("\r\n")) != std::string::npos;) {
      hear(std::string_view(rest).substr(0, end), job, said);
      rest.erase(0, end + 1);
    }
  }
  return said;
}

}  // namespace

Result<bool> run_film_job(const trace::Trace& trace, const FilmJob& job) {
  const TraceFile file(trace);
  if (!file.good()) return Error{"cannot write " + file.path()};
  int ends[2];
  if (::pipe2(ends, O_CLOEXEC) != 0) return Error{"cannot start a second run"};
  std::vector<std::string> words{"posthorn", "export", file.path(), "--to", job.to, "--progress"};
  words.insert(words.end(), job.arguments.begin(), job.arguments.end());
  const pid_t child = start(std::move(words), ends[1]);
  ::close(ends[1]);
  const std::string said = child > 0 ? listen(ends[0], child, job) : std::string();
  ::close(ends[0]);
  int status = -1;
  while (child > 0 && ::waitpid(child, &status, 0) < 0 && errno == EINTR) {
  }
  if (WIFEXITED(status) && WEXITSTATUS(status) == 0) return true;
  constexpr std::string_view kName = "posthorn: ";
  if (said.starts_with(kName)) return Error{said.substr(kName.size())};
  return Error{said.empty() ? "the picture could not be made" : said};
}

}  // namespace posthorn::app
