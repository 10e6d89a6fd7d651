#include "export/selection.hpp"

#include <algorithm>
#include <charconv>
#include <optional>

#include "sim/scenario/units.hpp"
#include "sim/trace/names.hpp"

namespace posthorn::exporting {
namespace {

std::vector<std::string_view> split(std::string_view text, char at) {
  std::vector<std::string_view> parts;
  for (;;) {
    const std::size_t end = text.find(at);
    parts.push_back(text.substr(0, end));
    if (end == std::string_view::npos) return parts;
    text.remove_prefix(end + 1);
  }
}

std::optional<std::uint32_t> parse_number(std::string_view text) {
  std::uint32_t value = 0;
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), value);
  if (error != std::errc{} || end != text.data() + text.size()) return std::nullopt;
  return value;
}

std::optional<Instant> parse_instant(std::string_view text) {
  const auto since_begin = scenario::parse_duration(text);
  if (!since_begin) return std::nullopt;
  return Instant{} + *since_begin;
}

/// "a", "a..b", "a.." or "..b"; nullopt if it is none of these, or goes backwards.
template <class T, class Parse>
std::optional<Span<T>> parse_span(std::string_view text, Parse parse, T lowest, T highest) {
  const std::size_t dots = text.find("..");
  const std::string_view left = text.substr(0, dots);
  const std::string_view right = dots == std::string_view::npos ? left : text.substr(dots + 2);
  if (left.empty() && right.empty()) return std::nullopt;
  const auto first = left.empty() ? std::optional(lowest) : parse(left);
  const auto last = right.empty() ? std::optional(highest) : parse(right);
  if (!first || !last || *last < *first) return std::nullopt;
  return Span<T>{*first, *last};
}

constexpr std::uint32_t kLastStep = 5;  ///< of the primer

/// Adds one value of a term; false if it means nothing there.
bool add(Selection& selection, std::string_view key, std::string_view value) {
  const auto numbers = [&](std::vector<Span<std::uint32_t>>& list) {
    const auto span = parse_span<std::uint32_t>(value, parse_number, 0,
                                                std::numeric_limits<std::uint32_t>::max());
    if (span) list.push_back(*span);
    return span.has_value();
  };
  if (key == "connection") return numbers(selection.connections);
  if (key == "message") return numbers(selection.messages);
  if (key == "step") return numbers(selection.steps) && selection.steps.back().first <= kLastStep;
  if (key == "time") {
    const auto span = parse_span<Instant>(value, parse_instant, Instant{}, Instant::max());
    if (span) selection.times.push_back(*span);
    return span.has_value();
  }
  if (key == "protocol") {
    const auto protocol = trace::from_string<Protocol>(value);
    if (protocol && *protocol != Protocol::none) selection.protocols.push_back(*protocol);
    return protocol && *protocol != Protocol::none;
  }
  selection.hosts.emplace_back(value);
  return !value.empty();
}

constexpr std::pair<std::string_view, std::string_view> kKeys[] = {
    {"connection", "write numbers, e.g. connection=1,3..5"},
    {"message", "write numbers, e.g. message=1"},
    {"step", "write numbers from 1 to 5, e.g. step=2..3"},
    {"time", "write a span, e.g. time=1s..5s"},
    {"protocol", "there are smtp, submission, lmtp, pop3, imap and dns"},
    {"host", "write names of hosts"}};

template <class T, class Write>
void write_spans(std::string& out, std::string_view key, const std::vector<Span<T>>& spans,
                 Write write) {
  for (std::size_t i = 0; i < spans.size(); ++i) {
    out += i > 0 ? "," : (out.empty() ? "" : " ") + std::string(key) + "=";
    out += write(spans[i].first);
    if (spans[i].first != spans[i].last) out += ".." + write(spans[i].last);
  }
}

template <class T>
bool any_contains(const std::vector<Span<T>>& spans, const T& value) {
  return spans.empty() || std::ranges::any_of(spans, [&](auto& s) { return s.contains(value); });
}

}  // namespace

Result<Selection> parse_selection(std::string_view text) {
  Selection selection;
  for (const std::string_view term : split(text, ' ')) {
    if (term.empty()) continue;
    const std::size_t equals = term.find('=');
    const std::string_view key = term.substr(0, equals);
    const auto* known = std::ranges::find(kKeys, key, [](auto& k) { return k.first; });
    if (known == std::end(kKeys) || equals == std::string_view::npos)
      return Error{"\"" + std::string(term) +
                   "\": write KEY=VALUE with connection, host, protocol, message, step or time"};
    for (const std::string_view value : split(term.substr(equals + 1), ','))
      if (!add(selection, key, value))
        return Error{std::string(term) + ": " + std::string(known->second)};
  }
  return selection;
}

