// SEARCH (RFC 3501 §6.4.4): keys as a tree, and matching one message against it.
#pragma once

#include <chrono>
#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <variant>
#include <vector>

#include "protocols/imap/syntax.hpp"
#include "protocols/mail/mail_store.hpp"
#include "protocols/mail/message.hpp"

namespace posthorn::imap {

struct SearchKey {
  enum class Kind : std::uint8_t {
    all,
    any_of,   ///< OR
    all_of,   ///< AND: keys side by side
    none_of,  ///< NOT
    sequence,
    uid,
    flag,  ///< SEEN, ...
    keyword,
    recent,
    larger,
    smaller,
    before,
    on,
    since,
    sent_before,
    sent_on,
    sent_since,
    header,  ///< FROM, SUBJECT, HEADER, ...
    body,
    text,
  };
  Kind kind = Kind::all;
  std::vector<SearchKey> children;
  SequenceSet set;
  mail::SystemFlag flag = mail::SystemFlag::seen;
  std::uint32_t number = 0;
  std::chrono::year_month_day date{};
  std::string name;  ///< of the field or keyword
  std::string text;  ///< UTF-8, ASCII letters in lower case
};

struct SearchRequest {
  SearchKey key;
  bool needs_content = false;
};
/// Why a SEARCH cannot be run.
enum class SearchProblem : std::uint8_t { syntax, charset };

/// Everything after "SEARCH ".
std::variant<SearchRequest, SearchProblem> parse_search(Parser& parser);

/// What there is to know about one message; parsed on the first look into its content.
struct SearchSubject {
  const mail::StoredMessage* stored = nullptr;
  std::uint32_t sequence = 0;
  bool recent = false;
  std::optional<mail::Message> parsed{};

  const mail::Message& message();
};

/// Number sets must be resolved first: see resolve_sets.
bool matches(const SearchKey& key, SearchSubject& subject);
void resolve_sets(SearchKey& key, std::uint32_t largest_sequence, std::uint32_t largest_uid);

}  // namespace posthorn::imap
