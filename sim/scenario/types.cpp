#include "sim/scenario/types.hpp"

#include <algorithm>
#include <charconv>
#include <cmath>

#include "protocols/dns/record.hpp"
#include "sim/scenario/table.hpp"

namespace posthorn::scenario {
namespace {

constexpr std::string_view kText = R"({"type":"string"})";

std::string pattern_schema(std::string_view pattern, std::string_view example) {
  return R"({"type":"string","pattern":)" + json_string(pattern) + R"(,"examples":[)" +
         json_string(example) + "]}";
}

/// Parses the text with `parse`, or reports what was expected instead.
template <class Parse, class Out>
bool read_parsed(Reader& reader, const json::Value& value, Parse&& parse, std::string_view expected,
                 std::string_view hint, Out& out) {
  if (!reader.require(value, json::Kind::string, expected, hint)) return false;
  const auto parsed = parse(value.text);
  if (!parsed) {
    reader.mismatch(value, expected, hint);
    return false;
  }
  out = *parsed;
  return true;
}

}  // namespace

std::string json_string(std::string_view text) {
  std::string out = "\"";
  for (const char c : text) {
    if (c == '"' || c == '\\') out += '\\';
    if (c == '\n')
      out += "\\n";
    else
      out += c;
  }
  return out + '"';
}

void AnyText::read(Reader& reader, const json::Value& value, std::string& out) const {
  if (reader.require(value, json::Kind::string, "a text in double quotes")) out = value.text;
}
std::string AnyText::schema() const { return std::string(kText); }

void FormText::read(Reader& reader, const json::Value& value, std::string& out) const {
  struct Rule {
    std::string_view expected, hint;
    bool (*good)(std::string_view);
  };
  static constexpr std::array<Rule, 5> kRules = {
      Rule{say::host_name, say::host_name_hint, is_host_name},
      Rule{say::address, say::address_hint, is_address},
      Rule{say::local_part, say::local_part_hint, is_local_part},
      Rule{say::identifier, say::identifier_hint, is_identifier},
      Rule{say::dns_name, say::dns_name_hint, is_dns_name}};
  const Rule& rule = kRules[static_cast<std::size_t>(form)];
  if (!reader.require(value, json::Kind::string, rule.expected, rule.hint)) return;
  if (rule.good(value.text)) {
    out = value.text;
  } else if (const std::string lower = to_lower(value.text); rule.good(lower)) {
    reader.mismatch(value, rule.expected, fill(say::did_you_mean, {quoted(lower)}));
    out = lower;  // read on with what was meant
  } else {
    reader.mismatch(value, rule.expected, rule.hint);
  }
}
std::string FormText::schema() const {
  switch (form) {
    case Form::host:
      return pattern_schema("^[a-z0-9]([a-z0-9-]*[a-z0-9])?(\\.[a-z0-9]([a-z0-9-]*[a-z0-9])?)*$",
                            "mail.sakura.example");
    case Form::address:
      return pattern_schema("^[A-Za-z0-9._+'=/\\u00a1-\\uffff-]+@[a-z0-9.-]+$",
                            "aiko@sakura.example");
    case Form::local_part:
      return pattern_schema("^[A-Za-z0-9._+'=/\\u00a1-\\uffff-]+$", "aiko");
    case Form::dns_name:
      return pattern_schema(
          "^_?[a-z0-9]([a-z0-9-]*[a-z0-9])?(\\._?[a-z0-9]([a-z0-9-]*[a-z0-9])?)*$",
          "_25._tcp.mail.sakura.example");
    case Form::identifier:
      break;
  }
  return pattern_schema("^[A-Za-z0-9_-]{1,64}$", "first-letter");
}

namespace {

/// For "20 s", "20sec" and "1 hour": the duration that was meant, if that is clear.
std::string meant_duration(const json::Value& value) {
  if (value.kind != json::Kind::string) return {};
  const std::string& text = value.text;
  const std::size_t digits = std::min(text.find_first_not_of("0123456789."), text.size());
  const std::size_t letters = std::min(text.find_first_not_of(' ', digits), text.size());
  if (digits == 0) return {};
  constexpr std::pair<std::string_view, std::string_view> units[] = {
      {"", "s"},        {"s", "s"},    {"sec", "s"},   {"secs", "s"}, {"second", "s"},
      {"seconds", "s"}, {"秒", "s"},   {"min", "m"},   {"mins", "m"}, {"minute", "m"},
      {"minutes", "m"}, {"分", "m"},   {"m", "m"},     {"h", "h"},    {"hr", "h"},
      {"hrs", "h"},     {"hour", "h"}, {"hours", "h"}, {"時間", "h"}, {"d", "d"},
      {"day", "d"},     {"days", "d"}, {"日", "d"},    {"ms", "ms"},  {"msec", "ms"}};
  for (const auto& [written, unit] : units)
    if (text.substr(letters) == written) return text.substr(0, digits) + std::string(unit);
  return {};
}

template <class Target>
bool read_duration(Reader& reader, const json::Value& value, Target& out) {
  std::string hint(say::duration_hint);
  if (const std::string meant = meant_duration(value); parse_duration(meant))
    hint = fill(say::did_you_mean, {quoted(meant)});
  else if (value.kind == json::Kind::number && value.number >= 0)
    hint = fill(say::unit_hint, {value.text, value.text, value.text});
  else if (value.kind == json::Kind::string && value.text.find(':') != std::string::npos)
    hint = say::clock_hint;
  return read_parsed(reader, value, parse_duration, say::duration, hint, out);
}

}  // namespace

void DurationText::read(Reader& reader, const json::Value& value, Duration& out) const {
  read_duration(reader, value, out);
}
void DurationText::read(Reader& reader, const json::Value& value,
                        std::optional<Duration>& out) const {
  read_duration(reader, value, out);
}
void DurationText::read(Reader& reader, const json::Value& value, std::uint32_t& seconds) const {
  Duration read{};
  if (read_duration(reader, value, read))
    seconds =
        static_cast<std::uint32_t>(std::chrono::duration_cast<std::chrono::seconds>(read).count());
}
std::string DurationText::schema() const {
  return pattern_schema("^[0-9]+(\\.[0-9]+)?(ns|us|ms|s|m|h|d)$", "8ms");
}

void RateText::read(Reader& reader, const json::Value& value, std::uint64_t& out) const {
  std::string hint(say::rate_hint);
  if (value.text.ends_with("bps")) {  // "100Mbps", as shops write it
    const std::string meant = value.text.substr(0, value.text.size() - 3) + "bit/s";
    if (parse_rate(meant)) hint = fill(say::did_you_mean, {quoted(meant)});
  }
  read_parsed(reader, value, parse_rate, say::rate, hint, out);
}
std::string RateText::schema() const {
  return pattern_schema("^(unlimited|[0-9]+(\\.[0-9]+)?[kMG]?bit/s)$", "100Mbit/s");
}

void DateText::read(Reader& reader, const json::Value& value, std::chrono::sys_seconds& out) const {
  read_parsed(reader, value, parse_date, say::date, say::date_hint, out);
}
std::string DateText::schema() const {
  return pattern_schema(
      "^[0-9]{4}-[0-9]{2}-[0-9]{2}(T[0-9]{2}:[0-9]{2}(:[0-9]{2})?(Z|[+-][0-9]{2}:[0-9]{2}))?$",
      "2026-04-06T09:30:00+09:00");
}

void OffsetText::read(Reader& reader, const json::Value& value, int& minutes) const {
  read_parsed(reader, value, parse_offset, say::offset, say::offset_hint, minutes);
}
std::string OffsetText::schema() const {
  return pattern_schema("^[+-][0-9]{2}:[0-9]{2}$", "+09:00");
}

void IpText::read(Reader& reader, const json::Value& value, IpAddress& out) const {
  read_parsed(reader, value, IpAddress::parse, say::ip, say::ip_hint, out);
}
std::string IpText::schema() const { return R"({"type":"string","examples":["192.0.2.10"]})"; }

void RecordTypeText::read(Reader& reader, const json::Value& value, std::string& out) const {
  if (!reader.require(value, json::Kind::string, say::record_type)) return;
  static const std::vector<std::string> kKnown = {"A",   "AAAA", "MX",  "CNAME", "NS",
                                                  "TXT", "PTR",  "SRV", "TLSA"};
  const bool known = std::find(kKnown.begin(), kKnown.end(), value.text) != kKnown.end();
  if (known || (value.text.starts_with("TYPE") && dns::parse_record_type(value.text)))
    out = value.text;
  else
    reader.mismatch(value, std::string(say::record_type),
                    suggest(value.text, kKnown, say::record_type_hint));
}
std::string RecordTypeText::schema() const {
  return pattern_schema("^(A|AAAA|MX|CNAME|NS|TXT|PTR|SRV|TLSA|TYPE[0-9]{1,5})$", "MX");
}

void Flag::read(Reader& reader, const json::Value& value, bool& out) const {
  if (reader.require(value, json::Kind::boolean, "true or false")) out = value.boolean;
}
std::string Flag::schema() const { return R"({"type":"boolean"})"; }

void Localised::read(Reader& reader, const json::Value& value, LocalText& out) const {
  if (value.kind == json::Kind::string) {
    out.en = value.text;
    return;
  }
  if (!reader.require(value, json::Kind::object, say::both_languages)) return;
  static const std::vector<Field<LocalText>> kFields = {
      field("en", &LocalText::en, AnyText{}, Need::optional, ""),
      field("ja", &LocalText::ja, AnyText{}, Need::optional, "")};
  report_unknown(reader, value, "a text in two languages", {"en", "ja"});
  read_fields(reader, value, "text", kFields, out);
}
std::string Localised::schema() const {
  return R"({"oneOf":[{"type":"string"},{"type":"object","additionalProperties":false,)"
         R"("properties":{"en":{"type":"string"},"ja":{"type":"string"}}}]})";
}

void TextOrFile::read(Reader& reader, const json::Value& value, std::string& out) const {
  if (value.kind == json::Kind::string) {
    out = value.text;
    return;
  }
  if (!reader.require(value, json::Kind::object, say::text_or_file)) return;
  report_unknown(reader, value, "a text from a file", {"file"});
  if (const json::Value* path = value.find("file")) {
    if (const auto bytes = reader.open(*path)) out = *bytes;
  } else {
    report_missing(reader, value, "a text from a file", "file");
  }
}
std::string TextOrFile::schema() const {
  return R"({"oneOf":[{"type":"string"},{"type":"object","additionalProperties":false,)"
         R"("required":["file"],"properties":{"file":{"type":"string"}}}]})";
}

void FileBytes::read(Reader& reader, const json::Value& value,
                     std::shared_ptr<const std::string>& out) const {
  if (const auto bytes = reader.open(value)) out = bytes;
}
std::string FileBytes::schema() const { return std::string(kText); }

void Base64Bytes::read(Reader& reader, const json::Value& value,
                       std::shared_ptr<const std::string>& out) const {
  std::string bytes;
  if (read_parsed(reader, value, parse_base64, say::base64, "", bytes))
    out = std::make_shared<const std::string>(std::move(bytes));
}
std::string Base64Bytes::schema() const {
  return R"({"type":"string","contentEncoding":"base64"})";
}

void TextBytes::read(Reader& reader, const json::Value& value,
                     std::shared_ptr<const std::string>& out) const {
  if (reader.require(value, json::Kind::string, "a text in double quotes"))
    out = std::make_shared<const std::string>(value.text);
}
std::string TextBytes::schema() const { return std::string(kText); }

void Fraction::read(Reader& reader, const json::Value& value, double& out) const {
  double percent = value.number;
  if (value.kind == json::Kind::string && value.text.ends_with("%"))
    std::from_chars(value.text.data(), value.text.data() + value.text.size() - 1, percent);
  std::string hint;
  if (percent >= 2 && percent <= 100) {
    std::array<char, 32> digits{};
    const auto end = std::to_chars(digits.data(), digits.data() + digits.size(), percent / 100);
    hint = fill(say::fraction_hint, {std::string(digits.data(), end.ptr)});
  }
  if (!reader.require(value, json::Kind::number, "a number from 0 to 1", hint)) return;
  if (value.number >= 0 && value.number <= 1)
    out = value.number;
  else
    reader.report(value.at, fill(say::out_of_range, {value.text, "a number from 0 to 1"}), hint);
}
std::string Fraction::schema() const { return R"({"type":"number","minimum":0,"maximum":1})"; }

void Place::read(Reader& reader, const json::Value& value,
                 std::optional<std::array<double, 2>>& out) const {
  if (value.kind != json::Kind::array || value.items.size() != 2)
    return reader.mismatch(value, "a list of two numbers from 0 to 1", "[0.1, 0.5]");
  std::array<double, 2> place{};
  for (std::size_t i = 0; i < 2; ++i) Fraction{}.read(reader, value.items[i], place[i]);
  out = place;
}
std::string Place::schema() const {
  return R"({"type":"array","minItems":2,"maxItems":2,"items":)" + Fraction{}.schema() + "}";
}

bool HostPair::read(Reader& reader, const json::Value& value, std::string& a,
                    std::string& b) const {
  if (value.kind != json::Kind::array || value.items.size() != 2) {
    reader.mismatch(value, say::link_shape, "[\"aiko-laptop\", \"mail.sakura.example\"]");
    return false;
  }
  FormText{Form::host}.read(reader, value.items[0], a);
  FormText{Form::host}.read(reader, value.items[1], b);
  return true;
}
std::string HostPair::schema() const {
  return R"({"type":"array","minItems":2,"maxItems":2,"items":)" + FormText{Form::host}.schema() +
         "}";
}

bool read_integer(Reader& reader, const json::Value& value, std::uint64_t low, std::uint64_t high,
                  std::uint64_t& out) {
  const std::string expected =
      "a whole number from " + std::to_string(low) + " to " + std::to_string(high);
  const bool quoted_number = value.kind == json::Kind::string && !value.text.empty() &&
                             value.text.find_first_not_of("0123456789") == std::string::npos;
  if (!reader.require(value, json::Kind::number, expected,
                      quoted_number ? fill(say::no_quotes_hint, {value.text}) : std::string()))
    return false;
  const bool whole = value.number >= 0 && value.number < 9007199254740992.0 &&
                     std::floor(value.number) == value.number;
  const auto number = whole ? static_cast<std::uint64_t>(value.number) : 0;
  if (whole && number >= low && number <= high) {
    out = number;
    return true;
  }
  reader.report(value.at, fill(say::out_of_range, {value.text, expected}));
  return false;
}
std::string Integer::schema() const {
  return R"({"type":"integer","minimum":)" + std::to_string(low) + R"(,"maximum":)" +
         std::to_string(high) + "}";
}

std::string definition_name(std::string name) {
  std::replace(name.begin(), name.end(), ' ', '-');
  return name;
}

bool report_unknown(Reader& reader, const json::Value& value, const std::string& name,
                    const std::vector<std::string>& keys) {
  bool any = false;
  for (const json::Member& member : value.members) {
    if (std::find(keys.begin(), keys.end(), member.key) != keys.end()) continue;
    any = true;
    reader.report(member.at, fill(say::unknown_key, {quoted(member.key), name}),
                  suggest(member.key, keys, say::keys_are));
  }
  return any;
}

void report_missing(Reader& reader, const json::Value& value, const std::string& name,
                    const std::string& key) {
  reader.report(value.at, fill(say::missing_key, {name, quoted(key)}),
                key == "posthorn" ? std::string(say::version_hint) : std::string());
}

}  // namespace posthorn::scenario