std::string to_string(const Selection& selection) {
  std::string out;
  const auto number = [](std::uint32_t n) {
    return n == std::numeric_limits<std::uint32_t>::max() ? "" : std::to_string(n);
  };
  const auto time = [](Instant at) {
    return at == Instant::max() ? "" : std::to_string(at.time_since_epoch().count()) + "ns";
  };
  const auto list = [&](std::string_view key, const auto& values, auto write) {
    for (std::size_t i = 0; i < values.size(); ++i) {
      out += i > 0 ? "," : (out.empty() ? "" : " ") + std::string(key) + "=";
      out += write(values[i]);
    }
  };
  write_spans(out, "connection", selection.connections, number);
  list("host", selection.hosts, [](const std::string& name) { return name; });
  list("protocol", selection.protocols,
       [](Protocol p) { return std::string(trace::to_string(p)); });
  write_spans(out, "message", selection.messages, number);
  write_spans(out, "step", selection.steps, number);
  write_spans(out, "time", selection.times, time);
  return out;
}

namespace {

/// A number that nothing in the trace has is a slip of the pen: an empty result would hide it.
Result<bool> check_numbers(std::string_view key, const std::vector<Span<std::uint32_t>>& spans,
                           std::uint32_t highest) {
  for (const auto& span : spans)
    if (span.first > highest) {
      const std::string what(key), first = std::to_string(span.first);
      if (highest == 0) return Error{"there is no " + what + " " + first + ", nor any other"};
      return Error{"there is no " + what + " " + first + "; the last one is " +
                   std::to_string(highest)};
    }
  return true;
}

Result<bool> check_numbers(const trace::Trace& trace, const Selection& selection) {
  if (selection.connections.empty() && selection.messages.empty()) return true;
  std::uint32_t connections = 0, messages = 0;
  for (const trace::Record& record : trace.records()) {
    messages = std::max(messages, record.message.value);
    if (const auto* opening = std::get_if<trace::ConnectionOpening>(&record.fact))
      connections = std::max(connections, opening->conn.value);
  }
  const auto checked = check_numbers("connection", selection.connections, connections);
  return checked ? check_numbers("message", selection.messages, messages) : checked;
}

}  // namespace

Result<Filter> Filter::make(const trace::Trace& trace, Selection selection) {
  Filter filter(trace);
  if (const auto there = check_numbers(trace, selection); !there) return there.error();
  for (const std::string& name : selection.hosts) {
    const auto& hosts = trace.scene().hosts;
    const auto found = std::ranges::find(hosts, name, &trace::SceneHost::name);
    if (found == hosts.end()) {
      std::string names;
      for (const trace::SceneHost& host : hosts) names += (names.empty() ? "" : ", ") + host.name;
      return Error{"there is no host \"" + name + "\"; there are " + names};
    }
    filter.hosts_.push_back(HostId{static_cast<std::uint32_t>(found - hosts.begin()) + 1});
  }
  filter.selection_ = std::move(selection);
  if (filter.selection_.empty()) return filter;
  filter.note_packets();
  if (!filter.selection_.messages.empty()) filter.adopt_transactions();
  return filter;
}

void Filter::note_packets() {
  std::uint32_t id = 0;
  for (const trace::Record& record : trace_.records()) {
    ++id;
    PacketId packet;
    if (const auto* segment = std::get_if<trace::SegmentSent>(&record.fact))
      packet = segment->packet;
    else if (const auto* datagram = std::get_if<trace::DatagramSent>(&record.fact))
      packet = datagram->packet;
    // Packets are numbered as they are sent; a number far beyond belongs to no honest trace.
    if (!packet || packet.value > trace_.size()) continue;
    if (packet.value > packets_.size()) packets_.resize(packet.value);
    packets_[packet.value - 1] = RecordId{id};
  }
}

