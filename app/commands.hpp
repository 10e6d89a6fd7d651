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

constexpr int kOk = 0, kExpectationFailed = 1, kBadInput = 2, kInterrupted = 130;

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
  std::string input;              ///< scenario or trace
  std::string to;                 ///< file, or "-" for standard output
  std::string format;             ///< exporting::Format::name; "" by the ending of `to`
  std::vector<std::string> only;  ///< terms of exporting::parse_selection()
  std::vector<std::string> at;    ///< a host, a mailbox, a moment
  bool plain = false;
  std::optional<std::uint64_t> seed;
  Lang lang = Lang::en;
  std::string level;       ///< office, student, admin; "" if nobody asked
  bool force = false;      ///< overwrite an existing file
  bool with_keys = false;  ///< pcapng: with the keys of TLS
  bool progress = false;   ///< films: tell how far they are, terminal or not
  std::string keys;        ///< a file for them alone; "" for none
};
/// The formats and the language of --only.
std::string export_help();
int export_trace(const ExportOptions& options);

struct CheckOptions {
  std::vector<std::string> scenarios;
  bool json = false;
  Lang lang = Lang::en;
};
int check(const CheckOptions& options);

struct ViewOptions {
  std::string input;  ///< "" for the start page
  std::optional<Duration> at;
  std::optional<Lang> lang;  ///< these four: else as they were last time
  std::optional<bool> dark;
  std::string level;           ///< office, student, admin
  double text_scale = 0;       ///< percent
  Lang usual_lang = Lang::en;  ///< for somebody who has not chosen yet
  int width = 1600, height = 900;
  std::string show;  ///< the view below the stage
  std::string find;  ///< typed into the search field
  bool present = false, tall = false;
  bool live = false;               ///< real programs may take part
  std::string bind = "127.0.0.1";  ///< these three: with live, as for serve
  std::string ports = "auto";
  double speed = 1;
  std::string screenshot;
  std::string overlay;     ///< for pictures: help, menu
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
  std::string ca;              ///< a file for the certificate of the authority that all here trust
  Lang lang = Lang::en;
};
int serve(const ServeOptions& options);

struct StormOptions {
  std::string seeds;         ///< "1..1000", or one number
  unsigned jobs = 0;         ///< worlds at once; 0: as many as there are cores
  std::string folder = ".";  ///< where the shrunk scenario of a seed that fails goes
  std::string scenario;      ///< this one alone, in place of seeds; for a shrunk one
};
int storm(const StormOptions& options);

int list(Lang lang);
/// The JSON Schema of scenarios, or of saved traces.
int schema(bool of_traces);

}  // namespace posthorn::app
