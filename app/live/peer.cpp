#include "app/live/peer.hpp"

#include <algorithm>
#include <array>
#include <asio/write.hpp>
#include <string_view>
#include <utility>

namespace posthorn::app {
namespace {

constexpr std::size_t kShortQuery = 64;

/// What came behind STLS or STARTTLS in clear belongs to it: the session throws it away, and
/// nothing of it may come to TLS as if it were the client's part of the handshake.
bool asks_for_tls(std::string_view line) {
  constexpr std::array<std::string_view, 2> verbs = {"STLS", "STARTTLS"};
  return std::ranges::any_of(verbs, [&](std::string_view verb) {
    return !std::ranges::search(line, verb, [](char c, char v) {
              return c == v || c == (v | 0x20);
            }).empty();
  });
}

}  // namespace

IpAddress to_ip_address(const asio::ip::address& address) {
  IpAddress out;
  out.v6 = address.is_v6();
  if (out.v6)
    std::ranges::copy(address.to_v6().to_bytes(), out.bytes.begin());
  else
    std::ranges::copy(address.to_v4().to_bytes(), out.bytes.begin());
  return out;
}

Peer::Peer(LiveServer& server, asio::ip::tcp::socket socket, const asio::ip::tcp::endpoint& remote,
           const Endpoint& endpoint)
    : server_(server),
      socket_(std::move(socket)),
      remote_(remote),
      endpoint_(endpoint),
      name_(server.world().take_name()) {}

void Peer::start() {
  asio::error_code error;
  socket_.non_blocking(true, error);
  if (blocked()) {
    if (gave_up()) return drop(trace::CloseReason::reset);
    return server_.add_waiting(shared_from_this());
  }
  const world::Outside who{name_, to_ip_address(remote_.address()), remote_.port()};
  conn_ = server_.world().connect(who, endpoint_.host, endpoint_.virtual_port);
  if (!conn_) {  // the host is down, or its service: as near to a refusal as one can come here
    server_.world().give_back_name(name_);
    socket_.close(error);
    return;
  }
  server_.add(conn_, shared_from_this());
  server_.pump();
  read();
}

void Peer::go_on() {
  if (std::exchange(held_, false)) feed();
}

/// It hung up while it waited for an answer.
bool Peer::gave_up() {
  char next = 0;
  asio::error_code error;
  socket_.receive(asio::buffer(&next, 1), asio::socket_base::message_peek, error);
  return error && error != asio::error::would_block;
}

bool Peer::blocked() const {
  return server_.world().blocked(endpoint_.host, endpoint_.virtual_port);
}

/// What a client says to a blocked port stays in its socket: TCP would send it again and again
/// until the firewall is gone. Our own last words are no matter of the port.
bool Peer::held_back() {
  if (dropped_ || we_done_ || !blocked()) return false;
  held_ = true;
  server_.look_again();
  return true;
}

void Peer::say(world::OutsideOutput output) {
  if (dropped_) return;
  outgoing_ += output.bytes;
  if (output.end == world::OutsideOutput::End::reset) return drop(trace::CloseReason::reset);
  if (output.end == world::OutsideOutput::End::orderly) we_done_ = true;
  if (!writing_) write();
}

void Peer::read() {
  if (reading_ || dropped_ || peer_done_ || full() || !incoming_.empty()) return;
  if (held_back()) return;
  reading_ = true;
  socket_.async_read_some(asio::buffer(buffer_.get(), kBuffer),
                          [self = shared_from_this()](asio::error_code error, std::size_t size) {
                            self->reading_ = false;
                            if (self->dropped_) return;
                            if (error && error != asio::error::eof)
                              return self->drop(trace::CloseReason::reset);
                            if (error) {
                              self->peer_done_ = true;
                              if (self->we_done_) return self->drop(trace::CloseReason::orderly);
                            } else if (!self->we_done_) {  // nobody listens after the last words
                              self->server_.heard(self->conn_);
                              self->incoming_ = {self->buffer_.get(), size};
                            }
                            self->feed();
                          });
}

/// Command by command for protocols whose answers are long (DNS queries have no lines, but are
/// short), so that a client that never reads costs one answer and not a thousand.
void Peer::feed() {
  if (feeding_) return;
  feeding_ = true;
  const scenario::Service spoken = scenario::spoken_at(endpoint_.service);
  const bool whole = scenario::implicit_tls(endpoint_.service) ||  // no lines to be seen
                     spoken == scenario::Service::smtp || spoken == scenario::Service::submission ||
                     spoken == scenario::Service::lmtp;
  while (!dropped_ && !we_done_ && !incoming_.empty() && !full() && !held_back()) {
    const std::size_t line = whole ? std::string::npos : incoming_.find('\n');
    std::size_t end = line == std::string::npos ? incoming_.size() : line + 1;
    if (!whole && asks_for_tls(incoming_.substr(0, end))) end = incoming_.size();
    if (endpoint_.service == scenario::Service::dns) end = std::min(end, kShortQuery);
    const std::string_view piece = incoming_.substr(0, end);
    incoming_.remove_prefix(end);
    server_.world().bytes(conn_, piece);
    server_.pump();
  }
  if (we_done_) incoming_ = {};
  if (peer_done_ && !eof_told_ && !dropped_ && incoming_.empty() && !held_back()) {
    eof_told_ = true;
    server_.world().eof(conn_);
    server_.pump();
  }
  feeding_ = false;
  read();
}

void Peer::write() {
  if (dropped_) return;
  if (outgoing_.empty()) {
    if (we_done_) return linger();
    return feed();
  }
  // Nearly always there is room: then the kernel takes it at once, and no callback is needed.
  asio::error_code refused;
  const std::size_t taken = socket_.write_some(asio::buffer(outgoing_), refused);
  if (!refused && taken == outgoing_.size()) {
    outgoing_.clear();
    if (we_done_) return linger();
    return feed();
  }
  outgoing_.erase(0, taken);
  writing_ = true;
  under_way_.swap(outgoing_);
  asio::async_write(socket_, asio::buffer(under_way_),
                    [self = shared_from_this()](asio::error_code error, std::size_t) {
                      self->writing_ = false;
                      self->under_way_.clear();
                      if (self->dropped_) return;
                      if (error) return self->drop(trace::CloseReason::reset);
                      self->write();
                    });
}

/// Our last words are out. Hanging up at once could destroy them on their way, so the client gets
/// the chance to hang up first.
void Peer::linger() {
  if (peer_done_) return drop(trace::CloseReason::orderly);
  asio::error_code error;
  socket_.shutdown(asio::ip::tcp::socket::shutdown_send, error);
  server_.expect_end(conn_);
  read();
}

void Peer::drop(trace::CloseReason why) {
  if (dropped_) return;
  dropped_ = true;
  asio::error_code error;
  socket_.close(error);
  server_.world().closed(conn_, why);
  server_.world().give_back_name(name_);
  const auto self = shared_from_this();
  server_.remove(conn_);
  server_.pump();
}

}  // namespace posthorn::app
