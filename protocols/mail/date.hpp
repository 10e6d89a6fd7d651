// Dates as they stand in messages and on the wire: an instant in UTC and the offset at which
// its writer reads the clock. Pure arithmetic: no time zone database, no locale, no libc.
#pragma once

#include <chrono>
#include <optional>
#include <string>
#include <string_view>

namespace posthorn::mail {

/// A point in civil time. Equal instants with different offsets print differently.
struct DateTime {
  std::chrono::sys_seconds instant{};  ///< UTC
  int offset_minutes = 0;              ///< east of UTC: +0900 is 540

  friend bool operator==(const DateTime&, const DateTime&) = default;
};

/// The fields of a DateTime as its writer's clock and calendar show them.
struct CivilTime {
  int year = 1970;
  int month = 1;    ///< 1..12
  int day = 1;      ///< 1..31
  int hour = 0;     ///< 0..23
  int minute = 0;   ///< 0..59
  int second = 0;   ///< 0..59 (a leap second 60 is accepted and counts as the next minute's 0)
  int weekday = 4;  ///< 0 is Sunday; ignored by from_civil

  friend bool operator==(const CivilTime&, const CivilTime&) = default;
};

[[nodiscard]] CivilTime to_civil(const DateTime& date);
/// nullopt where a field is out of its range (31 April, 25:00, an offset beyond +-99:59).
[[nodiscard]] std::optional<DateTime> from_civil(const CivilTime& civil, int offset_minutes);

/// RFC 5322 §3.3: "Mon, 6 Apr 2026 09:00:00 +0900".
[[nodiscard]] std::string format_rfc5322(const DateTime& date);
/// Also takes what RFC 5322 §4.3 calls obsolete (two-digit years, "GMT", "EST", comments, no
/// day of week, no seconds). A wrong day of week is forgiven. nullopt if it is no date.
[[nodiscard]] std::optional<DateTime> parse_rfc5322(std::string_view text);

/// RFC 3501 §9 date-time without its quotes: " 6-Apr-2026 09:00:00 +0900" (fixed 26 octets).
[[nodiscard]] std::string format_imap(const DateTime& date);
/// Reads both "06-Apr-2026 09:00:00 +0900" and " 6-Apr-...". No quotes.
[[nodiscard]] std::optional<DateTime> parse_imap(std::string_view text);
/// RFC 3501 §9 date, as SEARCH SINCE has it: "6-Apr-2026" (no quotes).
[[nodiscard]] std::optional<std::chrono::year_month_day> parse_imap_date(std::string_view text);

/// ISO 8601 / RFC 3339: "2026-04-06T09:00:00+09:00", and "Z" at offset 0.
[[nodiscard]] std::string format_iso8601(const DateTime& date);
/// Date and time, with an offset or Z; seconds and their fraction (dropped) may be absent.
[[nodiscard]] std::optional<DateTime> parse_iso8601(std::string_view text);

}  // namespace posthorn::mail
