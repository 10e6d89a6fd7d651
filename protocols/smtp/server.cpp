#include "protocols/smtp/server.hpp"

#include <algorithm>
#include <cassert>
#include <utility>

#include "protocols/mail/ascii.hpp"

namespace posthorn::smtp {

namespace {

const Decision usual_content = {250, "2.0.0", "Message accepted", {}};

constexpr std::size_t max_any_line = 12288;  // AUTH with its base64 (RFC 4954 §4)
// RFC 5321 §4.5.3.1.4 says 512; AUTH=, ENVID= and ORCPT= add up to 1,100 (RFC 4954 §5, RFC 3461
// §4).
constexpr std::size_t max_command_line = 2048;

/// The last one was named before, with the same wishes: nobody gets the letter twice for that.
bool named_twice(const std::vector<Recipient>& recipients) {
  return !recipients.empty() && std::find(recipients.begin(), recipients.end() - 1,
                                          recipients.back()) != recipients.end() - 1;
}

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
    : config_(std::move(config)),
      input_(max_any_line),
      secured_(config_.secured),
      last_activity_(now) {
  if (config_.require_auth) config_.offer_auth = true;
  greet();
}

void ServerSession::greet() {
  if (!config_.refuse) {
    const std::string protocol = config_.lmtp         ? " LMTP Posthorn"
                                 : config_.offer_ehlo ? " ESMTP Posthorn"
                                                      : " SMTP Posthorn";
    send({220, "", {config_.hostname + protocol}}, NoteKind::greeting, "RFC 5321 §3.1");
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
  const Duration limit = content_ || chunk_ ? config_.data_timeout : config_.command_timeout;
  if (now < last_activity_ + limit) return;
  if (state_ == ServerState::tls) return handle_tls_failed(now, "time-out in the TLS handshake");
  close({421, "4.4.2", "Time-out, closing the connection", "RFC 5321 §4.5.3.2.7"}, "time-out");
}

void ServerSession::process(Instant now) {
  while (!closed() && !asked_ && state_ != ServerState::tls) {
    if (content_ || chunk_) {
      if (input_.pending() == 0) break;
      content_ ? read_content() : read_chunk();
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
  const bool answer = state_ == ServerState::auth || state_ == ServerState::auth_last;
  const Command command = answer ? Command{Verb::auth, "AUTH", {}} : parse_command(line.text);
  std::optional<Refusal> refusal;
  if (line.defect == LineDefect::bare_cr_or_lf) {
    refusal = Refusal{500, "5.5.2", "Lines end with CRLF; CR or LF alone is not allowed",
                      "RFC 5321 §2.3.8"};
  } else if (line.defect == LineDefect::too_long ||
             (command.verb != Verb::auth && line.end - line.begin > max_command_line)) {
    refusal = answer ? Refusal{500, "5.5.6", "Authentication line too long", "RFC 4954 §6"}
                     : Refusal{500, "5.5.2", "Line too long", "RFC 5321 §4.5.3.1.4"};
  } else if (const std::string_view text = mail::trim(line.text);
             command.verb != Verb::bdat && std::any_of(text.begin(), text.end(), mail::is_ctl)) {
    refusal = Refusal{500, "5.5.2", "Control characters are not allowed", "RFC 5321 §4.1.2"};
  }
  heard_ = Note{answer ? NoteKind::continuation : NoteKind::command,
                Flow::received,
                line.begin,
                line.end,
                command.name,
                rule_of(command.verb)};
  if (!answer && ++idle_commands_ > config_.max_idle_commands)
    return close({421, "4.7.0", "Too many commands without a message", "RFC 5321 §3.8"},
                 "too many commands without a message");
  if (!refusal && answer) {
    refusal = take_auth_answer(line.text);
  } else if (!refusal) {
    refusal = out_of_order(command);
    if (!refusal) refusal = perform(command);
  }
  if (!refusal) return;
  if (heard_) {  // else it is noted already
    heard_->kind = NoteKind::violation;
    heard_->rule = refusal->rule;
  }
  if (answer) {
    move(ServerInput::auth_done);
    auth_user_.clear();
  }
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
  if (!content_->done()) return;
  DotReader reader = *std::exchange(content_, std::nullopt);
  finish_content({reader.take_content(), reader.bare_cr_or_lf(), reader.too_large(),
                  reader.forgotten(), content_begin_},
                 "RFC 5321 §4.1.1.4");
}

std::size_t ServerSession::held() const {
  return (content_ ? content_->held() : 0) + (chunks_ ? chunks_->held() : 0);
}

void ServerSession::forget_content() {
  if (content_) content_->forget();
  if (chunks_) chunks_->forget();
}

void ServerSession::finish_content(Content content, std::string_view rule) {
  move(ServerInput::content_end);
  std::optional<Refusal> refusal;
  if (content.text.find('\0') != std::string::npos) {
    refusal = Refusal{554, "5.6.0", "The message holds a NUL, which needs BINARYMIME",
                      "RFC 6152 §3, RFC 2045 §2.8"};
  } else if (content.bare_cr_or_lf) {
    refusal = Refusal{554, "5.6.0", "The message holds a CR or LF alone; lines end with CRLF",
                      "RFC 5321 §2.3.8"};
  } else if (content.too_large) {
    refusal = Refusal{552, "5.3.4", "The message is too large", "RFC 1870 §6.2"};
  } else if (content.forgotten) {
    refusal = Refusal{452, "4.3.1", "Insufficient system storage", "RFC 5321 §4.2.2"};
  }
  if (input_.position() > content.begin) {
    out_.note(refusal ? NoteKind::violation : NoteKind::content, Flow::received, content.begin,
              input_.position(), "", refusal ? refusal->rule : rule);
  }
  idle_commands_ = 0;
  Envelope envelope = std::exchange(envelope_, {});
  const std::size_t recipients = envelope.recipients.size();
  if (refusal) {
    emit(TransactionReset{});
    for (std::size_t i = 0; i < (config_.lmtp ? recipients : 1); ++i)
      reply(refusal->code, refusal->enhanced, refusal->text, refusal->rule);
    return;
  }
  envelope.authenticated_as = authenticated_as_;
  ask({Asked::content, {}, {}, recipients},
      ContentReceived{std::move(envelope),
                      std::make_shared<const std::string>(std::move(content.text))});
}

// --- commands ---

void ServerSession::decide(Instant now, const Decision& decision) {
  if (closed() || !asked_) return;
  const Pending pending = *std::exchange(asked_, std::nullopt);
  switch (pending.what) {
    case Asked::auth:
      decide_auth(pending.user, decision);
      break;
    case Asked::sender:
      if (decision.accepted()) {
        envelope_ = pending.envelope;
        move(ServerInput::mail);
      }
      answer(decision, {250, "2.1.0", "Sender ok", {}}, "RFC 5321 §4.1.1.2");
      break;
    case Asked::recipient:
      if (decision.accepted() && (config_.lmtp || !named_twice(pending.envelope.recipients))) {
        envelope_ = pending.envelope;
        move(ServerInput::rcpt);
        --idle_commands_;
      }
      answer(decision, {250, "2.1.5", "Recipient ok", {}}, "RFC 5321 §4.1.1.3");
      break;
    case Asked::content:
      for (std::size_t i = 0; i < (config_.lmtp ? pending.recipients : 1); ++i)
        answer(decision, usual_content, "RFC 5321 §4.1.1.4");
      break;
    case Asked::expand:
    case Asked::verify:
      answer_question(pending, decision);
      break;
  }
  last_activity_ = now;
  process(now);
}

void ServerSession::answer_question(const Pending& pending, const Decision& decision) {
  if (!pending.smtputf8 && std::any_of(decision.text.begin(), decision.text.end(), mail::is_8bit))
    return reply(550, "5.6.7", "The answer needs SMTPUTF8", "RFC 6531 §3.7.4.2");
  utf8_answer_ = pending.smtputf8;
  if (pending.what == Asked::expand)
    answer(decision, {250, "2.1.5", "Nobody", {}}, "RFC 5321 §3.5.2");
  else
    answer(decision, {252, "2.5.0", "Cannot verify, but will try to deliver", {}},
           "RFC 5321 §3.5.3");
  utf8_answer_ = false;
}

/// RFC 2033 §4.2: one answer for each recipient, in the order of their RCPTs.
void ServerSession::decide_each(Instant now, std::span<const Decision> decisions) {
  if (closed() || !asked_ || asked_->what != Asked::content || decisions.empty()) return;
  const std::size_t count = config_.lmtp ? asked_->recipients : 1;
  asked_.reset();
  for (std::size_t i = 0; i < count && !closed(); ++i)
    answer(decisions[std::min(i, decisions.size() - 1)], usual_content, "RFC 2033 §4.2");
  last_activity_ = now;
  if (!closed()) process(now);
}

Output<ServerEvent> ServerSession::poll() {
  Idle idle;
  if (!closed() && !asked_)
    idle.wake_at =
        last_activity_ + (content_ || chunk_ ? config_.data_timeout : config_.command_timeout);
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
  Reply reply{code, std::string(enhanced), {}};
  for (std::size_t at = 0; at <= text.size();) {
    const std::size_t end = std::min(text.find('\n', at), text.size());
    reply.lines.push_back(text.substr(at, end - at));
    at = end + 1;
  }
  send(std::move(reply), kind, rule);
}

void ServerSession::answer(const Decision& decision, const Decision& usual, std::string_view rule) {
  Decision said = decision;
  if (said.code != 0 && !valid_code(said.code)) said = {451, "4.3.0", "Local error", {}};
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
      if (mail::is_8bit(c) && !envelope_.smtputf8 && !utf8_answer_) c = '?';
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

void ServerSession::go_away(Instant now) {
  if (closed()) return;
  last_activity_ = now;
  close({421, "4.3.2", "Service shutting down, closing the connection", "RFC 5321 §3.8"},
        "the server stops");
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
  chunks_.reset();
  chunk_.reset();
  envelope_ = {};
  input_ = LineBuffer(max_any_line);
  out_.shutdown();
}

void ServerSession::drop_transaction() {
  const bool open =
      state_ == ServerState::mail || state_ == ServerState::rcpt || state_ == ServerState::chunks;
  envelope_ = {};
  chunks_.reset();
  if (open) emit(TransactionReset{});
}

}  // namespace posthorn::smtp
