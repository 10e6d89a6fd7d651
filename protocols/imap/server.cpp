#include "protocols/imap/server.hpp"

#include <algorithm>
#include <utility>

#include "protocols/imap/execution.hpp"
#include "protocols/mail/ascii.hpp"
#include "protocols/mail/transfer_encoding.hpp"

namespace posthorn::imap {

namespace {

constexpr std::string_view syntax_rule = "RFC 3501 §9";
constexpr std::string_view literal_rule = "RFC 3501 §4.3";
constexpr std::string_view authenticate_rule = "RFC 3501 §6.2.2";
constexpr std::size_t max_challenge_answer = 4096;
constexpr std::size_t max_done_line = 64;
constexpr std::string_view idle_rule = "RFC 2177 §3";

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

void Server::handle_wakeup(Instant now, mail::MailStore& /*store*/) {
  if (state_ == ServerState::logout || waiting_ || now < deadline_) return;
  untagged("BYE idle for too long", "BYE");
  close("idle for too long");
}

void Server::work(Instant now, mail::MailStore& store) {
  while (!waiting_ && state_ != ServerState::logout) {
    if (authenticating_) {
      const auto line = framer_.next_raw_line(max_challenge_answer, LineReader::Ending::crlf_or_lf);
      if (!line) break;
      answer_to_challenge(*line);
      continue;
    }
    if (idling()) {
      const auto line = framer_.next_raw_line(max_done_line, LineReader::Ending::crlf_or_lf);
      if (!line) break;
      end_idle(now, *line, store);
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
  deadline_ = now + (state_ == ServerState::not_authenticated ? config_.login_timeout
                                                              : config_.idle_timeout);
  if (waiting_ && framer_.buffered() > config_.max_pending) {
    untagged("BYE too much input while a login was being decided", "BYE");
    close("too much input while a login was being decided");
  }
}

void Server::literal_announced(const LiteralAnnounced& literal) {
  const bool append = state_ != ServerState::not_authenticated && is_append(framer_.partial());
  const std::uint64_t limit =
      (append ? config_.max_message : config_.max_literal) + config_.max_line;
  const std::uint64_t have = framer_.partial().size();
  if (have < limit && literal.size <= limit - have) {
    framer_.accept_literal();
    if (literal.synchronising)
      out_.transmit("+ go ahead\r\n", NoteKind::continuation, "+", literal_rule);
    return;
  }
  if (literal.synchronising) return refuse(framer_.refuse_literal(), "[LIMIT] literal too long");
  // RFC 7888 §4: the bytes are on their way, and we will not read them.
  untagged("BYE [LIMIT] literal too long", "BYE");
  close("literal too long");
}

void Server::refuse(const Frame& frame, std::string_view text) {
  out_.note(NoteKind::violation, Flow::received, frame.begin, frame.end, "", syntax_rule);
  Parser parser(frame.text);
  const auto tag = parser.tag();
  bad(tag && parser.space() ? *tag : "*", std::string(text), syntax_rule);
}

void Server::run(Instant now, const Frame& frame, mail::MailStore& store) {
  if (frame.too_long) return refuse(frame, "command line too long");
  Parser args(frame.text);
  auto tag = args.tag();
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

void Server::answer_to_challenge(const StreamLine& line) {
  out_.note(NoteKind::continuation, Flow::received, line.begin, line.end, "", authenticate_rule);
  authenticating_ = false;
  if (line.too_long || line.text == "*")
    return bad(login_tag_, line.too_long ? "answer too long" : "AUTHENTICATE cancelled",
               authenticate_rule);
  ask_plain_login(login_tag_, line.text);
}

void Server::end_idle(Instant now, const StreamLine& line, mail::MailStore& store) {
  out_.note(NoteKind::continuation, Flow::received, line.begin, line.end, "DONE", idle_rule);
  const std::string tag = std::exchange(idle_tag_, {});
  if (line.too_long || upper(line.text) != "DONE")
    return bad(tag, "IDLE ends with DONE", idle_rule);
  idle_tag_ = tag;  // for the last updates
  handle_store_changed(now, store);
  idle_tag_.clear();
  tagged(tag, "OK", "IDLE completed", idle_rule);
}

void Server::handle_store_changed(Instant now, mail::MailStore& store) {
  if (!idling() || !view_ || state_ == ServerState::logout) return;
  static const Frame no_frame;
  Execution{*this, store, now, no_frame, Parser(""), idle_tag_, "IDLE", *find_command("IDLE"),
            false}
      .update(true);
}

/// RFC 4616: authorization identity NUL authentication identity NUL password.
void Server::ask_plain_login(std::string tag, std::string_view base64) {
  std::string text;
  if (!mail::base64_decode_strict(base64, text))
    return bad(tag, "the answer is not base64", authenticate_rule);
  const std::size_t first = text.find('\0');
  const std::size_t second = first == std::string::npos ? first : text.find('\0', first + 1);
  if (second == std::string::npos || text.find('\0', second + 1) != std::string::npos)
    return bad(tag, "the answer is not of the PLAIN mechanism", "RFC 4616 §2");
  std::string user = text.substr(first + 1, second - first - 1);
  if (first != 0 && text.substr(0, first) != user)
    return tagged(tag, "NO", "[AUTHORIZATIONFAILED] nobody acts for others here", "RFC 4616 §2");
  ask_login(std::move(tag), std::move(user), text.substr(second + 1), authenticate_rule);
}

void Server::ask_login(std::string tag, std::string user, std::string password,
                       std::string_view rule) {
  login_tag_ = std::move(tag);
  login_user_ = user;
  login_rule_ = rule;
  waiting_ = true;
  out_.emit(LoginAsked{std::move(user), std::move(password)});
}

void Server::decide_login(Instant now, bool ok, mail::MailStore& store, std::string_view account) {
  if (!waiting_ || state_ == ServerState::logout) return;
  waiting_ = false;
  const std::string name = account.empty() ? login_user_ : std::string(account);
  if (ok && store.has_account(name)) {
    account_ = name;
    state_ = ServerState::authenticated;
    out_.emit(LoggedIn{account_});
    tagged(login_tag_, "OK", "[CAPABILITY " + capabilities() + "] logged in", login_rule_);
  } else {
    tagged(login_tag_, "NO", "[AUTHENTICATIONFAILED] user name or password is wrong", login_rule_);
    if (++failed_logins_ >= config_.max_failed_logins) {
      untagged("BYE too many failed logins", "BYE");
      return close("too many failed logins");
    }
  }
  work(now, store);
}

Output<ServerEvent> Server::poll() {
  if (state_ == ServerState::logout || waiting_) return out_.pop(Idle{});
  return out_.pop(Idle{deadline_});
}

void Server::untagged(const std::string& text, std::string_view verb) {
  out_.transmit("* " + text + "\r\n", NoteKind::untagged, std::string(verb), response_rule(verb));
}

void Server::tagged(std::string_view tag, std::string_view status, const std::string& text,
                    std::string_view rule) {
  out_.transmit(std::string(tag) + " " + std::string(status) + " " + text + "\r\n", NoteKind::reply,
                std::string(status), rule);
}

void Server::bad(std::string_view tag, const std::string& text, std::string_view rule) {
  tagged(tag, "BAD", text, rule);
  if (++bad_commands_ < config_.max_bad_commands) return;
  untagged("BYE too many bad commands", "BYE");
  close("too many bad commands");
}

std::string Server::capabilities() const {
  const std::string before = state_ == ServerState::not_authenticated ? " SASL-IR AUTH=PLAIN" : "";
  return "IMAP4rev1 LITERAL+" + before + " ID IDLE NAMESPACE UNSELECT UIDPLUS MOVE STATUS=SIZE";
}

void Server::close(std::string reason) {
  state_ = ServerState::logout;
  waiting_ = false;
  view_.reset();
  framer_.clear();
  out_.shutdown();
  out_.emit(Closed{std::move(reason)});
}

}  // namespace posthorn::imap
