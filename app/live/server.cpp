#include "app/live/server.hpp"

#include <array>
#include <utility>

#include "app/live/peer.hpp"

namespace posthorn::app {

struct LiveServer::Listener {
  Endpoint endpoint;
  asio::ip::tcp::acceptor acceptor;
  asio::steady_timer pause;           ///< when we are out of file descriptors
  asio::ip::tcp::endpoint from = {};  ///< of the next client
};

struct LiveServer::DatagramPort {
  Endpoint endpoint;
  asio::ip::udp::socket socket;
  asio::ip::udp::endpoint from;
  std::array<char, 65536> buffer{};
};

Result<Endpoint> LiveServer::listen(HostId host, scenario::Service service,
                                    const asio::ip::address& address, std::uint16_t port) {
  Endpoint endpoint{host, service, scenario::port_of(service), address, port};
  if (service != scenario::Service::dns) return listen_tcp(endpoint);
  // One number for both. Where any will do, one that is free by UDP may be taken by TCP: try again.
  for (int attempts = port == 0 ? 20 : 1;; --attempts) {
    const auto udp = listen_udp(endpoint);
    if (!udp) return udp;
    const auto tcp = listen_tcp(*udp);
    if (tcp || attempts == 1) return tcp;
    datagram_ports_.pop_back();
  }
}

Error LiveServer::failure(const Endpoint& endpoint, const asio::error_code& error) {
  return Error{"cannot listen on " + endpoint.address.to_string() + " port " +
               std::to_string(endpoint.port) + ": " + error.message()};
}

Result<Endpoint> LiveServer::listen_udp(Endpoint endpoint) {
  auto udp =
      std::make_shared<DatagramPort>(DatagramPort{endpoint, asio::ip::udp::socket(io_), {}, {}});
  asio::error_code error;
  udp->socket.open(endpoint.address.is_v6() ? asio::ip::udp::v6() : asio::ip::udp::v4(), error);
  if (!error) udp->socket.bind({endpoint.address, endpoint.port}, error);
  if (error) return failure(endpoint, error);
  udp->endpoint.port = endpoint.port = udp->socket.local_endpoint().port();
  datagram_ports_.push_back(udp);
  return endpoint;
}

Result<Endpoint> LiveServer::listen_tcp(Endpoint endpoint) {
  auto listener = std::make_shared<Listener>(
      Listener{endpoint, asio::ip::tcp::acceptor(io_), asio::steady_timer(io_)});
  asio::ip::tcp::acceptor& acceptor = listener->acceptor;
  asio::error_code error;
  acceptor.open(endpoint.address.is_v6() ? asio::ip::tcp::v6() : asio::ip::tcp::v4(), error);
  if (!error) acceptor.set_option(asio::socket_base::reuse_address(true), error);
  // Accepted sockets have it from the listener: one system call less for each (Linux, the BSDs).
  if (!error) acceptor.set_option(asio::ip::tcp::no_delay(true), error);
  if (!error) acceptor.bind({endpoint.address, endpoint.port}, error);
  if (!error) acceptor.listen(asio::socket_base::max_listen_connections, error);
  if (error) return failure(endpoint, error);
  listener->endpoint.port = endpoint.port = acceptor.local_endpoint().port();
  listeners_.push_back(listener);
  return endpoint;
}

void LiveServer::start() {
  for (const auto& listener : listeners_) accept(*listener);
  for (const auto& port : datagram_ports_) receive(*port);
  pump();
}

void LiveServer::accept(Listener& listener) {
  listener.acceptor.async_accept(listener.from, [this, &listener](asio::error_code error,
                                                                  asio::ip::tcp::socket socket) {
    if (stopped_) return;
    const bool crowded =
        error == asio::error::no_descriptors || peers_.size() + waiting_.size() >= kMaxPeers;
    const bool room = crowded && make_room();
    if (!error)
      std::make_shared<Peer>(*this, std::move(socket), listener.from, listener.endpoint)->start();
    if (!error || room) return accept(listener);
    listener.pause.expires_after(std::chrono::milliseconds(100));
    listener.pause.async_wait([this, &listener](asio::error_code stopped) {
      if (!stopped && !stopped_) accept(listener);
    });
  });
}

bool LiveServer::make_room() {
  if (!waiting_.empty()) {
    const std::shared_ptr<Peer> longest = std::move(waiting_.front());
    waiting_.pop_front();
    longest->drop(trace::CloseReason::reset);
    return true;
  }
  if (peers_.empty()) return false;
  const std::shared_ptr<Peer> peer =
      peers_.at(silent_.empty() ? talking_.front() : silent_.front()).peer;
  peer->drop(trace::CloseReason::reset);
  return true;
}

void LiveServer::add(ConnId conn, std::shared_ptr<Peer> peer) {
  peers_[conn] = {std::move(peer), true, silent_.insert(silent_.end(), conn)};
}

void LiveServer::heard(ConnId conn) {
  const auto found = peers_.find(conn);
  if (found == peers_.end()) return;
  talking_.splice(talking_.end(), found->second.silent ? silent_ : talking_, found->second.place);
  found->second.silent = false;
}

void LiveServer::remove(ConnId conn) {
  const auto found = peers_.find(conn);
  if (found == peers_.end()) return;
  (found->second.silent ? silent_ : talking_).erase(found->second.place);
  peers_.erase(found);
}

void LiveServer::receive(DatagramPort& port) {
  port.socket.async_receive_from(
      asio::buffer(port.buffer), port.from,
      [this, &port](asio::error_code error, std::size_t size) {
        if (stopped_ || error == asio::error::operation_aborted) return;
        if (!error) {
          const world::Outside who{world_.take_name(), to_ip_address(port.from.address()),
                                   port.from.port()};
          const std::string answer =
              world_.datagram(who, port.endpoint.host, std::string(port.buffer.data(), size));
          world_.give_back_name(who.name);
          asio::error_code ignored;
          if (!answer.empty()) port.socket.send_to(asio::buffer(answer), port.from, 0, ignored);
          pump();
        }
        receive(port);
      });
}

void LiveServer::pump() {
  if (stopped_) return;
  for (;;) {
    std::vector<world::OutsideOutput> output = world_.take_output();
    if (output.empty()) break;
    for (world::OutsideOutput& words : output)
      if (const auto found = peers_.find(words.conn); found != peers_.end()) {
        const std::shared_ptr<Peer> peer = found->second.peer;
        peer->say(std::move(words));
      }
  }
  const auto next = world_.next_wake();
  // An alarm that is set already will do; if it is too early, we look again.
  if (!next || (armed_ != LiveClock::Real::time_point{} && armed_ <= *next)) return;
  armed_ = *next;
  timer_.expires_at(armed_);
  timer_.async_wait([this](asio::error_code stopped) {
    if (stopped || stopped_) return;
    armed_ = {};
    world_.catch_up();
    pump();
  });
}

void LiveServer::expect_end(ConnId conn) {
  ending_.emplace_back(LiveClock::Real::now() + kLinger, conn);
  if (ending_.size() == 1) sweep();
}

/// One alarm for all: who hangs up in time, as nearly everybody does, costs none.
void LiveServer::sweep() {
  const auto now = LiveClock::Real::now();
  while (!ending_.empty() && ending_.front().first <= now) {
    const auto found = peers_.find(ending_.front().second);
    ending_.pop_front();
    if (found == peers_.end()) continue;
    const std::shared_ptr<Peer> peer = found->second.peer;
    peer->drop(trace::CloseReason::timed_out);
  }
  if (ending_.empty() || stopped_) return;
  sweeping_.expires_at(ending_.front().first);
  sweeping_.async_wait([this](asio::error_code stopped) {
    if (!stopped) sweep();
  });
}

void LiveServer::add_waiting(std::shared_ptr<Peer> peer) {
  waiting_.push_back(std::move(peer));
  look_again();
}

void LiveServer::look_again() {
  if (stopped_ || std::exchange(look_planned_, true)) return;
  looking_.expires_after(kLookAgain);
  looking_.async_wait([this](asio::error_code stopped) {
    look_planned_ = false;
    if (!stopped && !stopped_) let_go_on();
  });
}

/// Everybody is asked; whose port is still blocked asks to be asked again.
void LiveServer::let_go_on() {
  for (const std::shared_ptr<Peer>& peer : std::exchange(waiting_, {})) peer->start();
  std::vector<std::shared_ptr<Peer>> connected;
  for (const auto& [conn, place] : peers_) connected.push_back(place.peer);
  for (const std::shared_ptr<Peer>& peer : connected) peer->go_on();
}

void LiveServer::stop() {
  asio::error_code ignored;
  for (const auto& listener : listeners_) {
    listener->acceptor.close(ignored);
    listener->pause.cancel();
  }
  for (const auto& port : datagram_ports_) port->socket.close(ignored);
  world_.goodbye();
  pump();  // what fits into the sockets still gets out
  while (!peers_.empty()) {
    const std::shared_ptr<Peer> peer = peers_.begin()->second.peer;
    peer->drop(trace::CloseReason::reset);
  }
  for (const std::shared_ptr<Peer>& peer : std::exchange(waiting_, {}))
    peer->drop(trace::CloseReason::reset);
  stopped_ = true;
  timer_.cancel();
  sweeping_.cancel();
  looking_.cancel();
}

}  // namespace posthorn::app
