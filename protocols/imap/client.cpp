// The client's dialogue: framing in, and what each kind of response means.
#include "protocols/imap/client.hpp"

#include <algorithm>
#include <utility>

#include "protocols/imap/mailbox_name.hpp"
#include "protocols/mail/ascii.hpp"

namespace posthorn::imap {

namespace {

constexpr std::string_view syntax_rule = "RFC 3501 §9";
constexpr std::string_view greeting_rule = "RFC 3501 §7.1";
constexpr std::string_view continuation_rule = "RFC 3501 §7.5";
constexpr std::size_t max_capabilities = 200;

/// OK, NO, BAD, BYE and PREAUTH end in free text, which may look like a literal.
bool is_status(std::string_view line, std::string_view tag) {
  Parser parser(line);
  if (!parser.accept_word("* ") && (tag.empty() || !parser.accept_word(tag))) return false;
  parser.space();
  const auto word = parser.keyword();
  return word &&
         (*word == "OK" || *word == "NO" || *word == "BAD" || *word == "BYE" || *word == "PREAUTH");
}

}  // namespace

std::string_view to_string(ClientPhase phase) {
  static constexpr std::string_view names[] = {"greeting",
                                               "idle",
                                               "LOGIN",
                                               "SELECT",
                                               "FETCH (list)",
                                               "FETCH (known)",
                                               "FETCH (message)",
                                               "STORE",
                                               "EXPUNGE",
                                               "APPEND",
                                               "NOOP",
                                               "LOGOUT",
                                               "COPY",
                                               "MOVE",
                                               "CREATE",
                                               "LIST",
                                               "IDLE",
                                               "CAPABILITY",
                                               "STARTTLS",
                                               "closed"};
  return names[static_cast<std::size_t>(phase)];
}

void Client::handle_connect(Instant now) {
  now_ = now;
  deadline_ = now + limits_.reply_timeout;
}

void Client::handle_bytes(Instant now, std::string_view bytes) {
  if (phase_ == ClientPhase::closed) return;
  now_ = now;
  if (phase_ != ClientPhase::watch || watch_ != WatchState::begun)
    deadline_ = now + limits_.reply_timeout;
  framer_.append(bytes);
  while (phase_ != ClientPhase::closed && !shaking_hands_) {
    const Framer::Step step = framer_.next(limits_.max_line, LineReader::Ending::crlf);
    if (std::holds_alternative<NeedMore>(step)) break;
    if (const auto* literal = std::get_if<LiteralAnnounced>(&step)) {
      literal_announced(*literal);
    } else {
      handle_frame(std::get<Frame>(step));
    }
  }
}

void Client::handle_eof(Instant /*now*/) {
  if (phase_ == ClientPhase::closed) return;
  if (phase_ == ClientPhase::logout && bye_) return end(Done{});
  fail("the server closed the connection");
}

void Client::handle_wakeup(Instant now) {
  if (phase_ == ClientPhase::closed || phase_ == ClientPhase::idle || now < deadline_) return;
  now_ = now;
  if (phase_ == ClientPhase::watch && watch_ == WatchState::begun) {
    if (queue_.empty()) queue_.emplace_back(Watch{});  // once more
    return end_watch();
  }
  fail("the server did not answer in time");
}

Output<ClientEvent> Client::poll() {
  const bool waits = phase_ != ClientPhase::closed && phase_ != ClientPhase::idle;
  return out_.pop(waits ? Idle{deadline_} : Idle{});
}

void Client::literal_announced(const LiteralAnnounced& literal) {
  if (framer_.spoiled() || is_status(framer_.partial(), tag_))
    return handle_frame(framer_.refuse_literal());
  if (literal.size > limits_.max_literal ||
      framer_.partial().size() > limits_.max_literal + limits_.max_line - literal.size)
    return fail("a literal is too long");
  framer_.accept_literal();
}

void Client::handle_frame(const Frame& frame) {
  if (frame.too_long) {
    out_.note(NoteKind::violation, Flow::received, frame.begin, frame.end, "", syntax_rule);
    return fail("a response is too long");
  }
  if (phase_ == ClientPhase::greeting) return handle_greeting(frame);
  const std::string_view text = frame.text;
  if (text.substr(0, 2) == "* ") return handle_untagged(frame);
  if (text.substr(0, 1) == "+") return handle_continuation(frame);
  if (!tag_.empty() && text.substr(0, tag_.size()) == tag_ && text.substr(tag_.size(), 1) == " ")
    return handle_tagged(frame);
  out_.note(NoteKind::violation, Flow::received, frame.begin, frame.end, "", syntax_rule);
  fail("a response is neither untagged nor an answer to a command");
}

void Client::handle_greeting(const Frame& frame) {
  Parser parser(frame.text);
  const auto status = parser.accept_word("* ") ? parser.keyword() : std::nullopt;
  const bool known = status && (*status == "OK" || *status == "PREAUTH" || *status == "BYE");
  out_.note(known ? NoteKind::greeting : NoteKind::violation, Flow::received, frame.begin,
            frame.end, status.value_or(""), greeting_rule);
  if (!known) return fail("the greeting is not understood");
  if (*status == "BYE")
    return fail("the server refused: " + std::string(mail::trim(parser.rest())));
  out_.emit(Ready{});
  parser.space();
  if (parser.accept('[')) handle_code(parser);
  if (*status == "PREAUTH") {  // RFC 3501 §7.1.4: no LOGIN is needed, or allowed
    if (!queue_.empty() && std::holds_alternative<Login>(queue_.front())) queue_.pop_front();
    out_.emit(LoggedInClient{});
  }
  become_idle();
}

void Client::handle_continuation(const Frame& frame) {
  const bool idle_begins = phase_ == ClientPhase::watch && watch_ == WatchState::asked;
  const bool expected = idle_begins || !chunks_.empty() || exchange_;
  out_.note(expected ? NoteKind::continuation : NoteKind::violation, Flow::received, frame.begin,
            frame.end, "+", continuation_rule);
  if (!expected) return fail("the server asks for more, but there is no more");
  if (exchange_) return answer_challenge(std::string_view(frame.text).substr(1));
  if (!idle_begins) return send_chunk();
  watch_ = WatchState::begun;
  deadline_ = now_ + limits_.watch_renewal;
  if (!queue_.empty()) end_watch();
}

void Client::handle_untagged(const Frame& frame) {
  Parser parser(frame.text);
  parser.accept_word("* ");
  const auto number = parser.number();
  if (number) parser.space();
  const std::string verb = parser.keyword().value_or("");
  out_.note(verb.empty() ? NoteKind::violation : NoteKind::untagged, Flow::received, frame.begin,
            frame.end, verb, "RFC 3501 §7");
  if (verb == "FETCH")
    for (const ByteRange& literal : frame.literals)
      if (phase_ == ClientPhase::fetch)
        out_.note(NoteKind::content, Flow::received, literal.begin, literal.end, "",
                  "RFC 3501 §7.4.2");
  parser.space();
  if (verb.empty()) return fail("an untagged response is not understood");
  if (number) return handle_numbered(*number, verb, parser);
  if (verb == "OK" && parser.accept('[')) return handle_code(parser);
  if (verb == "CAPABILITY") return handle_capabilities(parser);
  if (verb == "LIST" && phase_ == ClientPhase::list) return handle_list(parser);
  if (verb != "BYE") return;
  bye_ = true;
  if (phase_ != ClientPhase::logout) fail("the server says goodbye: " + std::string(parser.rest()));
}

void Client::handle_numbered(std::uint32_t number, std::string_view verb, Parser rest) {
  if (verb == "FETCH") return handle_fetch(number, rest);
  if (verb == "EXPUNGE") {
    if (phase_ == ClientPhase::expunge) ++expunged_;
    if (exists_ > 0) --exists_;
    out_.emit(MessageGone{number});
    return;
  }
  if (verb != "EXISTS") return;
  exists_ = number;
  if (phase_ == ClientPhase::select) {
    selecting_.exists = number;
  } else {
    out_.emit(ExistsChanged{number});
  }
}

/// "[UIDNEXT 7]" and its like, behind the bracket.
void Client::handle_code(Parser code) {
  const std::string word = code.keyword().value_or("");
  if (!code.space()) return;
  if (word == "UIDVALIDITY") selecting_.uid_validity = code.number().value_or(0);
  if (word == "UIDNEXT") selecting_.uid_next = code.number().value_or(0);
  if (word == "CAPABILITY") handle_capabilities(code);
  if (word == "APPENDUID" && code.number() && code.space())
    append_uid_ = code.nz_number().value_or(0);
}

void Client::handle_capabilities(Parser words) {
  capabilities_.clear();
  do {
    const auto word = words.keyword();
    if (!word || capabilities_.size() == max_capabilities) return;
    capabilities_.insert(*word);
  } while (words.space());
}

/// (\HasNoChildren \Sent) "/" name
void Client::handle_list(Parser rest) {
  MailboxListed listed;
  bool ok = rest.accept('(');
  for (bool more = ok && rest.peek() != ')'; more; more = rest.space()) {
    const std::size_t begin = rest.place();
    ok = rest.accept('\\') && rest.atom();
    if (!ok) break;
    listed.attributes.emplace_back(rest.since(begin));
  }
  ok = ok && rest.accept(')') && rest.space() && (rest.string() || rest.accept_word("NIL")) &&
       rest.space();
  const auto name = ok ? rest.astring() : std::nullopt;
  if (!name) return fail("a LIST response is not understood");
  listed.mailbox = decode_mailbox_name(*name).value_or(*name);
  out_.emit(std::move(listed));
}

/// What a FETCH response tells, as far as we asked for it.
struct Client::Fetched {
  MessageListed listed;
  std::shared_ptr<const std::string> content;
  bool has_envelope = false;
  bool has_flags = false;

