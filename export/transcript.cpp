#include "export/transcript.hpp"

#include <cstdio>
#include <ostream>
#include <sstream>

#include "export/prose.hpp"
#include "export/readable_lines.hpp"

namespace posthorn::exporting {

std::string_view protocol_name(Protocol protocol) {
  switch (protocol) {
    case Protocol::smtp:
      return "SMTP";
    case Protocol::submission:
      return "SMTP submission";
    case Protocol::lmtp:
      return "LMTP";
    case Protocol::pop3:
      return "POP3";
    case Protocol::imap:
      return "IMAP";
    case Protocol::dns:
      return "DNS";
    case Protocol::none:
      break;
  }
  return "TCP";
}

std::vector<std::string_view> split_lines(std::string_view text) {
  std::vector<std::string_view> lines;
  while (!text.empty()) {
    const std::size_t end = text.find('\n');
    std::string_view line = text.substr(0, end);
    text.remove_prefix(end == std::string_view::npos ? text.size() : end + 1);
    if (!line.empty() && line.back() == '\r') line.remove_suffix(1);
    lines.push_back(line);
  }
  return lines;
}

bool NewLines::operator()(const trace::Line& line) {
  std::uint32_t& end = seen_[{line.conn, line.speaker}];
  if (line.begin + line.length <= end) return false;
  end = line.begin + line.length;
  return true;
}

const texts::Explanation* FirstTime::operator()(const trace::Trace& trace,
                                                const trace::Record& record) {
  if (!level_) return nullptr;
  const texts::Explanation& words = texts::explain(trace, record);
  return !words.text.empty() && told_.insert(&words).second ? &words : nullptr;
}

std::string titled(const texts::TlsField& field, Lang lang) {
  return (field.words == nullptr ? field.name : field.words->title.in(lang)) + ": " + field.value;
}

namespace {

/// "29 minutes of quiet", rounded down.
std::string quiet_for(Duration quiet, Lang lang) {
  struct Unit {
    Duration length;
    const char *one, *many, *ja;
  };
  using namespace std::chrono;
  constexpr Unit units[] = {{days(2), "day", "days", "日"},
                            {hours(2), "hour", "hours", "時"},
                            {minutes(1), "minute", "minutes", "分"}};
  for (const Unit& unit : units) {
    if (quiet < unit.length) continue;
    const Duration step = unit.length == Duration(minutes(1)) ? unit.length : unit.length / 2;
    const auto count = quiet / step;
    if (lang == Lang::ja) return std::to_string(count) + unit.ja + "間、何も起こりません";
    return std::to_string(count) + " " + (count == 1 ? unit.one : unit.many) + " of quiet";
  }
  return {};
}

constexpr std::size_t kTimeWidth = 12;
/// Prose is broken to fit on paper. What is said is not: a line of it is a line of theirs.
constexpr std::size_t kPaperWidth = 80;

class Writer {
 public:
  Writer(const trace::Trace& trace, const TranscriptOptions& options, const Filter& wanted,
         std::ostream& out)
      : trace_(trace),
        options_(options),
        wanted_(wanted),
        stream_(out),
        is_new_thing_(options.level) {}

  void write() {
    const trace::Scene& scene = trace_.scene();
    out_ += scene.title.in(options_.lang) + "\n";
    for (const std::string& line : wrap(scene.summary.in(options_.lang), kPaperWidth))
      out_ += line + "\n";
    for (std::uint32_t id = 1; id <= trace_.size(); ++id) {
      if (wanted_(RecordId{id})) add(trace_[RecordId{id}]);
      stream_ << out_;
      out_.clear();
    }
  }

 private:
  void add(const trace::Record& record) {
    if (const auto* line = std::get_if<trace::Line>(&record.fact)) return add_line(record, *line);
    if (const auto* shown = std::get_if<trace::NarrationShown>(&record.fact))
      return add_narration(shown->index);
    const std::string sentence = describe(trace_, record, options_.lang);
    if (sentence.empty()) return;
    const auto* shake = std::get_if<trace::TlsMessage>(&record.fact);
    if (shake != nullptr && conn_ != shake->conn) add_connection(shake->conn);
    stamp(record.at);
    out_ += "* " + sentence + "\n";
    explain(record);
    if (shake != nullptr && options_.level) add_fields(*shake);
  }

  /// A handshake message field by field; what a field is for when it is met first.
  void add_fields(const trace::TlsMessage& message) {
    const std::string margin = std::string(kTimeWidth + 1, ' ') + "|   ";
    for (const texts::TlsField& field : texts::tls_fields(trace_, message)) {
      out_ += margin + printable(titled(field, options_.lang)) + "\n";
      if (is_new_thing_(field.words))
        out_ += margin + "  " + is_new_thing_.text(*field.words).in(options_.lang) + "\n";
    }
  }

  void explain(const trace::Record& record) {
    const texts::Explanation* words = is_new_thing_(trace_, record);
    if (words == nullptr) return;
    const std::string margin = std::string(kTimeWidth + 1, ' ') + "| ";
    out_ += margin + words->title.in(options_.lang) + "\n";
    const std::string text = is_new_thing_.text(*words).in(options_.lang);
    for (const std::string& line : wrap(text, kPaperWidth - margin.size()))
      out_ += margin + line + "\n";
  }

