// A resolver's end of a TCP connection (RFC 7766): one query, one reply. What the reply is worth,
// the Resolver judges; this session only carries it.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <variant>

#include "protocols/core/outbox.hpp"
#include "protocols/core/session.hpp"
#include "protocols/dns/resolver.hpp"
#include "protocols/dns/stream.hpp"

namespace posthorn::dns {

/// For Resolver::handle_stream_message.
struct StreamReply {
  StreamId stream;
  std::string bytes;
  friend bool operator==(const StreamReply&, const StreamReply&) = default;
};
/// For Resolver::handle_stream_failed: the server hung up, or said nothing in time.
struct StreamFailed {
  StreamId stream;
  friend bool operator==(const StreamFailed&, const StreamFailed&) = default;
};
/// Exactly one of them ends every session.
using StreamEvent = std::variant<StreamReply, StreamFailed>;

class ClientSession {
 public:
  ClientSession(OpenStream order, Duration timeout)
      : stream_(order.stream), query_(std::move(order.bytes)), timeout_(timeout) {}

  [[nodiscard]] StreamId stream() const { return stream_; }

  void handle_connect(Instant now);
  void handle_bytes(Instant now, std::string_view bytes);
  void handle_eof(Instant now);
  void handle_wakeup(Instant now);

  Output<StreamEvent> poll() { return out_.pop(done_ ? Idle{} : Idle{deadline_}); }

 private:
  void finish(StreamEvent event);

  StreamId stream_;
  std::string query_;
  Duration timeout_;
  MessageBuffer input_;
  Outbox<StreamEvent> out_;
  std::optional<Instant> deadline_;
  bool done_ = false;
};

}  // namespace posthorn::dns
