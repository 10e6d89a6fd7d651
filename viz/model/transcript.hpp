// The rows of the transcript: what was said and what changed, from the trace alone.
#pragma once

#include <string>
#include <vector>

#include "sim/trace/trace.hpp"

namespace posthorn::viz {

struct TranscriptRow {
  RecordId record;
  Instant at{};
  Protocol protocol = Protocol::none;
  const char* chip = nullptr;  ///< key of the chip's word where there is no protocol ("queue")
  HostId from, to;             ///< `to` is none for what happens inside one host
  LocalText text;              ///< valid UTF-8 without line ends
};

/// Whether a record has a row: Lines spoken, DNS look-ups and referrals, changes in a client, queue
/// or mailbox.
bool has_row(const trace::Trace& trace, RecordId id);
/// Its row; `id` must be a record with has_row().
TranscriptRow transcript_row(const trace::Trace& trace, RecordId id);
/// A reply, as opposed to a question or command.
bool is_reply(const trace::Trace& trace, const TranscriptRow& row);

/// `bytes` on one line: line ends as two spaces, what is not UTF-8 or printable as "·", at most
/// `limit` bytes.
std::string one_line(std::string_view bytes, std::size_t limit = 400);
/// The text of a line as the transcript shows it: AUTH secrets shortened, content summarised.
LocalText spoken_text(const trace::Trace& trace, const trace::Line& line);

/// "愛子さん" or "mail.sakura.example"; "" for none.
std::string_view host_label(const trace::Scene& scene, HostId host, Lang lang);
/// Speaker and listener of a line.
std::pair<HostId, HostId> ends_of(const trace::Trace& trace, const trace::Line& line);
/// The host where a fact happens; none for what has none.
HostId host_of(const trace::Trace& trace, const trace::Fact& fact);
/// "3.204" seconds, with milliseconds.
std::string clock_text(Instant at);
/// The same with its unit, "3.204 s"; from an hour on "1:13:05.926".
std::string moment_text(Instant at);
/// The same where nine characters must do: from an hour on "1:13:05", from a day on "3d 21:15".
std::string clock_column(Instant at);
/// How long something takes, as people say it: "40 ms", "3.2 s", "30 min", "4 h", "2 d".
std::string duration_text(Duration time, Lang lang);
/// The date and time at a place, "2026-04-06 09:00:03", `at` after the scene's epoch.
std::string date_text(const trace::Scene& scene, Instant at);

}  // namespace posthorn::viz
