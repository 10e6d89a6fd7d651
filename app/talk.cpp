// posthorn talk: a person speaks to a server by hand. On a terminal with line editing, a history
// and the real clock; from a pipe as a script, with a clock of its own, so that the same input
// gives the same output.
#include <editline/readline.h>
#include <poll.h>
#include <sys/stat.h>
#include <unistd.h>

#include <clocale>
#include <csignal>
#include <cstdio>
#include <cstdlib>
#include <filesystem>
#include <iostream>

#include "app/commands.hpp"
#include "app/input.hpp"
#include "app/live/clock.hpp"
#include "console/console.hpp"
#include "sim/trace/trace_json.hpp"

namespace posthorn::app {
namespace {

using console::Console;
using console::ConsoleLine;

constexpr const char* kPrompt = "C: ";

/// How lines look: colours only on a terminal that wants them.
class Paper {
 public:
  explicit Paper(bool colours) : colours_(colours) {}

  [[nodiscard]] std::string render(const ConsoleLine& line) const {
    switch (line.kind) {
      case ConsoleLine::Kind::server:
        return dye("1", "S: " + line.text);
      case ConsoleLine::Kind::client:
        return kPrompt + line.text;
      case ConsoleLine::Kind::news:
        return dye("2", "        | " + line.text);
      case ConsoleLine::Kind::explanation:
        return dye("36", "   " + line.text);
      case ConsoleLine::Kind::local:
        break;
    }
    return dye("33", "-- " + line.text);
  }

 private:
  [[nodiscard]] std::string dye(const char* code, const std::string& text) const {
    return colours_ ? "\033[" + std::string(code) + "m" + text + "\033[0m" : text;
  }
  bool colours_;
};

std::filesystem::path history_file() {
  if (const char* state = std::getenv("XDG_STATE_HOME"); state != nullptr && *state == '/')
    return std::filesystem::path(state) / "posthorn" / "talk-history";
  if (const char* home = std::getenv("HOME"); home != nullptr && *home == '/')
    return std::filesystem::path(home) / ".local/state/posthorn/talk-history";
  return {};
}

volatile std::sig_atomic_t interrupted = 0;

/// The line that the person has just finished; libedit knows no other way than a plain function.
struct Typed {
  bool there = false;
  bool end = false;
  std::string line;
};
Typed typed;

void take_line(char* line) {
  typed = {true, line == nullptr, line == nullptr ? "" : line};
  std::free(line);
}

/// Prints what there is to print; true if that was anything.
bool print(const std::vector<ConsoleLine>& lines, const Paper& paper) {
  bool printed = false;
  for (const ConsoleLine& line : lines) {
    if (line.kind == ConsoleLine::Kind::client) continue;  // stands there already, as it was typed
    if (!printed) std::cout << "\r\033[K";                 // above the line that is being typed
    std::cout << paper.render(line) << "\n";
    printed = true;
  }
  std::cout << std::flush;
  return printed;
}

/// The editor reads characters, not bytes, and drops those that the locale does not know; so where
/// the environment names no locale at all, letters are still UTF-8. Nothing else heeds LC_CTYPE.
void understand_utf8() {
  std::setlocale(LC_CTYPE, "");
  if (MB_CUR_MAX == 1) std::setlocale(LC_CTYPE, "C.UTF-8");
}

int converse(Console& console) {
  const Paper paper(std::getenv("NO_COLOR") == nullptr);
  understand_utf8();
  const LiveClock clock(1.0);
  std::signal(SIGINT, [](int) { interrupted = 1; });
  rl_initialize();
  char keys[] = "bind -e";  // as everywhere else; an editrc of the user's comes later and wins
  rl_parse_and_bind(keys);
  using_history();
  const std::filesystem::path history = history_file();
  if (!history.empty()) read_history(history.c_str());
  console.connect();
  print(console.take_lines(), paper);
  rl_callback_handler_install(kPrompt, take_line);
  while (!console.done() && interrupted == 0) {
    pollfd input{STDIN_FILENO, POLLIN, 0};
    const int ready = poll(&input, 1, 100);
    if (ready > 0) rl_callback_read_char();
    console.advance(clock.now());
    if (typed.there) {
      const Typed line = std::exchange(typed, {});
      if (line.end) break;
      // The history outlives the session, in a file: passwords and letters stay out of it.
      if (console.may_be_remembered(line.line)) add_history(line.line.c_str());
      console.type(line.line);
      rl_callback_handler_remove();  // or the editor would show the finished line once more
      print(console.take_lines(), paper);
      rl_callback_handler_install(kPrompt, take_line);
    } else if (print(console.take_lines(), paper)) {
      rl_forced_update_display();
    }
  }
  rl_callback_handler_remove();
  std::cout << "\n";
  if (!history.empty()) {
    std::error_code ignored;
    std::filesystem::create_directories(history.parent_path(), ignored);
    const mode_t before = umask(077);
    write_history(history.c_str());
    umask(before);
  }
  console.hang_up();
  return interrupted != 0 ? 130 : kOk;
}

/// Every line takes a second to type; the world follows that clock.
int recite(Console& console) {
  const Paper paper(false);
  const auto print = [&] {
    for (const ConsoleLine& line : console.take_lines()) std::cout << paper.render(line) << "\n";
  };
  console.connect();
  print();
  std::string line;
  while (!console.done() && std::getline(std::cin, line)) {
    if (!line.empty() && line.back() == '\r') line.pop_back();
    console.advance(console.now() + std::chrono::seconds(1));
    console.type(line);
    print();
  }
  console.end_of_input();
  print();
  console.hang_up();
  return kOk;
}

}  // namespace

int talk(const TalkOptions& options) {
  auto scenario = load_scenario(options.scenario, options.lang);
  if (!scenario) return kBadInput;
  const auto plan = scenario::make_plan(std::move(*scenario));
  const auto service = console::find_service(*plan, options.service, options.lang);
  if (!service) {
    complain(service.error().message);
    return kBadInput;
  }
  Console console(plan, *service, options.lang);
  const bool terminal = isatty(STDIN_FILENO) != 0 && isatty(STDOUT_FILENO) != 0;
  const int status = terminal ? converse(console) : recite(console);
  if (options.record.empty()) return status;
  const auto written =
      write_file(options.record, trace::write_json(console.trace()), /*overwrite=*/true);
  if (!written) {
    complain(written.error().message);
    return kBadInput;
  }
  return status;
}

}  // namespace posthorn::app
