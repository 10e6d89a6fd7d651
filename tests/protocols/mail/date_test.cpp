#include "protocols/mail/date.hpp"

#include "tests/support/catch.hpp"

using namespace posthorn::mail;

namespace {

DateTime at(int year, int month, int day, int hour, int minute, int second, int offset) {
  return from_civil({year, month, day, hour, minute, second, 0}, offset).value();
}

/// The date as ISO 8601, or "none": short enough for tables.
std::string read(std::string_view text) {
  const auto date = parse_rfc5322(text);
  return date ? format_iso8601(*date) : "none";
}

}  // namespace

TEST_CASE("RFC 5322 dates are written as the RFC shows them") {
  const DateTime date = at(2026, 4, 6, 9, 0, 0, 540);
  CHECK(format_rfc5322(date) == "Mon, 6 Apr 2026 09:00:00 +0900");
  CHECK(format_imap(date) == " 6-Apr-2026 09:00:00 +0900");
  CHECK(format_iso8601(date) == "2026-04-06T09:00:00+09:00");
  CHECK(date.instant.time_since_epoch().count() == 1775433600);
  CHECK(format_rfc5322({date.instant, 0}) == "Mon, 6 Apr 2026 00:00:00 +0000");
  CHECK(format_rfc5322({date.instant, -210}) == "Sun, 5 Apr 2026 20:30:00 -0330");
  CHECK(format_iso8601({date.instant, 0}) == "2026-04-06T00:00:00Z");
  CHECK(format_rfc5322({}) == "Thu, 1 Jan 1970 00:00:00 +0000");
}

TEST_CASE("RFC 5322 dates, tidy and untidy, are read") {
  CHECK(read("Fri, 21 Nov 1997 09:55:06 -0600") == "1997-11-21T09:55:06-06:00");
  CHECK(read("21 Nov 1997 09:55 -0600") == "1997-11-21T09:55:00-06:00");
  CHECK(read("Thu,\r\n 13\r\n  Feb\r\n 1969\r\n 23:32\r\n -0330 (Newfoundland Time)") ==
        "1969-02-13T23:32:00-03:30");
  CHECK(read("Mon, 06 Apr 26 09:00:00 JST") == "2026-04-06T09:00:00+09:00");
  CHECK(read("Wed, 5 Mar 2003 11:12:13 GMT") == "2003-03-05T11:12:13Z");
  CHECK(read("Wed, 5 Mar 103 11:12:13 EST") == "2003-03-05T11:12:13-05:00");
  CHECK(read("5 March 2003 11:12:13") == "2003-03-05T11:12:13Z");
  CHECK(read("Sun, 5 Mar 2003 11:12:13 Z") == "2003-03-05T11:12:13Z");  // it was a Wednesday
}

TEST_CASE("What is no date is refused") {
  for (const char* wrong :
       {"", "yesterday", "Mon, 31 Apr 2026 09:00:00 +0900", "Mon, 6 Apr 2026 24:00:00 +0900",
        "Mon, 6 Apr 2026 09:60:00 +0900", "Mon, 0 Apr 2026 09:00:00 +0900",
        "6 Foo 2026 09:00 +0900", "6 Apr 2026", "6 Apr 2026 09:00 +09", "6 Apr 2026 9 +0900",
        "29 Feb 2025 09:00 +0000", "Mon, 6 Apr 2026 09:00:00 +0960", "6 Apr 2 09:00 +0000",
        "6 Apr 99999 09:00 +0000"}) {
    INFO(wrong);
    CHECK_FALSE(parse_rfc5322(wrong));
  }
  CHECK(read("29 Feb 2024 09:00 +0000") == "2024-02-29T09:00:00Z");
}

TEST_CASE("IMAP date-times: fixed places, but for the blank before a day of one digit") {
  const DateTime date = at(2026, 4, 6, 9, 0, 0, 540);
  CHECK(parse_imap("06-Apr-2026 09:00:00 +0900") == date);
  CHECK(parse_imap(" 6-Apr-2026 09:00:00 +0900") == date);
  CHECK(parse_imap("6-Apr-2026 09:00:00 +0900") == date);  // some clients fill up with nothing
  CHECK(parse_imap("16-aPR-2026 09:00:00 -0130") == at(2026, 4, 16, 9, 0, 0, -90));
  for (const char* wrong : {"6-Apr-2026  09:00:00 +0900", "06-Apr-2026 09:00 +0900",
                            "06 Apr 2026 09:00:00 +0900", "36-Apr-2026 09:00:00 +0900",
                            "06-Apr-2026 09:00:00 09000", "06-Apr-2026T09:00:00 +0900", ""}) {
    INFO(wrong);
    CHECK_FALSE(parse_imap(wrong));
  }
}

TEST_CASE("IMAP SEARCH dates are days") {
  using namespace std::chrono;
  CHECK(parse_imap_date("6-Apr-2026") == 2026y / April / 6);
  CHECK(parse_imap_date("16-Apr-2026") == 2026y / April / 16);
  CHECK_FALSE(parse_imap_date("31-Apr-2026"));
  CHECK_FALSE(parse_imap_date("Apr-6-2026"));
  CHECK_FALSE(parse_imap_date("6-Apr-26"));
}

TEST_CASE("ISO 8601 dates are read") {
  const DateTime date = at(2026, 4, 6, 9, 0, 0, 540);
  CHECK(parse_iso8601("2026-04-06T09:00:00+09:00") == date);
  CHECK(parse_iso8601("2026-04-06T09:00:00.250+0900") == date);
  CHECK(parse_iso8601("2026-04-06 09:00+09:00") == date);
  CHECK(parse_iso8601("2026-04-06T00:00:00Z") == DateTime{date.instant, 0});
  for (const char* wrong :
       {"2026-04-06", "2026-04-06T09:00:00", "2026-13-06T09:00:00Z", "20260406T090000Z",
        "2026-04-06T09:00:00+9", "2026-04-06T09:00:00.Zx"}) {
    INFO(wrong);
    CHECK_FALSE(parse_iso8601(wrong));
  }
}

TEST_CASE("Each format reads what it wrote, over four centuries") {
  for (std::int64_t seconds = -8'000'000'000; seconds < 8'000'000'000; seconds += 86'398'117) {
    const int offset = static_cast<int>(seconds % 1680) - 840;
    const DateTime date{std::chrono::sys_seconds(std::chrono::seconds(seconds)), offset % 840};
    INFO(format_iso8601(date));
    REQUIRE(parse_rfc5322(format_rfc5322(date)) == date);
    REQUIRE(parse_imap(format_imap(date)) == date);
    REQUIRE(parse_iso8601(format_iso8601(date)) == date);
  }
}
