// posthorn schema: the scenario format as JSON Schema.
#include "sim/scenario/schema.hpp"

#include <iostream>

#include "app/commands.hpp"

namespace posthorn::app {

void add_schema(CLI::App& program, int& status) {
  program.add_subcommand("schema", "Print the JSON Schema of scenario files")->callback([&status] {
    std::cout << scenario::scenario_schema();
    status = kDone;
  });
}

}  // namespace posthorn::app
