// The client's commands: how each is sent, and what its success means.
#include <algorithm>
#include <utility>
#include <variant>

#include "protocols/imap/client.hpp"

namespace posthorn::imap {

Client::Text& Client::Text::add(std::string_view text) {
  chunks.back() += text;
  return *this;
}

Client::Text& Client::Text::add_string(std::string_view text) {
  const std::string quoted = quote(text);
  return quoted.front() == '{' ? add_literal(text) : add(quoted);
}

Client::Text& Client::Text::add_literal(std::string_view bytes) {
  add("{" + std::to_string(bytes.size()) + "}\r\n");
  chunks.emplace_back(bytes);
  return *this;
}

void Client::enqueue(Instant now, ClientCommand command) {
  if (phase_ == ClientPhase::closed) return;
  queue_.push_back(std::move(command));
  if (phase_ != ClientPhase::idle) return;
  deadline_ = now + limits_.reply_timeout;
  become_idle();
}

/// The command under way is over: the next one, if there is one.
void Client::become_idle() {
  phase_ = ClientPhase::idle;
  tag_.clear();
  if (queue_.empty()) return;
  const ClientCommand command = std::move(queue_.front());
  queue_.pop_front();
  std::visit([this](const auto& c) { start(c); }, command);
}

void Client::send(ClientPhase phase, std::string_view verb, Text rest, std::string_view rule) {
  phase_ = phase;
  tag_ = "a" + std::to_string(++tags_);
  verb_ = std::string(verb);
  rule_ = rule;
  chunks_ = std::move(rest.chunks);
  chunks_.front().insert(0, tag_ + " " + verb_ + (chunks_.front().empty() ? "" : " "));
  chunks_.back() += "\r\n";
  command_begin_ = out_.position();
  send_chunk();
}

void Client::send_chunk() {
  const std::uint64_t begin = out_.position();
  const std::size_t size = chunks_.front().size();
  out_.transmit(std::move(chunks_.front()));
  chunks_.pop_front();
  if (!chunks_.empty()) return;
  out_.note(NoteKind::command, Flow::sent, command_begin_, out_.position(), verb_, rule_);
  if (phase_ == ClientPhase::append && begin != command_begin_)
    out_.note(NoteKind::content, Flow::sent, begin, begin + size - 2, "", rule_);
}

void Client::start(const Login& command) {
  Text text;
  text.add_string(command.user).add(" ").add_string(command.password);
  send(ClientPhase::login, "LOGIN", std::move(text), "RFC 3501 §6.2.3");
}

void Client::start(const Select& command) {
  selecting_ = Selected{};
  selecting_.read_only = command.read_only;
  last_uid_ = 0;
  Text text;
  text.add_string(command.mailbox);
  send(ClientPhase::select, command.read_only ? "EXAMINE" : "SELECT", std::move(text),
       command.read_only ? "RFC 3501 §6.3.2" : "RFC 3501 §6.3.1");
}

void Client::start(const FetchNew& command) {
  fetching_ = true;
  fetch_ = command;
  fetch_.after_uid = std::max(command.after_uid, last_uid_);
  last_uid_ = fetch_.after_uid;
  to_fetch_.clear();
  fetch_at_ = 0;
  fetched_ = 0;
  if (fresh_) return list_new();
  // A server tells of new messages at the end of a command: give it an occasion first.
  start(Noop{});
}

void Client::list_new() {
  fresh_ = false;
  Text text;
  text.add(std::to_string(std::uint64_t{fetch_.after_uid} + 1))
      .add(":* (UID FLAGS RFC822.SIZE ENVELOPE)");
  send(ClientPhase::list_new, "UID FETCH", std::move(text), "RFC 3501 §6.4.5");
}

/// The next message of a FetchNew, or its end.
void Client::fetch_next() {
  if (fetch_at_ == to_fetch_.size()) {
    fetching_ = false;
    out_.emit(FetchDone{last_uid_, fetched_});
    return become_idle();
  }
  Text text;
  text.add(std::to_string(to_fetch_[fetch_at_])).add(" (BODY.PEEK[])");
  send(ClientPhase::fetch, "UID FETCH", std::move(text), "RFC 3501 §6.4.5");
}

void Client::start(const StoreFlags& command) { store(command.uid, command.how, command.flags); }

void Client::store(std::uint32_t uid, StoreFlags::How how, const mail::Flags& flags) {
  using How = StoreFlags::How;
  store_uid_ = uid;
  Text text;
  text.add(std::to_string(uid))
      .add(how == How::add      ? " +"
           : how == How::remove ? " -"
                                : " ")
      .add("FLAGS.SILENT (")
      .add(flags.to_string())
      .add(")");
  send(ClientPhase::store, "UID STORE", std::move(text), "RFC 3501 §6.4.6");
}

void Client::start(const Expunge& /*command*/) {
  expunged_ = 0;
  send(ClientPhase::expunge, "EXPUNGE", Text{}, "RFC 3501 §6.4.3");
}

void Client::start(const Append& command) {
  append_mailbox_ = command.mailbox;
  Text text;
  text.add_string(command.mailbox).add(" ");
  if (command.flags != mail::Flags{}) text.add("(" + command.flags.to_string() + ") ");
  text.add_literal(command.content == nullptr ? std::string_view() : *command.content);
  send(ClientPhase::append, "APPEND", std::move(text), "RFC 3501 §6.3.11");
}

void Client::start(const Noop& /*command*/) {
  send(ClientPhase::noop, "NOOP", Text{}, "RFC 3501 §6.1.2");
}

void Client::start(const Logout& /*command*/) {
  send(ClientPhase::logout, "LOGOUT", Text{}, "RFC 3501 §6.1.3");
}

void Client::command_ok() {
  switch (phase_) {
    case ClientPhase::login:
      out_.emit(LoggedInClient{});
      break;
    case ClientPhase::select:
      fresh_ = true;
      out_.emit(selecting_);
      break;
    case ClientPhase::list_new:
      std::sort(to_fetch_.begin(), to_fetch_.end());
      to_fetch_.erase(std::unique(to_fetch_.begin(), to_fetch_.end()), to_fetch_.end());
      return fetch_next();
    case ClientPhase::fetch:
      last_uid_ = to_fetch_[fetch_at_++];
      if (fetch_.mark_seen)
        return store(last_uid_, StoreFlags::How::add, mail::Flags{}.add(mail::SystemFlag::seen));
      return fetch_next();
    case ClientPhase::store:
      out_.emit(FlagsStored{store_uid_});
      if (fetching_) return fetch_next();
      break;
    case ClientPhase::noop:
      if (fetching_) return list_new();
      break;
    case ClientPhase::expunge:
      out_.emit(ExpungeDone{expunged_});
      break;
    case ClientPhase::append:
      out_.emit(AppendDone{append_mailbox_});
      break;
    case ClientPhase::logout:
      return end(Done{});
    default:
      break;
  }
  become_idle();
}

/// Without a login or a mailbox the commands that wait would make no sense.
void Client::command_failed(const std::string& text) {
  out_.emit(CommandFailed{tag_, phase_, text});
  if (phase_ == ClientPhase::login || phase_ == ClientPhase::select) queue_.clear();
  if (phase_ == ClientPhase::logout) return end(Done{});
  if (fetching_) {  // what came so far counts; the rest is asked for next time
    fetching_ = false;
    out_.emit(FetchDone{last_uid_, fetched_});
  }
  become_idle();
}

}  // namespace posthorn::imap
