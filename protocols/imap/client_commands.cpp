// The client's commands: how each is sent, and what its success means.
#include <algorithm>
#include <utility>
#include <variant>

#include "protocols/imap/client.hpp"
#include "protocols/imap/mailbox_name.hpp"

namespace posthorn::imap {

Client::Text& Client::Text::add(std::string_view text) {
  chunks.back() += text;
  return *this;
}

Client::Text& Client::Text::add_string(std::string_view text) {
  const std::string quoted = quote(text);
  return quoted.front() == '{' ? add_literal(text) : add(quoted);
}

Client::Text& Client::Text::add_literal(std::string_view bytes, bool binary) {
  add((binary ? "~{" : "{") + std::to_string(bytes.size()) + (literal_plus ? "+}\r\n" : "}\r\n"));
  content_begin = size();
  content_size = bytes.size();
  if (!literal_plus) chunks.emplace_back();
  return add(bytes);
}

std::size_t Client::Text::size() const {
  std::size_t sum = 0;
  for (const std::string& chunk : chunks) sum += chunk.size();
  return sum;
}

Client::Text Client::text() const {
  Text text;
  text.literal_plus = can("LITERAL+");
  return text;
}

void Client::enqueue(Instant now, ClientCommand command) {
  if (phase_ == ClientPhase::closed) return;
  now_ = now;
  queue_.push_back(std::move(command));
  if (phase_ == ClientPhase::watch && watch_ == WatchState::begun) return end_watch();
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
  command_begin_ = out_.position();
  const std::string beginning = tag_ + " " + verb_ + (rest.size() == 0 ? "" : " ");
  content_begin_ = command_begin_ + beginning.size() + rest.content_begin;
  content_end_ = content_begin_ + rest.content_size;
  chunks_ = std::move(rest.chunks);
  chunks_.front().insert(0, beginning);
  chunks_.back() += "\r\n";
  send_chunk();
}

void Client::send_chunk() {
  out_.transmit(std::move(chunks_.front()));
  chunks_.pop_front();
  if (!chunks_.empty()) return;
  out_.note(NoteKind::command, Flow::sent, command_begin_, out_.position(), verb_, rule_);
  if (phase_ == ClientPhase::append)
    out_.note(NoteKind::content, Flow::sent, content_begin_, content_end_, "", rule_);
}

void Client::start(const Select& command) {
  selecting_ = Selected{};
  selecting_.read_only = command.read_only;
  last_uid_ = 0;
  Text line = text();
  line.add_string(encode_mailbox_name(command.mailbox));
  send(ClientPhase::select, command.read_only ? "EXAMINE" : "SELECT", std::move(line),
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
  Text line = text();
  line.add(std::to_string(std::uint64_t{fetch_.after_uid} + 1))
      .add(":* (UID FLAGS RFC822.SIZE ENVELOPE)");
  send(ClientPhase::list_new, "UID FETCH", std::move(line), "RFC 3501 §6.4.5");
}

void Client::start(const FetchKnown& command) {
  known_.messages.clear();
  Text line = text();
  line.add("1:").add(std::to_string(std::max(command.up_to_uid, 1U))).add(" (FLAGS)");
  send(ClientPhase::list_known, "UID FETCH", std::move(line), "RFC 4549 §4.3.1");
}

/// The next message of a FetchNew, or its end.
void Client::fetch_next() {
  if (fetch_at_ == to_fetch_.size()) {
    fetching_ = false;
    out_.emit(FetchDone{last_uid_, fetched_});
    return become_idle();
  }
  Text line = text();
  line.add(std::to_string(to_fetch_[fetch_at_])).add(" (BODY.PEEK[])");
  send(ClientPhase::fetch, "UID FETCH", std::move(line), "RFC 3501 §6.4.5");
}

void Client::start(const StoreFlags& command) { store(command.uid, command.how, command.flags); }

void Client::store(std::uint32_t uid, StoreFlags::How how, const mail::Flags& flags) {
  using How = StoreFlags::How;
  store_uid_ = uid;
  Text line = text();
  line.add(std::to_string(uid))
      .add(how == How::add      ? " +"
           : how == How::remove ? " -"
                                : " ")
      .add("FLAGS.SILENT (")
      .add(flags.to_string())
      .add(")");
  send(ClientPhase::store, "UID STORE", std::move(line), "RFC 3501 §6.4.6");
}

void Client::start(const Expunge& command) { expunge(command.uid); }

void Client::expunge(std::uint32_t uid) {
  expunged_ = 0;
  if (uid == 0 || !can("UIDPLUS"))
    return send(ClientPhase::expunge, "EXPUNGE", Text{}, "RFC 3501 §6.4.3");
  Text line = text();
  line.add(std::to_string(uid));
  send(ClientPhase::expunge, "UID EXPUNGE", std::move(line), "RFC 4315 §2.1");
}

void Client::start(const Append& command) {
  mailbox_ = command.mailbox;
  append_uid_ = 0;
  const std::string_view bytes = command.content == nullptr ? std::string_view() : *command.content;
  const bool binary = can("BINARY") && bytes.find('\0') != std::string_view::npos;
  Text line = text();
  line.add_string(encode_mailbox_name(command.mailbox)).add(" ");
  if (command.flags != mail::Flags{}) line.add("(" + command.flags.to_string() + ") ");
  line.add_literal(bytes, binary);
  send(ClientPhase::append, "APPEND", std::move(line), "RFC 3501 §6.3.11");
}

void Client::transfer(ClientPhase phase, std::string_view verb, std::string_view rule) {
  Text line = text();
  line.add(std::to_string(store_uid_)).add(" ").add_string(encode_mailbox_name(mailbox_));
  send(phase, verb, std::move(line), rule);
}

void Client::start(const Copy& command) {
  store_uid_ = command.uid;
  mailbox_ = command.mailbox;
  transfer(ClientPhase::copy, "UID COPY", "RFC 3501 §6.4.7");
}

void Client::start(const Move& command) {
  store_uid_ = command.uid;
  mailbox_ = command.mailbox;
  if (can("MOVE")) return transfer(ClientPhase::move, "UID MOVE", "RFC 6851 §3.2");
  move_ = command;  // its other two commands follow in command_ok()
  transfer(ClientPhase::copy, "UID COPY", "RFC 3501 §6.4.7");
}

void Client::start(const CreateMailbox& command) {
  mailbox_ = command.mailbox;
  Text line = text();
  line.add_string(encode_mailbox_name(command.mailbox));
  send(ClientPhase::create, "CREATE", std::move(line), "RFC 3501 §6.3.3");
}

void Client::start(const ListMailboxes& /*command*/) {
  Text line;
  line.add("\"\" \"*\"");
  send(ClientPhase::list, "LIST", std::move(line), "RFC 3501 §6.3.8");
}

void Client::start(const Watch& /*command*/) {
  watch_ = WatchState::asked;
  send(ClientPhase::watch, "IDLE", Text{}, "RFC 2177 §3");
}

void Client::end_watch() {
  watch_ = WatchState::ending;
  deadline_ = now_ + limits_.reply_timeout;
  out_.transmit("DONE\r\n", NoteKind::command, "DONE", "RFC 2177 §3");
}

void Client::start(const Noop& /*command*/) {
  send(ClientPhase::noop, "NOOP", Text{}, "RFC 3501 §6.1.2");
}

void Client::start(const Logout& /*command*/) {
  send(ClientPhase::logout, "LOGOUT", Text{}, "RFC 3501 §6.1.3");
}

void Client::command_ok() {
  switch (phase_) {
    case ClientPhase::capability:
      if (!secured_) return decide_tls();
      break;
    case ClientPhase::tls:
      return end_clear_input();
    case ClientPhase::login:
      logged_in();
      if (phase_ == ClientPhase::closed) return;
      break;
    case ClientPhase::select:
      fresh_ = true;
      out_.emit(selecting_);
      break;
    case ClientPhase::list_new:
      std::sort(to_fetch_.begin(), to_fetch_.end());
      to_fetch_.erase(std::unique(to_fetch_.begin(), to_fetch_.end()), to_fetch_.end());
      return fetch_next();
    case ClientPhase::list_known:
      std::ranges::sort(known_.messages, {}, &KnownListed::Known::uid);
      out_.emit(std::exchange(known_, {}));
      break;
    case ClientPhase::fetch:
      last_uid_ = to_fetch_[fetch_at_++];
      if (fetch_.mark_seen)
        return store(last_uid_, StoreFlags::How::add, mail::Flags{}.add(mail::SystemFlag::seen));
      return fetch_next();
    case ClientPhase::store:
      if (move_.uid != 0) return expunge(move_.uid);
      out_.emit(FlagsStored{store_uid_});
      if (fetching_) return fetch_next();
      break;
    case ClientPhase::noop:
      if (fetching_) return list_new();
      break;
    case ClientPhase::expunge:
      if (move_.uid != 0) {
        out_.emit(TransferDone{std::exchange(move_.uid, 0), mailbox_});
      } else {
        out_.emit(ExpungeDone{expunged_});
      }
      break;
    case ClientPhase::append:
      out_.emit(AppendDone{mailbox_, append_uid_});
      break;
    case ClientPhase::copy:
      if (move_.uid != 0)
        return store(move_.uid, StoreFlags::How::add, mail::Flags{}.add(mail::SystemFlag::deleted));
      out_.emit(TransferDone{store_uid_, mailbox_});
      break;
    case ClientPhase::move:
      out_.emit(TransferDone{store_uid_, mailbox_});
      break;
    case ClientPhase::create:
      out_.emit(MailboxCreated{mailbox_});
      break;
    case ClientPhase::list:
      out_.emit(ListDone{});
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
  const bool about_tls = phase_ == ClientPhase::capability || phase_ == ClientPhase::tls;
  if (about_tls && (secured_ || use_tls_ == UseTls::if_offered)) return become_idle();
  out_.emit(CommandFailed{tag_, phase_, text});
  if (about_tls) queue_.clear();
  if (phase_ == ClientPhase::login || phase_ == ClientPhase::select) queue_.clear();
  exchange_.reset();
  if (phase_ == ClientPhase::logout) return end(Done{});
  move_.uid = 0;
  if (fetching_) {  // what came so far counts; the rest is asked for next time
    fetching_ = false;
    out_.emit(FetchDone{last_uid_, fetched_});
  }
  become_idle();
}

}  // namespace posthorn::imap
