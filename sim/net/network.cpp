#include "sim/net/network.hpp"

#include <cassert>
#include <utility>

namespace posthorn::net {

Protocol protocol_of_port(std::uint16_t port) {
  switch (port) {
    case 24:
      return Protocol::lmtp;
    case 25:
      return Protocol::smtp;
    case 53:
      return Protocol::dns;
    case 110:
    case 995:
      return Protocol::pop3;
    case 143:
    case 993:
      return Protocol::imap;
    case 465:
    case 587:
      return Protocol::submission;
    default:
      return Protocol::none;
  }
}

bool is_housekeeping(const NetEvent& event) {
  const auto* timer = std::get_if<TcpTimer>(&event);
  return timer && timer->kind == TcpTimerKind::time_wait;
}

// ---- building --------------------------------------------------------------------------------

void Network::add_host(HostId id, IpAddress address, std::string_view name) {
  assert(id && !hosts_.contains(id));
  Host host;
  host.name = name.empty() ? "#" + std::to_string(id.value) : std::string(name);
  host.random = random_.split("host/" + host.name);
  host.next_port = static_cast<std::uint16_t>(kFirstPort + host.random.below(kPorts));
  hosts_.emplace(id, std::move(host));
  add_address(id, address);
}

void Network::add_address(HostId id, IpAddress address) {
  hosts_.at(id).addresses.push_back(address);
  [[maybe_unused]] const bool fresh = addresses_.emplace(address, id).second;
  assert(fresh);
}

void Network::add_link(const LinkConfig& config) {
  assert(config.id && !links_.contains(config.id) && config.a != config.b);
  std::string name = "link/" + hosts_.at(config.a).name + "/" + hosts_.at(config.b).name + "/";
  std::size_t parallel = 0;
  for (const auto& [id, link] : links_)
    parallel += link.config().a == config.a && link.config().b == config.b;
  links_.emplace(config.id, Link(config, random_.split(name + std::to_string(parallel))));
  routes_.invalidate();
}

// ---- getters ---------------------------------------------------------------------------------

std::optional<HostId> Network::host_of(const IpAddress& address) const {
  const auto found = addresses_.find(address);
  if (found == addresses_.end()) return std::nullopt;
  return found->second;
}

std::vector<IpAddress> Network::addresses_of(HostId host) const {
  return hosts_.at(host).addresses;
}

bool Network::host_up(HostId host) const { return hosts_.at(host).up; }
bool Network::link_up(LinkId link) const { return links_.at(link).up(); }

std::vector<LinkId> Network::path(HostId from, HostId to) const {
  std::vector<LinkId> path;
  while (from != to) {
    const LinkId hop = routes_.next_hop(from, to, links_, down_);
    if (!hop) return {};
    path.push_back(hop);
    from = links_.at(hop).far_end(from);
  }
  return path;
}

const Connection* Network::connection(ConnId conn) const {
  const auto found = connections_.find(conn);
  return found == connections_.end() ? nullptr : &found->second;
}

TcpEndpoint* Network::endpoint(ConnId conn, Side side) {
  const auto found = connections_.find(conn);
  if (found == connections_.end() || !found->second.end(side).tcp) return nullptr;
  return &*found->second.end(side).tcp;
}

std::optional<IpAddress> Network::source_address(HostId host, const IpAddress& to) const {
  for (const IpAddress& address : hosts_.at(host).addresses)
    if (address.v6 == to.v6) return address;
  return std::nullopt;
}

/// The next free one above 49151 (RFC 6335 §6), going round.
std::uint16_t Network::ephemeral_port(HostId id) {
  Host& host = hosts_.at(id);
  for (std::uint32_t tries = 0; tries < kPorts; ++tries) {
    const std::uint16_t port = host.next_port;
    host.next_port = port == 65535 ? kFirstPort : static_cast<std::uint16_t>(port + 1);
    if (!host.ports.contains(port) && !host.listeners.contains(port)) return port;
  }
  return 0;
}

// ---- commands --------------------------------------------------------------------------------

void Network::set_link_up(Context& context, LinkId link, bool up) {
  if (links_.at(link).up() == up) return;
  context.trace.append(context.scheduler.now(), trace::LinkPower{link, up});
  links_.at(link).set_up(up);
  routes_.invalidate();
}

void Network::set_host_up(Context& context, HostId id, bool up) {
  Host& host = hosts_.at(id);
  if (host.up == up) return;
  context.trace.append(context.scheduler.now(), trace::HostPower{id, up});
  host.up = up;
  routes_.invalidate();
  std::erase(down_, id);
  if (up) return;
  down_.push_back(id);
  std::vector<std::pair<ConnId, Side>> lost;
  for (const auto& [conn, connection] : connections_)
    for (const Side side : {Side::client, Side::server})
      if (connection.end(side).host == id && connection.end(side).tcp)
        lost.emplace_back(conn, side);
  for (const auto& [conn, side] : lost) {
    if (endpoint(conn, side)->state() != TcpState::time_wait)
      context.trace.append(context.scheduler.now(),
                           trace::ConnectionClosed{conn, side, trace::CloseReason::reset});
    connections_.at(conn).end(side).used = false;  // after a restart nobody remembers
    remove_half(context, conn, side);
  }
}

void Network::listen(HostId host, std::uint16_t port) { hosts_.at(host).listeners.insert(port); }
void Network::close_listener(HostId host, std::uint16_t port) {
  hosts_.at(host).listeners.erase(port);
}

void Network::set_port_blocked(HostId host, std::uint16_t port, bool blocked) {
  auto& ports = hosts_.at(host).blocked;
  blocked ? (void)ports.insert(port) : (void)ports.erase(port);
}

ConnId Network::connect(Context& context, HostId from, const IpAddress& to, std::uint16_t port) {
  const ConnId conn{++last_conn_.value};
  const auto source = source_address(from, to);
  const auto server = host_of(to);
  const std::uint16_t client_port = ephemeral_port(from);
  trace::Scope scope(context.trace);
  context.trace.append_as_cause(
      context.scheduler.now(),
      trace::ConnectionOpening{conn, from, server.value_or(HostId{}), client_port, port,
                               protocol_of_port(port), context.trace.intern(to.to_string())});
  const bool reachable = server && source && client_port != 0 && host_up(from) &&
                         (*server == from || !path(from, *server).empty());
  if (!reachable) {
    fail(context, conn, trace::ConnectFailure::unreachable);
    return conn;
  }
  Connection& connection = connections_[conn];
  connection.id = conn;
  connection.ends[0].host = from;
  connection.ends[0].address = {*source, client_port};
  hosts_.at(from).ports.insert(client_port);
  connection.ends[1].host = *server;
  connection.ends[1].address = {to, port};
  open_end(connection, Side::client).connect(context.scheduler.now());
  apply(context, conn, Side::client);
  return conn;
}

TcpEndpoint& Network::open_end(Connection& connection, Side side) {
  ConnectionEnd& end = connection.end(side);
  TcpConfig config = tcp_;
  if (end.address.ip.v6) config.mss -= 20;  // the IPv6 header is that much longer
  const auto initial = static_cast<std::uint32_t>(hosts_.at(end.host).random.next());
  end.used = true;
  return end.tcp.emplace(config, initial);
}

void Network::send(Context& context, ConnId conn, Side side, std::string_view bytes) {
  send(context, conn, side, std::make_shared<const std::string>(bytes));
}

void Network::send(Context& context, ConnId conn, Side side,
                   std::shared_ptr<const std::string> bytes) {
  TcpEndpoint* tcp = endpoint(conn, side);
  if (!tcp || !tcp->can_write() || bytes->empty()) return;
  const auto offset = static_cast<std::uint32_t>(tcp->bytes_written());
  const auto length = static_cast<std::uint32_t>(bytes->size());
  trace::Scope scope(context.trace);
  const BlobId blob = context.trace.add_blob(bytes);
  context.trace.append_as_cause(context.scheduler.now(),
                                trace::StreamWritten{conn, offset, blob, side});
  tcp->send(context.scheduler.now(), {std::move(bytes), 0, length});
  apply(context, conn, side);
}

void Network::shutdown(Context& context, ConnId conn, Side side) {
  TcpEndpoint* tcp = endpoint(conn, side);
  if (!tcp) return;
  tcp->shutdown(context.scheduler.now());
  apply(context, conn, side);
}

void Network::abort(Context& context, ConnId conn, Side side) {
  TcpEndpoint* tcp = endpoint(conn, side);
  if (!tcp) return;
  if (tcp->state() != TcpState::time_wait)
    context.trace.append(context.scheduler.now(),
                         trace::ConnectionClosed{conn, side, trace::CloseReason::reset});
  tcp->abort();
  apply(context, conn, side);
}

void Network::send_datagram(Context& context, HostId from, std::uint16_t from_port,
                            const IpAddress& to, std::uint16_t to_port,
                            std::shared_ptr<const std::string> bytes) {
  const auto source = source_address(from, to);
  const HostId destination = host_of(to).value_or(HostId{});
  const auto length = static_cast<std::uint32_t>(bytes->size());
  trace::Scope scope(context.trace);
  auto packet = std::make_shared<Packet>();
  packet->id = PacketId{++last_packet_.value};
  packet->from = {source.value_or(IpAddress{}), from_port};
  packet->to = {to, to_port};
  packet->destination = destination;
  packet->wire_size = (to.v6 ? 40u : 20u) + 8u + length;
  const BlobId blob = context.trace.add_blob(bytes);
  packet->payload = UdpPayload{{std::move(bytes), 0, length}};
  context.trace.append_as_cause(context.scheduler.now(),
                                trace::DatagramSent{packet->id, from, destination, blob, from_port,
                                                    to_port, context.trace.intern(to.to_string())});
  packet->origin = current_origin(context);
  forward(context, packet, from);
}

// ---- input and output ------------------------------------------------------------------------

void Network::handle(Context& context, const NetEvent& event) {
  trace::Scope scope(context.trace);
  if (const auto* arrival = std::get_if<PacketArrives>(&event)) return arrive(context, *arrival);
  const auto& timer = std::get<TcpTimer>(event);
  TcpEndpoint* tcp = endpoint(timer.conn, timer.side);
  if (!tcp) return;
  enter_origin(context, timer.origin);
  tcp->handle_timer(context.scheduler.now(), timer.kind);
  apply(context, timer.conn, timer.side);
}

std::vector<NetUpcall> Network::take_upcalls() { return std::exchange(upcalls_, {}); }

}  // namespace posthorn::net
