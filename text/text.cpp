#include "text/text.hpp"

#include <map>

#include "sim/trace/names.hpp"

namespace posthorn::texts {
namespace embedded {
extern const std::string_view interface, explanations;
}
namespace {

using namespace trace;

struct Parsed {
  std::vector<TextEntry> entries;
  std::string errors;
};

std::vector<std::string> split_keys(std::string_view keys) {
  std::vector<std::string> out;
  while (!keys.empty()) {
    const std::size_t space = keys.find(' ');
    if (space != 0) out.emplace_back(keys.substr(0, space));
    if (space == std::string_view::npos) break;
    keys.remove_prefix(space + 1);
  }
  return out;
}

std::string* field_of(TextEntry& entry, std::string_view name) {
  if (name == "en") return &entry.text.en;
  if (name == "ja") return &entry.text.ja;
  if (name == "title.en") return &entry.title.en;
  if (name == "title.ja") return &entry.title.ja;
  if (name == "office.en") return &entry.office.en;
  if (name == "office.ja") return &entry.office.ja;
  if (name == "admin.en") return &entry.admin.en;
  if (name == "admin.ja") return &entry.admin.ja;
  return nullptr;
}

/// Reads one file. Entries of one heading share a copy of its fields.
class Reader {
 public:
  Parsed read(std::string_view file) {
    while (!file.empty()) {
      const std::size_t newline = file.find('\n');
      ++number_;
      line(file.substr(0, newline));
      if (newline == std::string_view::npos) break;
      file.remove_prefix(newline + 1);
    }
    finish();
    return std::move(parsed_);
  }

 private:
  void line(std::string_view text) {
    if (text.empty() || text[0] == '#') return;
    if (text[0] == '[') {
      finish();
      keys_ = split_keys(text.substr(1, text.find(']') - 1));
      return;
    }
    if (text[0] == ' ') return continuation(text);
    const std::size_t colon = text.find(": ");
    field_ = colon == std::string_view::npos ? nullptr : field_of(entry_, text.substr(0, colon));
    if (field_ == nullptr)
      return error("expected 'en: …', 'ja: …', 'title.en: …' or 'title.ja: …'");
    *field_ = text.substr(colon + 2);
  }
  void continuation(std::string_view text) {
    if (field_ == nullptr) return error("nothing to continue");
    text.remove_prefix(text.find_first_not_of(' '));
    const bool ascii_end = !field_->empty() && static_cast<unsigned char>(field_->back()) < 0x80;
    if (ascii_end) *field_ += ' ';  // Japanese lines join without a space
    *field_ += text;
  }
  void finish() {
    if (!keys_.empty() && (entry_.text.en.empty() || entry_.text.ja.empty()))
      error("entry '" + keys_.front() + "' needs en and ja");
    for (const std::string& key : keys_) {
      entry_.key = key;
      parsed_.entries.push_back(entry_);
    }
    keys_.clear();
    entry_ = {};
    field_ = nullptr;
  }
  void error(std::string what) {
    parsed_.errors += "line " + std::to_string(number_) + ": " + std::move(what) + "\n";
  }

