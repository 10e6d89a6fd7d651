// What the server says, and what it means for the visit. client_commands.cpp has what we say.
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

bool has_body(ClientPhase phase) {
  return phase == ClientPhase::capa || phase == ClientPhase::list || phase == ClientPhase::uidl ||
         phase == ClientPhase::retr;
}

/// RFC 1939 §7: "+OK ready <1896.697170952@dbc.mtview.ca.us>", if there is one.
std::string time_stamp_of(std::string_view greeting) {
  const std::size_t open = greeting.find('<');
  const std::size_t close = greeting.find('>', open);
  if (open == std::string_view::npos || close == std::string_view::npos) return {};
  return std::string(greeting.substr(open, close + 1 - open));
}

}  // namespace

std::string_view to_string(ClientPhase phase) {
  static constexpr std::string_view names[] = {"greeting", "CAPA", "STLS", "UTF8",  "USER",
                                               "PASS",     "APOP", "AUTH", "LIST",  "UIDL",
                                               "RETR",     "DELE", "QUIT", "closed"};
  return names[static_cast<std::size_t>(phase)];
}

ClientPhase Pop3Client::phase() const {
  if (shaking_hands_) return ClientPhase::stls;
  return closed_ || asked_.empty() ? ClientPhase::closed : asked_.front().phase;
}

void Pop3Client::handle_connect(Instant now) {
  deadline_ = now + config_.reply_timeout;
  if (breaks_line(config_.user) || breaks_line(config_.password))
    fail("the user name or password contains a line break");
}

void Pop3Client::handle_bytes(Instant now, std::string_view bytes) {
  if (closed_) return;
  deadline_ = now + config_.reply_timeout;
  reader_.append(bytes);
  while (!closed_ && !shaking_hands_) {
    const bool content = in_body_ && phase() == ClientPhase::retr;
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
  if (closed_) return;
  if (phase() == ClientPhase::quit && (deleting_.empty() || failure_)) {
    deleting_.clear();  // nothing confirms them
    return finish();
  }
  fail("the server closed the connection");
}

void Pop3Client::handle_wakeup(Instant now) {
  if (!closed_ && now >= deadline_) fail("the server did not answer in time");
}

Output<ClientEvent> Pop3Client::poll() { return out_.pop(closed_ ? Idle{} : Idle{deadline_}); }

void Pop3Client::handle_status(const StreamLine& line) {
  const bool ok = line.text.substr(0, 3) == "+OK";
  const bool err = line.text.substr(0, 4) == "-ERR";
  if (!ok && exchange_ && line.text.substr(0, 1) == "+") return answer_challenge(line);
  if ((!ok && !err) || asked_.empty()) {
    out_.note(NoteKind::violation, Flow::received, line.begin, line.end, "", basic_rule);
    return fail(ok || err ? "a reply to nothing" : "the reply is neither +OK nor -ERR");
  }
  const Asked asked = asked_.front();
  const bool lines_follow = ok && has_body(asked.phase);
  if (!lines_follow || asked.phase == ClientPhase::retr)
    out_.note(asked.phase == ClientPhase::greeting ? NoteKind::greeting : NoteKind::reply,
              Flow::received, line.begin, line.end, ok ? "+OK" : "-ERR", asked.rule);
  if (lines_follow) {
    in_body_ = true;
    body_.clear();
    body_lines_ = 0;
    begin_ = asked.phase == ClientPhase::retr ? line.end : line.begin;
    return;
  }
  asked_.pop_front();
  if (ok) return status_ok(asked, line.text);
  status_err(asked, line.text.size() > 5 ? line.text.substr(5) : "the server refused");
}

void Pop3Client::status_ok(const Asked& asked, const std::string& text) {
  switch (asked.phase) {
    case ClientPhase::greeting:
      time_stamp_ = time_stamp_of(text);
      return ask(ClientPhase::capa, "CAPA", "", "RFC 2449 §5");
    case ClientPhase::stls:
      return end_clear_input();
    case ClientPhase::utf8:
      return log_in();
    case ClientPhase::user:
      return ask(ClientPhase::pass, "PASS", config_.password, "RFC 1939 §7");
    case ClientPhase::pass:
    case ClientPhase::apop:
    case ClientPhase::auth:
      return logged_in();
    case ClientPhase::dele:
      deleting_.push_back(asked.entry);
      return go_on();
    default:  // quit; the others have a body
      return finish();
  }
}

void Pop3Client::status_err(const Asked& asked, const std::string& text) {
  switch (asked.phase) {
    case ClientPhase::greeting:
      asked_.push_front(asked);
      return fail(text);
    case ClientPhase::capa:  // RFC 2449 is optional: UIDL may still be there
      return get_secured();
    case ClientPhase::stls:
      if (config_.tls == UseTls::if_offered) return introduce();
      return quit_because(asked.phase, text);
    case ClientPhase::utf8:
      return log_in();
    case ClientPhase::uidl:
      has_uidl_ = false;
      return announce_list();
    case ClientPhase::quit:
      if (!failure_ && !deleting_.empty()) failure_ = SessionFailed{asked.phase, text};
      deleting_.clear();
      return finish();
    default:
      return quit_because(asked.phase, auth_problem_.empty() ? text : auth_problem_);
  }
}

void Pop3Client::handle_body_line(const StreamLine& line) {
  std::string_view text = line.text;
  if (text == ".") return body_complete(line.end);
  if (text.substr(0, 1) == ".") text.remove_prefix(1);  // RFC 1939 §3: undo the stuffing
  const ClientPhase now = phase();
  if (now == ClientPhase::retr) {
    if (body_.size() + text.size() + 2 > config_.max_message)
      return fail("the message is too large");
    body_.append(text).append("\r\n");
    return;
  }
  const std::size_t most = now == ClientPhase::capa ? max_capabilities : config_.max_messages;
  if (++body_lines_ > most) return fail("the reply has too many lines");
  if (now == ClientPhase::capa) {
    offer_.add(text);
  } else if (now == ClientPhase::list) {
    parse_list_line(text);
  } else {
    parse_uidl_line(text);
  }
}

void Pop3Client::body_complete(std::uint64_t end) {
  in_body_ = false;
  const Asked asked = asked_.front();
  asked_.pop_front();
  const bool content = asked.phase == ClientPhase::retr;
  out_.note(content ? NoteKind::content : NoteKind::reply, Flow::received, begin_, end,
            content ? "" : "+OK", asked.rule);
  switch (asked.phase) {
    case ClientPhase::capa:
      has_uidl_ = offer_.has("UIDL");
      return get_secured();
    case ClientPhase::list:
      if (!has_uidl_) return announce_list();
      if (asked_.empty()) ask(ClientPhase::uidl, "UIDL", "", "RFC 1939 §7");
      return;
    case ClientPhase::uidl:
      return announce_list();
    default: {
      const ListEntry& entry = entries_[asked.entry];
      out_.emit(MessageReceived{entry.number, entry.uidl,
                                std::make_shared<const std::string>(std::move(body_))});
      body_.clear();
      if (!config_.leave_on_server) to_delete_.push_back(asked.entry);
      return go_on();
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
  if (failure_) return;
  std::vector<std::string> seen = config_.already_seen_uidls;
  std::sort(seen.begin(), seen.end());
  for (ListEntry& entry : entries_)
    entry.is_new = entry.uidl.empty() || !std::binary_search(seen.begin(), seen.end(), entry.uidl);
  out_.emit(ListReceived{entries_});
  plan_visit();
  go_on();
}

}  // namespace posthorn::pop3
