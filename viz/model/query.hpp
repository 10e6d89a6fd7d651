// What one types into the search field: "from:aiko code:450 咲きました". No ImGui here.
//
// Words are separated by spaces (the wide Japanese one, too) and must all be found; "quoted words"
// stay together; -word must not be found. Keys narrow a word: from: to: host: protocol: code: verb:
// connection: letter: step: (Japanese full-width colons will do).
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "viz/model/transcript.hpp"

namespace posthorn::viz {

struct Term {
  enum class Field : std::uint8_t {
    any,         ///< all that a reader sees, and the letter's own words
    from,        ///< the speaker, or the letter's author
    to,          ///< the listener, or the letter's recipients
    host,        ///< either end
    protocol,    ///< smtp, submission, lmtp, pop3, imap, dns
    verb,        ///< EHLO; code: is the same for replies
    connection,  ///< its number
    letter,      ///< the message's number
    step         ///< of the primer, 1..5
  };
  Field field = Field::any;
  std::string word;  ///< ASCII letters in lower case; never empty
  bool without = false;
};

struct Query {
  std::vector<Term> terms;
  [[nodiscard]] bool empty() const { return terms.empty(); }
};
Query parse_query(std::string_view text);

/// Does every term hold for the row of record `row.record`?
bool matches(const trace::Trace& trace, const TranscriptRow& row, const Query& query, Lang lang);

}  // namespace posthorn::viz
