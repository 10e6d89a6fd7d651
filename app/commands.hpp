// The subcommands of `posthorn`: plain options in, an exit code out. One file each.
//
// Results go to standard output, everything else to standard error. Exit codes: 0 done and all
// expectations hold; 1 an expectation failed; 2 bad usage or input.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "protocols/core/time.hpp"
#include "sim/trace/scene.hpp"

namespace posthorn::app {

constexpr int kOk = 0, kExpectationFailed = 1, kBadInput = 2;

struct RunOptions {
  std::string scenario;
  std::optional<std::uint64_t> seed;
  std::optional<Duration> until;
  Lang lang = Lang::en;
  bool quiet = false;
  std::string record;  ///< file for the whole trace; "" for none
};
int run(const RunOptions& options);

struct ExportOptions {
  std::string input;   ///< scenario or trace
  std::string to;      ///< file, or "-" for standard output
  std::string format;  ///< "text" or "json"; "" by the ending of `to`
  std::optional<std::uint64_t> seed;
  Lang lang = Lang::en;
  bool force = false;  ///< overwrite an existing file
};
int export_trace(const ExportOptions& options);

struct CheckOptions {
  std::vector<std::string> scenarios;
  bool json = false;
};
int check(const CheckOptions& options);

struct ViewOptions {
  std::string input;  ///< "" for the first lesson
  std::optional<Duration> at;
  Lang lang = Lang::en;
  bool dark = false;
  int width = 1600, height = 900;
  std::string screenshot;
  std::string marks_file;  ///< for tests of the real window
};
int view(const ViewOptions& options);

struct TalkOptions {
  std::string scenario;
  std::string service;  ///< "mail.sakura.example:smtp"
  Lang lang = Lang::en;
  std::string record;  ///< file for the whole trace; "" for none
};
int talk(const TalkOptions& options);

struct ServeOptions {
  std::string scenario;
  std::string bind = "127.0.0.1";
  std::string ports = "auto";  ///< or the first of consecutive numbers
  std::string only;            ///< a host; "" for all
  double speed = 1;            ///< virtual seconds in a real one
  std::string record;          ///< file for the whole trace; "" for none
};
int serve(const ServeOptions& options);

struct StormOptions {
  std::string seeds;         ///< "1..1000", or one number
  unsigned jobs = 0;         ///< worlds at once; 0: as many as there are cores
  std::string folder = ".";  ///< where the shrunk scenario of a seed that fails goes
};
int storm(const StormOptions& options);

int list(Lang lang);
int schema();

}  // namespace posthorn::app
