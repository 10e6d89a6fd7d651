// The interface's words and the explanations, in Japanese and English, from the data files
// beside this one (compiled in). Format of the files:
//
//     # comment
//     [key]                 several keys may share an entry: [smtp.command.EHLO smtp.command.HELO]
//     title.en: …           fields: title and text for explanations, none for interface words
//     title.ja: …
//     en: …
//     ja: …                 a line that begins with a space continues the one before
//     office.en: …          the same for somebody who knows post offices, not computers
//     admin.en: …           the same for somebody who runs mail servers, with the RFC's section
#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "sim/trace/trace.hpp"

namespace posthorn::texts {

/// A word of the interface ("play"). The key itself if it is unknown (tests see to it that
/// none is).
std::string_view say(std::string_view key, Lang lang);

/// For whom something is explained.
enum class Level : std::uint8_t { office, student, admin };
inline constexpr std::size_t kLevels = 3;

struct Explanation {
  LocalText title;
  LocalText text;           ///< for students; stands in for a level that has no words of its own
  LocalText office, admin;  ///< the analogy of the post office; what an administrator wants to know
  [[nodiscard]] const LocalText& at(Level level) const {
    const LocalText& wanted = level == Level::office  ? office
                              : level == Level::admin ? admin
                                                      : text;
    return wanted.empty() ? text : wanted;
  }
};

/// Parsed entries, for tests and glyph collection: key -> texts.
struct TextEntry {
  std::string key;
  LocalText title, text, office, admin;
};
const std::vector<TextEntry>& interface_texts();
const std::vector<TextEntry>& explanation_texts();
/// Errors of a data file, one a line; empty when it is well formed.
std::string check_texts(std::string_view file);

/// The explanation of a record: the most specific entry that exists for it.
const Explanation& explain(const trace::Trace& trace, const trace::Record& record);
/// What a header field is for ("Received"; case does not matter); nullptr for one that has no
/// words.
const Explanation* explain_header(std::string_view field);
/// The keys that explain() tries, most specific first.
std::vector<std::string> explanation_keys(const trace::Trace& trace, const trace::Record& record);

}  // namespace posthorn::texts
