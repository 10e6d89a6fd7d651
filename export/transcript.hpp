// The trace as text for people: what happened, in order, with the dialogues as C: and S: lines.
#pragma once

#include <cstddef>
#include <string>

#include "sim/trace/trace.hpp"

namespace posthorn::exporting {

struct TranscriptOptions {
  Lang lang = Lang::en;
  /// Runs of content longer than this many lines are folded into one "… (n more lines)"; 0: never.
  std::size_t fold_content = 0;
  bool narration = true;
};

/// UTF-8, LF line ends, stable: the same trace gives the same text.
std::string write_transcript(const trace::Trace& trace, const TranscriptOptions& options = {});

/// One line about a fact for people ("mail.sakura.example: queued Q1 for ben@kaede.example");
/// empty for facts that are detail (packets, stream bytes).
std::string describe(const trace::Trace& trace, const trace::Record& record, Lang lang);

/// "12.083 s"; minutes, hours and days for long runs: "2d 03:04:05.678".
std::string format_time(Instant at);

/// Control characters as visible escapes, invalid UTF-8 as U+FFFD: safe on any terminal.
std::string printable(std::string_view bytes);

}  // namespace posthorn::exporting
