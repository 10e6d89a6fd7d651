#include "viz/model/query.hpp"

#include <algorithm>
#include <array>
#include <optional>
#include <utility>

#include "text/text.hpp"
#include "viz/model/letter.hpp"
#include "viz/model/stations.hpp"

namespace posthorn::viz {

using namespace texts;
namespace {

using namespace trace;

char lower(char c) { return c >= 'A' && c <= 'Z' ? static_cast<char>(c + 32) : c; }

/// `word` is in lower case already.
bool occurs(std::string_view haystack, std::string_view word) {
  const auto equal = [](char a, char b) { return lower(a) == b; };
  return std::search(haystack.begin(), haystack.end(), word.begin(), word.end(), equal) !=
         haystack.end();
}

constexpr std::string_view kProtocolWords[] = {"",     "smtp", "submission smtp", "lmtp", "pop3",
                                               "imap", "dns"};

std::optional<Term::Field> field_named(std::string_view key) {
  using Field = Term::Field;
  static constexpr std::pair<std::string_view, Field> kKeys[] = {
      {"from", Field::from},       {"to", Field::to},
      {"host", Field::host},       {"protocol", Field::protocol},
      {"proto", Field::protocol},  {"code", Field::verb},
      {"verb", Field::verb},       {"connection", Field::connection},
      {"conn", Field::connection}, {"letter", Field::letter},
      {"message", Field::letter},  {"step", Field::step}};
  for (const auto& [name, field] : kKeys)
    if (name == key) return field;
  return std::nullopt;
}

constexpr std::string_view kWideSpace = "　", kWideColon = "：";

/// The wide space and colon of Japanese keyboards become the narrow ones.
std::string normalized_spaces(std::string_view text) {
  std::string out;
  while (!text.empty()) {
    if (text.starts_with(kWideSpace) || text.starts_with(kWideColon)) {
      out += text.starts_with(kWideSpace) ? ' ' : ':';
      text.remove_prefix(kWideSpace.size());
      continue;
    }
    out += text.front();
    text.remove_prefix(1);
  }
  return out;
}

std::string normalized(std::string_view text) {
  std::string out = normalized_spaces(text);
  for (char& c : out) c = lower(c);
  return out;
}

/// Takes one word off the front; quotes hold words together, wherever in it they begin. `quoted`
/// is still true at the end if one was not closed.
std::string take_word(std::string_view& text, bool& quoted) {
  std::string word;
  quoted = false;
  while (!text.empty() && (quoted || text.front() != ' ')) {
    if (text.front() == '"')
      quoted = !quoted;
    else
      word += text.front();
    text.remove_prefix(1);
  }
  return word;
}

bool names_host(const Scene& scene, HostId host, std::string_view word) {
  if (!host || host.value > scene.hosts.size()) return false;
  const SceneHost& h = scene.host(host);
  return occurs(h.name, word) || occurs(h.user, word) || occurs(h.label.en, word) ||
         occurs(h.label.ja, word);
}

/// "<aiko@sakura.example>" as it stands in a command: the address.
std::string_view bare(std::string_view word) {
  if (word.starts_with('<')) word.remove_prefix(1);
  if (word.ends_with('>')) word.remove_suffix(1);
  return word;
}

bool is_number(std::string_view word) {
  return !word.empty() && std::ranges::all_of(word, [](char c) { return c >= '0' && c <= '9'; });
}

/// The first content of each letter, by MessageId - 1; found once a trace.
const std::vector<BlobId>& contents_of(const Trace& trace) {
  static std::vector<BlobId> contents;
  static std::uint64_t digest = 0;
  static std::size_t size = ~std::size_t{0};
  if (size == trace.size() && digest == trace.digest()) return contents;
  size = trace.size();
  digest = trace.digest();
  contents.clear();
  for (const Record& record : trace.records()) {
    const BlobId content = content_in(record.fact);
    if (!record.message || !content) continue;
    if (record.message.value > contents.size()) contents.resize(record.message.value);
    BlobId& first = contents[record.message.value - 1];
    if (!first) first = content;
  }
  return contents;
}

/// The letter that an answer or event is about. A command speaks for itself: there it counts who
/// says it.
const Letter* letter_behind(const Trace& trace, const Record& record) {
  const auto* line = std::get_if<Line>(&record.fact);
  if (!record.message || (line != nullptr && line->kind == NoteKind::command)) return nullptr;
  const auto& contents = contents_of(trace);
  if (record.message.value > contents.size()) return nullptr;
  const BlobId content = contents[record.message.value - 1];
  return content ? &letter_of(trace.blob(content)) : nullptr;
}

/// By what stands in the letter, or by what those people's computers are called in any language.
bool names_writer(const Scene& scene, std::string_view people, std::string_view word) {
  if (occurs(people, word)) return true;
  for (std::uint32_t i = 1; i <= scene.hosts.size(); ++i) {
    const std::string& user = scene.host(HostId{i}).user;
    if (!user.empty() && occurs(people, user) && names_host(scene, HostId{i}, word)) return true;
  }
  return false;
}

const Letter* letter_at(const Trace& trace, const Record& record) {
  const BlobId content = content_in(record.fact);
  return content ? &letter_of(trace.blob(content)) : nullptr;
}

struct Matcher {
  const Trace& trace;
  const TranscriptRow& row;
  const Record& record;
  Lang lang;

