// SEARCH keys from their text (RFC 3501 §6.4.4, RFC 4731, RFC 5182, RFC 7162).
#include <algorithm>
#include <utility>

#include "protocols/imap/fold_case.hpp"
#include "protocols/imap/search.hpp"
#include "protocols/mail/ascii.hpp"
#include "protocols/mail/charset.hpp"
#include "protocols/mail/date.hpp"

namespace posthorn::imap {

namespace {

using Kind = SearchKey::Kind;
using mail::SystemFlag;

constexpr int max_depth = 50;

/// How a key's arguments look.
enum class Argument : std::uint8_t { none, keyword, number, changes, date, text, header, set };

struct KeyRule {
  std::string_view word;
  Kind kind;
  Argument argument = Argument::none;
  bool negated = false;
  SystemFlag flag = SystemFlag::seen;
  std::string_view field = {};
};

constexpr KeyRule rules[] = {
    {"ALL", Kind::all},
    {"ANSWERED", Kind::flag, Argument::none, false, SystemFlag::answered},
    {"BCC", Kind::header, Argument::text, false, SystemFlag::seen, "Bcc"},
    {"BEFORE", Kind::before, Argument::date},
    {"BODY", Kind::body, Argument::text},
    {"CC", Kind::header, Argument::text, false, SystemFlag::seen, "Cc"},
    {"DELETED", Kind::flag, Argument::none, false, SystemFlag::deleted},
    {"DRAFT", Kind::flag, Argument::none, false, SystemFlag::draft},
    {"FLAGGED", Kind::flag, Argument::none, false, SystemFlag::flagged},
    {"FROM", Kind::header, Argument::text, false, SystemFlag::seen, "From"},
    {"HEADER", Kind::header, Argument::header},
    {"KEYWORD", Kind::keyword, Argument::keyword},
    {"LARGER", Kind::larger, Argument::number},
    {"MODSEQ", Kind::changed_since, Argument::changes},
    {"OLD", Kind::recent, Argument::none, true},
    {"ON", Kind::on, Argument::date},
    {"RECENT", Kind::recent},
    {"SEEN", Kind::flag, Argument::none, false, SystemFlag::seen},
    {"SENTBEFORE", Kind::sent_before, Argument::date},
    {"SENTON", Kind::sent_on, Argument::date},
    {"SENTSINCE", Kind::sent_since, Argument::date},
    {"SINCE", Kind::since, Argument::date},
    {"SMALLER", Kind::smaller, Argument::number},
    {"SUBJECT", Kind::header, Argument::text, false, SystemFlag::seen, "Subject"},
    {"TEXT", Kind::text, Argument::text},
    {"TO", Kind::header, Argument::text, false, SystemFlag::seen, "To"},
    {"UID", Kind::uid, Argument::set},
    {"UNANSWERED", Kind::flag, Argument::none, true, SystemFlag::answered},
    {"UNDELETED", Kind::flag, Argument::none, true, SystemFlag::deleted},
    {"UNDRAFT", Kind::flag, Argument::none, true, SystemFlag::draft},
    {"UNFLAGGED", Kind::flag, Argument::none, true, SystemFlag::flagged},
    {"UNKEYWORD", Kind::keyword, Argument::keyword, true},
    {"UNSEEN", Kind::flag, Argument::none, true, SystemFlag::seen},
};

SearchKey combine(Kind kind, std::vector<SearchKey> children) {
  SearchKey key;
  key.kind = kind;
  key.children = std::move(children);
  return key;
}

class SearchParser {
 public:
  SearchParser(Parser& parser, std::string charset, std::size_t max_keys)
      : parser_(parser), charset_(std::move(charset)), keys_left_(max_keys) {}

  [[nodiscard]] bool too_complex() const { return too_complex_; }

  /// Keys side by side, which all must match.
  std::optional<SearchKey> keys(int depth) {
    std::vector<SearchKey> all;
    do {
      auto key = one(depth);
      if (!key) return std::nullopt;
      all.push_back(std::move(*key));
    } while (parser_.space());
    if (all.size() == 1) return std::move(all.front());
    return combine(Kind::all_of, std::move(all));
  }

 private:
  std::optional<SearchKey> one(int depth) {
    if (depth > max_depth || keys_left_-- == 0) {
      too_complex_ = true;
      return std::nullopt;
    }
    if (parser_.accept('(')) {
      auto inner = keys(depth + 1);
      return inner && parser_.accept(')') ? inner : std::nullopt;
    }
    const char first = parser_.peek();
    if (mail::is_digit(first) || first == '*' || first == '$') return numbers(Kind::sequence);
    const auto word = parser_.keyword();
    if (!word) return std::nullopt;
    if (*word == "NOT" || *word == "OR") return combined(*word, depth);
    if (*word == "NEW") return new_messages();
    const auto* rule = std::find_if(std::begin(rules), std::end(rules),
                                    [&](const KeyRule& r) { return r.word == *word; });
    if (rule == std::end(rules)) return std::nullopt;
    if (rule->argument != Argument::none && !parser_.space()) return std::nullopt;
    auto key = rule->argument == Argument::set ? numbers(rule->kind) : simple(*rule);
    if (key && rule->negated) return combine(Kind::none_of, {std::move(*key)});
    return key;
  }