  /// One item, "FLAGS (\Seen)" for instance; whatever else is there is skipped.
  bool read(Parser& items) {
    const std::string name = items.item_name().value_or("");
    const bool section = items.accept('[');
    const bool everything = section && items.peek() == ']';
    bool ok = !name.empty() && (!section || items.skip_past(']'));
    if (ok && items.accept('<')) ok = items.skip_past('>');
    if (!ok || !items.space()) return false;
    const std::size_t begin = items.place();
    if (name == "UID") {
      listed.uid = items.nz_number().value_or(0);
      return listed.uid != 0;
    }
    if (name == "FLAGS") {
      auto flags = items.flag_list(true);
      has_flags = flags.has_value();
      if (flags) listed.flags = std::move(*flags);
      return has_flags;
    }
    if (name == "RFC822.SIZE") {
      const auto size = items.number64();
      listed.size = size.value_or(0);
      return size.has_value();
    }
    if (name == "BODY" && everything && items.peek() != 'N') return read_content(items);
    if (!items.skip_value()) return false;
    has_envelope = has_envelope || name == "ENVELOPE";
    if (name == "ENVELOPE") listed.envelope = std::string(items.since(begin));
    return true;
  }
  bool read_content(Parser& items) {
    auto bytes = items.string();
    if (bytes) content = std::make_shared<const std::string>(std::move(*bytes));
    return bytes.has_value();
  }
};

void Client::handle_fetch(std::uint32_t number, Parser items) {
  Fetched fetched;
  bool ok = items.accept('(');
  while (ok && !items.accept(')')) {
    ok = fetched.read(items);
    items.space();
  }
  if (!ok) return fail("a FETCH response is not understood");
  MessageListed& listed = fetched.listed;
  if (phase_ == ClientPhase::list_new && fetched.has_envelope && listed.uid > fetch_.after_uid) {
    if (to_fetch_.size() == limits_.max_listed) return fail("the server lists too many messages");
    to_fetch_.push_back(listed.uid);
    out_.emit(std::move(listed));
  } else if (phase_ == ClientPhase::list_known && fetched.has_flags && listed.uid != 0) {
    if (known_.messages.size() == limits_.max_listed)
      return fail("the server lists too many messages");
    known_.messages.push_back({listed.uid, std::move(listed.flags)});
  } else if (phase_ == ClientPhase::fetch && fetched.content != nullptr &&
             listed.uid == to_fetch_[fetch_at_]) {
    ++fetched_;
    out_.emit(MessageReceived{listed.uid, std::move(fetched.content)});
  } else if (fetched.has_flags && !fetched.has_envelope) {
    out_.emit(FlagsNoticed{number, std::move(listed.flags)});
  }
}

void Client::handle_tagged(const Frame& frame) {
  Parser parser(std::string_view(frame.text).substr(tag_.size() + 1));
  const std::string status = parser.keyword().value_or("");
  const bool known = status == "OK" || status == "NO" || status == "BAD";
  out_.note(known ? NoteKind::reply : NoteKind::violation, Flow::received, frame.begin, frame.end,
            status, rule_);
  if (!known) return fail("the answer is neither OK, NO nor BAD");
  parser.space();
  chunks_.clear();
  if (status == "OK") {
    Parser code = parser;
    if (code.accept('[')) handle_code(code);
  }
  if (status != "OK") return command_failed(std::string(parser.rest()));
  if (phase_ == ClientPhase::select)
    selecting_.read_only =
        selecting_.read_only || mail::iequals(parser.rest().substr(0, 11), "[READ-ONLY]");
  command_ok();
}

void Client::fail(std::string reason) { end(SessionFailed{phase_, std::move(reason)}); }

void Client::end(ClientEvent last) {
  phase_ = ClientPhase::closed;
  framer_.clear();
  queue_.clear();
  chunks_.clear();
  out_.shutdown();
  out_.emit(std::move(last));
}

}  // namespace posthorn::imap
