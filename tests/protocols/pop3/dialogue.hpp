// C:/S: scripts for the mailbox servers. A script is run turn by turn and all at once, each in
// several chunk sizes, and must look the same every time.
#pragma once

#include <string>
#include <string_view>
#include <variant>
#include <vector>

#include "protocols/core/session.hpp"
#include "protocols/mail/mail_store.hpp"
#include "protocols/mail/store_events.hpp"
#include "tests/support/catch.hpp"

namespace posthorn::testing {

/// Passwords are "hanami", and nobody acts for others.
inline mail::LoginDecision judge(const mail::LoginAsked& asked) {
  using mail::LoginDecision;
  const sasl::Verdict verdict = asked.proof.check("hanami");
  if (!verdict.ok) return LoginDecision::refuse();
  if (!asked.identity.empty() && asked.identity != asked.user)
    return LoginDecision::refuse(LoginDecision::Kind::not_allowed);
  return LoginDecision::welcome(asked.user, verdict.last_words);
}

template <class Server, class Event>
struct Talk {
  Server server;
  mail::MailStore& store;
  Instant now{};
  std::string sent{};  ///< everything the server sent
  std::uint64_t received = 0;
  std::vector<Event> events{};
  std::vector<Note> notes{};
  bool shut = false;

  void connect() {
    server.handle_connect(now);
    drain();
  }
  void feed(std::string_view bytes, std::size_t chunk) {
    while (!bytes.empty()) {
      const std::string_view part = bytes.substr(0, chunk == 0 ? bytes.size() : chunk);
      bytes.remove_prefix(part.size());
      received += part.size();
      server.handle_bytes(now, part, store);
      drain();
    }
  }
  void drain() {
    for (;;) {
      auto out = server.poll();
      if (std::holds_alternative<Idle>(out)) return;
      if (auto* bytes = std::get_if<Transmit>(&out)) sent += bytes->bytes;
      if (auto* note = std::get_if<Note>(&out)) {
        CHECK(note->begin <= note->end);
        CHECK(note->end <= (note->flow == Flow::sent ? sent.size() : received));
        notes.push_back(*note);
      }
      if (std::holds_alternative<Shutdown>(out)) shut = true;
      if (auto* event = std::get_if<Event>(&out)) {
        events.push_back(*event);
        if (auto* asked = std::get_if<mail::LoginAsked>(event))
          server.decide_login(now, judge(*asked), store);
      }
    }
  }
  template <class E>
  std::vector<E> all_of() const {
    std::vector<E> found;
    for (const Event& event : events)
      if (auto* e = std::get_if<E>(&event)) found.push_back(*e);
    return found;
  }
};

struct Turn {
  std::string client;
  std::string server;
};

inline std::vector<Turn> parse_script(std::string_view script) {
  std::vector<Turn> turns(1);
  while (!script.empty()) {
    const std::size_t end = script.find('\n');
    std::string_view line = script.substr(0, end);
    script.remove_prefix(end == std::string_view::npos ? script.size() : end + 1);
    while (!line.empty() && line.front() == ' ') line.remove_prefix(1);
    if (line.size() < 2) continue;
    const bool from_client = line.front() == 'C';
    std::string text(line.size() > 3 ? line.substr(3) : std::string_view());
    text += "\r\n";
    if (from_client) {
      if (!turns.back().server.empty() || turns.size() == 1) turns.emplace_back();
      turns.back().client += text;
    } else {
      turns.back().server += text;
    }
  }
  return turns;
}

inline constexpr std::size_t chunk_sizes[] = {1, 2, 3, 7, 16, 31, 0};

/// Runs the script in every way on copies of `store`; returns the last one's store.
template <class Server, class Event>
mail::MailStore run_script(const Server& fresh, const mail::MailStore& store,
                           std::string_view script) {
  const std::vector<Turn> turns = parse_script(script);
  std::string client_all;
  std::string server_all;
  for (const Turn& turn : turns) {
    client_all += turn.client;
    server_all += turn.server;
  }
  mail::MailStore last;
  for (std::size_t chunk : chunk_sizes) {
    mail::MailStore by_turn = store;
    Talk<Server, Event> talk{fresh, by_turn};
    talk.connect();
    std::string expected;
    for (const Turn& turn : turns) {
      talk.feed(turn.client, chunk);
      expected += turn.server;
      REQUIRE(talk.sent == expected);
    }
    mail::MailStore at_once = store;
    Talk<Server, Event> hasty{fresh, at_once};
    hasty.connect();
    hasty.feed(client_all, chunk);
    REQUIRE(hasty.sent == server_all);
    CHECK(hasty.notes == talk.notes);
    last = std::move(by_turn);
  }
  return last;
}

}  // namespace posthorn::testing
