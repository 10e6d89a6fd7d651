// The states of both ends of an SMTP session, and what leads from one to the next: data that the
// engines run, the tests walk and the viewer can draw.
//
// Server. A row says that a command is in order in that state, and where the session stands once
// the command has been *accepted*. A refused command leaves the state as it was. No row: "503
// bad sequence of commands".
//
//     start ──EHLO──▶ ready ──MAIL──▶ mail ──RCPT──▶ rcpt ──DATA──▶ content ──end──▶ ready
//                     │ ▲                              │             ▲
//                     ▼ │                            BDAT          last
//              auth / auth_last                        ▼             │
//                                                    chunk ◀─BDAT─ chunks
//     RSET, EHLO: back to ready          QUIT: closed, from everywhere
//
// An LMTP server (RFC 2033) has LHLO in the place of EHLO and HELO.
//
// Client. The state names the command whose answer is awaited; inputs are what the answer was.
// With PIPELINING later commands may be on their way already; their answers come in order, so
// the same table serves.
#pragma once

#include <cstdint>
#include <optional>
#include <span>
#include <string_view>

namespace posthorn::smtp {

enum class ServerState : std::uint8_t {
  start,      ///< greeted the client, which has not said HELO or EHLO yet
  ready,      ///< no mail transaction
  auth,       ///< the client's answer to a challenge is awaited
  auth_last,  ///< it is who it says; it has still to hear the mechanism's last words
  tls,        ///< STARTTLS accepted: the handshake is under way
  mail,       ///< MAIL accepted, no recipient yet
  rcpt,       ///< at least one recipient accepted
  content,    ///< DATA accepted: everything up to CRLF.CRLF is content
  chunk,      ///< BDAT: the octets that it announced are content
  chunks,     ///< between two BDATs of one message
  refused,    ///< greeted with 554: only QUIT is in order (RFC 5321 §3.1)
  closed,
};

enum class ServerInput : std::uint8_t {
  helo,
  ehlo,
  auth,
  auth_answer,  ///< the client's answer to a challenge, and another one follows
  auth_proved,  ///< the proof was right, and the mechanism has last words
  auth_done,    ///< the exchange ended, well or not
  starttls,
  secured,  ///< the handshake is done: everything begins anew
  mail,
  rcpt,
  data,
  bdat,
  chunk_end,    ///< the octets of a BDAT without LAST were read
  content_end,  ///< CRLF.CRLF, or the octets of BDAT LAST, were read: the transaction is over
  rset,
  noop,
  vrfy,
  expn,
  help,
  quit,
  abort,  ///< the stream ended, time ran out, or we gave up with 421
};

struct ServerTransition {
  ServerState state;
  ServerInput input;
  ServerState next;
  std::string_view rule;
};

enum class ClientState : std::uint8_t {
  greeting,  ///< waiting for the server's first words
  ehlo,
  helo,
  starttls,  ///< STARTTLS sent
  tls,       ///< the handshake is under way
  auth,      ///< AUTH, or an answer to a challenge, sent
  ready,     ///< nothing outstanding
  mail,
  rcpt,
  data,
  content,  ///< content and final dot sent, or BDAT LAST
  chunks,   ///< BDATs sent, answers awaited
  drain,    ///< the transaction failed; answers to commands already sent are still coming
  rset,
  quit,
  closed,
};

enum class ClientInput : std::uint8_t {
  accepted,      ///< 2xx
  go_ahead,      ///< 3xx
  deferred,      ///< 4xx
  refused,       ///< 5xx
  begin_tls,     ///< we ask for TLS
  secured,       ///< the handshake is done: everything begins anew
  begin_auth,    ///< we begin to authenticate
  begin,         ///< we begin the next message
  all_answered,  ///< every RCPT was answered, at least one accepted
  begin_chunks,  ///< the same, and the content goes out by BDAT
  one_of_many,   ///< LMTP: the answer for one recipient, and others follow
  last_chunk,    ///< of every BDAT only the last one's answer is still to come
  none_left,     ///< every RCPT was answered, none accepted
  settled,       ///< nothing is outstanding and the server has no transaction open
  settled_open,  ///< nothing is outstanding, but the server's transaction is open
  leave,         ///< we say QUIT
  abort,         ///< the stream ended, time ran out, 421, or nonsense came
};

struct ClientTransition {
  ClientState state;
  ClientInput input;
  ClientState next;
  std::string_view rule;
};

[[nodiscard]] std::span<const ServerTransition> server_transitions();
[[nodiscard]] std::span<const ClientTransition> client_transitions();

/// The row for (state, input), or null.
[[nodiscard]] const ServerTransition* find_transition(ServerState state, ServerInput input);
[[nodiscard]] const ClientTransition* find_transition(ClientState state, ClientInput input);

[[nodiscard]] std::string_view to_string(ServerState state);
[[nodiscard]] std::string_view to_string(ServerInput input);
[[nodiscard]] std::string_view to_string(ClientState state);
[[nodiscard]] std::string_view to_string(ClientInput input);

}  // namespace posthorn::smtp
