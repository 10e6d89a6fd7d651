#include "viz/app/clipboard.hpp"

#include <fcntl.h>
#include <signal.h>
#include <spawn.h>
#include <sys/wait.h>
#include <unistd.h>

#include <cerrno>
#include <chrono>
#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <thread>
#include <vector>

extern char** environ;

namespace posthorn::viz {
namespace {

namespace fs = std::filesystem;

std::string variable(const char* name) {
  const char* value = std::getenv(name);
  return value == nullptr ? "" : value;
}

/// True if it ends well soon. Both tools read all, leave a process of theirs behind that serves the
/// clipboard, and return; one that does not return has found nobody to talk to.
bool run(std::vector<std::string> words, const std::string& input) {
  constexpr auto kPatience = std::chrono::seconds(2);
  std::vector<char*> arguments;
  for (std::string& word : words) arguments.push_back(word.data());
  arguments.push_back(nullptr);
  posix_spawn_file_actions_t files;
  ::posix_spawn_file_actions_init(&files);
  ::posix_spawn_file_actions_addopen(&files, STDIN_FILENO, input.c_str(), O_RDONLY, 0);
  // The process that stays would hold our output open.
  ::posix_spawn_file_actions_addopen(&files, STDOUT_FILENO, "/dev/null", O_WRONLY, 0);
  ::posix_spawn_file_actions_addopen(&files, STDERR_FILENO, "/dev/null", O_WRONLY, 0);
  pid_t child = 0;
  const int failed =
      ::posix_spawnp(&child, arguments[0], &files, nullptr, arguments.data(), environ);
  ::posix_spawn_file_actions_destroy(&files);
  if (failed != 0) return false;
  int status = 0;
  const auto end = std::chrono::steady_clock::now() + kPatience;
  while (::waitpid(child, &status, WNOHANG) == 0) {
    if (std::chrono::steady_clock::now() > end) {
      ::kill(child, SIGKILL);
      ::waitpid(child, &status, 0);
      return false;
    }
    std::this_thread::sleep_for(std::chrono::milliseconds(5));
  }
  return WIFEXITED(status) && WEXITSTATUS(status) == 0;
}

bool to_clipboard(const std::string& file) {
  if (!variable("WAYLAND_DISPLAY").empty() && run({"wl-copy", "--type", "image/png"}, file))
    return true;
  return !variable("DISPLAY").empty() &&
         run({"xclip", "-selection", "clipboard", "-t", "image/png"}, file);
}

/// A file that nobody had before; "" where none can be made.
std::string new_file(const fs::path& folder, const std::string& stem) {
  for (int i = 1; i < 10000; ++i) {
    const std::string name = (folder / (stem + "-" + std::to_string(i) + ".png")).string();
    const int fd = ::open(name.c_str(), O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, 0644);
    if (fd >= 0) ::close(fd);
    if (fd >= 0) return name;
    if (errno != EEXIST) break;
  }
  return {};
}

Result<std::string> to_pictures(const Image& image) {
  const fs::path folder = pictures_folder();
  std::error_code error;
  fs::create_directories(folder, error);
  const std::string name = new_file(folder, "posthorn");
  if (!name.empty() && write_png(image, name)) return name;
  return Error{folder.string()};
}

}  // namespace

std::string pictures_folder() {
  const std::string home = variable("HOME"), set = variable("XDG_PICTURES_DIR");
  if (!set.empty()) return set;
  if (home.empty()) return ".";
  const std::string config = variable("XDG_CONFIG_HOME");
  std::ifstream in((config.empty() ? home + "/.config" : config) + "/user-dirs.dirs");
  const std::string key = "XDG_PICTURES_DIR=\"", here = "$HOME";
  for (std::string line; std::getline(in, line);) {
    if (!line.starts_with(key)) continue;
    std::string folder = line.substr(key.size(), line.rfind('"') - key.size());
    if (folder.starts_with(here)) folder.replace(0, here.size(), home);
    if (folder.starts_with('/')) return folder;
  }
  return home + "/Pictures";
}

Result<std::string> copy_picture(const Image& image) {
  std::error_code error;
  const fs::path folder = fs::temp_directory_path(error);
  const std::string passing =
      error ? "" : new_file(folder, "posthorn-clipboard-" + std::to_string(::getpid()));
  if (!passing.empty()) {
    const bool copied = write_png(image, passing) && to_clipboard(passing);
    fs::remove(passing, error);
    if (copied) return std::string();
  }
  return to_pictures(image);
}

}  // namespace posthorn::viz
