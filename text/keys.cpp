// Which entries explain a record: its keys, from the special to the general.
//
//   a line   smtp.reply.550.5.1.1   what it carries: an enhanced status code (RFC 3463), a response
//                                   code in brackets (RFC 3501 §7.1, RFC 2449 §8)
//            smtp.reply.250.EHLO    what it answers
//            smtp.reply.250         its own word
//            smtp.reply.4xx         its class
//            smtp.reply, reply      its kind
//   a fact   connection-failed.refused, connection-failed, any
#include <algorithm>
#include <array>
#include <utility>

#include "sim/trace/names.hpp"
#include "text/text.hpp"

namespace posthorn::texts {
namespace {

using namespace trace;

constexpr std::array<std::string_view, 5> kFamilies = {"smtp", "pop3", "imap", "dns", "other"};
constexpr std::array<std::string_view, 7> kKinds = {
    "greeting", "command", "reply", "untagged", "continuation", "content", "violation"};

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
  if (const auto* f = std::get_if<RecipientResult>(&fact))
    return std::string(to_string(f->outcome));
  if (const auto* f = std::get_if<ReportCreated>(&fact)) {
    constexpr const char* names[] = {"failed", "delayed", "delivered", "relayed", "expanded"};
    return names[static_cast<std::size_t>(f->kind)];
  }
  if (const auto* f = std::get_if<LoginDecided>(&fact)) return f->accepted ? "accepted" : "refused";
  if (const auto* f = std::get_if<HostPower>(&fact)) return f->up ? "up" : "down";
  if (const auto* f = std::get_if<LinkPower>(&fact)) return f->up ? "up" : "down";
  if (const auto* f = std::get_if<FetchStarted>(&fact)) return std::string(family(f->protocol));
  if (const auto* f = std::get_if<ConnectionFailed>(&fact)) {
    constexpr const char* names[] = {"refused", "timed-out", "unreachable"};
    return names[static_cast<std::size_t>(f->why)];
  }
  if (const auto* f = std::get_if<ConnectionClosed>(&fact)) {
    constexpr const char* names[] = {"orderly", "reset", "timed-out"};
    return names[static_cast<std::size_t>(f->why)];
  }
  if (const auto* f = std::get_if<FaultBegan>(&fact)) {
    // Who takes offers out of what servers say does more than listen.
    if (f->kind == FaultKind::listener && f->detail) return "stripper";
    return std::string(to_string(f->kind));
  }
  if (const auto* f = std::get_if<FaultEnded>(&fact)) return std::string(to_string(f->kind));
  if (const auto* f = std::get_if<TlsMessage>(&fact)) {
    const std::string title = tls_title(trace, *f);
    return title == "Alert: close_notify" ? "close_notify" : std::string(trace.text(f->name));
  }
  if (const auto* f = std::get_if<TlsEstablished>(&fact)) {
    const std::string_view verdict = trace.text(f->verdict);
    if (verdict == "as its TLSA record says") return "dane";
    return verdict.empty() ? "server" : verdict == "valid" ? "valid" : "doubtful";
  }
  if (const auto* f = std::get_if<PacketDropped>(&fact)) return std::string(to_string(f->why));
  if (const auto* f = std::get_if<SegmentSent>(&fact)) {
    if ((f->flags & kSyn) != 0) return "syn";
    if ((f->flags & kRst) != 0) return "rst";
    if ((f->flags & kFin) != 0) return "fin";
    return f->length == 0 ? "ack" : "";
  }
  if (const auto* f = std::get_if<RunEnded>(&fact)) return f->quiet ? "quiet" : "stopped";
  if (const auto* f = std::get_if<ConnectionOpened>(&fact)) {
    const ConnectionOpening* who = trace.connection(f->conn);
    return std::string(family(who == nullptr ? Protocol::none : who->protocol));
  }
  return {};
}

/// "5.1.1" at the front of a text.
std::string_view enhanced_code(std::string_view text) {
  const std::string_view code = text.substr(0, text.find_first_of(" \r\n"));
  const bool digits = code.find_first_not_of("0123456789.") == std::string_view::npos;
  const bool three = std::ranges::count(code, '.') == 2 && code.size() >= 5;
  return digits && three ? code : std::string_view{};
}

/// "AUTHENTICATIONFAILED" of "[AUTHENTICATIONFAILED] No"; "PERMANENTFLAGS" of "[PERMANENTFLAGS (…".
std::string_view bracketed_code(std::string_view text) {
  if (!text.starts_with('[')) return {};
  return text.substr(1, text.find_first_of(" ]\r\n") - 1);
}

/// What a FETCH is about, as far as it tells one use of it from another.
std::string_view what_is_fetched(std::string_view command) {
  const auto asks_for = [command](std::string_view item) {
    return command.find(item) != std::string_view::npos;
  };
  return asks_for("ENVELOPE") ? "ENVELOPE" : asks_for("(FLAGS)") ? "FLAGS" : "";
}

/// What the line's text says beyond its first word.
std::string code_within(const Trace& trace, const Line& line, std::string_view family) {
  if (line.kind == NoteKind::command && trace.text(line.verb).ends_with("FETCH"))
    return std::string(what_is_fetched(trace.line_text(line)));
  if (line.kind != NoteKind::reply && line.kind != NoteKind::untagged &&
      line.kind != NoteKind::greeting)
    return {};
  const std::string bytes = trace.line_text(line);
  const std::string_view text = bytes, verb = trace.text(line.verb);
  const std::size_t word = text.find(verb);
  if (word == std::string_view::npos || verb.empty()) return {};
  std::string_view rest = text.substr(word + verb.size());
  if (!rest.empty()) rest.remove_prefix(1);
  if (family == "smtp") return std::string(enhanced_code(rest));
  return std::string(bracketed_code(rest));
}

/// What made the server say this line: where it was spoken. (Where it is heard, several replies may
/// have come in one packet.)
RecordId cause_of_saying(const Trace& trace, const Record& record, const Line& line) {
  constexpr std::uint32_t kLongest = 4096;  // records between saying and hearing
  const std::uint32_t last = record.cause.value;
  if (line.flow == Flow::sent || last > trace.size()) return record.cause;
  for (std::uint32_t id = last; id > 0 && last - id < kLongest; --id) {
    const auto* said = std::get_if<Line>(&trace[RecordId{id}].fact);
    if (said != nullptr && said->flow == Flow::sent && said->conn == line.conn &&
        said->speaker == line.speaker && said->begin == line.begin)
      return trace[RecordId{id}].cause;
  }
  return record.cause;
}

/// The command that a reply answers: the nearest one among its causes.
std::string answered_command(const Trace& trace, const Record& record, const Line& reply) {
  constexpr int kFarthest = 64;  // waits and look-ups lie between
  RecordId cause = cause_of_saying(trace, record, reply);
  for (int i = 0; cause && cause.value <= trace.size() && i < kFarthest; ++i) {
    const Record& before = trace[cause];
    if (const auto* line = std::get_if<Line>(&before.fact); line && line->conn == reply.conn) {
      if (line->kind == NoteKind::command) return std::string(trace.text(line->verb));
      if (line->kind == NoteKind::content && line->speaker != reply.speaker) return "content";
      if (line->kind == NoteKind::violation) return {};
    }
    cause = before.cause;
  }
  return {};
}

/// "UID FETCH" as part of a key.
std::string in_key(std::string word) {
  std::ranges::replace(word, ' ', '-');
  return word;
}

std::vector<std::string> keys_of_line(const Trace& trace, const Record& record, const Line& line) {
  const ConnectionOpening* who = trace.connection(line.conn);
  const std::string proto(family(who == nullptr ? Protocol::none : who->protocol));
  const std::string kind(kKinds[static_cast<std::size_t>(line.kind)]);
  const std::string general = proto + '.' + kind;
  std::vector<std::string> keys;
  if (line.verb) {
    const std::string verb(trace.text(line.verb)), special = general + '.' + in_key(verb);
    if (const std::string code = code_within(trace, line, proto); !code.empty())
      keys.push_back(special + '.' + code);
    if (line.kind == NoteKind::reply)
      if (const std::string command = answered_command(trace, record, line); !command.empty())
        keys.push_back(special + '.' + in_key(command));
    keys.push_back(special);
    if (verb.starts_with("UID ")) keys.push_back(general + '.' + verb.substr(4));
    if (proto == "smtp" && line.kind == NoteKind::reply)
      keys.push_back(general + '.' + verb.substr(0, 1) + "xx");
  }
  keys.push_back(general);
  keys.push_back(kind);
  return keys;
}

template <std::size_t... I>
bool is_fact_name(std::string_view name, std::index_sequence<I...>) {
  return ((std::variant_alternative_t<I, Fact>::kName == name) || ...);
}

}  // namespace

std::vector<std::string> explanation_keys(const Trace& trace, const Record& record) {
  if (const auto* line = std::get_if<Line>(&record.fact)) return keys_of_line(trace, record, *line);
  const std::string name(name_of(record.fact));
  std::vector<std::string> keys;
  if (const std::string outcome = outcome_of(trace, record.fact); !outcome.empty())
    keys.push_back(name + '.' + outcome);
  keys.push_back(name);
  keys.emplace_back("any");
  return keys;
}

bool can_be_asked_for(std::string_view key) {
  const std::string_view first = key.substr(0, key.find('.'));
  const std::string_view rest = key.substr(std::min(first.size() + 1, key.size()));
  if (key == "any" || std::ranges::count(kKinds, key) > 0) return true;
  if (first == "header" || first == "tls-field") return !rest.empty();
  if (std::ranges::count(kFamilies, first) > 0)
    return std::ranges::count(kKinds, rest.substr(0, rest.find('.'))) > 0;
  return is_fact_name(first, std::make_index_sequence<std::variant_size_v<Fact>>{});
}

}  // namespace posthorn::texts
