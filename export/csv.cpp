#include "export/csv.hpp"

#include <initializer_list>
#include <optional>
#include <ostream>

#include "export/letters.hpp"
#include "export/transcript.hpp"
#include "sim/trace/names.hpp"

namespace posthorn::exporting {
namespace {

/// A field in quotes where it needs them. A field that a spreadsheet would take for a formula
/// (it came from a peer, perhaps) begins with an apostrophe.
std::string quote(std::string_view field) {
  std::string text;
  if (!field.empty() && std::string_view("=+-@\t").find(field[0]) != std::string_view::npos)
    text = "'";
  text += printable(field);
  if (text.find_first_of(",\"\n\r") == std::string::npos) return text;
  std::string quoted = "\"";
  for (const char c : text) quoted += c == '"' ? std::string("\"\"") : std::string(1, c);
  return quoted + "\"";
}

void row(std::ostream& out, std::initializer_list<std::string> fields) {
  bool first = true;
  for (const std::string& field : fields) {
    out << (first ? "" : ",") << quote(field);
    first = false;
  }
  out << "\r\n";
}

/// Seconds with all nine decimals: exact, and a number to every spreadsheet.
std::string seconds(Duration duration) {
  const std::int64_t ns = duration.count();
  std::string fraction = std::to_string(ns % 1'000'000'000);
  fraction.insert(0, 9 - fraction.size(), '0');
  return std::to_string(ns / 1'000'000'000) + "." + fraction;
}
std::string seconds(Instant at) { return seconds(at.time_since_epoch()); }

template <class T>
std::string number(Id<T> id) {
  return id ? std::to_string(id.value) : "";
}

std::string host_name(const trace::Trace& trace, HostId host) {
  return host ? trace.scene().host(host).name : "";
}

}  // namespace

Result<bool> write_events_csv(const trace::Trace& trace, const Options& options,
                              std::ostream& out) {
  const auto wanted = Filter::make(trace, options.selection);
  if (!wanted) return wanted.error();
  row(out, {"record", "seconds", "cause", "event", "host", "peer", "protocol", "connection",
            "message", "step", "text"});
  NewLines is_new;
  for (std::uint32_t id = 1; id <= trace.size(); ++id) {
    const trace::Record& record = trace[RecordId{id}];
    std::string text;
    if (const auto* line = std::get_if<trace::Line>(&record.fact)) {
      if (line->flow != Flow::sent || !is_new(*line)) continue;
      const std::string said = trace.line_text(*line);
      const auto lines = split_lines(said);
      text = (line->speaker == Side::client ? "C: " : "S: ") +
             std::string(lines.empty() ? std::string_view() : lines.front());
    } else {
      text = describe(trace, record, options.lang);
    }
    if (text.empty() || !(*wanted)(RecordId{id})) continue;
    const Subject about = wanted->subject(record.fact);
    row(out, {std::to_string(id), seconds(record.at), number(record.cause),
              std::string(trace::name_of(record.fact)), host_name(trace, about.hosts[0]),
              host_name(trace, about.hosts[1]),
              about.protocol == Protocol::none ? "" : std::string(trace::to_string(about.protocol)),
              number(about.conn), number(record.message),
              record.step == 0 ? "" : std::to_string(record.step), text});
  }
  return true;
}

Result<bool> write_messages_csv(const trace::Trace& trace, const Options& options,
                                std::ostream& out) {
  const auto wanted = Filter::make(trace, options.selection);
  if (!wanted) return wanted.error();
  row(out, {"message", "from", "to", "subject", "sent_seconds", "kept_seconds", "read_seconds",
            "delay_seconds", "servers", "mailboxes"});
  const auto when = [](const std::optional<Instant>& at) { return at ? seconds(*at) : ""; };
  for (const auto& [id, letter] : letters_of(trace, *wanted)) {
    std::string boxes;
    for (const std::string& box : letter.boxes) boxes += (boxes.empty() ? "" : " ") + box;
    row(out, {number(id), letter.from, letter.to, letter.subject, when(letter.sent),
              when(letter.first_kept), when(letter.first_read),
              letter.sent && letter.first_kept ? seconds(*letter.first_kept - *letter.sent) : "",
              std::to_string(letter.hops), boxes});
  }
  return true;
}

Result<bool> write_deliveries_csv(const trace::Trace& trace, const Options& options,
                                  std::ostream& out) {
  const auto wanted = Filter::make(trace, options.selection);
  if (!wanted) return wanted.error();
  row(out, {"seconds", "host", "entry", "message", "recipient", "attempt", "target", "outcome",
            "waited_seconds", "attempt_seconds", "hop_seconds", "reply"});
  each_delivery(trace, *wanted, [&](const Delivery& d) {
    row(out, {seconds(d.at), host_name(trace, d.host), "Q" + std::to_string(d.entry.value),
              number(d.message), std::string(trace.text(d.recipient)),
              d.attempt == 0 ? "" : std::to_string(d.attempt), std::string(trace.text(d.target)),
              std::string(trace::to_string(d.outcome)), seconds(d.attempted - d.accepted),
              seconds(d.at - d.attempted), seconds(d.at - d.accepted),
              std::string(trace.text(d.reply))});
  });
  return true;
}

}  // namespace posthorn::exporting
