// What every protocol session has in common.
//
// A session is a copyable value. It never sees a socket, a clock, a thread or a
// file: bytes and the current Instant come in, one ordered stream of outputs goes
// out. Its members are sorted so: getters, handle_*, commands, poll.
//
//     session.handle_bytes(now, bytes);        // or handle_eof(now), handle_wakeup(now)
//     for (;;) {
//       auto out = session.poll();             // Transmit | Event | Note | Shutdown | Idle
//       if (std::holds_alternative<Idle>(out)) break;   // Idle always comes last
//       ...
//     }
//
// Drain to Idle after *every* input and every command, so that the trace keeps
// cause before effect. Decisions are events: a server emits "recipient asked" and
// stops working on its input until the host answers (possibly much later, after a
// simulated DNS look-up); bytes that arrive meanwhile are kept.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <variant>

#include "protocols/core/time.hpp"

namespace posthorn {

/// Bytes to put on the stream, in order.
struct Transmit {
  std::string bytes;
  friend bool operator==(const Transmit&, const Transmit&) = default;
};

/// After everything transmitted so far, close our sending half.
struct Shutdown {
  friend bool operator==(const Shutdown&, const Shutdown&) = default;
};

/// Nothing to do until input arrives or, if set, until `wake_at`.
struct Idle {
  std::optional<Instant> wake_at;
  friend bool operator==(const Idle&, const Idle&) = default;
};

/// What a Note is about. One word for one thing in transcripts, viewer and tests.
enum class NoteKind : std::uint8_t {
  greeting,      ///< the server's first line(s)
  command,       ///< a request line by the client (IMAP: including its literals)
  reply,         ///< a complete (possibly multi-line) answer by the server
  untagged,      ///< IMAP untagged response, sent by the server
  continuation,  ///< "+ ..." / "334 ..." asking for more, and the client's answer line to it
  content,       ///< message content: SMTP DATA including the final dot, POP3 RETR body, ...
  violation,     ///< bytes that break a rule; `rule` says which
};

/// Which way the annotated bytes went, seen from the session that notes them.
enum class Flow : std::uint8_t { sent, received };

/// An annotation of a byte range of one direction of the stream.
struct Note {
  NoteKind kind = NoteKind::command;
  Flow flow = Flow::sent;
  std::uint64_t begin = 0;  ///< first byte, counted from the start of that direction's stream
  std::uint64_t end = 0;    ///< one past the last byte
  std::string verb;         ///< "EHLO", "250", "+OK", "FETCH", "BAD"; upper case; "" for content
  std::string_view rule;    ///< static text: "RFC 5321 §4.1.1.2"; empty where none applies
  friend bool operator==(const Note&, const Note&) = default;
};

/// The order of a session's output type: std::variant<Transmit, Event, Note, Shutdown, Idle>,
/// where Event is the session's own std::variant of events.
/// A Note of sent bytes directly follows the Transmit that carries their last byte.
template <class Event>
using Output = std::variant<Transmit, Event, Note, Shutdown, Idle>;

}  // namespace posthorn
