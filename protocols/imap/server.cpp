#include "protocols/imap/server.hpp"

#include <algorithm>
#include <utility>

#include "protocols/imap/capabilities.hpp"
#include "protocols/imap/execution.hpp"
#include "protocols/mail/ascii.hpp"

namespace posthorn::imap {

namespace {

constexpr std::string_view syntax_rule = "RFC 3501 §9";
constexpr std::string_view literal_rule = "RFC 3501 §4.3";
constexpr std::string_view idle_rule = "RFC 2177 §3";
constexpr std::size_t max_raw_line = 16 * 1024;  ///< answers to challenges

std::uint8_t bit(ServerState state) {
  return static_cast<std::uint8_t>(1U << static_cast<unsigned>(state));
}

/// Whether an unfinished command is an APPEND, whose literal may be long.
bool is_append(std::string_view partial) {
  Parser parser(partial);
  return parser.tag() && parser.space() && parser.accept_word("APPEND ");
}

}  // namespace

std::string_view to_string(ServerState state) {
  static constexpr std::string_view names[] = {"not authenticated", "authenticated", "selected",
                                               "logout"};
  return names[static_cast<std::size_t>(state)];
}

void Server::handle_connect(Instant now) {
  deadline_ = now + config_.login_timeout;
  out_.transmit("* OK [CAPABILITY " + capabilities() + "] " + config_.hostname + " IMAP ready\r\n",
                NoteKind::greeting, "OK", "RFC 3501 §7.1.1");
}

void Server::handle_bytes(Instant now, std::string_view bytes, mail::MailStore& store) {
  if (state_ == ServerState::logout) return;
  framer_.append(bytes);
  work(now, store);
}

void Server::handle_eof(Instant /*now*/, mail::MailStore& /*store*/) {
  if (state_ != ServerState::logout) close("connection closed by the client");
}

void Server::handle_wakeup(Instant now, mail::MailStore& store) {
  if (state_ == ServerState::logout || waiting_) return;
  if (shaking_hands_ && now >= deadline_) return close("time-out in the TLS handshake");
  if (std::exchange(paused_, false)) return work(now, store);
  if (now >= deadline_) say_goodbye("idle for too long");
}

void Server::go_away() {
  if (state_ != ServerState::logout && !shaking_hands_) say_goodbye("the server shuts down");
}

void Server::handle_store_changed(Instant /*now*/, mail::MailStore& store) {
  if (idling()) tell_updates(store, {});
}

void Server::work(Instant now, mail::MailStore& store) {
  now_ = now;
  while (!waiting_ && !shaking_hands_ && state_ != ServerState::logout) {
    paused_ = out_.position() - drained_ > config_.max_output;
    if (paused_) break;
    if (expecting_ != Expecting::command) {
      const auto line = framer_.next_raw_line(max_raw_line, LineReader::Ending::crlf_or_lf);
      if (!line) break;
      read_raw_line(*line, store);
      continue;
    }
    const Framer::Step step = framer_.next(config_.max_line, LineReader::Ending::crlf_or_lf);
    if (std::holds_alternative<NeedMore>(step)) break;
    if (const auto* literal = std::get_if<LiteralAnnounced>(&step)) {
      literal_announced(*literal);
    } else {
      run(now, std::get<Frame>(step), store);
    }
  }
  // Before the login the time runs from the greeting on, whatever trickles in.
  if (logged_in()) deadline_ = now + config_.idle_timeout;
  if (waiting_ && framer_.buffered() > config_.max_pending)
    say_goodbye("too much input while a login was being decided");
}

void Server::read_raw_line(const StreamLine& line, mail::MailStore& store) {
  if (expecting_ == Expecting::idle_end) return end_idle(line, store);
  answer_to_challenge(line, store);
}

void Server::end_idle(const StreamLine& line, mail::MailStore& store) {
  const bool done = !line.too_long && mail::iequals(line.text, "DONE");
  out_.note(done ? NoteKind::command : NoteKind::violation, Flow::received, line.begin, line.end,
            done ? "DONE" : "", idle_rule);
  expecting_ = Expecting::command;
  tell_updates(store, {});
  if (!done) return bad(open_tag_, "DONE was expected", idle_rule);
  tagged(open_tag_, "OK", "IDLE completed", idle_rule);
}

void Server::literal_announced(const LiteralAnnounced& literal) {
  const bool append = logged_in() && is_append(framer_.partial());
  const std::uint64_t longest = append ? config_.max_message : config_.max_literal;
  const std::uint64_t limit = longest + config_.max_line;  // of the whole command
  const std::uint64_t have = framer_.partial().size();
  const bool fits =
      !framer_.spoiled() && literal.size <= longest && have < limit && literal.size <= limit - have;
  if (fits) {
    framer_.accept_literal();
    if (literal.synchronising)
      out_.transmit("+ go ahead\r\n", NoteKind::continuation, "+", literal_rule);
    return;
  }
  if (literal.synchronising) return refuse_literal(framer_.refuse_literal());
  // RFC 7888 §4: its bytes are on their way, wanted or not.
  if (literal.size <= config_.max_discard - framer_.discarded()) return framer_.discard_literal();
  say_goodbye("[TOOBIG] literal too long");
}

/// RFC 7889 §4 for APPEND.
void Server::refuse_literal(const Frame& frame) {
  if (frame.too_long) return refuse(frame, "[LIMIT] command line too long");
  if (!logged_in() || !is_append(frame.text)) return refuse(frame, "[LIMIT] literal too long");
  out_.note(NoteKind::violation, Flow::received, frame.begin, frame.end, "APPEND", syntax_rule);
  tagged(*Parser(frame.text).tag(), "NO", "[TOOBIG] the message is too large", "RFC 7889 §4");
}

/// RFC 5530 §3: for now, not for ever.
void Server::refuse_forgotten(const Frame& frame) {
  Parser parser(frame.text);
  const auto tag = parser.tag();
  if (!tag) return refuse(frame, "every command begins with a tag");
  out_.note(NoteKind::command, Flow::received, frame.begin, frame.end, "APPEND", literal_rule);
  tagged(*tag, "NO", "[UNAVAILABLE] no room for it now, please try again later", "RFC 5530 §3");
}

void Server::refuse(const Frame& frame, std::string_view text) {
  out_.note(NoteKind::violation, Flow::received, frame.begin, frame.end, "", syntax_rule);
  Parser parser(frame.text);
  const auto tag = parser.tag();
  const bool whole = tag && (parser.space() || (parser.at_end() && !frame.too_long));
  bad(whole ? *tag : "*", std::string(text), syntax_rule);
}

void Server::run(Instant now, const Frame& frame, mail::MailStore& store) {
  if (!logged_in() && ++early_commands_ > config_.max_early_commands)
    return say_goodbye("too many commands without a login");
  if (frame.too_long) return refuse(frame, "[LIMIT] command line too long");
  if (frame.forgotten) return refuse_forgotten(frame);
  if (frame.discarded) return refuse_literal(frame);
  Parser args(frame.text);
  auto tag = args.tag();
  if (tag && args.at_end()) return refuse(frame, "no command behind the tag");
  if (!tag || !args.space()) return refuse(frame, "every command begins with a tag");
  auto verb = args.keyword();
  const bool uid = verb && *verb == "UID" && args.space();
  if (uid) verb = args.keyword();
  const CommandRule* rule = verb ? find_command(*verb) : nullptr;
  if (rule == nullptr || (uid && !rule->takes_uid)) return refuse(frame, "unknown command");
  if (uid) verb = "UID " + *verb;
  out_.note(NoteKind::command, Flow::received, frame.begin, frame.end, *verb, rule->rule);
  if (*verb == "APPEND")
    for (const ByteRange& literal : frame.literals)
      out_.note(NoteKind::content, Flow::received, literal.begin, literal.end, "", rule->rule);
  if ((rule->states & bit(state_)) == 0) {
    const std::string where(to_string(state_));
    return bad(*tag, *verb + " is not possible in " + where + " state", rule->rule);
  }
  Execution execution{*this, store, now, frame, args, std::move(*tag), std::move(*verb),
                      *rule, uid};
  (execution.*rule->run)();
}

Output<ServerEvent> Server::poll() {
  const bool sleeps = state_ == ServerState::logout || waiting_;
  Output<ServerEvent> out = out_.pop(sleeps ? Idle{} : Idle{paused_ ? now_ : deadline_});
  if (std::holds_alternative<Idle>(out)) drained_ = out_.position();
  return out;
}

void Server::untagged(const std::string& text, std::string_view verb) {
  out_.transmit("* " + text + "\r\n", NoteKind::untagged, std::string(verb), response_rule(verb));
}

void Server::tagged(std::string_view tag, std::string_view status, const std::string& text,
                    std::string_view rule) {
  if (status == "OK") bad_commands_ = 0;
  out_.transmit(std::string(tag) + " " + std::string(status) + " " + text + "\r\n", NoteKind::reply,
                std::string(status), rule);
}

void Server::bad(std::string_view tag, const std::string& text, std::string_view rule) {
  tagged(tag, "BAD", text, rule);
  if (++bad_commands_ < config_.max_bad_commands) return;
  say_goodbye("too many bad commands");
}

void Server::say_goodbye(std::string reason) {
  untagged("BYE " + reason, "BYE");
  close(std::move(reason));
}

void Server::close(std::string reason) {
  state_ = ServerState::logout;
  waiting_ = false;
  shaking_hands_ = false;
  view_.reset();
  framer_.clear();
  out_.shutdown();
  out_.emit(Closed{std::move(reason)});
}

}  // namespace posthorn::imap
