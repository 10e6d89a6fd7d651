#include "protocols/smtp/server.hpp"

#include <algorithm>
#include <cassert>
#include <utility>

#include "protocols/mail/ascii.hpp"

namespace posthorn::smtp {

namespace {

constexpr std::size_t max_any_line = 12288;     // AUTH with its base64 (RFC 4954 §4)
constexpr std::size_t max_command_line = 1024;  // RFC 5321 §4.5.3.1.4 says 512, plus parameters

bool valid_code(int code) { return code >= 200 && code < 600 && code / 100 != 3; }

}  // namespace

ServerConfig ServerConfig::for_submission(std::string hostname) {
  ServerConfig config;
  config.hostname = std::move(hostname);
  config.submission = true;
  config.offer_auth = true;
  config.require_auth = true;
  return config;
}

ServerSession::ServerSession(ServerConfig config, Instant now)
    : config_(std::move(config)), input_(max_any_line), last_activity_(now) {
  if (config_.require_auth) config_.offer_auth = true;
  greet();
}

void ServerSession::greet() {
  if (!config_.refuse) {
    send({220, "", {config_.hostname + " ESMTP Posthorn"}}, NoteKind::greeting, "RFC 5321 §3.1");
    return;
  }
  const Decision& no = *config_.refuse;
  const std::string text = no.text.empty() ? "No SMTP service here" : no.text;
  send({no.code == 421 ? 421 : 554, "", {config_.hostname + " " + text}}, NoteKind::greeting,
       "RFC 5321 §3.1");
  state_ = ServerState::refused;
  if (no.code != 421) return;
  emit(Aborted{"refused with 421"});
  end_session(ServerInput::abort);
}

// --- inputs ---

void ServerSession::handle_bytes(Instant now, std::string_view bytes) {
  if (closed() || eof_) return;
  last_activity_ = now;
  input_.append(bytes);
  process(now);
}

void ServerSession::handle_eof(Instant now) {
  if (closed()) return;
  eof_ = true;
  process(now);
}

void ServerSession::handle_wakeup(Instant now) {
  if (closed() || asked_) return;
  const Duration limit = content_ ? config_.data_timeout : config_.command_timeout;
  if (now < last_activity_ + limit) return;
  close({421, "4.4.2", "Time-out, closing the connection", "RFC 5321 §4.5.3.2.7"}, "time-out");
}

void ServerSession::process(Instant now) {
  while (!closed() && !asked_) {
    if (content_) {
      if (input_.pending() == 0) break;
      read_content();
      continue;
    }
    const auto line = input_.next_line();
    if (!line) break;
    handle_line(*line);
  }
  if (closed()) return;
  if (asked_) {
    last_activity_ = now;
    if (input_.pending() > config_.max_kept)
      close({421, "4.7.0", "Too much input at once, closing", "RFC 5321 §3.8"}, "too much input");
  } else if (eof_) {
    emit(Aborted{"the client closed the connection"});
    end_session(ServerInput::abort);
  }
}

void ServerSession::handle_line(const Line& line) {
  const bool answer = state_ == ServerState::auth_first || state_ == ServerState::auth_password;
  const Command command = answer ? Command{Verb::auth, "AUTH", {}} : parse_command(line.text);
  std::optional<Refusal> refusal;
  if (line.defect == LineDefect::bare_cr_or_lf) {
    refusal = Refusal{500, "5.5.2", "Lines end with CRLF; CR or LF alone is not allowed",
                      "RFC 5321 §2.3.8"};
  } else if (line.defect == LineDefect::too_long ||
             (command.verb != Verb::auth && line.end - line.begin > max_command_line)) {
    refusal = Refusal{500, "5.5.2", "Line too long", "RFC 5321 §4.5.3.1.4"};
  } else if (std::any_of(line.text.begin(), line.text.end(), mail::is_ctl)) {
    refusal = Refusal{500, "5.5.2", "Control characters are not allowed", "RFC 5321 §4.1.2"};
  }
  heard_ = Note{answer ? NoteKind::continuation : NoteKind::command,
                Flow::received,
                line.begin,
                line.end,
                command.name,
                rule_of(command.verb)};
  if (!refusal && answer) {
    refusal = take_auth_answer(line.text);
  } else if (!refusal) {
    refusal = out_of_order(command);
    if (!refusal) refusal = perform(command);
  }
  if (!refusal) return;
  heard_->kind = NoteKind::violation;
  heard_->rule = refusal->rule;
  if (answer) move(ServerInput::auth_done);
  refuse(std::move(*refusal));
}

void ServerSession::emit(Event event) {
  note_heard();
  out_.emit(std::move(event));
}

void ServerSession::note_heard() {
  if (!heard_) return;
  out_.note(heard_->kind, heard_->flow, heard_->begin, heard_->end, heard_->verb, heard_->rule);
  heard_.reset();
}

void ServerSession::read_content() {
  const std::size_t used = content_->feed(input_.raw());
  input_.consume(used);
  if (content_->done()) finish_content(content_begin_);
}

void ServerSession::finish_content(std::uint64_t begin) {
  DotReader reader = std::move(*content_);
  content_.reset();
  move(ServerInput::content_end);
  std::optional<Refusal> refusal;
  if (reader.bare_cr_or_lf()) {
    refusal = Refusal{554, "5.6.0", "The message holds a CR or LF alone; lines end with CRLF",
                      "RFC 5321 §2.3.8"};
  } else if (reader.too_large()) {
    refusal = Refusal{552, "5.3.4", "The message is too large", "RFC 1870 §6.2"};
  }
  out_.note(refusal ? NoteKind::violation : NoteKind::content, Flow::received, begin,
            input_.position(), "", refusal ? refusal->rule : "RFC 5321 §4.1.1.4");
  if (refusal) {
    envelope_ = {};
    emit(TransactionReset{});
    reply(refusal->code, refusal->enhanced, std::move(refusal->text), refusal->rule);
    return;
  }
  Envelope envelope = std::exchange(envelope_, {});
  envelope.authenticated_as = authenticated_as_;
  auto content = std::make_shared<const std::string>(reader.take_content());
  ask({Asked::content, {}, {}}, ContentReceived{std::move(envelope), std::move(content)});
}

// --- commands ---

void ServerSession::decide(Instant now, const Decision& decision) {
  if (closed() || !asked_) return;
  const Pending pending = *std::exchange(asked_, std::nullopt);
  switch (pending.what) {
    case Asked::auth:
      if (decision.accepted()) authenticated_as_ = pending.user;
      decide_auth(decision);
      break;
    case Asked::sender:
      if (decision.accepted()) {
        envelope_ = pending.envelope;
        move(ServerInput::mail);
      }
      answer(decision, {250, "2.1.0", "Sender ok"}, "RFC 5321 §4.1.1.2");
      break;
    case Asked::recipient:
      if (decision.accepted()) {
        envelope_ = pending.envelope;
        move(ServerInput::rcpt);
      }
      answer(decision, {250, "2.1.5", "Recipient ok"}, "RFC 5321 §4.1.1.3");
      break;
    case Asked::content:
      answer(decision, {250, "2.0.0", "Message accepted"}, "RFC 5321 §4.1.1.4");
      break;
    case Asked::verify:
      answer(decision, {252, "2.5.0", "Cannot verify, but will try to deliver"}, "RFC 5321 §3.5.3");
      break;
  }
  last_activity_ = now;
  process(now);
}

Output<ServerEvent> ServerSession::poll() {
  Idle idle;
  if (!closed() && !asked_)
    idle.wake_at = last_activity_ + (content_ ? config_.data_timeout : config_.command_timeout);
  return out_.pop(idle);
}

// --- what all of them use ---

void ServerSession::move(ServerInput input) {
  const ServerTransition* row = find_transition(state_, input);
  assert(row != nullptr);
  if (row != nullptr) state_ = row->next;
}

void ServerSession::ask(Pending pending, Event event) {
  asked_ = std::move(pending);
  emit(std::move(event));
}

void ServerSession::reply(int code, std::string_view enhanced, std::string text,
                          std::string_view rule) {
  const NoteKind kind = code == 334 ? NoteKind::continuation : NoteKind::reply;
  send({code, std::string(enhanced), {std::move(text)}}, kind, rule);
}

void ServerSession::answer(const Decision& decision, const Decision& usual, std::string_view rule) {
  Decision said = decision;
  if (said.code != 0 && !valid_code(said.code)) said = {451, "4.3.0", "Local error"};
  if (said.code == 0) said.code = usual.code;
  if (said.text.empty()) said.text = said.accepted() ? usual.text : "Refused";
  const std::string digit = std::to_string(said.code / 100);
  if (said.enhanced.substr(0, 1) != digit)
    said.enhanced = said.accepted() ? usual.enhanced : digit + ".0.0";
  if (said.code == 421) {
    close({421, said.enhanced, said.text, "RFC 5321 §3.8"}, "closed with 421");
  } else {
    reply(said.code, said.enhanced, said.text, rule);
  }
}

void ServerSession::send(Reply reply, NoteKind kind, std::string_view rule) {
  note_heard();
  for (std::string& line : reply.lines)
    for (char& c : line)
      if (mail::is_8bit(c) && !envelope_.smtputf8) c = '?';
  out_.transmit(format(reply), kind, std::to_string(reply.code), rule);
}

void ServerSession::refuse(Refusal refusal) {
  if (++errors_ >= config_.max_errors) {
    close({421, "4.7.0", "Too many errors, closing the connection", "RFC 5321 §4.3.2"},
          "too many errors");
    return;
  }
  reply(refusal.code, refusal.enhanced, std::move(refusal.text), refusal.rule);
}

void ServerSession::close(Refusal last_words, std::string reason) {
  reply(421, last_words.enhanced, config_.hostname + " " + last_words.text, last_words.rule);
  emit(Aborted{std::move(reason)});
  end_session(ServerInput::abort);
}

void ServerSession::end_session(ServerInput input) {
  if (closed()) return;
  move(input);
  asked_.reset();
  content_.reset();
  envelope_ = {};
  input_ = LineBuffer(max_any_line);
  out_.shutdown();
}

void ServerSession::drop_transaction() {
  const bool open = state_ == ServerState::mail || state_ == ServerState::rcpt;
  envelope_ = {};
  if (open) emit(TransactionReset{});
}

}  // namespace posthorn::smtp