  std::optional<SearchKey> combined(const std::string& word, int depth) {
    std::vector<SearchKey> children;
    for (std::size_t wanted = word == "OR" ? 2 : 1; children.size() < wanted;) {
      if (!parser_.space()) return std::nullopt;
      auto child = one(depth + 1);
      if (!child) return std::nullopt;
      children.push_back(std::move(*child));
    }
    return combine(word == "OR" ? Kind::any_of : Kind::none_of, std::move(children));
  }

  /// NEW is RECENT UNSEEN.
  static SearchKey new_messages() {
    SearchKey recent;
    recent.kind = Kind::recent;
    SearchKey seen;
    seen.kind = Kind::flag;
    return combine(Kind::all_of, {recent, combine(Kind::none_of, {seen})});
  }

  std::optional<SearchKey> numbers(Kind kind) {
    auto set = parser_.sequence_set();
    if (!set) return std::nullopt;
    SearchKey key;
    key.kind = set->is_saved_result() ? Kind::saved : kind;
    key.set = std::move(*set);
    return key;
  }

  std::optional<SearchKey> simple(const KeyRule& rule) {
    SearchKey key;
    key.kind = rule.kind;
    key.flag = rule.flag;
    key.name = std::string(rule.field);
    bool ok = true;
    if (rule.argument == Argument::keyword) ok = assign(parser_.atom(), key.name);
    if (rule.argument == Argument::number) ok = assign(parser_.number64(), key.number);
    if (rule.argument == Argument::changes) ok = changes(key.number);
    if (rule.argument == Argument::date) ok = date(key.date);
    if (rule.argument == Argument::header)
      ok = assign(parser_.astring(), key.name) && parser_.space();
    if (ok && (rule.argument == Argument::text || rule.argument == Argument::header))
      ok = text(key.text);
    return ok ? std::optional(std::move(key)) : std::nullopt;
  }

  template <class T>
  static bool assign(std::optional<T> value, T& to) {
    if (value) to = std::move(*value);
    return value.has_value();
  }

  bool date(std::chrono::year_month_day& to) {
    const auto word = parser_.astring();  // with or without quotes
    return word && assign(mail::parse_imap_date(*word), to);
  }

  /// [entry-name entry-type] number. All flags share one number here, whichever is asked about.
  bool changes(std::uint64_t& to) {
    if (parser_.peek() == '"') {
      if (!parser_.string() || !parser_.space()) return false;
      const auto type = parser_.keyword();
      if ((type != "ALL" && type != "PRIV" && type != "SHARED") || !parser_.space()) return false;
    }
    return assign(parser_.number64(), to);
  }

  bool text(std::string& to) {
    const auto bytes = parser_.astring();
    if (bytes) to = fold_case(mail::to_utf8(*bytes, charset_));
    return bytes.has_value();
  }

  Parser& parser_;
  std::string charset_;
  std::size_t keys_left_;
  bool too_complex_ = false;
};

bool asks_for_changes(const SearchKey& key) {
  return key.kind == Kind::changed_since ||
         std::any_of(key.children.begin(), key.children.end(), asks_for_changes);
}

/// Behind "RETURN (": "MIN COUNT) ". "()" means ALL.
bool parse_return(Parser& parser, SearchReturn& returns) {
  for (bool more = parser.peek() != ')'; more; more = parser.space()) {
    const auto option = parser.keyword();
    bool* const wanted = option == "MIN"     ? &returns.min
                         : option == "MAX"   ? &returns.max
                         : option == "ALL"   ? &returns.all
                         : option == "COUNT" ? &returns.count
                         : option == "SAVE"  ? &returns.save
                                             : nullptr;
    if (wanted == nullptr) return false;
    *wanted = true;
  }
  if (!returns.tells_anything() && !returns.save) returns.all = true;
  return parser.accept(')') && parser.space();
}

}  // namespace

std::optional<SearchProblem> parse_search(Parser& parser, std::size_t max_keys,
                                          SearchRequest& request) {
  if (parser.accept_word("RETURN (") && !parse_return(parser, request.returns.emplace()))
    return SearchProblem::syntax;
  std::string charset = "UTF-8";
  if (parser.accept_word("CHARSET ")) {
    request.names_charset = true;
    auto name = parser.astring();
    if (!name || !parser.space()) return SearchProblem::syntax;
    if (!mail::is_known_charset(*name)) return SearchProblem::charset;
    charset = std::move(*name);
  }
  SearchParser keys(parser, std::move(charset), max_keys);
  auto key = keys.keys(0);
  if (keys.too_complex()) return SearchProblem::too_complex;
  if (!key || !parser.at_end()) return SearchProblem::syntax;
  request.key = std::move(*key);
  request.asks_for_changes = asks_for_changes(request.key);
  return std::nullopt;
}

}  // namespace posthorn::imap
