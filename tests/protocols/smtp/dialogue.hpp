// Dialogues as text: "C: ..." is a line by the client, "S: ..." one by the server. One dialogue
// is run against the server alone, against the client alone, and with both wired together.
#pragma once

#include <functional>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include "protocols/smtp/client.hpp"
#include "protocols/smtp/server.hpp"

namespace posthorn::smtp::test {

inline const std::vector<std::size_t> chunk_sizes = {1, 2, 3, 7, 16, 31, 1u << 30};

struct Turn {
  char side;  ///< 'C' or 'S'
  std::string bytes;
  friend bool operator==(const Turn&, const Turn&) = default;
};
using Dialogue = std::vector<Turn>;

inline void add(Dialogue& dialogue, char side, std::string_view bytes) {
  if (bytes.empty()) return;
  if (dialogue.empty() || dialogue.back().side != side) dialogue.push_back({side, {}});
  dialogue.back().bytes += bytes;
}

/// Leading white space of each line and empty lines are skipped; "C:" alone is an empty line.
inline Dialogue parse(std::string_view text) {
  Dialogue out;
  while (!text.empty()) {
    std::string_view line = text.substr(0, text.find('\n'));
    text.remove_prefix(std::min(line.size() + 1, text.size()));
    while (!line.empty() && line.front() == ' ') line.remove_prefix(1);
    if (line.size() < 2) continue;
    add(out, line[0], std::string(line.size() > 3 ? line.substr(3) : "") + "\r\n");
  }
  return out;
}

inline std::string print(const Dialogue& dialogue) {
  std::string out;
  for (const Turn& turn : dialogue) {
    std::string_view bytes = turn.bytes;
    while (!bytes.empty()) {
      const std::size_t end = std::min(bytes.find("\r\n"), bytes.size());
      out += std::string(1, turn.side) + ": " + std::string(bytes.substr(0, end)) + "\n";
      bytes.remove_prefix(std::min(end + 2, bytes.size()));
    }
  }
  return out;
}

inline std::string side_of(const Dialogue& dialogue, char side) {
  std::string out;
  for (const Turn& turn : dialogue)
    if (turn.side == side) out += turn.bytes;
  return out;
}

/// The people behind the server: aiko (password hanami) may log in; nobody@ does not exist,
/// later@ is greylisted, spammer@ may not send.
inline Decision decide_as_host(const ServerEvent& event) {
  if (const auto* auth = std::get_if<AuthAsked>(&event)) {
    const sasl::Verdict verdict = auth->proof.check("hanami");
    Decision yes = Decision::accept();
    yes.last_words = verdict.last_words;
    return auth->user == "aiko" && verdict.ok ? yes : Decision::refuse(535, "", "");
  }
  if (const auto* sender = std::get_if<SenderAsked>(&event))
    if (sender->reverse_path.local == "spammer") return Decision::refuse(550, "5.7.1", "No");
  if (const auto* recipient = std::get_if<RecipientAsked>(&event)) {
    if (recipient->recipient.local == "nobody")
      return Decision::refuse(550, "5.1.1", "No such user");
    if (recipient->recipient.local == "later")
      return Decision::refuse(451, "4.7.1", "Come back later");
    if (recipient->recipient.local == "doom") return Decision::refuse(421, "4.3.2", "Bye");
  }
  if (const auto* content = std::get_if<ContentReceived>(&event))
    if (content->content->find("EICAR") != std::string::npos)
      return Decision::refuse(554, "5.7.1", "We do not want this");
  if (std::holds_alternative<ExpandAsked>(event))
    return Decision::accept("<aiko@sakura.example>\n<ben@kaede.example>");
  return Decision::accept();
}

/// A session and everything that came out of it.
template <class Session>
struct Tap {
  explicit Tap(Session made) : session(std::move(made)) { drain(); }

  Session session;
  std::string sent;
  std::vector<Note> notes;
  std::vector<typename Session::Event> events;
  bool shut = false;
  Idle idle;

