// Results that appear whole or not at all.
#pragma once

#include <fstream>
#include <optional>
#include <string>

#include "app/sweep.hpp"
#include "protocols/core/result.hpp"

namespace posthorn::app {

/// A file that gets its name when everything is written: until commit() it stands beside its place
/// as NAME.part, and goes away with this object or when the program is interrupted. "-" is standard
/// output; devices and pipes are written directly.
class Output {
 public:
  /// Fails, without touching anything, if the file exists and must not be overwritten.
  static Result<Output> open(const std::string& path, bool overwrite);
  Output(Output&& from) noexcept;
  Output& operator=(Output&&) = delete;
  ~Output();

  std::ostream& stream();
  /// The file beside its place, for a program that writes it in our stead; empty for standard
  /// output.
  [[nodiscard]] const std::string& temporary() const {
    return temporary_.empty() && path_ != "-" ? path_ : temporary_;
  }
  /// Everything written reached the disk, and the file has its name.
  Result<bool> commit();

 private:
  Output(std::string path, std::string temporary);

  std::string path_, temporary_;  ///< no temporary: written directly
  SweptFile swept_;
  std::ofstream file_;
  bool done_ = false;
};

}  // namespace posthorn::app
