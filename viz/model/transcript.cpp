#include "viz/model/transcript.hpp"

#include <algorithm>
#include <cmath>
#include <cstdio>
#include <optional>

#include "protocols/dns/message.hpp"
#include "text/text.hpp"
#include "viz/model/utf8.hpp"

namespace posthorn::viz {

using namespace texts;
namespace {

using namespace trace;

std::string base64_shortened(std::string_view text) {
  constexpr std::size_t kShown = 12;
  return text.size() <= kShown + 4 ? std::string(text) : std::string(text.substr(0, kShown)) + "…";
}

std::string strip(std::string_view text) {
  while (!text.empty() && (text.back() == '\r' || text.back() == '\n')) text.remove_suffix(1);
  return std::string(text);
}

/// "AUTH PLAIN AGFpa28AaG…": shown, since this is a lesson, but not at full length.
std::string shorten_secret(std::string_view line) {
  const std::size_t last = line.rfind(' ');
  if (last == std::string_view::npos || last < 5) return std::string(line);
  return std::string(line.substr(0, last + 1)) + base64_shortened(line.substr(last + 1));
}

LocalText same(std::string text) { return {text, text}; }

std::string join_words(std::string_view a, std::string_view b) {
  if (a.empty() || b.empty()) return std::string(a) + std::string(b);
  return std::string(a) + ": " + std::string(b);
}

/// "In the queue: ben@kaede.example": the explanation's title and what it is about.
LocalText titled(const Trace& trace, const Record& record, std::string_view what) {
  const LocalText& title = explain(trace, record).title;
  const std::string detail = one_line(what);
  return {join_words(title.en, detail), join_words(title.ja, detail)};
}

LocalText titled_in_both(const Trace& trace, const Record& record, const LocalText& what) {
  const LocalText& title = explain(trace, record).title;
  return {join_words(title.en, one_line(what.en)), join_words(title.ja, one_line(what.ja))};
}

/// Where the asker is sent to by a server that does not know the answer itself.
std::optional<dns::Referral> referral(const Trace& trace, const DatagramSent& datagram) {
  const auto message = dns::decode(*trace.blob(datagram.bytes));
  return message ? dns::referral(*message) : std::nullopt;
}

struct RowMaker {
  const Trace& trace;
  const Record& record;
  RecordId id;

  TranscriptRow row(const char* chip, HostId from, std::string_view what, HostId to = {}) const {
    return {id, record.at, Protocol::none, chip, from, to, titled(trace, record, what)};
  }
  [[nodiscard]] std::string_view text(TextId t) const { return trace.text(t); }

