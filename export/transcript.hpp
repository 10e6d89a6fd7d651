// The trace as text for people: what happened, in order, with the dialogues as C: and S: lines.
#pragma once

#include <cstddef>
#include <iosfwd>
#include <map>
#include <optional>
#include <set>
#include <string>
#include <string_view>
#include <vector>

#include "export/formats.hpp"
#include "sim/trace/trace.hpp"

namespace posthorn::exporting {

struct TranscriptOptions {
  Lang lang = Lang::en;
  /// Runs of content longer than this many lines are folded into one "… (n more lines)"; 0: never,
  /// and of attachments alone there is less to see (readable_lines.hpp).
  std::size_t fold_content = 0;
  bool narration = true;
  /// Explains each kind of line and event where it occurs first.
  std::optional<texts::Level> level;
};

/// UTF-8, LF line ends, stable: the same trace gives the same text.
std::string write_transcript(const trace::Trace& trace, const TranscriptOptions& options = {});

/// The format "text": the same, streamed; with Options::plain the bare dialogues, one connection
/// after the other, as RFCs print them, and nothing left out.
Result<bool> write_text(const trace::Trace& trace, const Options& options, std::ostream& out);

/// Says which lines of a dialogue are new: an IMAP literal is noted by itself and once more as
/// part of its response. For lines of flow sent, in the order of the trace.
class NewLines {
 public:
  bool operator()(const trace::Line& line);

 private:
  std::map<std::pair<ConnId, Side>, std::uint32_t> seen_;  ///< end of what was let through
};

/// Explains each thing once: the words for a record whose entry was not told before, else nullptr.
class FirstTime {
 public:
  explicit FirstTime(std::optional<texts::Level> level) : level_(level) {}
  const texts::Explanation* operator()(const trace::Trace& trace, const trace::Record& record);
  /// The same for words that belong to no record of their own.
  bool operator()(const texts::Explanation* words) {
    return level_ && words != nullptr && told_.insert(words).second;
  }
  /// At the level that was asked for.
  [[nodiscard]] const LocalText& text(const texts::Explanation& words) const {
    return words.at(level_.value_or(texts::Level::student));
  }

 private:
  std::optional<texts::Level> level_;
  std::set<const texts::Explanation*> told_;  ///< asked, never walked through
};

/// "Key share: x25519"
std::string titled(const texts::TlsField& field, Lang lang);

/// Lines without their line ends (LF or CRLF).
std::vector<std::string_view> split_lines(std::string_view text);
/// "SMTP submission"
std::string_view protocol_name(Protocol protocol);

/// One line about a fact for people ("mail.sakura.example: queued Q1 for ben@kaede.example");
/// empty for facts that are detail (packets, stream bytes).
std::string describe(const trace::Trace& trace, const trace::Record& record, Lang lang);

/// "12.083 s"; minutes, hours and days for long runs: "2d 03:04:05.678".
std::string format_time(Instant at);

/// Control characters as visible escapes, invalid UTF-8 as U+FFFD: safe on any terminal.
std::string printable(std::string_view bytes);
/// The same without line ends and tabs.
std::string one_line(std::string_view bytes);

}  // namespace posthorn::exporting
