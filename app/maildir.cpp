#include "app/maildir.hpp"

#include <cerrno>
#include <csignal>
#include <cstring>
#include <filesystem>
#include <fstream>

namespace posthorn::app {
namespace fs = std::filesystem;
namespace {

/// Signals wait while this object lives, so that nothing half done is left; then they do what they
/// came for.
class HeldSignals {
 public:
  HeldSignals() {
    sigemptyset(&ours_);
    for (const int signal : {SIGINT, SIGTERM, SIGHUP}) sigaddset(&ours_, signal);
    ::sigprocmask(SIG_BLOCK, &ours_, &before_);
  }
  ~HeldSignals() { ::sigprocmask(SIG_SETMASK, &before_, nullptr); }
  HeldSignals(const HeldSignals&) = delete;
  HeldSignals& operator=(const HeldSignals&) = delete;

  /// One of them has come.
  [[nodiscard]] static bool waiting() {
    sigset_t pending;
    ::sigpending(&pending);
    return sigismember(&pending, SIGINT) == 1 || sigismember(&pending, SIGTERM) == 1 ||
           sigismember(&pending, SIGHUP) == 1;
  }

 private:
  sigset_t ours_{}, before_{};
};

Result<bool> write_files(const fs::path& folder, const std::vector<exporting::MaildirFile>& files) {
  std::error_code error;
  for (const char* part : {"cur", "new", "tmp"})
    if (!fs::create_directories(folder / part, error) && error)
      return Error{"cannot write " + folder.string() + ": " + error.message()};
  for (const exporting::MaildirFile& file : files) {
    if (HeldSignals::waiting()) return Error{"interrupted"};
    std::ofstream out(folder / file.path, std::ios::binary);
    errno = 0;
    out << file.content << std::flush;
    if (!out)
      return Error{"cannot write " + (folder / file.path).string() +
                   (errno != 0 ? std::string(": ") + std::strerror(errno) : "")};
  }
  return true;
}

}  // namespace

Result<bool> write_maildir(const std::string& path,
                           const std::vector<exporting::MaildirFile>& files, bool overwrite) {
  std::error_code error;
  const bool there = fs::exists(path, error);
  if (there && !overwrite) return Error{path + " exists already; use --force to overwrite it"};
  // --force replaces a Maildir, but never somebody's other folder.
  if (there &&
      !(fs::is_directory(fs::path(path) / "cur") && fs::is_directory(fs::path(path) / "new")))
    return Error{path + " is no Maildir; it is left as it is"};
  const fs::path target(path);
  if (!target.parent_path().empty() && !fs::is_directory(target.parent_path(), error))
    return Error{"cannot write " + path + ": there is no folder " + target.parent_path().string()};
  const HeldSignals held;
  const fs::path fresh = path + ".part", old = path + ".old";
  fs::remove_all(fresh, error);
  auto written = write_files(fresh, files);
  if (written && there) fs::rename(path, old, error);
  if (written && !error) fs::rename(fresh, path, error);
  std::error_code ignored;
  if (written && error) {
    if (there) fs::rename(old, path, ignored);
    written = Error{"cannot write " + path + ": " + error.message()};
  }
  fs::remove_all(fresh, ignored);
  if (written && there) fs::remove_all(old, ignored);
  return written;
}

}  // namespace posthorn::app
