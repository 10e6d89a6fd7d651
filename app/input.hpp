// What the subcommands share: loading inputs, writing results.
#pragma once

#include <cstdint>
#include <optional>
#include <string>

#include "protocols/core/result.hpp"
#include "sim/scenario/expect.hpp"
#include "sim/scenario/scenario.hpp"
#include "sim/trace/trace.hpp"

namespace posthorn::app {

/// Prints "posthorn: message" to standard error.
void complain(const std::string& message);

Result<std::string> read_file(const std::string& path);
/// Whole or not at all: a temporary file beside it, then rename.
Result<bool> write_file(const std::string& path, const std::string& bytes, bool overwrite);

/// A file, or the name of a shipped scenario ("first-letter").
std::string find_input(const std::string& named);
/// Loads a scenario from a file or by a shipped one's name; prints every diagnostic if it is
/// broken.
std::optional<scenario::Scenario> load_scenario(const std::string& named, Lang lang = Lang::en);
/// A saved trace as it is, or a scenario's trace after running it. Prints what is wrong.
std::optional<trace::Trace> load_trace(const std::string& named, std::optional<std::uint64_t> seed,
                                       Lang lang);

/// What was expected and what was found, in two lines.
std::string tell_failed(const std::string& file, const scenario::ExpectationResult& result,
                        Lang lang);

/// The texts of $POSTHORN_TEXTS over the built-in ones. Prints what is wrong with them and goes on.
void load_texts();

/// The shipped scenarios: $POSTHORN_DATA, beside the build or source tree, or as installed.
std::string data_folder();

}  // namespace posthorn::app
