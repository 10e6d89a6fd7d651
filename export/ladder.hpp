// The conversations of a trace as a ladder: hosts stand side by side, time runs downward, and
// every line said is an arrow. What Mermaid, PlantUML and SVG draw, each in its own words.
#pragma once

#include <string>
#include <vector>

#include "export/selection.hpp"

namespace posthorn::exporting {

struct Rung {
  enum class Kind : std::uint8_t {
    line,     ///< a command, a reply, content: an arrow
    lost,     ///< something that did not arrive or was refused: an arrow with a cross
    note,     ///< something that happened at `from` alone
    heading,  ///< a step of the lesson: right across
    folded,   ///< `text` says how much is left out here
  };
  Kind kind = Kind::line;
  Instant at{};
  HostId from, to;
  ConnId conn;
  Protocol protocol = Protocol::none;
  bool reply = false;  ///< the server speaks
  std::string text;    ///< one line, UTF-8, without control characters
  RecordId record;
  std::size_t fact = 0;  ///< what kind of fact it is: trace::Fact's index
};

struct Ladder {
  std::vector<HostId> hosts;  ///< those that take part, in the scene's order
  std::vector<Rung> rungs;
};

struct LadderOptions {
  Lang lang = Lang::en;
  std::size_t longest_text = 60;  ///< characters; what is longer ends in "…"
  std::size_t longest_run = 6;    ///< arrows of one verb, or notes of one kind, in a row
  std::size_t most_rungs = 400;   ///< beyond, each dialogue is one arrow; then all that is left is
};

/// Runs are folded, and a long story is told in short.
Ladder make_ladder(const trace::Trace& trace, const Filter& wanted, const LadderOptions& options);

/// The first `characters` code points of UTF-8, and "…" if that is not all.
std::string shorten(std::string_view text, std::size_t characters);

}  // namespace posthorn::exporting
