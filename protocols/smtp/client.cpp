#include "protocols/smtp/client.hpp"

#include <cassert>
#include <utility>

#include "protocols/mail/transfer_encoding.hpp"

namespace posthorn::smtp {

namespace {

ClientInput input_of(const Reply& reply) {
  if (reply.positive()) return ClientInput::accepted;
  if (reply.intermediate()) return ClientInput::go_ahead;
  return reply.transient() ? ClientInput::deferred : ClientInput::refused;
}

Phase phase_of(ClientState state) {
  switch (state) {
    case ClientState::greeting:
      return Phase::greeting;
    case ClientState::ehlo:
    case ClientState::helo:
      return Phase::hello;
    case ClientState::starttls:
    case ClientState::tls:
      return Phase::tls;
    case ClientState::auth:
      return Phase::auth;
    case ClientState::ready:
      return Phase::idle;
    case ClientState::mail:
      return Phase::mail;
    case ClientState::rcpt:
      return Phase::rcpt;
    case ClientState::data:
      return Phase::data;
    case ClientState::content:
    case ClientState::chunks:
      return Phase::content;
    case ClientState::drain:
    case ClientState::rset:
      return Phase::reset;
    case ClientState::quit:
    case ClientState::closed:
      break;
  }
  return Phase::quit;
}

}  // namespace

std::string_view to_string(Phase phase) {
  constexpr std::string_view names[] = {"greeting", "hello", "tls",     "auth",  "idle", "mail",
                                        "rcpt",     "data",  "content", "reset", "quit"};
  return names[static_cast<std::size_t>(phase)];
}

ClientSession::ClientSession(ClientConfig config, Instant now)
    : config_(std::move(config)), secured_(config_.secured), now_(now) {
  arm(config_.greeting_timeout);
}

// --- inputs ---

void ClientSession::handle_bytes(Instant now, std::string_view bytes) {
  if (closed() || state_ == ClientState::tls) return;
  now_ = now;
  replies_.append(bytes);
  while (!closed()) {
    auto next = replies_.next();
    if (!next) return;
    if (next->ok()) {
      handle_reply(**next);
      if (state_ == ClientState::tls) return end_clear_input();
      continue;
    }
    out_.note(NoteKind::violation, Flow::received, replies_.nonsense_begin(),
              replies_.nonsense_end(), "", "RFC 5321 §4.2");
    hang_up(state_, std::nullopt, next->error().message);
    return;
  }
}

void ClientSession::handle_eof(Instant now) {
  if (closed()) return;
  now_ = now;
  hang_up(state_, std::nullopt, "the server closed the connection");
}

void ClientSession::handle_wakeup(Instant now) {
  if (closed() || !deadline_ || now < *deadline_) return;
  now_ = now;
  hang_up(state_, std::nullopt, "no answer in time");
}

// --- commands ---

void ClientSession::send(Instant now, Envelope envelope,
                         std::shared_ptr<const std::string> content) {
  if (closed() || failed_) return;
  now_ = now;
  if (!content) content = std::make_shared<const std::string>();
  Message message;
  message.envelope = std::move(envelope);
  message.content = std::move(content);
  waiting_.push_back(std::move(message));
  if (greeted_ && ready()) go_on();
}

void ClientSession::quit(Instant now) {
  if (closed() || failed_) return;
  now_ = now;
  quit_wanted_ = true;
  if (greeted_ && ready()) go_on();
}

Output<ClientEvent> ClientSession::poll() {
  return out_.pop(Idle{closed() ? std::nullopt : deadline_});
}

// --- replies ---

void ClientSession::handle_reply(const ReceivedReply& received) {
  const Reply& reply = received.reply;
  const ClientState was = state_;
  ClientInput input = input_of(reply);
  if (was == ClientState::content && message_->outstanding > 1 && !reply.intermediate())
    input = ClientInput::one_of_many;
  const ClientTransition* row = find_transition(was, input);
  const bool farewell = reply.code == 421 && was != ClientState::quit;
  NoteKind kind = NoteKind::reply;
  if (was == ClientState::greeting) kind = NoteKind::greeting;
  if (reply.code == 334) kind = NoteKind::continuation;
  if (row == nullptr && !farewell) kind = NoteKind::violation;
  std::string_view rule = row != nullptr ? row->rule : "RFC 5321 §4.3.2";
  if (farewell) rule = "RFC 5321 §3.8";
  out_.note(kind, Flow::received, received.begin, received.end, std::to_string(reply.code), rule);
  if (farewell) {
    hang_up(was, reply, "the server closes the session");
  } else if (row == nullptr) {
    hang_up(was, reply, "the server gave an answer that does not fit");
  } else {
    state_ = row->next;
    dispatch(was, reply);
  }
}

void ClientSession::dispatch(ClientState was, const Reply& reply) {
  switch (was) {
    case ClientState::greeting:
      return on_greeting(reply);
    case ClientState::ehlo:
    case ClientState::helo:
      return on_hello(was, reply);
    case ClientState::starttls:
      return on_starttls(reply);
    case ClientState::auth:
      return on_auth(was, reply);
    case ClientState::mail:
    case ClientState::rcpt:
    case ClientState::data:
    case ClientState::content:
    case ClientState::chunks:
    case ClientState::drain:
      return on_transaction(was, reply);
    case ClientState::rset:
      return go_on();
    case ClientState::quit:
      if (!failed_) out_.emit(Closed{});
      out_.shutdown();
      return;
    case ClientState::tls:
    case ClientState::ready:
    case ClientState::closed:
      break;
  }
}

void ClientSession::on_greeting(const Reply& reply) {
  if (!reply.positive())
    return fail(ClientState::greeting, reply, "the server does not serve us", reply.permanent());
  say_hello();
}

void ClientSession::say_hello() {
  if (config_.lmtp)
    say("LHLO " + config_.hostname + "\r\n", "LHLO", "RFC 2033 §4.1");
  else
    say("EHLO " + config_.hostname + "\r\n", "EHLO", "RFC 5321 §4.1.1.1");
}

void ClientSession::on_hello(ClientState was, const Reply& reply) {
  if (reply.positive()) {
    capabilities_ = parse_capabilities(reply, was == ClientState::ehlo);
    const bool wanted = config_.tls != UseTls::never && !secured_;
    if (wanted && capabilities_.starttls) return begin_tls();
    if (!wanted || config_.tls != UseTls::required) return go_on_after_hello();
    move(ClientInput::leave);
    return fail(was, std::nullopt, "the server does not offer TLS", false);
  }
  if (state_ == ClientState::helo && config_.lmtp) move(ClientInput::refused);  // nothing older
  if (state_ == ClientState::helo)  // a server of RFC 821: no extensions
    return say("HELO " + config_.hostname + "\r\n", "HELO", "RFC 5321 §3.2");
  fail(was, reply, "the server does not accept our name", reply.permanent());
}

void ClientSession::go_on_after_hello() {
  if (config_.credentials) return begin_auth();
  become_ready();
}

void ClientSession::begin_auth() {
  for (const sasl::Mechanism mechanism : config_.mechanisms) {
    const std::string name(sasl::to_string(mechanism));
    if (!capabilities_.offers_auth(name)) continue;
    move(ClientInput::begin_auth);
    auth_.emplace(mechanism, config_.credentials->user, config_.credentials->password,
                  config_.nonce);
    std::string line = "AUTH " + name;
    if (const auto initial = auth_->initial()) line += " " + mail::base64_encode(*initial);
    return say(line + "\r\n", "AUTH", "RFC 4954 §4");
  }
  move(ClientInput::leave);
  fail(ClientState::auth, std::nullopt, "the server offers no way to authenticate that we know",
       true);
}

void ClientSession::on_auth(ClientState was, const Reply& reply) {
  if (reply.intermediate())
    return say(answer_to(reply) + "\r\n", "AUTH", "RFC 4954 §4", NoteKind::continuation);
  const bool complete = auth_->complete();
  auth_.reset();
  if (!reply.positive()) {
    const std::string why =
        auth_problem_.empty() ? "the server does not accept our name and password" : auth_problem_;
    return fail(was, reply, why, reply.permanent());
  }
  if (complete) return become_ready();
  move(ClientInput::leave);
  fail(was, reply, "the server did not prove that it knows the password", true);
}

/// Base64, or "*" to cancel.
std::string ClientSession::answer_to(const Reply& challenge) {
  std::string text;
  if (challenge.lines.size() != 1 || !mail::base64_decode_strict(challenge.lines.front(), text)) {
    auth_problem_ = "the server's challenge is not base64";
    return "*";
  }
  const auto answer = auth_->answer(text);
  if (answer.ok()) return mail::base64_encode(*answer);
  auth_problem_ = answer.error().message;
  return "*";
}

void ClientSession::become_ready() {
  greeted_ = true;
  out_.emit(Ready{capabilities_});
  go_on();
}

/// In state ready: the next message, or the farewell, or rest.
void ClientSession::go_on() {
  deadline_.reset();
  while (!waiting_.empty()) {
    message_ = std::move(waiting_.front());
    waiting_.pop_front();
    auto refusal = refuse_locally(*message_);
    if (!refusal) refusal = convert(*message_);
    if (!refusal) return begin_transaction();
    MessageDone done{*refusal, std::vector<Reply>(message_->envelope.recipients.size())};
    done.refused_by_us = true;
    out_.emit(std::move(done));
    message_.reset();
  }
  if (!quit_wanted_) return;
  move(ClientInput::leave);
  say("QUIT\r\n", "QUIT", "RFC 5321 §4.1.1.10");
}

// --- what all of them use ---

void ClientSession::move(ClientInput input) {
  const ClientTransition* row = find_transition(state_, input);
  assert(row != nullptr);
  if (row != nullptr) state_ = row->next;
}

/// One write for the whole group, so that it can travel in one packet (RFC 2920 §3.1).
void ClientSession::transmit(const std::vector<Outgoing>& group) {
  std::string bytes;
  std::uint64_t begin = out_.position();
  for (const Outgoing& one : group) bytes += one.line;
  out_.transmit(std::move(bytes));
  for (const Outgoing& one : group) {
    out_.note(one.kind, Flow::sent, begin, begin + one.line.size(), std::string(one.verb),
              one.rule);
    begin += one.line.size();
  }
}

void ClientSession::say(std::string line, std::string_view verb, std::string_view rule,
                        NoteKind kind) {
  transmit({Outgoing{std::move(line), verb, rule, kind}});
  arm(config_.command_timeout);
}

/// The session is of no use any more, but the server still listens: part politely. The state is
/// `quit` already.
void ClientSession::fail(ClientState was, std::optional<Reply> reply, std::string reason,
                         bool permanent) {
  assert(state_ == ClientState::quit);
  failed_ = true;
  out_.emit(SessionFailed{phase_of(was), std::move(reply), std::move(reason), permanent});
  waiting_.clear();
  message_.reset();
  say("QUIT\r\n", "QUIT", "RFC 5321 §4.1.1.10");
}

/// Nobody to talk to any more.
void ClientSession::hang_up(ClientState was, std::optional<Reply> reply, std::string reason) {
  move(ClientInput::abort);
  deadline_.reset();
  waiting_.clear();
  message_.reset();
  if (was != ClientState::quit) {
    const bool permanent = reply && reply->permanent();
    out_.emit(SessionFailed{phase_of(was), std::move(reply), std::move(reason), permanent});
  } else if (!failed_) {
    out_.emit(Closed{});
  }
  out_.shutdown();
}

}  // namespace posthorn::smtp