  template <class Other>
  std::optional<TranscriptRow> operator()(const Other&) const {
    return std::nullopt;
  }
  template <class Fact>
  std::optional<TranscriptRow> fault(const Fact& f) const {
    if (!f.link) return row("network", f.host, text(f.detail));
    const SceneLink& link = trace.scene().link(f.link);
    return row("network", link.a, text(f.detail), link.b);
  }
  std::optional<TranscriptRow> operator()(const Line& f) const {
    if (f.flow != Flow::sent) return std::nullopt;
    const auto [from, to] = ends_of(trace, f);
    const ConnectionOpening* who = trace.connection(f.conn);
    const Protocol protocol = who == nullptr ? Protocol::none : who->protocol;
    return TranscriptRow{id, record.at, protocol, "network", from, to, spoken_text(trace, f)};
  }
  template <class Fact>
  std::optional<TranscriptRow> tls(const Fact& f, LocalText text) const {
    const ConnectionOpening* who = trace.connection(f.conn);
    if (who == nullptr) return std::nullopt;
    const bool client = f.side == Side::client;
    return TranscriptRow{id,
                         record.at,
                         who->protocol,
                         "network",
                         client ? who->client : who->server,
                         client ? who->server : who->client,
                         std::move(text)};
  }
  std::optional<TranscriptRow> operator()(const TlsMessage& f) const {
    if (f.flow != Flow::sent) return std::nullopt;
    return tls(f, same("TLS " + texts::tls_title(trace, f)));
  }
  std::optional<TranscriptRow> operator()(const TlsEstablished& f) const {
    if (f.side != Side::client) return std::nullopt;
    return tls(f, titled(trace, record, text(f.version)));
  }
  std::optional<TranscriptRow> operator()(const TlsFailed& f) const {
    return tls(f, titled_in_both(trace, record, reason(text(f.reason))));
  }
  std::optional<TranscriptRow> operator()(const StreamAltered& f) const {
    const SceneLink& link = trace.scene().link(f.link);
    return row("network", link.a, {}, link.b);
  }
  std::optional<TranscriptRow> operator()(const DnsAsked& f) const {
    return TranscriptRow{
        id, record.at, Protocol::dns, nullptr, f.host, {}, same("? " + one_line(text(f.question)))};
  }
  std::optional<TranscriptRow> operator()(const DnsAnswered& f) const {
    TranscriptRow out{id, record.at, Protocol::dns, nullptr, {}, f.host, {}};
    const std::string answer = one_line(text(f.answer));
    const std::string question(text(f.question));
    out.text = answer.empty() ? titled(trace, record, question) : same(question + " = " + answer);
    return out;
  }
  std::optional<TranscriptRow> operator()(const DatagramSent& f) const {
    const auto on = referral(trace, f);
    if (!on) return std::nullopt;
    return TranscriptRow{id,
                         record.at,
                         Protocol::dns,
                         nullptr,
                         f.from,
                         f.to,
                         {one_line(on->zone + ": ask " + on->servers),
                          one_line(on->zone + " のことは " + on->servers + " へ")}};
  }
  std::optional<TranscriptRow> operator()(const ComposeOpened& f) const {
    return row("client", f.host, text(f.subject));
  }
  std::optional<TranscriptRow> operator()(const SendPressed& f) const {
    return row("client", f.host, {});
  }
  std::optional<TranscriptRow> operator()(const MessageSubmitted& f) const {
    return row("client", f.host, {});
  }
  std::optional<TranscriptRow> operator()(const ClientProblem& f) const {
    TranscriptRow told = row("client", f.host, {});
    told.text = titled_in_both(trace, record, reason(text(f.problem)));
    return told;
  }
  std::optional<TranscriptRow> operator()(const FetchStarted& f) const {
    return row("client", f.host, {});
  }
  std::optional<TranscriptRow> operator()(const InboxReceived& f) const {
    return row("client", f.host, {});
  }
  std::optional<TranscriptRow> operator()(const MessageDisplayed& f) const {
    return row("client", f.host, {});
  }
  std::optional<TranscriptRow> operator()(const InboxRemoved& f) const {
    return row("client", f.host, {});
  }
  std::optional<TranscriptRow> operator()(const InboxGone& f) const {
    return row("client", f.host, {});
  }
  std::optional<TranscriptRow> operator()(const InboxSeen& f) const {
    return row("client", f.host, {});
  }
  std::optional<TranscriptRow> operator()(const ConnectionFailed& f) const {
    const ConnectionOpening* who = trace.connection(f.conn);
    if (who == nullptr) return std::nullopt;
    return row("network", who->client, {}, who->server);
  }
  std::optional<TranscriptRow> operator()(const HostPower& f) const {
    return row("network", f.host, {});
  }
  std::optional<TranscriptRow> operator()(const FaultBegan& f) const { return fault(f); }
  std::optional<TranscriptRow> operator()(const FaultEnded& f) const { return fault(f); }
  std::optional<TranscriptRow> operator()(const LinkPower& f) const {
    const SceneLink& link = trace.scene().link(f.link);
    return row("network", link.a, {}, link.b);
  }
  std::optional<TranscriptRow> operator()(const QueueAccepted& f) const {
    return row("queue", f.host, text(f.recipients));
  }
  std::optional<TranscriptRow> operator()(const QueueAttempt& f) const {
    return row("queue", f.host, text(f.target));
  }
  std::optional<TranscriptRow> operator()(const RecipientResult& f) const {
    return row("queue", f.host, text(f.recipient));
  }
  std::optional<TranscriptRow> operator()(const QueueDeferred& f) const {
    return row("queue", f.host, text(f.reason));
  }
  std::optional<TranscriptRow> operator()(const BounceCreated& f) const {
    return row("queue", f.host, text(f.recipient));
  }
  std::optional<TranscriptRow> operator()(const ReportCreated& f) const {
    return row("queue", f.host, text(f.recipient));
  }
  std::optional<TranscriptRow> operator()(const LoginDecided& f) const {
    return row("mailbox", f.host, text(f.account));
  }
  std::optional<TranscriptRow> operator()(const MailboxStored& f) const {
    return row("mailbox", f.host, text(f.account));
  }
  std::optional<TranscriptRow> operator()(const MailboxExpunged& f) const {
    return row("mailbox", f.host, text(f.account));
  }
};

template <class... Ts>
bool is_any(const Fact& fact) {
  return (std::holds_alternative<Ts>(fact) || ...);
}

}  // namespace

std::string one_line(std::string_view bytes, std::size_t limit) {
  std::string out;
  while (!bytes.empty() && out.size() < limit) {
    const Utf8Char c = decode_utf8(bytes);
    if (c.code == '\n') {
      out += "  ";
    } else if (c.code == '\r') {
      // the line feed that follows stands for both
    } else if (c.code == '\t') {
      out += ' ';
    } else if (c.code < 0x20 || c.code == 0x7F || c.code == 0xFFFD) {
      out += "·";
    } else {
      out += bytes.substr(0, c.bytes);
    }
    bytes.remove_prefix(c.bytes);
  }
  while (!out.empty() && out.back() == ' ') out.pop_back();
  return out;
}

LocalText spoken_text(const Trace& trace, const Line& line) {
  const std::string bytes = strip(trace.line_text(line));
  if (line.kind == NoteKind::content) {
    const std::string size = std::to_string(line.length);
    const std::string head = one_line(bytes, 200);
    return {"(" + size + " octets)  " + head, "(" + size + "オクテット)  " + head};
  }
  const bool secret = line.kind == NoteKind::continuation && line.speaker == Side::client;
  if (secret) return same(one_line(base64_shortened(bytes)));
  if (trace.text(line.verb) == "AUTH") return same(one_line(shorten_secret(bytes)));
  return same(one_line(bytes));
}

std::string_view host_label(const Scene& scene, HostId host, Lang lang) {
  if (!host || host.value > scene.hosts.size()) return {};
  const SceneHost& found = scene.host(host);
  return found.label.empty() ? std::string_view(found.name)
                             : std::string_view(found.label.in(lang));
}

std::pair<HostId, HostId> ends_of(const Trace& trace, const Line& line) {
  const ConnectionOpening* who = trace.connection(line.conn);
  if (who == nullptr) return {};
  return line.speaker == Side::client ? std::pair{who->client, who->server}
                                      : std::pair{who->server, who->client};
}

HostId host_of(const Trace& trace, const Fact& fact) {
  return std::visit(
      [&](const auto& f) -> HostId {
        if constexpr (requires { f.host; }) return f.host;
        if constexpr (requires { f.client; }) return f.client;
        if constexpr (requires { f.from; }) return f.from;
        if constexpr (requires { f.conn; }) {
          const ConnectionOpening* who = trace.connection(f.conn);
          if (who == nullptr) return {};
          if constexpr (requires { f.speaker; })
            return f.speaker == Side::client ? who->client : who->server;
          else if constexpr (requires { f.side; })
            return f.side == Side::client ? who->client : who->server;
          else
            return who->client;
        }
        return {};
      },
      fact);
}

std::string clock_text(Instant at) {
  const auto milliseconds =
      std::chrono::duration_cast<std::chrono::milliseconds>(at.time_since_epoch()).count();
  char buffer[40];
  std::snprintf(buffer, sizeof buffer, "%lld.%03d", static_cast<long long>(milliseconds / 1000),
                static_cast<int>(milliseconds % 1000));
  return buffer;
}

namespace {
/// "1:13:05.926", or without the fraction.
std::string hours_text(Instant at, bool fraction) {
  const auto since = std::chrono::duration_cast<std::chrono::milliseconds>(at.time_since_epoch());
  const auto ms = static_cast<long long>(since.count());
  char buffer[40];
  const int length = std::snprintf(buffer, sizeof buffer, "%lld:%02d:%02d.%03d", ms / 3'600'000,
                                   static_cast<int>(ms / 60'000 % 60),
                                   static_cast<int>(ms / 1000 % 60), static_cast<int>(ms % 1000));
  return {buffer, static_cast<std::size_t>(fraction ? length : length - 4)};
}
}  // namespace

std::string moment_text(Instant at) {
  if (at.time_since_epoch() < std::chrono::hours(1)) return clock_text(at) + " s";
  return hours_text(at, true);
}

std::string clock_column(Instant at) {
  if (at.time_since_epoch() < std::chrono::hours(1)) return clock_text(at);
  if (at.time_since_epoch() < std::chrono::hours(24)) return hours_text(at, false);
  const auto minutes =
      std::chrono::duration_cast<std::chrono::minutes>(at.time_since_epoch()).count();
  char buffer[40];
  std::snprintf(buffer, sizeof buffer, "%lldd %02d:%02d", static_cast<long long>(minutes / 1440),
                static_cast<int>(minutes / 60 % 24), static_cast<int>(minutes % 60));
  return buffer;
}

bool has_row(const Trace& trace, RecordId id) {
  const Fact& fact = trace[id].fact;
  if (const auto* datagram = std::get_if<DatagramSent>(&fact))
    return referral(trace, *datagram).has_value();
  if (const auto* line = std::get_if<Line>(&fact)) return line->flow == Flow::sent;
  if (const auto* shake = std::get_if<TlsMessage>(&fact)) return shake->flow == Flow::sent;
  if (const auto* done = std::get_if<TlsEstablished>(&fact)) return done->side == Side::client;
  return is_any<TlsFailed, StreamAltered, DnsAsked, DnsAnswered, ComposeOpened, SendPressed,
                MessageSubmitted, ClientProblem, FetchStarted, InboxReceived, MessageDisplayed,
                InboxRemoved, InboxGone, InboxSeen, ConnectionFailed, HostPower, LinkPower,
                FaultBegan, FaultEnded, QueueAccepted, QueueAttempt, RecipientResult, QueueDeferred,
                BounceCreated, ReportCreated, LoginDecided, MailboxStored, MailboxExpunged>(fact);
}

TranscriptRow transcript_row(const Trace& trace, RecordId id) {
  const Record& record = trace[id];
  auto row = std::visit(RowMaker{trace, record, id}, record.fact);
  if (row) return std::move(*row);
  return {id,
          record.at,
          Protocol::none,
          "network",
          host_of(trace, record.fact),
          {},
          titled(trace, record, {})};
}

bool is_reply(const Trace& trace, const TranscriptRow& row) {
  if (row.protocol == Protocol::dns && !row.from) return true;
  if (std::holds_alternative<DatagramSent>(trace[row.record].fact)) return true;  // a referral
  const auto* line = std::get_if<Line>(&trace[row.record].fact);
  return line != nullptr && line->speaker == Side::server;
}

std::string duration_text(Duration time, Lang lang) {
  struct Unit {
    double seconds;
    const char *en, *ja;
  };
  static constexpr Unit kUnits[] = {{86400, " d", "日"},     {3600, " h", "時間"},
                                    {60, " min", "分"},      {1, " s", "秒"},
                                    {1e-3, " ms", "ミリ秒"}, {1e-6, " µs", "マイクロ秒"}};
  const double seconds = std::chrono::duration<double>(time).count();
  const Unit* unit = &kUnits[5];
  for (const Unit& u : kUnits)
    if (seconds >= u.seconds * 0.9995) {
      unit = &u;
      break;
    }
  char number[32];
  const double value = seconds / unit->seconds;
  std::snprintf(number, sizeof number, value < 9.95 && value != std::floor(value) ? "%.1f" : "%.0f",
                value);
  return std::string(number) + (lang == Lang::ja ? unit->ja : unit->en);
}

std::string date_text(const Scene& scene, Instant at) {
  using namespace std::chrono;
  const auto local =
      scene.epoch + minutes(scene.utc_offset) + duration_cast<seconds>(at.time_since_epoch());
  const auto day = floor<days>(local);
  const year_month_day date(day);
  const auto rest = (local - day).count();
  char buffer[64];
  std::snprintf(buffer, sizeof buffer, "%04d-%02u-%02u %02d:%02d:%02d",
                static_cast<int>(date.year()), static_cast<unsigned>(date.month()),
                static_cast<unsigned>(date.day()), static_cast<int>(rest / 3600),
                static_cast<int>(rest / 60 % 60), static_cast<int>(rest % 60));
  return buffer;
}

}  // namespace posthorn::viz
