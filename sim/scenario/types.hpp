// The types of values that a scenario's tables are made of. Each type reads a value and tells
// its JSON Schema, so that reader and schema cannot disagree.
//
// A type has:  read(Reader&, const json::Value&, Target&)   and   schema() -> JSON text.
#pragma once

#include <array>
#include <string>
#include <vector>

#include "sim/scenario/messages.hpp"
#include "sim/scenario/names.hpp"
#include "sim/scenario/reader.hpp"
#include "sim/scenario/units.hpp"

namespace posthorn::scenario {

/// `text` as a JSON string.
std::string json_string(std::string_view text);

/// Any text.
struct AnyText {
  void read(Reader& reader, const json::Value& value, std::string& out) const;
  [[nodiscard]] std::string schema() const;
};

/// A text with a form of its own: host name, address, local part, identifier, duration, ...
enum class Form : std::uint8_t { host, address, local_part, identifier, dns_name };
struct FormText {
  Form form;
  void read(Reader& reader, const json::Value& value, std::string& out) const;
  [[nodiscard]] std::string schema() const;
};

struct DurationText {
  void read(Reader& reader, const json::Value& value, Duration& out) const;
  void read(Reader& reader, const json::Value& value, std::optional<Duration>& out) const;
  void read(Reader& reader, const json::Value& value, std::uint32_t& seconds) const;
  [[nodiscard]] std::string schema() const;
};
struct RateText {
  void read(Reader& reader, const json::Value& value, std::uint64_t& out) const;
  [[nodiscard]] std::string schema() const;
};
struct DateText {
  void read(Reader& reader, const json::Value& value, std::chrono::sys_seconds& out) const;
  [[nodiscard]] std::string schema() const;
};
struct OffsetText {
  void read(Reader& reader, const json::Value& value, int& minutes) const;
  [[nodiscard]] std::string schema() const;
};
struct IpText {
  void read(Reader& reader, const json::Value& value, IpAddress& out) const;
  [[nodiscard]] std::string schema() const;
};
/// A DNS record type by name, or by number as in RFC 3597.
struct RecordTypeText {
  void read(Reader& reader, const json::Value& value, std::string& out) const;
  [[nodiscard]] std::string schema() const;
};
struct Flag {
  void read(Reader& reader, const json::Value& value, bool& out) const;
  [[nodiscard]] std::string schema() const;
};
/// One text for both languages, or an object with "en" and "ja".
struct Localised {
  void read(Reader& reader, const json::Value& value, LocalText& out) const;
  [[nodiscard]] std::string schema() const;
};
/// A text, or { "file": path }.
struct TextOrFile {
  void read(Reader& reader, const json::Value& value, std::string& out) const;
  [[nodiscard]] std::string schema() const;
};
struct FileBytes {
  void read(Reader& reader, const json::Value& value,
            std::shared_ptr<const std::string>& out) const;
  [[nodiscard]] std::string schema() const;
};
struct Base64Bytes {
  void read(Reader& reader, const json::Value& value,
            std::shared_ptr<const std::string>& out) const;
  [[nodiscard]] std::string schema() const;
};
struct TextBytes {
  void read(Reader& reader, const json::Value& value,
            std::shared_ptr<const std::string>& out) const;
  [[nodiscard]] std::string schema() const;
};
/// [x, y], both 0 to 1.
struct Place {
  void read(Reader& reader, const json::Value& value,
            std::optional<std::array<double, 2>>& out) const;
  [[nodiscard]] std::string schema() const;
};
/// Exactly two host names.
struct HostPair {
  bool read(Reader& reader, const json::Value& value, std::string& a, std::string& b) const;
  [[nodiscard]] std::string schema() const;
};

/// Reads a whole number within [low, high]; false after a report.
bool read_integer(Reader& reader, const json::Value& value, std::uint64_t low, std::uint64_t high,
                  std::uint64_t& out);

struct Integer {
  std::uint64_t low = 0, high = 0;
  template <class Number>
  void read(Reader& reader, const json::Value& value, Number& out) const {
    std::uint64_t number = 0;
    if (read_integer(reader, value, low, high, number)) out = static_cast<Number>(number);
  }
  template <class Number>
  void read(Reader& reader, const json::Value& value, std::optional<Number>& out) const {
    std::uint64_t number = 0;
    if (read_integer(reader, value, low, high, number)) out = static_cast<Number>(number);
  }
  [[nodiscard]] std::string schema() const;
};
/// A fraction from 0 to 1.
struct Fraction {
  void read(Reader& reader, const json::Value& value, double& out) const;
  [[nodiscard]] std::string schema() const;
};

/// One word of a fixed list.
template <class Enum>
struct Word {
  std::vector<std::pair<std::string, Enum>> words;
  [[nodiscard]] std::vector<std::string> names() const {
    std::vector<std::string> out;
    for (const auto& [name, value] : words) out.push_back(name);
    return out;
  }
  void read(Reader& reader, const json::Value& value, Enum& out) const {
    const std::string expected = fill(say::one_of, {listed(names())});
    if (!reader.require(value, json::Kind::string, expected)) return;
    for (const auto& [name, meaning] : words)
      if (name == value.text) {
        out = meaning;
        return;
      }
    reader.mismatch(value, expected, suggest(value.text, names(), ""));
  }
  [[nodiscard]] std::string schema() const {
    std::string text = R"({"enum":[)";
    for (const auto& [name, value] : words)
      text += (text.back() == '[' ? "" : ",") + json_string(name);
    return text + "]}";
  }
};

/// A value that is there or not.
template <class Type>
struct Maybe {
  Type type;
  template <class Inner>
  void read(Reader& reader, const json::Value& value, std::optional<Inner>& out) const {
    type.read(reader, value, out.emplace());
  }
  [[nodiscard]] std::string schema() const { return type.schema(); }
};

/// A list; one item is pushed for each in the file even if it is wrong, so that positions agree.
template <class Type>
struct ListOf {
  Type type;
  std::size_t most = 1000;
  std::size_t least = 0;
  template <class Item>
  void read(Reader& reader, const json::Value& value, std::vector<Item>& out) const {
    const bool one = value.kind == json::Kind::string || value.kind == json::Kind::object;
    const std::string shown =
        value.kind == json::Kind::string ? scenario::quoted(value.text) : "{ ... }";
    if (!reader.require(value, json::Kind::array, "a list",
                        one ? fill(say::list_hint, {shown}) : std::string()))
      return;
    if (value.items.size() > most) {
      reader.report(value.at, fill(say::too_many_items,
                                   {std::to_string(value.items.size()), std::to_string(most)}));
      return;
    }
    if (value.items.size() < least) reader.report(value.at, std::string(say::too_few_items));
    out.clear();  // what is written takes the place of the default
    for (const json::Value& item : value.items) type.read(reader, item, out.emplace_back());
  }
  [[nodiscard]] std::string schema() const {
    return R"({"type":"array","items":)" + type.schema() +
           (least > 0 ? R"(,"minItems":)" + std::to_string(least) : "") + R"(,"maxItems":)" +
           std::to_string(most) + "}";
  }
};

}  // namespace posthorn::scenario
