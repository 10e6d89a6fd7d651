// What a program that is interrupted leaves behind: nothing.
#pragma once

#include <string>

namespace posthorn::app {

/// While this object lives, SIGINT, SIGTERM and SIGHUP remove the file and then end the program as
/// they would have. One at a time; a second one watches nothing.
class SweptFile {
 public:
  explicit SweptFile(const std::string& path);
  SweptFile(SweptFile&& from) noexcept;
  SweptFile& operator=(SweptFile&&) = delete;
  ~SweptFile();

 private:
  bool watching_ = false;
};

}  // namespace posthorn::app
