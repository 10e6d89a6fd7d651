#include "export/csv.hpp"

#include <initializer_list>
#include <map>
#include <optional>
#include <ostream>
#include <set>

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

/// What is known about a message as the trace goes on.
struct Letter {
  std::string from, to, subject;
  std::optional<Instant> sent, first_kept, first_read;
  std::set<std::string> boxes;
  std::size_t hops = 0;  ///< servers that took responsibility for it
};

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
  std::map<MessageId, Letter> letters;
  for (std::uint32_t id = 1; id <= trace.size(); ++id) {
    const trace::Record& record = trace[RecordId{id}];
    if (!record.message || !(*wanted)(RecordId{id})) continue;
    Letter& letter = letters[record.message];
    if (const auto* opened = std::get_if<trace::ComposeOpened>(&record.fact)) {
      letter.from = trace.scene().host(opened->host).user;
      letter.to = trace.text(opened->to);
      letter.subject = trace.text(opened->subject);
    } else if (std::holds_alternative<trace::SendPressed>(record.fact)) {
      letter.sent = record.at;
    } else if (const auto* taken = std::get_if<trace::QueueAccepted>(&record.fact)) {
      ++letter.hops;
      if (letter.to.empty()) letter.to = trace.text(taken->recipients);
      if (!letter.sent) letter.sent = record.at;  // a report: nobody pressed Send
    } else if (const auto* kept = std::get_if<trace::MailboxStored>(&record.fact)) {
      letter.boxes.insert(std::string(trace.text(kept->account)));
      if (!letter.first_kept) letter.first_kept = record.at;
    } else if (std::holds_alternative<trace::MessageDisplayed>(record.fact) && !letter.first_read) {
      letter.first_read = record.at;
    }
  }
  row(out, {"message", "from", "to", "subject", "sent_seconds", "kept_seconds", "read_seconds",
            "delay_seconds", "servers", "mailboxes"});
  const auto when = [](const std::optional<Instant>& at) { return at ? seconds(*at) : ""; };
  for (const auto& [id, letter] : letters) {
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
  struct Entry {
    Instant accepted{}, attempted{};
    std::uint32_t attempt = 0;
    TextId target;
  };
  std::map<std::pair<HostId, QueueId>, Entry> queue;
  row(out, {"seconds", "host", "entry", "message", "recipient", "attempt", "target", "outcome",
            "waited_seconds", "attempt_seconds", "hop_seconds", "reply"});
  for (std::uint32_t id = 1; id <= trace.size(); ++id) {
    const trace::Record& record = trace[RecordId{id}];
    if (const auto* taken = std::get_if<trace::QueueAccepted>(&record.fact)) {
      queue[{taken->host, taken->entry}] = {record.at, record.at, 0, {}};
    } else if (const auto* tried = std::get_if<trace::QueueAttempt>(&record.fact)) {
      Entry& entry = queue[{tried->host, tried->entry}];
      entry.attempted = record.at;
      entry.attempt = tried->attempt;
      entry.target = tried->target;
    } else if (const auto* released = std::get_if<trace::QueueReleased>(&record.fact)) {
      queue.erase({released->host, released->entry});
    } else if (const auto* result = std::get_if<trace::RecipientResult>(&record.fact)) {
      if (!(*wanted)(RecordId{id})) continue;
      const Entry& entry = queue[{result->host, result->entry}];
      row(out,
          {seconds(record.at), host_name(trace, result->host),
           "Q" + std::to_string(result->entry.value), number(record.message),
           std::string(trace.text(result->recipient)),
           entry.attempt == 0 ? "" : std::to_string(entry.attempt),
           std::string(trace.text(entry.target)), std::string(trace::to_string(result->outcome)),
           seconds(entry.attempted - entry.accepted), seconds(record.at - entry.attempted),
           seconds(record.at - entry.accepted), std::string(trace.text(result->reply))});
    }
  }
  return true;
}

}  // namespace posthorn::exporting
