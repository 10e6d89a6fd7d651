// A person at a console, for tests: what is typed, and what is shown for it.
#pragma once

#include "console/console.hpp"
#include "tests/support/catch.hpp"
#include "tests/support/worlds.hpp"

namespace posthorn::tests {

inline std::shared_ptr<const scenario::Plan> plan() { return scenario::make_plan(two_domains()); }

inline std::string show(const std::vector<console::ConsoleLine>& lines) {
  constexpr const char* marks[] = {"S: ", "C: ", "| ", "? ", "-- "};
  std::string out;
  for (const console::ConsoleLine& line : lines)
    out += marks[static_cast<std::size_t>(line.kind)] + line.text + "\n";
  return out;
}

inline console::Console open(const std::string& service, Lang lang = Lang::en) {
  const auto world = plan();
  console::Console person(world, *console::find_service(*world, service), lang);
  person.connect();
  return person;
}

/// What is shown after typing these lines, a second each.
inline std::string say(console::Console& person, const std::vector<std::string>& lines) {
  (void)person.take_lines();
  std::string out;
  for (const std::string& line : lines) {
    person.advance(person.now() + 1s);
    person.type(line);
    out += show(person.take_lines());
  }
  return out;
}

}  // namespace posthorn::tests
