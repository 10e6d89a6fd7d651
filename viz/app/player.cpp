#include "viz/app/player.hpp"

#include <fcntl.h>
#include <spawn.h>
#include <sys/wait.h>
#include <unistd.h>

#include <cstdlib>
#include <filesystem>
#include <fstream>

extern char** environ;

namespace posthorn::viz {
namespace {

namespace fs = std::filesystem;

/// The process, or 0.
int start(std::vector<std::string> words) {
  std::vector<char*> arguments;
  for (std::string& word : words) arguments.push_back(word.data());
  arguments.push_back(nullptr);
  posix_spawn_file_actions_t files;
  ::posix_spawn_file_actions_init(&files);
  for (const int fd : {STDIN_FILENO, STDOUT_FILENO, STDERR_FILENO})
    ::posix_spawn_file_actions_addopen(&files, fd, "/dev/null", O_RDWR, 0);
  pid_t child = 0;
  const int failed =
      ::posix_spawnp(&child, arguments[0], &files, nullptr, arguments.data(), environ);
  ::posix_spawn_file_actions_destroy(&files);
  return failed == 0 ? child : 0;
}

}  // namespace

Player::~Player() {
  bury();
  std::error_code ignored;
  if (!folder_.empty()) fs::remove_all(folder_, ignored);
}

bool Player::play(Sound sound) {
  constexpr std::size_t kTogether = 4;
  bury();
  if (children_.size() >= kTogether) return true;  // enough is to be heard
  const std::string& file = file_of(sound);
  if (file.empty()) return false;
  for (const std::vector<std::string>& words :
       {std::vector<std::string>{"pw-play", file}, {"paplay", file}, {"aplay", "-q", file}})
    if (const int child = start(words); child != 0) {
      children_.push_back(child);
      return true;
    }
  return false;
}

const std::string& Player::file_of(Sound sound) {
  std::string& file = files_[sound];
  if (!file.empty()) return file;
  std::error_code error;
  if (folder_.empty()) {
    const fs::path there = fs::temp_directory_path(error);
    std::string name = (there / "posthorn-sound-XXXXXX").string();
    if (error || ::mkdtemp(name.data()) == nullptr) return file;
    folder_ = name;
  }
  const std::string name = folder_ + "/" + std::to_string(static_cast<int>(sound)) + ".wav";
  std::ofstream out(name, std::ios::binary);
  out << wav_of(sound);
  out.close();
  if (out) file = name;
  return file;
}

/// Takes leave of those that have played.
void Player::bury() {
  std::erase_if(children_, [](int child) { return ::waitpid(child, nullptr, WNOHANG) != 0; });
}

}  // namespace posthorn::viz
