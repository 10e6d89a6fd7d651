#include "app/output.hpp"

#include <cerrno>
#include <cstring>
#include <filesystem>
#include <iostream>
#include <utility>

namespace posthorn::app {
namespace fs = std::filesystem;
namespace {

Error cannot_write(const std::string& path, const std::string& why) {
  const std::string what = path == "-" ? "to standard output" : path;
  return Error{"cannot write " + what + (why.empty() ? "" : ": " + why)};
}

}  // namespace

Output::Output(std::string path, std::string temporary)
    : path_(std::move(path)), temporary_(std::move(temporary)), swept_(temporary_) {}

Output::Output(Output&& from) noexcept
    : path_(std::move(from.path_)),
      temporary_(std::move(from.temporary_)),
      swept_(std::move(from.swept_)),
      file_(std::move(from.file_)),
      done_(std::exchange(from.done_, true)) {}

Output::~Output() {
  if (done_ || temporary_.empty()) return;
  file_.close();
  std::error_code ignored;
  fs::remove(temporary_, ignored);
}

Result<Output> Output::open(const std::string& path, bool overwrite) {
  if (path == "-") return Output(path, "");
  std::error_code error;
  const fs::file_status there = fs::status(path, error);
  if (fs::is_directory(there)) return cannot_write(path, "it is a folder");
  const bool direct = fs::exists(there) && !fs::is_regular_file(there);
  if (fs::exists(there) && !direct && !overwrite)
    return Error{path + " exists already; use --force to overwrite it"};
  // A file that may not be written is not replaced behind its owner's back.
  if (fs::exists(there) && !direct && !std::ofstream(path, std::ios::binary | std::ios::app))
    return cannot_write(path, std::strerror(errno));
  Output output(path, direct ? "" : path + ".part");
  output.file_.open(direct ? path : output.temporary_, std::ios::binary | std::ios::trunc);
  if (!output.file_) {
    output.done_ = true;
    return cannot_write(path, std::strerror(errno));
  }
  return output;
}

std::ostream& Output::stream() { return path_ == "-" ? std::cout : file_; }

Result<bool> Output::commit() {
  if (stream()) errno = 0;  // what failed before has said why already
  stream().flush();
  if (file_.is_open()) file_.close();
  if (!stream())
    return cannot_write(path_, errno != 0 ? std::strerror(errno) : "is the disk full?");
  if (temporary_.empty()) {
    done_ = true;
    return true;
  }
  std::error_code error;
  fs::rename(temporary_, path_, error);
  if (error) return cannot_write(path_, error.message());
  done_ = true;
  return true;
}

}  // namespace posthorn::app