namespace {

/// The line by which the record's server was handed a letter; nullptr if it is no such record.
const trace::Line* handed_by(const trace::Trace& trace, const trace::Record& record) {
  const auto* taken = std::get_if<trace::QueueAccepted>(&record.fact);
  const auto* kept = std::get_if<trace::MailboxStored>(&record.fact);  // LMTP: no queue
  if (!record.message || !record.cause || (taken == nullptr && kept == nullptr)) return nullptr;
  RecordId cause = record.cause;  // a step that was reached with it stands between
  while (cause && std::holds_alternative<trace::StepReached>(trace[cause].fact))
    cause = trace[cause].cause;
  const auto* line = cause ? std::get_if<trace::Line>(&trace[cause].fact) : nullptr;
  if (line == nullptr || line->speaker != Side::client) return nullptr;
  const trace::ConnectionOpening* way = trace.connection(line->conn);
  const HostId host = taken != nullptr ? taken->host : kept->host;
  return way != nullptr && way->server == host ? line : nullptr;
}

bool is_octets(const trace::Fact& fact, ConnId conn) {
  const auto* clear = std::get_if<trace::StreamWritten>(&fact);
  const auto* plain = std::get_if<trace::PlainWritten>(&fact);
  return (clear != nullptr && clear->conn == conn) || (plain != nullptr && plain->conn == conn);
}

}  // namespace

/// A real client's letter gets its number when a server takes it. What was said before, since
/// MAIL, has none in the trace and yet is about that letter.
void Filter::adopt_transactions() {
  std::map<ConnId, std::vector<RecordId>> open;  // since MAIL, where there was one
  for (std::uint32_t i = 1; i <= trace_.size(); ++i) {
    const RecordId id{i};
    const trace::Record& record = trace_[id];
    if (const trace::Line* last = handed_by(trace_, record))
      if (const auto found = open.find(last->conn); found != open.end()) {
        for (const RecordId one : found->second) adopted_.emplace(one, record.message);
        open.erase(found);
      }
    const ConnId conn = record.message ? ConnId{} : subject(record.fact).conn;
    if (!conn) continue;
    if (std::holds_alternative<trace::ConnectionClosed>(record.fact)) open.erase(conn);
    const auto* line = std::get_if<trace::Line>(&record.fact);
    if (line != nullptr && line->speaker == Side::client && line->flow == Flow::sent &&
        trace_.text(line->verb) == "MAIL") {
      std::vector<RecordId>& records = open[conn] = {};
      // The octets came first; under TLS those that are sealed, then those that were said.
      RecordId cause = record.cause;
      while (cause && !trace_[cause].message && is_octets(trace_[cause].fact, conn)) {
        records.push_back(cause);
        cause = trace_[cause].cause;
      }
    }
    if (const auto found = open.find(conn); found != open.end()) found->second.push_back(id);
  }
}

bool Filter::operator()(RecordId id) const {
  if (everything()) return true;
  const trace::Record& record = trace_[id];
  const auto adopted = adopted_.find(id);
  const MessageId message = adopted != adopted_.end() ? adopted->second : record.message;
  if (!any_contains(selection_.times, record.at) ||
      !any_contains(selection_.messages, message.value) ||
      !any_contains(selection_.steps, std::uint32_t{record.step}))
    return false;
  const Subject about = subject(record.fact);
  if (!any_contains(selection_.connections, about.conn.value)) return false;
  if (!selection_.protocols.empty() &&
      std::ranges::find(selection_.protocols, about.protocol) == selection_.protocols.end())
    return false;
  return hosts_.empty() || std::ranges::any_of(hosts_, [&](HostId host) {
           return host == about.hosts[0] || host == about.hosts[1];
         });
}

Subject Filter::of_connection(ConnId conn) const {
  const trace::ConnectionOpening* who = trace_.connection(conn);
  if (who == nullptr) return {conn, Protocol::none, {}};
  return {conn, who->protocol, {who->client, who->server}};
}

Subject Filter::subject(const trace::Fact& fact) const {
  return std::visit(
      [&](const auto& f) -> Subject {
        using F = std::remove_cvref_t<decltype(f)>;
        constexpr bool dns = std::is_same_v<F, trace::DnsAsked> ||
                             std::is_same_v<F, trace::DnsAnswered> ||
                             std::is_same_v<F, trace::DnsCached>;
        if constexpr (std::is_same_v<F, trace::DatagramSent>)
          return {{},
                  f.from_port == 53 || f.to_port == 53 ? Protocol::dns : Protocol::none,
                  {f.from, f.to}};
        else if constexpr (requires { f.conn; })
          return of_connection(f.conn);
        else if constexpr (requires { f.packet; })
          return f.packet && f.packet.value <= packets_.size() && packets_[f.packet.value - 1]
                     ? subject(trace_[packets_[f.packet.value - 1]].fact)
                     : Subject{};
        else if constexpr (requires { f.protocol; })
          return {{}, f.protocol, {f.host, {}}};
        else if constexpr (requires { f.host; })
          return {{}, dns ? Protocol::dns : Protocol::none, {f.host, {}}};
        else
          return {};
      },
      fact);
}

}  // namespace posthorn::exporting
