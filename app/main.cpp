// The posthorn program. Results go to standard output, everything else to standard error.
#include "app/commands.hpp"

namespace {

constexpr const char* kExamples =
    "Examples:\n"
    "  posthorn list --lang ja                 the shipped lessons\n"
    "  posthorn check first-letter             read it, run it, check what it expects\n"
    "  posthorn check my.json --format json    the same for a program to read\n"
    "  posthorn schema > scenario.schema.json  for editors that complete scenario files\n"
    "\n"
    "Exit: 0 done and all expectations hold; 1 an expectation failed; 2 bad usage or input.";

}  // namespace

int main(int argc, char** argv) {
  using namespace posthorn::app;
  CLI::App program("Posthorn: watch a mail travel", "posthorn");
  program.set_version_flag("--version", "posthorn " POSTHORN_VERSION);
  program.footer(kExamples);
  program.require_subcommand(0, 1);
  int status = kDone;
  add_list(program, status);
  add_schema(program, status);
  add_check(program, status);
  try {
    program.parse(argc, argv);
  } catch (const CLI::ParseError& error) {
    return program.exit(error) == 0 ? kDone : kBadInput;
  }
  return status;
}
