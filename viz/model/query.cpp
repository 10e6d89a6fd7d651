#include "viz/model/query.hpp"

#include <algorithm>
#include <array>
#include <optional>

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
std::string normalized(std::string_view text) {
  std::string out;
  while (!text.empty()) {
    if (text.starts_with(kWideSpace) || text.starts_with(kWideColon)) {
      out += text.starts_with(kWideSpace) ? ' ' : ':';
      text.remove_prefix(kWideSpace.size());
      continue;
    }
    out += lower(text.front());
    text.remove_prefix(1);
  }
  return out;
}

/// Takes one word off the front; quotes hold words together, wherever in it they begin.
std::string take_word(std::string_view& text) {
  std::string word;
  bool quoted = false;
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
    const Letter* letter = letter_at(trace, record);
    return letter != nullptr && occurs(letter->from, word);
  }
  [[nodiscard]] bool to(std::string_view word) const {
    if (names_host(trace.scene(), row.to, word)) return true;
    const auto* accepted = std::get_if<QueueAccepted>(&record.fact);
    if (accepted != nullptr && occurs(trace.text(accepted->recipients), word)) return true;
    const Letter* letter = letter_at(trace, record);
    return letter != nullptr && occurs(letter->to, word);
  }
  [[nodiscard]] bool verb(std::string_view word) const {
    const auto* line = std::get_if<Line>(&record.fact);
    if (line != nullptr) {
      const std::string_view said = trace.text(line->verb);
      return said.size() == word.size() && occurs(said, word);
    }
    const auto* result = std::get_if<RecipientResult>(&record.fact);
    return result != nullptr && trace.text(result->reply).starts_with(word);
  }
  [[nodiscard]] bool connection(std::string_view word) const {
    const auto* line = std::get_if<Line>(&record.fact);
    const auto* segment = std::get_if<SegmentSent>(&record.fact);
    const ConnId conn = line != nullptr      ? line->conn
                        : segment != nullptr ? segment->conn
                                             : ConnId{};
    return conn && std::to_string(conn.value) == word;
  }
  [[nodiscard]] bool holds(const Term& term) const {
    switch (term.field) {
      case Term::Field::any:
        return shown(term.word) || written(term.word);
      case Term::Field::from:
        return from(term.word);
      case Term::Field::to:
        return to(term.word);
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
    term.word = take_word(rest);
    const std::size_t colon = term.word.find(':');
    if (colon != std::string::npos)
      if (const auto field = field_named(std::string_view(term.word).substr(0, colon))) {
        term.field = *field;
        term.word.erase(0, colon + 1);
      }
    if (!term.word.empty()) query.terms.push_back(std::move(term));
  }
  return query;
}

bool matches(const Trace& trace, const TranscriptRow& row, const Query& query, Lang lang) {
  const Matcher matcher{trace, row, trace[row.record], lang};
  return std::ranges::all_of(query.terms,
                             [&](const Term& term) { return matcher.holds(term) != term.without; });
}

}  // namespace posthorn::viz