  /// Drains to Idle; answers every ASK at once.
  void drain() {
    for (;;) {
      auto out = session.poll();
      if (auto* transmit = std::get_if<Transmit>(&out)) {
        sent += transmit->bytes;
      } else if (auto* note = std::get_if<Note>(&out)) {
        notes.push_back(*note);
      } else if (std::holds_alternative<Shutdown>(out)) {
        shut = true;
      } else if (auto* event = std::get_if<typename Session::Event>(&out)) {
        events.push_back(*event);
      } else {
        idle = std::get<Idle>(out);
        if (!answer()) return;
      }
    }
  }
  bool answer() {
    if constexpr (std::is_same_v<Session, ServerSession>) {
      if (!session.awaiting_decision()) return false;
      session.decide(now, decide_as_host(events.back()));
      return true;
    }
    return false;
  }
  void feed(std::string_view bytes, std::size_t chunk) {
    while (!bytes.empty()) {
      const std::string_view part = bytes.substr(0, chunk);
      session.handle_bytes(now, part);
      drain();
      bytes.remove_prefix(part.size());
    }
  }
  std::string take_sent() { return std::exchange(sent, {}); }
  template <class E>
  const E* last() const {
    for (auto it = events.rbegin(); it != events.rend(); ++it)
      if (auto* event = std::get_if<E>(&*it)) return event;
    return nullptr;
  }
  template <class E>
  std::size_t count() const {
    std::size_t n = 0;
    for (const auto& event : events) n += std::holds_alternative<E>(event) ? 1 : 0;
    return n;
  }

  Instant now{};
};

using ServerTap = Tap<ServerSession>;
using ClientTap = Tap<ClientSession>;

inline ServerConfig server_config() {
  ServerConfig config;
  config.hostname = "mail.kaede.example";
  config.max_size = 1000;
  return config;
}

/// Not a single extension: what is not offered is not used.
inline ServerConfig without_extensions(ServerConfig config) {
  config.offer_pipelining = config.offer_size = config.offer_8bitmime = false;
  config.offer_smtputf8 = config.offer_chunking = config.offer_dsn = config.offer_limits = false;
  return config;
}

inline ClientConfig client_config() {
  ClientConfig config;
  config.hostname = "mail.sakura.example";
  config.use_chunking = false;  // the classical way; chunks_test.cpp has the other
  return config;
}

inline Path path(std::string_view text) { return Path::parse(text).value(); }

inline Envelope envelope(std::string_view from, const std::vector<std::string>& to) {
  Envelope out;
  out.reverse_path = path(from);
  for (const std::string& one : to) out.recipients.push_back(path(one));
  return out;
}

inline std::shared_ptr<const std::string> text(std::string content) {
  return std::make_shared<const std::string>(std::move(content));
}

/// Line by line: what the server says after each turn of the client.
inline Dialogue run_server(const ServerConfig& config, const Dialogue& script, std::size_t chunk) {
  ServerTap server{ServerSession(config, Instant{})};
  Dialogue heard;
  add(heard, 'S', server.take_sent());
  for (const Turn& turn : script) {
    if (turn.side != 'C') continue;
    add(heard, 'C', turn.bytes);
    server.feed(turn.bytes, chunk);
    add(heard, 'S', server.take_sent());
  }
  return heard;
}

inline Dialogue run_client(ClientTap client, const Dialogue& script, std::size_t chunk) {
  Dialogue heard;
  add(heard, 'C', client.take_sent());
  for (const Turn& turn : script) {
    if (turn.side != 'S') continue;
    add(heard, 'S', turn.bytes);
    client.feed(turn.bytes, chunk);
    add(heard, 'C', client.take_sent());
  }
  return heard;
}

inline Dialogue run_pair(ServerTap& server, ClientTap& client, std::size_t chunk) {
  Dialogue heard;
  for (;;) {
    const std::string down = server.take_sent();
    add(heard, 'S', down);
    client.feed(down, chunk);
    const std::string up = client.take_sent();
    add(heard, 'C', up);
    server.feed(up, chunk);
    if (up.empty() && server.sent.empty()) return heard;
  }
}

/// Every received and sent byte belongs to exactly one note, in order, up to `end`.
inline bool tiles(const std::vector<Note>& notes, Flow flow, std::uint64_t end) {
  std::uint64_t at = 0;
  for (const Note& note : notes) {
    if (note.flow != flow) continue;
    if (note.begin != at || note.end <= note.begin || note.rule.empty()) return false;
    at = note.end;
  }
  return at == end;
}

}  // namespace posthorn::smtp::test