  Parsed parsed_;
  std::vector<std::string> keys_;
  TextEntry entry_;
  std::string* field_ = nullptr;
  int number_ = 0;
};

const std::map<std::string, LocalText, std::less<>>& words() {
  static const auto table = [] {
    std::map<std::string, LocalText, std::less<>> out;
    for (const TextEntry& e : interface_texts()) out[e.key] = e.text;
    return out;
  }();
  return table;
}

const std::map<std::string, Explanation, std::less<>>& explanations() {
  static const auto table = [] {
    std::map<std::string, Explanation, std::less<>> out;
    for (const TextEntry& e : explanation_texts())
      out[e.key] = {e.title, e.text, e.office, e.admin};
    return out;
  }();
  return table;
}

std::string_view family(Protocol protocol) {
  switch (protocol) {
    case Protocol::smtp:
    case Protocol::submission:
    case Protocol::lmtp:
      return "smtp";
    case Protocol::pop3:
      return "pop3";
    case Protocol::imap:
      return "imap";
    case Protocol::dns:
      return "dns";
    case Protocol::none:
      break;
  }
  return "other";
}

std::string_view kind_name(NoteKind kind) {
  constexpr std::string_view names[] = {"greeting",     "command", "reply",    "untagged",
                                        "continuation", "content", "violation"};
  return names[static_cast<std::size_t>(kind)];
}

/// A refinement of facts whose explanation depends on how it ended; "" for most.
std::string outcome_of(const Trace& trace, const Fact& fact) {
  if (const auto* f = std::get_if<StepReached>(&fact)) return std::to_string(f->step);
  if (const auto* f = std::get_if<DnsAnswered>(&fact)) {
    constexpr const char* names[] = {"ok", "no-data", "no-such-name", "timeout", "server-failure"};
    if (f->outcome == DnsOutcome::ok && f->from_cache) return "cached";
    return names[static_cast<std::size_t>(f->outcome)];
  }
  if (const auto* f = std::get_if<DnsAsked>(&fact)) {
    const std::string_view question = trace.text(f->question);
    return std::string(question.substr(0, question.find(' ')));
  }
  if (const auto* f = std::get_if<RecipientResult>(&fact)) {
    return std::string(to_string(f->outcome));
  }
  if (const auto* f = std::get_if<ReportCreated>(&fact)) {
    constexpr const char* names[] = {"failed", "delayed", "delivered", "relayed"};
    return names[static_cast<std::size_t>(f->kind)];
  }
  if (const auto* f = std::get_if<LoginDecided>(&fact)) return f->accepted ? "accepted" : "refused";
  if (const auto* f = std::get_if<HostPower>(&fact)) return f->up ? "up" : "down";
  if (const auto* f = std::get_if<LinkPower>(&fact)) return f->up ? "up" : "down";
  if (const auto* f = std::get_if<FaultBegan>(&fact)) return std::string(to_string(f->kind));
  if (const auto* f = std::get_if<FaultEnded>(&fact)) return std::string(to_string(f->kind));
  if (const auto* f = std::get_if<PacketDropped>(&fact)) return std::string(to_string(f->why));
  if (const auto* f = std::get_if<FetchStarted>(&fact)) return std::string(family(f->protocol));
  if (const auto* f = std::get_if<ConnectionFailed>(&fact)) {
    constexpr const char* names[] = {"refused", "timed-out", "unreachable"};
    return names[static_cast<std::size_t>(f->why)];
  }
  if (const auto* f = std::get_if<ConnectionOpened>(&fact)) {
    const ConnectionOpening* who = trace.connection(f->conn);
    return std::string(family(who == nullptr ? Protocol::none : who->protocol));
  }
  return {};
}

}  // namespace

const std::vector<TextEntry>& interface_texts() {
  static const std::vector<TextEntry> entries = Reader().read(embedded::interface).entries;
  return entries;
}
const std::vector<TextEntry>& explanation_texts() {
  static const std::vector<TextEntry> entries = Reader().read(embedded::explanations).entries;
  return entries;
}
std::string check_texts(std::string_view file) { return Reader().read(file).errors; }

std::string_view say(std::string_view key, Lang lang) {
  const auto found = words().find(key);
  return found == words().end() ? key : std::string_view(found->second.in(lang));
}

std::vector<std::string> explanation_keys(const Trace& trace, const Record& record) {
  std::vector<std::string> keys;
  if (const auto* line = std::get_if<Line>(&record.fact)) {
    const ConnectionOpening* who = trace.connection(line->conn);
    const std::string proto(family(who == nullptr ? Protocol::none : who->protocol));
    const std::string kind(kind_name(line->kind));
    if (line->verb) keys.push_back(proto + '.' + kind + '.' + std::string(trace.text(line->verb)));
    keys.push_back(proto + '.' + kind);
    keys.push_back(kind);
    return keys;
  }
  const std::string name(name_of(record.fact));
  if (const std::string outcome = outcome_of(trace, record.fact); !outcome.empty())
    keys.push_back(name + '.' + outcome);
  keys.push_back(name);
  keys.emplace_back("any");
  return keys;
}

const Explanation& explain(const Trace& trace, const Record& record) {
  static const Explanation none;
  for (const std::string& key : explanation_keys(trace, record))
    if (const auto found = explanations().find(key); found != explanations().end())
      return found->second;
  return none;
}

const Explanation* explain_header(std::string_view field) {
  std::string key = "header.";
  for (const char c : field) key += static_cast<char>(c >= 'A' && c <= 'Z' ? c + 32 : c);
  const auto found = explanations().find(key);
  return found == explanations().end() ? nullptr : &found->second;
}

}  // namespace posthorn::texts