  [[nodiscard]] bool shown(std::string_view word) const {
    const Scene& scene = trace.scene();
    return occurs(row.text.in(lang), word) || names_host(scene, row.from, word) ||
           names_host(scene, row.to, word) ||
           occurs(kProtocolWords[static_cast<std::size_t>(row.protocol)], word) ||
           (row.chip != nullptr && row.protocol == Protocol::none &&
            occurs(say(row.chip, lang), word));
  }
  /// The words of the letter: on the wire as octets, in queues and mailboxes as people read them.
  [[nodiscard]] bool written(std::string_view word) const {
    if (const auto* line = std::get_if<Line>(&record.fact))
      return line->kind == NoteKind::content && occurs(trace.line_text(*line), word);
    const Letter* letter = letter_at(trace, record);
    return letter != nullptr && (occurs(letter->subject, word) || occurs(letter->body, word) ||
                                 occurs(letter->from, word) || occurs(letter->to, word));
  }
  [[nodiscard]] bool from(std::string_view word) const {
    if (names_host(trace.scene(), row.from, word)) return true;
    const auto* accepted = std::get_if<QueueAccepted>(&record.fact);
    if (accepted != nullptr && occurs(trace.text(accepted->sender), word)) return true;
    const Letter* letter = letter_behind(trace, record);
    return letter != nullptr && names_writer(trace.scene(), letter->from, word);
  }
  [[nodiscard]] bool to(std::string_view word) const {
    if (names_host(trace.scene(), row.to, word)) return true;
    const auto* accepted = std::get_if<QueueAccepted>(&record.fact);
    if (accepted != nullptr && occurs(trace.text(accepted->recipients), word)) return true;
    const Letter* letter = letter_behind(trace, record);
    return letter != nullptr && names_writer(trace.scene(), letter->to, word);
  }
  [[nodiscard]] bool verb(std::string_view word) const {
    const auto* line = std::get_if<Line>(&record.fact);
    if (line != nullptr) {
      const std::string_view said = trace.text(line->verb);
      if (word.size() == 3 && word.ends_with("xx"))  // a class of replies: 4xx
        return said.size() == 3 && said.front() == word.front() && is_number(said);
      if (word.size() >= 5 && word[1] == '.' && is_number(said))  // RFC 3463: 4.7.1
        return trace.line_text(*line).substr(said.size() + 1).starts_with(std::string(word) + " ");
      return said.size() == word.size() && occurs(said, word);
    }
    const auto* result = std::get_if<RecipientResult>(&record.fact);
    return result != nullptr && trace.text(result->reply).starts_with(word);
  }
  [[nodiscard]] bool connection(std::string_view word) const {
    const ConnId conn = conn_in(record.fact);
    return conn && std::to_string(conn.value) == word;
  }
  [[nodiscard]] bool holds(const Term& term) const {
    switch (term.field) {
      case Term::Field::any:
        return shown(term.word) || written(term.word);
      case Term::Field::from:
        return from(bare(term.word));
      case Term::Field::to:
        return to(bare(term.word));
      case Term::Field::host:
        return names_host(trace.scene(), row.from, term.word) ||
               names_host(trace.scene(), row.to, term.word);
      case Term::Field::protocol:
        return occurs(kProtocolWords[static_cast<std::size_t>(row.protocol)], term.word);
      case Term::Field::verb:
        return verb(term.word);
      case Term::Field::connection:
        return connection(term.word);
      case Term::Field::letter:
        return std::to_string(record.message.value) == term.word;
      case Term::Field::step:
        return std::to_string(record.step) == term.word;
    }
    return false;
  }
};

/// What may be wrong with a term whose key is known.
void doubt_term(const Term& term, std::vector<QueryDoubt>& doubts) {
  using Field = Term::Field;
  const bool number =
      term.field == Field::connection || term.field == Field::letter || term.field == Field::step;
  if (number && !is_number(term.word))
    doubts.push_back({QueryDoubt::Kind::not_a_number, term.word});
  if (term.field != Field::protocol) return;
  if (std::ranges::none_of(kProtocolWords,
                           [&](std::string_view name) { return occurs(name, term.word); }))
    doubts.push_back({QueryDoubt::Kind::not_a_protocol, term.word});
}

/// "form" in "form:aiko", but not "http" in "http://…" or "12" in "12:30".
bool looks_like_key(std::string_view word, std::size_t colon) {
  if (colon == 0 || colon + 1 >= word.size() || word[colon + 1] == '/') return false;
  return std::ranges::all_of(word.substr(0, colon), [](char c) { return c >= 'a' && c <= 'z'; });
}

/// The words of a query as they were typed, with their quotes.
std::vector<std::string> pieces_of(std::string_view query) {
  std::vector<std::string> out;
  const std::string text = normalized_spaces(query);
  std::string word;
  bool quoted = false;
  for (const char c : text) {
    if (c == '"') quoted = !quoted;
    if (c != ' ' || quoted) {
      word += c;
      continue;
    }
    if (!word.empty()) out.push_back(std::exchange(word, {}));
  }
  if (!word.empty()) out.push_back(word);
  return out;
}

bool same_term(std::string_view a, std::string_view b) {
  const Query x = parse_query(a), y = parse_query(b);
  return x.terms.size() == 1 && y.terms.size() == 1 && x.terms[0].field == y.terms[0].field &&
         x.terms[0].word == y.terms[0].word && x.terms[0].without == y.terms[0].without;
}

bool same_key(std::string_view a, std::string_view b) {
  const Query x = parse_query(a), y = parse_query(b);
  return x.terms.size() == 1 && y.terms.size() == 1 && x.terms[0].field == y.terms[0].field &&
         x.terms[0].field != Term::Field::any && !x.terms[0].without;
}

}  // namespace

Query parse_query(std::string_view typed) {
  const std::string text = normalized(typed);
  std::string_view rest = text;
  Query query;
  while (!rest.empty()) {
    if (rest.front() == ' ') {
      rest.remove_prefix(1);
      continue;
    }
    Term term;
    if (rest.size() > 1 && rest.front() == '-' && rest[1] != ' ') {
      term.without = true;
      rest.remove_prefix(1);
    }
    bool open = false;
    const bool whole = rest.front() == '"';  // "a:b" in quotes is a word
    term.word = take_word(rest, open);
    if (open) query.doubts.push_back({QueryDoubt::Kind::open_quote, term.word});
    const std::size_t colon = whole ? std::string::npos : term.word.find(':');
    if (colon != std::string::npos) {
      const std::string key = term.word.substr(0, colon);
      if (const auto field = field_named(key)) {
        term.field = *field;
        term.word.erase(0, colon + 1);
        if (term.word.empty())
          query.doubts.push_back({QueryDoubt::Kind::no_word, key + ":"});
        else
          doubt_term(term, query.doubts);
      } else if (looks_like_key(term.word, colon)) {
        query.doubts.push_back({QueryDoubt::Kind::unknown_key, key + ":"});
      }
    }
    if (!term.word.empty()) query.terms.push_back(std::move(term));
  }
  return query;
}

bool has_term(std::string_view query, std::string_view term) {
  return std::ranges::any_of(pieces_of(query),
                             [&](const std::string& piece) { return same_term(piece, term); });
}

std::string toggle_term(std::string_view query, std::string_view term) {
  std::string out;
  for (const std::string& piece : pieces_of(query))
    if (!same_key(piece, term)) out += piece + " ";
  if (!has_term(query, term)) out += term;
  while (out.ends_with(' ')) out.pop_back();
  return out;
}

std::string quoted_term(std::string_view key, std::string_view word) {
  const bool spaces = word.find(' ') != std::string_view::npos;
  return std::string(key) + ":" + (spaces ? "\"" : "") + std::string(word) + (spaces ? "\"" : "");
}

bool matches(const Trace& trace, const TranscriptRow& row, const Query& query, Lang lang) {
  const Matcher matcher{trace, row, trace[row.record], lang};
  return std::ranges::all_of(query.terms,
                             [&](const Term& term) { return matcher.holds(term) != term.without; });
}

}  // namespace posthorn::viz
