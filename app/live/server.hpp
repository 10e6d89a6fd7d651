// Real TCP and UDP ports in front of a live world (asio). One thread; every client costs bounded
// memory: while it does not read what we say, we do not read what it says.
#pragma once

#include <asio/io_context.hpp>
#include <asio/ip/tcp.hpp>
#include <asio/ip/udp.hpp>
#include <asio/steady_timer.hpp>
#include <chrono>
#include <deque>
#include <list>
#include <map>
#include <memory>
#include <string>
#include <vector>

#include "app/live/live_world.hpp"
#include "protocols/core/result.hpp"

namespace posthorn::app {

class Peer;

/// A service of a host, and the real port where it answers.
struct Endpoint {
  HostId host;
  scenario::Service service = scenario::Service::smtp;
  std::uint16_t virtual_port = 0;
  asio::ip::address address;
  std::uint16_t port = 0;
};

class LiveServer {
 public:
  LiveServer(asio::io_context& io, LiveWorld& world)
      : io_(io), world_(world), timer_(io), sweeping_(io), looking_(io) {}
  LiveServer(const LiveServer&) = delete;

  /// Listens for one service; `port` 0 takes any free one. TCP, and for DNS also UDP.
  Result<Endpoint> listen(HostId host, scenario::Service service, const asio::ip::address& address,
                          std::uint16_t port);
  /// From now on the world moves.
  void start();
  /// Ends all connections and listeners; the io_context then runs out of work.
  void stop();

  // for peers
  LiveWorld& world() { return world_; }
  asio::io_context& io() { return io_; }
  /// Hands out what the world said, and sets the alarm for what it will do next.
  void pump();
  void add(ConnId conn, std::shared_ptr<Peer> peer);
  /// It said something.
  void heard(ConnId conn);
  void remove(ConnId conn);
  /// Not yet connected in the world: a firewall is in its way. It starts again in a while.
  void add_waiting(std::shared_ptr<Peer> peer);
  /// A peer's port is blocked: in a while it may go on.
  void look_again();
  /// The peer has our last words and ought to hang up; if it does not within kLinger, we do.
  void expect_end(ConnId conn);

 private:
  struct Listener;
  struct DatagramPort;
  struct Place {
    std::shared_ptr<Peer> peer;
    bool silent = true;                 ///< it has said nothing yet
    std::list<ConnId>::iterator place;  ///< in silent_ or talking_
  };

  static Error failure(const Endpoint& endpoint, const asio::error_code& error);
  Result<Endpoint> listen_udp(Endpoint endpoint);
  Result<Endpoint> listen_tcp(Endpoint endpoint);
  void accept(Listener& listener);
  /// Hangs up on one of those who wait before a blocked port; or else who say nothing, or who were
  /// silent the longest. False: there is nobody.
  bool make_room();
  void receive(DatagramPort& port);

  void sweep();
  void let_go_on();

  static constexpr std::size_t kMaxPeers = 4000;
  static constexpr std::chrono::seconds kLinger{5};
  static constexpr std::chrono::seconds kLookAgain{1};

  asio::io_context& io_;
  LiveWorld& world_;
  asio::steady_timer timer_;
  asio::steady_timer sweeping_;  ///< goes off for the first of `ending_`
  std::deque<std::pair<LiveClock::Real::time_point, ConnId>> ending_;
  std::vector<std::shared_ptr<Listener>> listeners_;
  std::vector<std::shared_ptr<DatagramPort>> datagram_ports_;
  std::map<ConnId, Place> peers_;
  std::list<ConnId> silent_, talking_;  ///< the longest ago first
  asio::steady_timer looking_;          ///< goes off when blocked ports are looked at again
  bool look_planned_ = false;
  std::deque<std::shared_ptr<Peer>> waiting_;  ///< before blocked ports, the longest first
  LiveClock::Real::time_point armed_{};        ///< when timer_ goes off
  bool stopped_ = false;
};

std::uint16_t standard_port(scenario::Service service);
IpAddress to_ip_address(const asio::ip::address& address);

}  // namespace posthorn::app
