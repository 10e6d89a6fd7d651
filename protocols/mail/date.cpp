#include "protocols/mail/date.hpp"

#include <array>
#include <charconv>
#include <vector>

#include "protocols/mail/ascii.hpp"
#include "protocols/mail/header.hpp"

namespace posthorn::mail {
namespace {

constexpr std::array<std::string_view, 12> kMonths = {"Jan", "Feb", "Mar", "Apr", "May", "Jun",
                                                      "Jul", "Aug", "Sep", "Oct", "Nov", "Dec"};
constexpr std::array<std::string_view, 7> kDays = {"Sun", "Mon", "Tue", "Wed", "Thu", "Fri", "Sat"};

std::string padded(int number, std::size_t width, char fill = '0') {
  std::string text = std::to_string(number);
  return text.size() < width ? std::string(width - text.size(), fill) + text : text;
}

std::string clock(const CivilTime& t) {
  return padded(t.hour, 2) + ":" + padded(t.minute, 2) + ":" + padded(t.second, 2);
}

std::string zone(int offset, std::string_view separator = "") {
  const int minutes = offset < 0 ? -offset : offset;
  return (offset < 0 ? "-" : "+") + padded(minutes / 60, 2) + std::string(separator) +
         padded(minutes % 60, 2);
}

/// All of the text, digits only, at most `max_digits` of them.
std::optional<int> number(std::string_view text, std::size_t max_digits) {
  if (text.empty() || text.size() > max_digits) return std::nullopt;
  for (const char c : text)
    if (!is_digit(c)) return std::nullopt;
  int value = 0;
  std::from_chars(text.data(), text.data() + text.size(), value);
  return value;
}

/// 1..12; long names ("April") count by their first three letters.
std::optional<int> month_number(std::string_view text) {
  for (std::size_t i = 0; i < kMonths.size(); ++i)
    if (iequals(text.substr(0, 3), kMonths[i])) return static_cast<int>(i) + 1;
  return std::nullopt;
}

/// "hh:mm" or "hh:mm:ss" into the civil time.
bool read_clock(std::string_view text, CivilTime& civil) {
  std::array<int, 3> parts{};
  for (std::size_t i = 0; i < 3; ++i) {
    const std::size_t colon = std::min(text.find(':'), text.size());
    const auto value = number(text.substr(0, colon), 2);
    if (!value) return false;
    parts[i] = *value;
    if (colon == text.size()) {
      if (i == 0) return false;
      civil.hour = parts[0], civil.minute = parts[1], civil.second = parts[2];
      return true;
    }
    text.remove_prefix(colon + 1);
  }
  return false;
}

/// "+hhmm" or "-hhmm" in minutes.
std::optional<int> numeric_zone(std::string_view text) {
  if (text.size() != 5 || (text[0] != '+' && text[0] != '-')) return std::nullopt;
  const auto digits = number(text.substr(1), 4);
  if (!digits || *digits % 100 > 59) return std::nullopt;
  const int minutes = *digits / 100 * 60 + *digits % 100;
  return text[0] == '-' ? -minutes : minutes;
}

/// RFC 5322 §4.3: the American zones mean what they say; every other name means -0000.
int named_zone(std::string_view text) {
  struct Zone {
    std::string_view name;
    int hours;
  };
  constexpr std::array<Zone, 9> zones = {{{"EDT", -4},
                                          {"EST", -5},
                                          {"CDT", -5},
                                          {"CST", -6},
                                          {"MDT", -6},
                                          {"MST", -7},
                                          {"PDT", -7},
                                          {"PST", -8},
                                          {"JST", 9}}};  // in no RFC, yet common in old mail
  for (const Zone& zone : zones)
    if (iequals(zone.name, text)) return zone.hours * 60;
  return 0;
}

/// RFC 5322 §4.3: 00-49 is 20xx, 50-99 is 19xx, three digits count from 1900.
int full_year(int year, std::size_t digits) {
  if (digits == 2) return year < 50 ? 2000 + year : 1900 + year;
  return digits == 3 ? 1900 + year : year;
}

/// Without the white space around colons, which the obsolete syntax allows (RFC 5322 §4.3).
std::string join_clock(std::string_view text) {
  std::string out;
  for (const char c : text) {
    while (c == ':' && !out.empty() && is_space(out.back())) out.pop_back();
    if (!(is_space(c) && out.ends_with(':'))) out += c;
  }
  return out;
}

std::vector<std::string_view> words_of(std::string_view text) {
  std::vector<std::string_view> words;
  std::size_t at = 0;
  while (at < text.size() && words.size() < 8) {
    while (at < text.size() && (is_space(text[at]) || text[at] == ',')) ++at;
    const std::size_t begin = at;
    while (at < text.size() && !is_space(text[at]) && text[at] != ',') ++at;
    if (at > begin) words.push_back(text.substr(begin, at - begin));
  }
  return words;
}

/// The words of a date in the order of RFC 5322, also if they come in that of C ("Mon Apr  6
/// 09:00:00 2026") or of RFC 850 ("Monday, 06-Apr-26 09:00:00 GMT"). No day of week.
std::vector<std::string_view> ordered_words(std::string_view text) {
  std::vector<std::string_view> words = words_of(text);
  const auto alpha = [&](std::size_t i) { return i < words.size() && is_alpha(words[i][0]); };
  if (alpha(0) &&
      (alpha(1) || alpha(2) || words.size() == 1 || words[1].find('-') != std::string_view::npos))
    words.erase(words.begin());
  if (!words.empty() && is_digit(words[0][0])) {  // dd-Mmm-yy
    const std::string_view day = words[0];
    const std::size_t first = day.find('-'), second = day.find('-', first + 1);
    if (second != std::string_view::npos && first + 1 < second && second + 1 < day.size()) {
      words[0] = day.substr(0, first);
      words.insert(words.begin() + 1,
                   {day.substr(first + 1, second - first - 1), day.substr(second + 1)});
    }
  }
  if (words.size() < 4) return words;
  if (alpha(0)) std::swap(words[0], words[1]);
  if (words[2].find(':') != std::string_view::npos) {  // the year comes last
    if (words.size() > 4 && alpha(3)) std::swap(words[3], words[4]);
    std::swap(words[2], words[3]);
  }
  return words;
}

/// "6-Apr-2026" with one or two digits of day.
bool read_imap_day(std::string_view text, CivilTime& civil) {
  const std::size_t dash = text.find('-');
  if (dash == std::string_view::npos || text.size() != dash + 9 || text[dash + 4] != '-')
    return false;
  const auto day = number(text.substr(0, dash), 2);
  const auto month = month_number(text.substr(dash + 1, 3));
  const auto year = number(text.substr(dash + 5), 4);
  if (!day || !month || !year) return false;
  civil.day = *day, civil.month = *month, civil.year = *year;
  return true;
}

}  // namespace

CivilTime to_civil(const DateTime& date) {
  using namespace std::chrono;
  const sys_seconds local = date.instant + minutes(date.offset_minutes);
  const sys_days day = floor<days>(local);
  const year_month_day ymd{day};
  const hh_mm_ss<seconds> time{local - day};
  return {static_cast<int>(ymd.year()),
          static_cast<int>(static_cast<unsigned>(ymd.month())),
          static_cast<int>(static_cast<unsigned>(ymd.day())),
          static_cast<int>(time.hours().count()),
          static_cast<int>(time.minutes().count()),
          static_cast<int>(time.seconds().count()),
          static_cast<int>(weekday{day}.c_encoding())};
}

std::optional<DateTime> from_civil(const CivilTime& civil, int offset_minutes) {
  using namespace std::chrono;
  if (civil.year < 0 || civil.year > 9999 || civil.month < 1 || civil.day < 1) return std::nullopt;
  const year_month_day ymd{year{civil.year}, month{static_cast<unsigned>(civil.month)},
                           day{static_cast<unsigned>(civil.day)}};
  const bool clock_ok = civil.hour >= 0 && civil.hour <= 23 && civil.minute >= 0 &&
                        civil.minute <= 59 && civil.second >= 0 && civil.second <= 60;
  constexpr int limit = 99 * 60 + 59;
  if (!ymd.ok() || !clock_ok || offset_minutes < -limit || offset_minutes > limit)
    return std::nullopt;
  const sys_seconds local =
      sys_days{ymd} + hours(civil.hour) + minutes(civil.minute) + seconds(civil.second);
  return DateTime{local - minutes(offset_minutes), offset_minutes};
}

std::string format_rfc5322(const DateTime& date) {
  const CivilTime t = to_civil(date);
  std::string text(kDays[static_cast<std::size_t>(t.weekday)]);
  text += ", " + std::to_string(t.day) + " ";
  text += kMonths[static_cast<std::size_t>(t.month - 1)];
  return text + " " + padded(t.year, 4) + " " + clock(t) + " " + zone(date.offset_minutes);
}

std::optional<DateTime> parse_rfc5322(std::string_view text) {
  if (text.size() > 1000) return std::nullopt;
  const std::string plain = join_clock(strip_comments(text));
  const std::vector<std::string_view> words = ordered_words(plain);
  if (words.size() < 4) return std::nullopt;
  CivilTime civil;
  const auto day = number(words[0], 2);
  const auto month = month_number(words[1]);
  const auto year = number(words[2], 4);
  const std::size_t sign = std::min(words[3].find_first_of("+-"), words[3].size());
  if (!day || !month || !year || words[2].size() < 2 ||
      !read_clock(words[3].substr(0, sign), civil))
    return std::nullopt;
  civil.day = *day;
  civil.month = *month;
  civil.year = full_year(*year, words[2].size());
  std::string zone(words[3].substr(sign));  // without the space before it: wrong, and clear
  if (zone.empty() && words.size() > 4) zone = words[4];
  if (zone.empty()) return from_civil(civil, 0);
  if (zone[0] != '+' && zone[0] != '-') return from_civil(civil, named_zone(zone));
  if (zone.size() == 6 && zone[3] == ':') zone.erase(3, 1);
  const auto offset = numeric_zone(zone);
  return offset ? from_civil(civil, *offset) : std::nullopt;
}

std::string format_imap(const DateTime& date) {
  const CivilTime t = to_civil(date);
  return padded(t.day, 2, ' ') + "-" + std::string(kMonths[static_cast<std::size_t>(t.month - 1)]) +
         "-" + padded(t.year, 4) + " " + clock(t) + " " + zone(date.offset_minutes);
}

std::optional<DateTime> parse_imap(std::string_view text) {
  std::string filled;
  if (text.size() == 25 && text[1] == '-') text = filled = " " + std::string(text);
  if (text.size() != 26 || text[11] != ' ' || text[20] != ' ') return std::nullopt;
  CivilTime civil;
  std::string_view day = text.substr(0, 11);
  if (day[0] == ' ') day.remove_prefix(1);
  const auto offset = numeric_zone(text.substr(21));
  if (!read_imap_day(day, civil) || !offset) return std::nullopt;
  const std::string_view time = text.substr(12, 8);
  if (time[2] != ':' || time[5] != ':' || !read_clock(time, civil)) return std::nullopt;
  return from_civil(civil, *offset);
}

std::optional<std::chrono::year_month_day> parse_imap_date(std::string_view text) {
  using namespace std::chrono;
  CivilTime civil;
  if (!read_imap_day(text, civil)) return std::nullopt;
  const year_month_day ymd{year{civil.year}, month{static_cast<unsigned>(civil.month)},
                           day{static_cast<unsigned>(civil.day)}};
  return ymd.ok() ? std::optional(ymd) : std::nullopt;
}

std::string format_iso8601(const DateTime& date) {
  const CivilTime t = to_civil(date);
  return padded(t.year, 4) + "-" + padded(t.month, 2) + "-" + padded(t.day, 2) + "T" + clock(t) +
         (date.offset_minutes == 0 ? "Z" : zone(date.offset_minutes, ":"));
}

std::optional<DateTime> parse_iso8601(std::string_view text) {
  if (text.size() < 17 || text.size() > 40 || text[4] != '-' || text[7] != '-') return std::nullopt;
  if (text[10] != 'T' && text[10] != 't' && text[10] != ' ') return std::nullopt;
  CivilTime civil;
  const auto year = number(text.substr(0, 4), 4);
  const auto month = number(text.substr(5, 2), 2);
  const auto day = number(text.substr(8, 2), 2);
  if (!year || !month || !day) return std::nullopt;
  civil.year = *year, civil.month = *month, civil.day = *day;
  std::size_t end = std::min(text.find_first_not_of("0123456789:", 11), text.size());
  if (!read_clock(text.substr(11, end - 11), civil)) return std::nullopt;
  if (end < text.size() && text[end] == '.')
    end = std::min(text.find_first_not_of("0123456789", end + 1), text.size());
  std::string offset(text.substr(end));
  if (offset == "Z" || offset == "z") return from_civil(civil, 0);
  if (offset.size() == 6 && offset[3] == ':') offset.erase(3, 1);
  const auto minutes = numeric_zone(offset);
  return minutes ? from_civil(civil, *minutes) : std::nullopt;
}

}  // namespace posthorn::mail
