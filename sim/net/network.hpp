// The virtual network: hosts, links, routes, UDP datagrams and TCP connections.
//
// A copyable value: a copy is a checkpoint. It has no clock and no event queue of its own; every
// call gets a Context (the world's scheduler and trace). Events that it schedules come back
// through handle(). Whatever concerns the hosts is appended to the upcalls: call take_upcalls()
// after *every* call and act on them in order.
//
// Everything is recorded in the trace. The trace's current cause, message and step, as the caller
// set them, go along with the packets, so that what happens at the other end knows why.
//
// Errors that a story can cause (an unknown address, a closed port, a dead host) are upcalls.
// Calls about connections or halves that are already gone do nothing, since a host may learn of
// the end later than the network. Adding a host or link twice is our own mistake (an assertion).
#pragma once

#include <map>
#include <optional>
#include <set>
#include <vector>

#include "sim/net/connection.hpp"
#include "sim/net/link.hpp"
#include "sim/net/net_event.hpp"
#include "sim/net/routes.hpp"
#include "sim/net/upcall.hpp"

namespace posthorn::net {

/// SMTP 25, submission 587 and 465, POP3 110 and 995, IMAP 143 and 993, DNS 53; none otherwise.
Protocol protocol_of_port(std::uint16_t port);

/// True for events after which nothing can follow (the end of TIME-WAIT): a world in which only
/// such events are left is at rest.
bool is_housekeeping(const NetEvent& event);

class Network {
 public:
  explicit Network(std::uint64_t seed = 0, TcpConfig tcp = {}) : random_(seed), tcp_(tcp) {}

  // ---- building
  /// `name` seeds the host's own random stream; "" uses the id.
  void add_host(HostId host, IpAddress address, std::string_view name = {});
  void add_address(HostId host, IpAddress address);
  /// Seeded by the two hosts' names (and how many links they already share), so that other
  /// links and hosts do not change its numbers. LinkConfig::id names it in the trace.
  void add_link(const LinkConfig& config);

  // ---- getters
  [[nodiscard]] std::optional<HostId> host_of(const IpAddress& address) const;
  [[nodiscard]] std::vector<IpAddress> addresses_of(HostId host) const;
  [[nodiscard]] bool host_up(HostId host) const;
  [[nodiscard]] bool link_up(LinkId link) const;
  /// The links from one host to another, in order; empty if there is no way (or they are one).
  [[nodiscard]] std::vector<LinkId> path(HostId from, HostId to) const;
  [[nodiscard]] const Connection* connection(ConnId conn) const;
  [[nodiscard]] std::size_t connection_count() const { return connections_.size(); }

  // ---- commands
  void set_link_up(Context& context, LinkId link, bool up);
  void set_link_weather(LinkId link, const LinkWeather& weather) {
    links_.at(link).set_weather(weather);
  }
  void set_link_strips_tls(LinkId link, bool strips) { links_.at(link).set_strips_tls(strips); }
  /// Down is a power cut: connections vanish silently. Listeners are there again after power-up.
  void set_host_up(Context& context, HostId host, bool up);

  void listen(HostId host, std::uint16_t port);
  void close_listener(HostId host, std::uint16_t port);
  /// A firewall before the host drops what comes to this port, without a word.
  void set_port_blocked(HostId host, std::uint16_t port, bool blocked);
  [[nodiscard]] bool port_blocked(HostId host, std::uint16_t port) const {
    return hosts_.at(host).blocked.contains(port);
  }
  [[nodiscard]] bool listens(HostId host, std::uint16_t port) const {
    return hosts_.at(host).listeners.contains(port);
  }

  /// A number for a connection that does not cross this network.
  ConnId new_connection_id() { return ConnId{++last_conn_.value}; }
  PacketId new_packet_id() { return PacketId{++last_packet_.value}; }
  ConnId connect(Context& context, HostId from, const IpAddress& to, std::uint16_t port);
  void send(Context& context, ConnId conn, Side side, std::string_view bytes);
  void send(Context& context, ConnId conn, Side side, std::shared_ptr<const std::string> bytes);
  /// No more bytes from `side`: FIN after everything sent so far. The other half stays open.
  void shutdown(Context& context, ConnId conn, Side side);
  /// Gives up at once: RST to the peer. No upcall for `side`.
  void abort(Context& context, ConnId conn, Side side);

  void send_datagram(Context& context, HostId from, std::uint16_t from_port, const IpAddress& to,
                     std::uint16_t to_port, std::shared_ptr<const std::string> bytes);

  // ---- input and output
  void handle(Context& context, const NetEvent& event);
  [[nodiscard]] std::vector<NetUpcall> take_upcalls();

 private:
  struct Host {
    std::vector<IpAddress> addresses;
    std::string name;
    engine::Random random;
    std::set<std::uint16_t> listeners;
    std::set<std::uint16_t> blocked;  ///< by a firewall
    std::set<std::uint16_t> ports;    ///< in use by connections that it opened
    std::uint16_t next_port = 49152;
    bool up = true;
  };

  static constexpr std::uint16_t kFirstPort = 49152, kPorts = 65535 - kFirstPort + 1;

  // packets (packets.cpp)
  void forward(Context& context, const PacketPtr& packet, HostId at);
  PacketPtr altered(Context& context, const PacketPtr& packet, LinkId via);
  void send_copy(Context& context, const PacketPtr& original, LinkId via, HostId at,
                 const Link::Passage& passage);
  void arrive(Context& context, const PacketArrives& event);
  void drop(Context& context, const Packet& packet, LinkId link, HostId host,
            trace::DropReason why);
  void deliver_tcp(Context& context, const Packet& packet, const TcpPayload& tcp);
  TcpEndpoint* accept_syn(const Packet& packet, const TcpPayload& tcp);
  void answer_reset(Context& context, const Packet& packet, const TcpPayload& tcp);

  // what endpoints ask for (connections.cpp)
  static Origin current_origin(const Context& context);
  static void enter_origin(Context& context, const Origin& origin);
  void upcall(Context& context, decltype(NetUpcall::what) what);
  void apply(Context& context, ConnId conn, Side side);
  void apply_output(Context& context, Connection& connection, Side side, TcpOutput& output);
  void end_half(Context& context, ConnId conn, Side side, const TcpEnded& ended);
  void fail(Context& context, ConnId conn, trace::ConnectFailure why);
  void transmit(Context& context, Connection& connection, Side side, TcpSegment segment);
  void set_timer(Context& context, Connection& connection, Side side, const TcpSetTimer& timer);
  void remove_half(Context& context, ConnId conn, Side side);

  TcpEndpoint& open_end(Connection& connection, Side side);
  TcpEndpoint* endpoint(ConnId conn, Side side);
  std::uint16_t ephemeral_port(HostId host);
  std::optional<IpAddress> source_address(HostId host, const IpAddress& to) const;

  engine::Random random_;
  TcpConfig tcp_;
  std::map<HostId, Host> hosts_;
  std::map<IpAddress, HostId> addresses_;
  std::map<LinkId, Link> links_;
  std::vector<HostId> down_;
  mutable Routes routes_;  ///< remembers what it worked out
  std::map<ConnId, Connection> connections_;
  std::vector<NetUpcall> upcalls_;
  ConnId last_conn_;
  PacketId last_packet_;
};

}  // namespace posthorn::net
