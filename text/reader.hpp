// The format of the text files:
//
//     # comment
//     language: fr          before the first key: what ends in fr takes the place of English
//     [key]                 several keys may share an entry: [smtp.command.EHLO smtp.command.HELO]
//     title.en: …           fields: title and text for explanations, no title for interface words
//     title.ja: …
//     en: …
//     ja: …                 a line that begins with a space continues the one before
//     office.en: …          the same for somebody who knows post offices, not computers
//     admin.en: …           the same for somebody who runs mail servers, with the RFC's section
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "text/text.hpp"

namespace posthorn::texts {

struct Problem {
  int line = 0;
  std::string what;
};
struct ParsedEntry {
  TextEntry entry;
  int line = 0;  ///< of its heading
};
struct ParsedTexts {
  std::vector<ParsedEntry> entries;
  std::vector<Problem> problems;
};

/// Entries of one heading share a copy of its fields. Lines that make no sense are reported and
/// left out.
ParsedTexts parse_texts(std::string_view file);

/// The languages of the files: the ending of a field's name, and where its words go.
struct Language {
  std::string_view ending;
  std::string LocalText::*words;
};
inline constexpr Language kLanguages[] = {{"en", &LocalText::en}, {"ja", &LocalText::ja}};

}  // namespace posthorn::texts
