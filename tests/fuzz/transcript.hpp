// What a session says and does, as text, and the law about it: a stream of octets may be cut into
// pieces anywhere, and the transcript stays the same.
#pragma once

#include <algorithm>
#include <cstdint>
#include <cstdio>
#include <cstdlib>
#include <string>
#include <string_view>
#include <type_traits>
#include <variant>

#include "protocols/core/session.hpp"

namespace posthorn::fuzz {

enum class Cut : std::uint8_t { at_once, single_octets, random_pieces };

/// Hands `input` to `feed` piece by piece. The random sizes depend on the input alone.
template <class Feed>
void feed_in_pieces(std::string_view input, Cut cut, Feed feed) {
  std::uint64_t random = 0xcbf29ce484222325U;
  for (const char c : input) random = (random ^ static_cast<unsigned char>(c)) * 0x100000001b3U;
  while (!input.empty()) {
    random = random * 6364136223846793005U + 1442695040888963407U;
    const std::size_t size = cut == Cut::at_once         ? input.size()
                             : cut == Cut::single_octets ? 1
                                                         : (random >> 33) % 40 + 1;
    feed(input.substr(0, size));
    input.remove_prefix(std::min(size, input.size()));
  }
}

/// `run(cut)` returns a transcript; aborts when it is not the same for every cut.
template <class Run>
void same_for_every_cut(Run run) {
  const std::string at_once = run(Cut::at_once);
  for (const Cut cut : {Cut::single_octets, Cut::random_pieces}) {
    const std::string other = run(cut);
    if (other == at_once) continue;
    std::fprintf(stderr, "cut %d:\n%s\n--- at once:\n%s\n", static_cast<int>(cut), other.c_str(),
                 at_once.c_str());
    std::abort();
  }
}

class Transcript {
 public:
  [[nodiscard]] const std::string& text() const { return text_; }
  [[nodiscard]] int shutdowns() const { return shutdowns_; }

  void add(const Transmit& sent) { text_ += sent.bytes; }
  void add(const Note& note) {
    if (note.begin > note.end) std::abort();
    text_ += "[" + note.verb + " " + std::to_string(note.begin) + "-" + std::to_string(note.end) +
             " " + std::string(note.rule) + "]";
  }
  void add(const Shutdown&) {
    text_ += "<shutdown>";
    ++shutdowns_;
  }
  void add(std::monostate) {}  ///< a session without events
  template <class... Events>
  void add(const std::variant<Events...>& event) {
    text_ += "<" + std::to_string(event.index());
    std::visit([this](const auto& e) { describe(e); }, event);
    text_ += ">";
  }

 private:
  void field(const std::string& text) { text_ += " " + text; }
  /// As much of an event as can be told of all of them.
  template <class E>
  void describe(const E& e) {
    if constexpr (requires { std::string(e.user); }) field(e.user);
    if constexpr (requires { std::string(e.account); }) field(e.account);
    if constexpr (requires { std::string(e.mailbox); }) field(e.mailbox);
    if constexpr (requires { std::string(e.what); }) field(e.what);
    if constexpr (requires { std::string(e.reason); }) field(e.reason);
    if constexpr (requires { std::string(e.uidl); }) field(e.uidl);
    if constexpr (requires { std::string(e.bytes); }) field(e.bytes);
    if constexpr (requires { std::string(*e.content); }) field(*e.content);
    if constexpr (requires { e.final.to_string(); }) field(e.final.to_string());
    if constexpr (requires { e.reply.to_string(); }) field(e.reply.to_string());
    if constexpr (requires { e.flags.to_string(); }) field(e.flags.to_string());
    if constexpr (requires { std::to_string(e.uid); }) field(std::to_string(e.uid));
    if constexpr (requires { std::to_string(e.number); }) field(std::to_string(e.number));
    if constexpr (requires { e.entries.size(); }) field(std::to_string(e.entries.size()));
  }

  std::string text_;
  int shutdowns_ = 0;
};

/// Drains a session to Idle into a transcript; `answer` is shown every event.
template <class Session, class Answer>
void drain(Session& session, Transcript& to, Answer answer) {
  for (int outputs = 0;; ++outputs) {
    if (outputs > 1'000'000) std::abort();  // it never comes to rest
    auto output = session.poll();
    if (std::holds_alternative<Idle>(output)) return;
    std::visit(
        [&](const auto& out) {
          if constexpr (!std::is_same_v<std::decay_t<decltype(out)>, Idle>) to.add(out);
          if constexpr (requires { answer(out); }) answer(out);
        },
        output);
  }
}

}  // namespace posthorn::fuzz
