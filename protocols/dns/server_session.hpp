// A name server's end of a TCP connection (RFC 7766): queries in, answers out in the same order.
#pragma once

#include <string_view>
#include <variant>

#include "protocols/core/outbox.hpp"
#include "protocols/core/session.hpp"
#include "protocols/dns/server.hpp"
#include "protocols/dns/stream.hpp"

namespace posthorn::dns {

class ServerSession {
 public:
  /// There is nothing to tell or to decide: the server is a value, and knows its troubles too.
  using Event = std::monostate;

  /// How long a client may say nothing (RFC 7766 §6.2.3: a few seconds, or more). Half a query
  /// counts as nothing.
  static constexpr Duration kIdleTimeout = std::chrono::seconds(10);

  /// The server's zones are shared, not copied.
  ServerSession(AuthoritativeServer server, Instant now)
      : server_(std::move(server)), deadline_(now + kIdleTimeout) {}

  [[nodiscard]] bool closed() const { return closed_; }

  /// From now on this one answers: the same zones, but something has gone wrong with it, or is
  /// right again.
  void set_server(AuthoritativeServer server) { server_ = std::move(server); }

  void handle_bytes(Instant now, std::string_view bytes);
  /// The client asks no more; what it has asked is answered still.
  void handle_eof(Instant now);
  void handle_wakeup(Instant now);

  /// Answers one query a call, so that a thousand of them never wait in memory as a thousand
  /// answers. Where the server is silent, the stream stays as open as ever.
  Output<Event> poll();

 private:
  void answer(const StreamMessage& query);
  void close();

  AuthoritativeServer server_;
  MessageBuffer input_;
  Outbox<Event> out_;
  Instant now_{};
  Instant deadline_;
  bool eof_ = false;
  bool closed_ = false;
};

}  // namespace posthorn::dns
