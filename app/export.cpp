#include <filesystem>
#include <iostream>

#include "app/commands.hpp"
#include "app/input.hpp"
#include "export/transcript.hpp"
#include "sim/trace/trace_json.hpp"

namespace posthorn::app {
namespace {

/// "text" or "json"; empty when neither the option nor the file's ending says.
std::string format_of(const ExportOptions& options) {
  if (!options.format.empty()) return options.format;
  const std::string ending = std::filesystem::path(options.to).extension().string();
  if (ending == ".json") return "json";
  if (ending == ".txt" || ending == ".text") return "text";
  return options.to == "-" ? "text" : "";
}

}  // namespace

int export_trace(const ExportOptions& options) {
  const std::string format = format_of(options);
  if (format != "text" && format != "json") {
    complain(format.empty() ? "the ending of " + options.to +
                                  " names no format; use .txt or .json, or say --format"
                            : "unknown format \"" + format + "\"; there are text and json");
    return kBadInput;
  }
  const auto trace = load_trace(options.input, options.seed);
  if (!trace) return kBadInput;
  const std::string bytes = format == "json"
                                ? trace::write_json(*trace)
                                : exporting::write_transcript(*trace, {options.lang, 0, true});
  if (options.to == "-") {
    std::cout << bytes << std::flush;
    if (std::cout) return kOk;
    complain("cannot write to standard output");
    return kBadInput;
  }
  const auto written = write_file(options.to, bytes, options.force);
  if (written) return kOk;
  complain(written.error().message);
  return kBadInput;
}

}  // namespace posthorn::app
