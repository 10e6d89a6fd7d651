// The subcommands: one file each. Each adds itself to the program and, when chosen, stores how the
// program ends.
#pragma once

#include <CLI/CLI.hpp>

namespace posthorn::app {

enum Exit : int { kDone = 0, kExpectationFailed = 1, kBadInput = 2, kInterrupted = 130 };

void add_list(CLI::App& program, int& status);
void add_schema(CLI::App& program, int& status);
void add_check(CLI::App& program, int& status);

}  // namespace posthorn::app
