// SEARCH (RFC 3501 §6.4.4): keys as a tree, and matching one message against it.
#pragma once

#include <chrono>
#include <cstdint>
#include <optional>
#include <string>
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
    saved,  ///< "$", the result of an earlier search (RFC 5182)
    flag,   ///< SEEN, ...
    keyword,
    recent,
    changed_since,  ///< MODSEQ (RFC 7162 §3.1.5)
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
  std::uint64_t number = 0;
  std::chrono::year_month_day date{};
  std::string name;  ///< of the field or keyword
  std::string text;  ///< UTF-8, ASCII letters in lower case
};

/// RETURN (...) of RFC 4731 §3.1 and RFC 5182 §2.
struct SearchReturn {
  bool min = false;
  bool max = false;
  bool all = false;
  bool count = false;
  bool save = false;

  [[nodiscard]] bool tells_anything() const { return min || max || all || count; }
};

struct SearchRequest {
  SearchKey key;
  std::optional<SearchReturn> returns;  ///< nullopt: the classic answer is wanted
  bool names_charset = false;
  bool asks_for_changes = false;  ///< MODSEQ is among the keys
};
/// Why a SEARCH cannot be run.
enum class SearchProblem : std::uint8_t { syntax, charset, too_complex };

/// Everything after "SEARCH ", at most `max_keys` keys; nullopt where all is well. `request` holds
/// what was read before the problem.
std::optional<SearchProblem> parse_search(Parser& parser, std::size_t max_keys,
                                          SearchRequest& request);

/// What there is to know about one message; parsed on the first look into its content.
class SearchSubject {
 public:
  SearchSubject(const mail::StoredMessage& message, std::uint32_t number, bool is_recent,
                bool is_saved)
      : stored(message), sequence(number), recent(is_recent), saved(is_saved) {}

  const mail::StoredMessage& stored;
  std::uint32_t sequence;
  bool recent;
  bool saved;

  const mail::Header& header();
  /// The Date field; nullopt where there is none that can be read.
  const std::optional<mail::DateTime>& sent();
  /// The decoded text of every part that is text, a report or a letter inside, in lower case.
  const std::string& body_text();
  /// The decoded fields of all header sections, in lower case.
  const std::string& header_text();
  /// How many octets were looked at, by all the keys that looked.
  [[nodiscard]] std::uint64_t octets_read() const { return octets_read_; }

 private:
  const mail::Message& message();

  std::optional<mail::Header> header_;
  std::optional<std::optional<mail::DateTime>> sent_;
  std::optional<mail::Message> message_;
  std::optional<std::string> body_text_;
  std::optional<std::string> header_text_;
  std::uint64_t octets_read_ = 0;
};

/// Number sets must be resolved first: see resolve_sets.
bool matches(const SearchKey& key, SearchSubject& subject);
void resolve_sets(SearchKey& key, std::uint32_t largest_sequence, std::uint32_t largest_uid);

}  // namespace posthorn::imap
