#include "protocols/smtp/transitions.hpp"

#include <array>

namespace posthorn::smtp {

namespace {

using S = ServerState;
using I = ServerInput;

constexpr std::array server_table = {
    // greeting a client; HELO and EHLO also begin anew, as RSET does
    ServerTransition{S::start, I::helo, S::ready, "RFC 5321 §4.1.1.1"},
    ServerTransition{S::start, I::ehlo, S::ready, "RFC 5321 §4.1.1.1"},
    ServerTransition{S::ready, I::helo, S::ready, "RFC 5321 §4.1.4"},
    ServerTransition{S::ready, I::ehlo, S::ready, "RFC 5321 §4.1.4"},
    ServerTransition{S::mail, I::helo, S::ready, "RFC 5321 §4.1.4"},
    ServerTransition{S::mail, I::ehlo, S::ready, "RFC 5321 §4.1.4"},
    ServerTransition{S::rcpt, I::helo, S::ready, "RFC 5321 §4.1.4"},
    ServerTransition{S::chunks, I::helo, S::ready, "RFC 5321 §4.1.4"},
    ServerTransition{S::rcpt, I::ehlo, S::ready, "RFC 5321 §4.1.4"},
    ServerTransition{S::chunks, I::ehlo, S::ready, "RFC 5321 §4.1.4"},
    // authentication: never inside a transaction
    ServerTransition{S::ready, I::auth, S::auth, "RFC 4954 §4"},
    ServerTransition{S::auth, I::auth_answer, S::auth, "RFC 4954 §4"},
    ServerTransition{S::auth, I::auth_proved, S::auth_last, "RFC 4954 §4"},
    ServerTransition{S::auth, I::auth_done, S::ready, "RFC 4954 §4"},
    ServerTransition{S::auth_last, I::auth_done, S::ready, "RFC 4954 §4"},
    // TLS: afterwards nothing is known of the client, not even its name
    ServerTransition{S::ready, I::starttls, S::tls, "RFC 3207 §4"},
    ServerTransition{S::tls, I::secured, S::start, "RFC 3207 §4.2"},
    // the mail transaction
    ServerTransition{S::ready, I::mail, S::mail, "RFC 5321 §4.1.1.2"},
    ServerTransition{S::mail, I::rcpt, S::rcpt, "RFC 5321 §4.1.1.3"},
    ServerTransition{S::rcpt, I::rcpt, S::rcpt, "RFC 5321 §4.1.1.3"},
    ServerTransition{S::rcpt, I::data, S::content, "RFC 5321 §4.1.1.4"},
    ServerTransition{S::content, I::content_end, S::ready, "RFC 5321 §4.1.1.4"},
    // ... and by chunks
    ServerTransition{S::rcpt, I::bdat, S::chunk, "RFC 3030 §2"},
    ServerTransition{S::chunks, I::bdat, S::chunk, "RFC 3030 §2"},
    ServerTransition{S::chunk, I::chunk_end, S::chunks, "RFC 3030 §2"},
    ServerTransition{S::chunk, I::content_end, S::ready, "RFC 3030 §2"},
    // giving it up
    ServerTransition{S::start, I::rset, S::start, "RFC 5321 §4.1.1.5"},
    ServerTransition{S::ready, I::rset, S::ready, "RFC 5321 §4.1.1.5"},
    ServerTransition{S::mail, I::rset, S::ready, "RFC 5321 §4.1.1.5"},
    ServerTransition{S::rcpt, I::rset, S::ready, "RFC 5321 §4.1.1.5"},
    ServerTransition{S::chunks, I::rset, S::ready, "RFC 5321 §4.1.1.5"},
    // at any time (RFC 5321 §4.1.4)
    ServerTransition{S::start, I::vrfy, S::start, "RFC 5321 §4.1.1.6"},
    ServerTransition{S::ready, I::vrfy, S::ready, "RFC 5321 §4.1.1.6"},
    ServerTransition{S::mail, I::vrfy, S::mail, "RFC 5321 §4.1.1.6"},
    ServerTransition{S::rcpt, I::vrfy, S::rcpt, "RFC 5321 §4.1.1.6"},
    ServerTransition{S::chunks, I::vrfy, S::chunks, "RFC 5321 §4.1.1.6"},
    ServerTransition{S::start, I::expn, S::start, "RFC 5321 §4.1.1.7"},
    ServerTransition{S::ready, I::expn, S::ready, "RFC 5321 §4.1.1.7"},
    ServerTransition{S::mail, I::expn, S::mail, "RFC 5321 §4.1.1.7"},
    ServerTransition{S::rcpt, I::expn, S::rcpt, "RFC 5321 §4.1.1.7"},
    ServerTransition{S::chunks, I::expn, S::chunks, "RFC 5321 §4.1.1.7"},
    ServerTransition{S::start, I::help, S::start, "RFC 5321 §4.1.1.8"},
    ServerTransition{S::ready, I::help, S::ready, "RFC 5321 §4.1.1.8"},
    ServerTransition{S::mail, I::help, S::mail, "RFC 5321 §4.1.1.8"},
    ServerTransition{S::rcpt, I::help, S::rcpt, "RFC 5321 §4.1.1.8"},
    ServerTransition{S::chunks, I::help, S::chunks, "RFC 5321 §4.1.1.8"},
    ServerTransition{S::start, I::noop, S::start, "RFC 5321 §4.1.1.9"},
    ServerTransition{S::ready, I::noop, S::ready, "RFC 5321 §4.1.1.9"},
    ServerTransition{S::mail, I::noop, S::mail, "RFC 5321 §4.1.1.9"},
    ServerTransition{S::rcpt, I::noop, S::rcpt, "RFC 5321 §4.1.1.9"},
    ServerTransition{S::chunks, I::noop, S::chunks, "RFC 5321 §4.1.1.9"},
    // the end
    ServerTransition{S::start, I::quit, S::closed, "RFC 5321 §4.1.1.10"},
    ServerTransition{S::ready, I::quit, S::closed, "RFC 5321 §4.1.1.10"},
    ServerTransition{S::mail, I::quit, S::closed, "RFC 5321 §4.1.1.10"},
    ServerTransition{S::rcpt, I::quit, S::closed, "RFC 5321 §4.1.1.10"},
    ServerTransition{S::chunks, I::quit, S::closed, "RFC 5321 §4.1.1.10"},
    ServerTransition{S::refused, I::quit, S::closed, "RFC 5321 §3.1"},
    ServerTransition{S::start, I::abort, S::closed, "RFC 5321 §3.8"},
    ServerTransition{S::ready, I::abort, S::closed, "RFC 5321 §3.8"},
    ServerTransition{S::auth, I::abort, S::closed, "RFC 5321 §3.8"},
    ServerTransition{S::auth_last, I::abort, S::closed, "RFC 5321 §3.8"},
    ServerTransition{S::tls, I::abort, S::closed, "RFC 3207 §4.1"},
    ServerTransition{S::mail, I::abort, S::closed, "RFC 5321 §3.8"},
    ServerTransition{S::rcpt, I::abort, S::closed, "RFC 5321 §3.8"},
    ServerTransition{S::content, I::abort, S::closed, "RFC 5321 §3.8"},
    ServerTransition{S::chunk, I::abort, S::closed, "RFC 5321 §3.8"},
    ServerTransition{S::chunks, I::abort, S::closed, "RFC 5321 §3.8"},
    ServerTransition{S::refused, I::abort, S::closed, "RFC 5321 §3.8"},
};

using C = ClientState;
using A = ClientInput;

constexpr std::array client_table = {
    ClientTransition{C::greeting, A::accepted, C::ehlo, "RFC 5321 §3.1"},
    ClientTransition{C::greeting, A::deferred, C::quit, "RFC 5321 §3.1"},
    ClientTransition{C::greeting, A::refused, C::quit, "RFC 5321 §3.1"},
    ClientTransition{C::ehlo, A::accepted, C::ready, "RFC 5321 §3.2"},
    ClientTransition{C::ehlo, A::deferred, C::quit, "RFC 5321 §4.1.1.1"},
    ClientTransition{C::ehlo, A::refused, C::helo, "RFC 5321 §3.2"},
    ClientTransition{C::helo, A::accepted, C::ready, "RFC 5321 §3.2"},
    ClientTransition{C::helo, A::deferred, C::quit, "RFC 5321 §4.1.1.1"},
    ClientTransition{C::helo, A::refused, C::quit, "RFC 5321 §4.1.1.1"},
    // TLS, if we want it and the server offers it; afterwards nothing is known of the server
    ClientTransition{C::ready, A::begin_tls, C::starttls, "RFC 3207 §4"},
    ClientTransition{C::starttls, A::accepted, C::tls, "RFC 3207 §4"},
    ClientTransition{C::starttls, A::deferred, C::ready, "RFC 3207 §4"},
    ClientTransition{C::starttls, A::refused, C::ready, "RFC 3207 §4"},
    ClientTransition{C::tls, A::secured, C::ehlo, "RFC 3207 §4.2"},
    // authentication, once, before the first message
    ClientTransition{C::ready, A::begin_auth, C::auth, "RFC 4954 §4"},
    ClientTransition{C::auth, A::accepted, C::ready, "RFC 4954 §6"},
    ClientTransition{C::auth, A::go_ahead, C::auth, "RFC 4954 §4"},
    ClientTransition{C::auth, A::deferred, C::quit, "RFC 4954 §6"},
    ClientTransition{C::auth, A::refused, C::quit, "RFC 4954 §6"},
    // the mail transaction
    ClientTransition{C::ready, A::begin, C::mail, "RFC 5321 §3.3"},
    ClientTransition{C::mail, A::accepted, C::rcpt, "RFC 5321 §3.3"},
    ClientTransition{C::mail, A::deferred, C::drain, "RFC 5321 §3.3"},
    ClientTransition{C::mail, A::refused, C::drain, "RFC 5321 §3.3"},
    ClientTransition{C::rcpt, A::accepted, C::rcpt, "RFC 5321 §3.3"},
    ClientTransition{C::rcpt, A::deferred, C::rcpt, "RFC 5321 §3.3"},
    ClientTransition{C::rcpt, A::refused, C::rcpt, "RFC 5321 §3.3"},
    ClientTransition{C::rcpt, A::all_answered, C::data, "RFC 5321 §3.3"},
    ClientTransition{C::rcpt, A::none_left, C::drain, "RFC 2920 §3.1"},
    ClientTransition{C::data, A::go_ahead, C::content, "RFC 5321 §4.1.1.4"},
    ClientTransition{C::data, A::deferred, C::drain, "RFC 5321 §4.1.1.4"},
    ClientTransition{C::data, A::refused, C::drain, "RFC 5321 §4.1.1.4"},
    ClientTransition{C::content, A::accepted, C::ready, "RFC 5321 §4.1.1.4"},
    ClientTransition{C::content, A::deferred, C::ready, "RFC 5321 §4.1.1.4"},
    ClientTransition{C::content, A::refused, C::ready, "RFC 5321 §4.1.1.4"},
    ClientTransition{C::content, A::one_of_many, C::content, "RFC 2033 §4.2"},
    // ... and by chunks: every BDAT is answered
    ClientTransition{C::rcpt, A::begin_chunks, C::chunks, "RFC 3030 §2"},
    ClientTransition{C::chunks, A::accepted, C::chunks, "RFC 3030 §2"},
    ClientTransition{C::chunks, A::deferred, C::drain, "RFC 3030 §2"},
    ClientTransition{C::chunks, A::refused, C::drain, "RFC 3030 §2"},
    ClientTransition{C::chunks, A::last_chunk, C::content, "RFC 3030 §2"},
    // a failed one: wait for what is still to come; a 354 is answered by a lone dot
    ClientTransition{C::drain, A::accepted, C::drain, "RFC 2920 §3.1"},
    ClientTransition{C::drain, A::go_ahead, C::drain, "RFC 2920 §3.1"},
    ClientTransition{C::drain, A::deferred, C::drain, "RFC 2920 §3.1"},
    ClientTransition{C::drain, A::refused, C::drain, "RFC 2920 §3.1"},
    ClientTransition{C::drain, A::settled, C::ready, "RFC 5321 §3.3"},
    ClientTransition{C::drain, A::settled_open, C::rset, "RFC 5321 §4.1.1.5"},
    ClientTransition{C::rset, A::accepted, C::ready, "RFC 5321 §4.1.1.5"},
    // the end
    ClientTransition{C::ready, A::leave, C::quit, "RFC 5321 §4.1.1.10"},
    ClientTransition{C::quit, A::accepted, C::closed, "RFC 5321 §4.1.1.10"},
    ClientTransition{C::quit, A::deferred, C::closed, "RFC 5321 §4.1.1.10"},
    ClientTransition{C::quit, A::refused, C::closed, "RFC 5321 §4.1.1.10"},
    ClientTransition{C::greeting, A::abort, C::closed, "RFC 5321 §3.8"},
    ClientTransition{C::ehlo, A::abort, C::closed, "RFC 5321 §3.8"},
    ClientTransition{C::helo, A::abort, C::closed, "RFC 5321 §3.8"},
    ClientTransition{C::starttls, A::abort, C::closed, "RFC 5321 §3.8"},
    ClientTransition{C::tls, A::abort, C::closed, "RFC 3207 §4.1"},
    ClientTransition{C::auth, A::abort, C::closed, "RFC 5321 §3.8"},
    ClientTransition{C::ready, A::abort, C::closed, "RFC 5321 §3.8"},
    ClientTransition{C::mail, A::abort, C::closed, "RFC 5321 §3.8"},
    ClientTransition{C::rcpt, A::abort, C::closed, "RFC 5321 §3.8"},
    ClientTransition{C::data, A::abort, C::closed, "RFC 5321 §3.8"},
    ClientTransition{C::content, A::abort, C::closed, "RFC 5321 §3.8"},
    ClientTransition{C::chunks, A::abort, C::closed, "RFC 5321 §3.8"},
    ClientTransition{C::drain, A::abort, C::closed, "RFC 5321 §3.8"},
    ClientTransition{C::rset, A::abort, C::closed, "RFC 5321 §3.8"},
    ClientTransition{C::quit, A::abort, C::closed, "RFC 5321 §3.8"},
};

template <class Table, class State, class Input>
auto find_in(const Table& table, State state, Input input) -> const typename Table::value_type* {
  for (const auto& row : table)
    if (row.state == state && row.input == input) return &row;
  return nullptr;
}

constexpr std::array<std::string_view, 12> server_state_names = {
    "start", "ready",   "auth",  "auth_last", "tls",     "mail",
    "rcpt",  "content", "chunk", "chunks",    "refused", "closed"};
constexpr std::array<std::string_view, 21> server_input_names = {
    "HELO",    "EHLO", "AUTH", "auth_answer", "auth_proved", "auth_done", "STARTTLS",
    "secured", "MAIL", "RCPT", "DATA",        "BDAT",        "chunk_end", "content_end",
    "RSET",    "NOOP", "VRFY", "EXPN",        "HELP",        "QUIT",      "abort"};
constexpr std::array<std::string_view, 16> client_state_names = {
    "greeting", "ehlo", "helo",    "starttls", "tls",   "auth", "ready", "mail",
    "rcpt",     "data", "content", "chunks",   "drain", "rset", "quit",  "closed"};
constexpr std::array<std::string_view, 17> client_input_names = {
    "accepted",   "go_ahead", "deferred",     "refused",      "begin_tls",   "secured",
    "begin_auth", "begin",    "all_answered", "begin_chunks", "one_of_many", "last_chunk",
    "none_left",  "settled",  "settled_open", "leave",        "abort"};

}  // namespace

std::span<const ServerTransition> server_transitions() { return server_table; }
std::span<const ClientTransition> client_transitions() { return client_table; }

const ServerTransition* find_transition(ServerState state, ServerInput input) {
  return find_in(server_table, state, input);
}
const ClientTransition* find_transition(ClientState state, ClientInput input) {
  return find_in(client_table, state, input);
}

std::string_view to_string(ServerState state) {
  return server_state_names[static_cast<std::size_t>(state)];
}
std::string_view to_string(ServerInput input) {
  return server_input_names[static_cast<std::size_t>(input)];
}
std::string_view to_string(ClientState state) {
  return client_state_names[static_cast<std::size_t>(state)];
}
std::string_view to_string(ClientInput input) {
  return client_input_names[static_cast<std::size_t>(input)];
}

}  // namespace posthorn::smtp
