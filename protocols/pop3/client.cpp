#include "protocols/pop3/client.hpp"

#include <algorithm>
#include <utility>

#include "protocols/pop3/text.hpp"

namespace posthorn::pop3 {

namespace {

constexpr std::string_view basic_rule = "RFC 1939 §3";
constexpr std::size_t max_capabilities = 1000;

bool breaks_line(std::string_view text) {
  return text.find_first_of(std::string_view("\r\n\0", 3)) != std::string_view::npos;
}

}  // namespace

std::string_view to_string(ClientPhase phase) {
  static constexpr std::string_view names[] = {"greeting", "CAPA", "USER", "PASS", "UIDL",
                                               "LIST",     "RETR", "DELE", "QUIT", "closed"};
  return names[static_cast<std::size_t>(phase)];
}

void Pop3Client::handle_connect(Instant now) {
  deadline_ = now + config_.reply_timeout;
  if (breaks_line(config_.user) || breaks_line(config_.password))
    fail("the user name or password contains a line break");
}

void Pop3Client::handle_bytes(Instant now, std::string_view bytes) {
  if (phase_ == ClientPhase::closed) return;
  deadline_ = now + config_.reply_timeout;
  reader_.append(bytes);
  while (phase_ != ClientPhase::closed) {
    const bool content = in_body_ && phase_ == ClientPhase::retr;
    const std::size_t limit = content ? config_.max_message - body_.size() + 3 : config_.max_line;
    const auto line = reader_.next_line(limit, LineReader::Ending::crlf);
    if (!line) break;
    if (line->too_long) {
      out_.note(NoteKind::violation, Flow::received, line->begin, line->end, "", basic_rule);
      fail("a line of the reply is too long");
    } else if (in_body_) {
      handle_body_line(*line);
    } else {
      handle_status(*line);
    }
  }
}

void Pop3Client::handle_eof(Instant /*now*/) {
  if (phase_ == ClientPhase::closed) return;
  if (phase_ == ClientPhase::quit && (deleting_.empty() || failure_)) {
    deleting_.clear();  // nothing confirms them
    return finish();
  }
  fail("the server closed the connection");
}

void Pop3Client::handle_wakeup(Instant now) {
  if (phase_ != ClientPhase::closed && now >= deadline_) fail("the server did not answer in time");
}

Output<ClientEvent> Pop3Client::poll() {
  return out_.pop(phase_ == ClientPhase::closed ? Idle{} : Idle{deadline_});
}

void Pop3Client::handle_status(const StreamLine& line) {
  const bool ok = line.text.substr(0, 3) == "+OK";
  const bool err = line.text.substr(0, 4) == "-ERR";
  if (!ok && !err) {
    out_.note(NoteKind::violation, Flow::received, line.begin, line.end, "", basic_rule);
    return fail("the reply is neither +OK nor -ERR");
  }
  begin_ = line.begin;
  const bool lines_follow = ok && (phase_ == ClientPhase::capa || phase_ == ClientPhase::list ||
                                   phase_ == ClientPhase::uidl || phase_ == ClientPhase::retr);
  const bool whole = !lines_follow || phase_ == ClientPhase::retr;
  if (whole)
    out_.note(phase_ == ClientPhase::greeting ? NoteKind::greeting : NoteKind::reply,
              Flow::received, line.begin, line.end, ok ? "+OK" : "-ERR", rule_);
  if (lines_follow) {
    in_body_ = true;
    body_.clear();
    body_lines_ = 0;
    if (phase_ == ClientPhase::retr) begin_ = line.end;
  } else if (ok) {
    status_ok();
  } else {
    status_err(line.text.size() > 5 ? line.text.substr(5) : "the server refused");
  }
}

void Pop3Client::status_ok() {
  switch (phase_) {
    case ClientPhase::greeting:
      return ask(ClientPhase::capa, "CAPA", "", "RFC 2449 §5");
    case ClientPhase::user:
      return ask(ClientPhase::pass, "PASS", config_.password, "RFC 1939 §7");
    case ClientPhase::pass:
      out_.emit(LoggedInClient{});
      return ask(ClientPhase::list, "LIST", "", "RFC 1939 §5");
    case ClientPhase::dele:
      deleting_.push_back(entries_[at_]);
      ++at_;
      return next_message();
    default:  // quit; the others have a body
      return finish();
  }
}

void Pop3Client::status_err(const std::string& text) {
  switch (phase_) {
    case ClientPhase::greeting:
      return fail(text);
    case ClientPhase::capa:  // RFC 2449 is optional: UIDL may still be there
      return ask(ClientPhase::user, "USER", config_.user, "RFC 1939 §7");
    case ClientPhase::uidl:
      return announce_list();
    case ClientPhase::quit:
      if (!failure_ && !deleting_.empty()) failure_ = SessionFailed{phase_, text};
      deleting_.clear();
      return finish();
    default:
      return quit_because(text);
  }
}

void Pop3Client::handle_body_line(const StreamLine& line) {
  std::string_view text = line.text;
  if (text == ".") return body_complete(line.end);
  if (text.substr(0, 1) == ".") text.remove_prefix(1);  // RFC 1939 §3: undo the stuffing
  if (phase_ == ClientPhase::retr) {
    if (body_.size() + text.size() + 2 > config_.max_message)
      return fail("the message is too large");
    body_.append(text).append("\r\n");
    return;
  }
  const std::size_t most = phase_ == ClientPhase::capa ? max_capabilities : config_.max_messages;
  if (++body_lines_ > most) return fail("the reply has too many lines");
  if (phase_ == ClientPhase::capa) {
    body_.append(text).append("\r\n");
  } else if (phase_ == ClientPhase::list) {
    parse_list_line(text);
  } else {
    parse_uidl_line(text);
  }
}

void Pop3Client::body_complete(std::uint64_t end) {
  in_body_ = false;
  const bool content = phase_ == ClientPhase::retr;
  out_.note(content ? NoteKind::content : NoteKind::reply, Flow::received, begin_, end,
            content ? "" : "+OK", rule_);
  switch (phase_) {
    case ClientPhase::capa:
      has_uidl_ = ("\r\n" + body_).find("\r\nUIDL\r\n") != std::string::npos;
      return ask(ClientPhase::user, "USER", config_.user, "RFC 1939 §7");
    case ClientPhase::list:
      if (has_uidl_) return ask(ClientPhase::uidl, "UIDL", "", "RFC 1939 §7");
      return announce_list();
    case ClientPhase::uidl:
      return announce_list();
    default: {
      const ListEntry& entry = entries_[at_];
      out_.emit(MessageReceived{entry.number, entry.uidl,
                                std::make_shared<const std::string>(std::move(body_))});
      body_.clear();
      return after_retrieval();
    }
  }
}

/// "1 120": numbers ascend, so that a number can be looked up.
void Pop3Client::parse_list_line(std::string_view line) {
  const auto which = number(word(line));
  const auto size = number(word(line));
  const std::uint64_t last = entries_.empty() ? 0 : entries_.back().number;
  if (!which || !size || *which <= last || *which > 0xffff'ffffU)
    return fail("a line of LIST is not understood");
  ListEntry entry;
  entry.number = static_cast<std::uint32_t>(*which);
  entry.size = *size;
  entries_.push_back(std::move(entry));
}

void Pop3Client::parse_uidl_line(std::string_view line) {
  const auto which = number(word(line));
  const std::string_view id = word(line);
  if (!which || id.empty() || id.size() > 255) return fail("a line of UIDL is not understood");
  const auto at =
      std::lower_bound(entries_.begin(), entries_.end(), *which,
                       [](const ListEntry& e, std::uint64_t n) { return e.number < n; });
  if (at != entries_.end() && at->number == *which) at->uidl = std::string(id);
}

void Pop3Client::announce_list() {
  std::vector<std::string> seen = config_.already_seen_uidls;
  std::sort(seen.begin(), seen.end());
  for (ListEntry& entry : entries_)
    entry.is_new = entry.uidl.empty() || !std::binary_search(seen.begin(), seen.end(), entry.uidl);
  out_.emit(ListReceived{entries_});
  next_message();
}

/// RETR what is new; what was fetched (now or before) goes, unless it is to stay.
void Pop3Client::next_message() {
  while (at_ < entries_.size() && !entries_[at_].is_new && config_.leave_on_server) ++at_;
  if (at_ == entries_.size()) return quit();
  if (!entries_[at_].is_new) return after_retrieval();
  ask(ClientPhase::retr, "RETR", std::to_string(entries_[at_].number), "RFC 1939 §5");
}

void Pop3Client::after_retrieval() {
  if (config_.leave_on_server) {
    ++at_;
    return next_message();
  }
  ask(ClientPhase::dele, "DELE", std::to_string(entries_[at_].number), "RFC 1939 §5");
}

void Pop3Client::ask(ClientPhase phase, std::string_view verb, const std::string& argument,
                     std::string_view rule) {
  phase_ = phase;
  rule_ = rule;
  std::string line(verb);
  if (!argument.empty()) line += " " + argument;
  out_.transmit(line + "\r\n", NoteKind::command, std::string(verb), rule);
}

void Pop3Client::quit() { ask(ClientPhase::quit, "QUIT", "", "RFC 1939 §6"); }

void Pop3Client::quit_because(std::string reason) {
  failure_ = SessionFailed{phase_, std::move(reason)};
  quit();
}

/// QUIT was answered: the server has done (or refused) its update.
void Pop3Client::finish() {
  for (const ListEntry& entry : deleting_) out_.emit(MessageDeleted{entry.number, entry.uidl});
  if (failure_) return end(*failure_);
  end(Done{});
}

void Pop3Client::fail(std::string reason) { end(SessionFailed{phase_, std::move(reason)}); }

void Pop3Client::end(ClientEvent last) {
  phase_ = ClientPhase::closed;
  reader_.clear();
  out_.shutdown();
  out_.emit(std::move(last));
}

}  // namespace posthorn::pop3
