// A picture or film of a trace that is being watched, made by a second run of this program: the
// window has the only ImGui of this one, and goes on being drawn.
#pragma once

#include <functional>
#include <string>
#include <vector>

#include "protocols/core/result.hpp"
#include "sim/trace/trace.hpp"

namespace posthorn::app {

struct FilmJob {
  std::string to;                      ///< the file to write
  std::vector<std::string> arguments;  ///< of `posthorn export`, besides the trace and the file
  std::function<void(float)> progress;
  std::function<bool()> cancelled;  ///< is asked a few times a second
};

/// Waits until it is done. Errors are the last words of the other run.
Result<bool> run_film_job(const trace::Trace& trace, const FilmJob& job);

}  // namespace posthorn::app
