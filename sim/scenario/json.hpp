// JSON (RFC 8259) with the place of every key and value.
//
// Made for people's mistakes: comments, trailing and missing commas, single quotes, bare words,
// duplicate keys and bad UTF-8 are reported and stepped over, so that one reading finds them all.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "sim/scenario/diagnostic.hpp"

namespace posthorn::scenario::json {

enum class Kind : std::uint8_t { null, boolean, number, string, array, object };

struct Member;

struct Value {
  Kind kind = Kind::null;
  bool boolean = false;
  Position at;
  double number = 0;
  std::string text;             ///< of a string (UTF-8, unescaped); of a number: as written
  std::vector<Value> items;     ///< of an array
  std::vector<Member> members;  ///< of an object, in the order of the file, keys unique

  /// The member's value, or nullptr; also nullptr if this is not an object.
  [[nodiscard]] const Value* find(std::string_view key) const;
};

struct Member {
  std::string key;
  Position at;  ///< of the key
  Value value;
};

inline constexpr int kMaxDepth = 32;

struct ParseResult {
  std::optional<Value> value;           ///< empty if the text could not be understood to its end
  std::vector<Diagnostic> diagnostics;  ///< a value may come with some
};

ParseResult parse(std::string_view text, const std::string& file_name);

/// "a number", "an object", "the text \"abc\"": what a reader says it found.
std::string describe(const Value& value);

}  // namespace posthorn::scenario::json
