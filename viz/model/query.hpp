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
    from,        ///< the speaker, or the author of the letter that it is about
    to,          ///< the listener, or that letter's recipients
    host,        ///< either end
    protocol,    ///< smtp, submission, lmtp, pop3, imap, dns
    verb,        ///< EHLO; code: is the same for replies: 450, 4xx, 4.7.1
    connection,  ///< its number
    letter,      ///< the message's number
    step         ///< of the primer, 1..5
  };
  Field field = Field::any;
  std::string word;  ///< ASCII letters in lower case; never empty
  bool without = false;
};

/// What is odd about what was typed: it is searched all the same, perhaps not as it was meant.
struct QueryDoubt {
  enum class Kind : std::uint8_t {
    unknown_key,    ///< "form:aiko": searched as a word
    no_word,        ///< "code:" with nothing behind it: left out
    open_quote,     ///< "\"a b": taken as closed at the end
    not_a_number,   ///< "step:two"
    not_a_protocol  ///< "protocol:http"
  };
  Kind kind;
  std::string word;  ///< as it was read
};

struct Query {
  std::vector<Term> terms;
  std::vector<QueryDoubt> doubts;
  [[nodiscard]] bool empty() const { return terms.empty(); }
};
Query parse_query(std::string_view text);
/// The query with `term` ("host:ben-phone") in place of any other of the same key; without it, if
/// it stands there already.
std::string toggle_term(std::string_view query, std::string_view term);
/// Whether exactly this term stands in the query.
bool has_term(std::string_view query, std::string_view term);
/// A word as a query holds it: in quotes where it has spaces.
std::string quoted_term(std::string_view key, std::string_view word);

/// Does every term hold for the row of record `row.record`?
bool matches(const trace::Trace& trace, const TranscriptRow& row, const Query& query, Lang lang);

}  // namespace posthorn::viz
