#include "protocols/dns/client_session.hpp"

namespace posthorn::dns {
namespace {

constexpr std::string_view kRule = "RFC 7766 §8";

}  // namespace

void ClientSession::handle_connect(Instant now) {
  deadline_ = now + timeout_;
  const Result<Message> query = decode(query_);
  const bool one = query.ok() && query->questions.size() == 1;
  out_.transmit(framed(query_), NoteKind::command,
                one ? to_string(query->questions.front().type) : "?", kRule);
}

void ClientSession::handle_bytes(Instant, std::string_view bytes) {
  if (done_) return;
  input_.append(bytes);
  std::optional<StreamMessage> reply = input_.next();
  if (!reply) return;
  const Result<Message> said = decode(reply->bytes);
  if (said.ok())
    out_.note(NoteKind::reply, Flow::received, reply->begin, reply->end,
              to_string(said->header.rcode), kRule);
  else
    out_.note(NoteKind::violation, Flow::received, reply->begin, reply->end, {}, "RFC 1035 §4.1");
  finish(StreamReply{stream_, std::move(reply->bytes)});
}

void ClientSession::handle_eof(Instant) {
  if (!done_) finish(StreamFailed{stream_});
}

void ClientSession::handle_wakeup(Instant now) {
  if (!done_ && deadline_ && now >= *deadline_) finish(StreamFailed{stream_});
}

/// One query a connection: whoever asked has what it wants, so we hang up (RFC 7766 §6.2.4).
void ClientSession::finish(StreamEvent event) {
  done_ = true;
  input_ = {};
  out_.emit(std::move(event));
  out_.shutdown();
}

}  // namespace posthorn::dns
