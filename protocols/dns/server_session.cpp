#include "protocols/dns/server_session.hpp"

namespace posthorn::dns {
namespace {

constexpr std::string_view kRule = "RFC 7766 §8";

}  // namespace

void ServerSession::handle_bytes(Instant now, std::string_view bytes) {
  now_ = now;
  if (!closed_) input_.append(bytes);
}

void ServerSession::handle_eof(Instant now) {
  now_ = now;
  eof_ = true;
}

void ServerSession::handle_wakeup(Instant now) {
  now_ = now;
  if (now >= deadline_) close();
}

Output<ServerSession::Event> ServerSession::poll() {
  if (out_.empty() && !closed_) {
    if (const std::optional<StreamMessage> query = input_.next())
      answer(*query);
    else if (eof_)
      close();
  }
  return out_.pop(closed_ ? Idle{} : Idle{deadline_});
}

void ServerSession::answer(const StreamMessage& query) {
  const Result<Header> header = decode_header(query.bytes);
  if (!header.ok() || header->response) {  // the rest of the stream cannot be trusted either
    out_.note(NoteKind::violation, Flow::received, query.begin, query.end, {}, "RFC 1035 §4.1.1");
    return close();
  }
  const Result<Message> asked = decode(query.bytes);
  const bool one = asked.ok() && asked->questions.size() == 1;
  out_.note(NoteKind::command, Flow::received, query.begin, query.end,
            one ? to_string(asked->questions.front().type) : "?", kRule);
  deadline_ = now_ + kIdleTimeout;
  const std::string reply = server_.respond(query.bytes, Transport::tcp);
  if (reply.empty()) return;  // silent, though it has heard
  out_.transmit(framed(reply), NoteKind::reply, to_string(decode(reply)->header.rcode), kRule);
}

void ServerSession::close() {
  if (closed_) return;
  closed_ = true;
  out_.shutdown();
}

}  // namespace posthorn::dns