  void add_narration(std::uint32_t index) {
    if (!options_.narration || index >= trace_.scene().narration.size()) return;
    const trace::SceneNarration& narration = trace_.scene().narration[index];
    conn_ = {};
    out_ += "\n== ";
    if (narration.step != 0) out_ += std::to_string(narration.step) + ". ";
    out_ += narration.title.in(options_.lang) + " ==\n";
    const std::string text = narration.text.in(options_.lang);
    for (const std::string_view paragraph : split_lines(text))
      for (const std::string& line : wrap(paragraph, kPaperWidth - 3)) out_ += "   " + line + "\n";
    out_ += "\n";
  }

  void add_line(const trace::Record& record, const trace::Line& line) {
    if (line.flow != Flow::sent || !is_new_(line)) return;
    if (conn_ != line.conn) add_connection(line.conn);
    const char* who = line.speaker == Side::client ? "C: " : "S: ";
    const std::string text = trace_.line_text(line);
    for (const std::string& shown : lines_to_show(line, text)) {
      stamp(record.at);
      out_ += who + shown + "\n";
    }
    explain(record);
  }

  [[nodiscard]] std::vector<std::string> lines_to_show(const trace::Line& line,
                                                       std::string_view text) const {
    const bool content = line.kind == NoteKind::content || line.kind == NoteKind::untagged;
    const std::vector<std::string_view> lines = split_lines(text);
    const std::size_t limit = options_.fold_content;
    if (!content || limit == 0 || lines.size() <= limit) return readable_lines(text, options_.lang);
    std::vector<std::string> shown;
    for (std::size_t i = 0; i < limit; ++i) shown.push_back(printable(lines[i]));
    const std::string more = std::to_string(lines.size() - limit);
    shown.push_back(options_.lang == Lang::ja ? "…(あと " + more + " 行)"
                                              : "… (" + more + " more lines)");
    return shown;
  }

  void add_connection(ConnId conn) {
    conn_ = conn;
    const trace::ConnectionOpening* who = trace_.connection(conn);
    if (who == nullptr) return;
    const auto name = [&](HostId host) -> std::string {
      return host ? trace_.scene().host(host).name : "?";
    };
    out_ += "             -- " + std::string(protocol_name(who->protocol)) + ", " +
            (options_.lang == Lang::ja ? "接続 " : "connection ") + std::to_string(conn.value) +
            ": C = " + name(who->client) + ":" + std::to_string(who->client_port) +
            ", S = " + name(who->server) + ":" + std::to_string(who->server_port) + "\n";
  }

  /// Long silence is told in a line, so that a reader notices it.
  void tell_quiet(Instant at) {
    const Duration quiet = at - last_;
    last_ = at;
    if (quiet < std::chrono::minutes(1)) return;
    out_ += "             … " + quiet_for(quiet, options_.lang) + "\n";
  }

  void stamp(Instant at) {
    tell_quiet(at);
    std::string time = format_time(at);
    if (time.size() < kTimeWidth) time.insert(0, kTimeWidth - time.size(), ' ');
    out_ += time + " ";
  }

  const trace::Trace& trace_;
  const TranscriptOptions& options_;
  const Filter& wanted_;
  std::ostream& stream_;
  std::string out_;  ///< what the present record adds
  NewLines is_new_;
  FirstTime is_new_thing_;
  Instant last_{};  ///< of the last line
  ConnId conn_;     ///< whose dialogue the last line belonged to
};

/// The bare dialogues, one connection after the other.
void write_plain(const trace::Trace& trace, const Filter& wanted, std::ostream& out) {
  std::map<ConnId, std::vector<RecordId>> dialogues;
  NewLines is_new;
  for (std::uint32_t id = 1; id <= trace.size(); ++id)
    if (const auto* line = std::get_if<trace::Line>(&trace[RecordId{id}].fact);
        line != nullptr && line->flow == Flow::sent && wanted(RecordId{id}) && is_new(*line))
      dialogues[line->conn].push_back(RecordId{id});
  bool first = true;
  for (const auto& [conn, lines] : dialogues) {
    if (!first) out << "\n";
    first = false;
    for (const RecordId id : lines) {
      const auto& line = std::get<trace::Line>(trace[id].fact);
      const std::string said = trace.line_text(line);
      for (const std::string_view text : split_lines(said))
        out << (line.speaker == Side::client ? "C: " : "S: ") << printable(text) << "\n";
    }
  }
}

}  // namespace

std::string write_transcript(const trace::Trace& trace, const TranscriptOptions& options) {
  std::ostringstream out;
  Writer(trace, options, Filter(trace), out).write();
  return std::move(out).str();
}

Result<bool> write_text(const trace::Trace& trace, const Options& options, std::ostream& out) {
  const auto wanted = Filter::make(trace, options.selection);
  if (!wanted) return wanted.error();
  if (options.plain)
    write_plain(trace, *wanted, out);
  else
    Writer(trace, {options.lang, 0, true, options.level}, *wanted, out).write();
  return true;
}

std::string format_time(Instant at) {
  const auto total = std::chrono::floor<std::chrono::milliseconds>(at.time_since_epoch()).count();
  const long long ms = total % 1000, seconds = total / 1000;
  char text[64];
  if (seconds < 60)
    std::snprintf(text, sizeof text, "%lld.%03lld s", seconds, ms);
  else if (seconds < 86400)
    std::snprintf(text, sizeof text, "%lld:%02lld:%02lld.%03lld", seconds / 3600, seconds / 60 % 60,
                  seconds % 60, ms);
  else
    std::snprintf(text, sizeof text, "%lldd %02lld:%02lld:%02lld.%03lld", seconds / 86400,
                  seconds / 3600 % 24, seconds / 60 % 60, seconds % 60, ms);
  return text;
}

}  // namespace posthorn::exporting
