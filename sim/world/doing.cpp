// What the network and the clocks say, handed to the hosts concerned.
#include "sim/world/doing.hpp"

#include <algorithm>

namespace posthorn::world {

bool is_housekeeping(const Event& event) {
  const auto* net = std::get_if<net::NetEvent>(&event.what);
  return net != nullptr && net::is_housekeeping(*net);
}

void World::Doing::run(const Event& event) {
  trace_.set_cause(event.cause);
  set_message(event.message);
  std::visit([this](const auto& what) { handle(what); }, event.what);
  settle();
}

/// Whatever an event set off without waiting, in order: upcalls of the network, then resolvers.
void World::Doing::settle() {
  for (;;) {
    const std::vector<net::NetUpcall> upcalls = w_.net_.take_upcalls();
    for (const net::NetUpcall& upcall : upcalls) {
      trace_.set_cause(upcall.origin.cause);
      set_message(upcall.origin.message);
      std::visit([this](const auto& what) { take(what); }, upcall.what);
    }
    if (!upcalls.empty() || tell_idlers()) continue;
    if (resolvers_.empty()) break;
    const HostId host = *resolvers_.begin();
    resolvers_.erase(resolvers_.begin());
    drain_resolver(host);
  }
  for (const EndKey& key : gone_) w_.ends_.erase(key);
  gone_.clear();
}

/// The connection is over for this end. It is forgotten when the event is done with.
void World::Doing::let_go(ConnId conn, Side side, End& here) {
  here.gone = true;
  cancel(here.wake_event);
  cancel(here.hold.resume);
  gone_.emplace_back(conn, side);
}

/// IMAP IDLE: sessions hear of what others did to their mailbox. True if anybody had to be told.
bool World::Doing::tell_idlers() {
  bool told = false;
  for (const HostId id : std::set<HostId>(w_.idle_hosts_)) {
    Host& host = at(id);
    mail::MailStore& store = host.mail_server->store();
    if (std::exchange(host.store_changes, store.changes()) == store.changes()) continue;
    for (const ConnId conn : std::set<ConnId>(host.idling)) {
      End* here = end(conn, Side::server);
      auto* session = here != nullptr ? std::get_if<imap::Server>(&here->session) : nullptr;
      if (session == nullptr || !session->idling()) {
        host.idling.erase(conn);
        continue;
      }
      session->handle_store_changed(now(), store);
      drain(conn, Side::server);
      told = true;
    }
    if (host.idling.empty()) w_.idle_hosts_.erase(id);
  }
  return told;
}

World::End* World::Doing::end(ConnId conn, Side side) {
  const auto found = w_.ends_.find({conn, side});
  return found == w_.ends_.end() || found->second.gone ? nullptr : &found->second;
}

std::optional<IpAddress> World::Doing::client_address(ConnId conn) const {
  if (const auto found = w_.ends_.find({conn, Side::server}); found != w_.ends_.end())
    if (found->second.outside) return found->second.outside;
  const net::Connection* connection = w_.net_.connection(conn);
  if (connection == nullptr) return std::nullopt;
  return connection->end(Side::client).address.ip;
}

engine::EventHandle World::Doing::put(Instant when, decltype(Event::what) what) {
  Event event{trace_.cause(), trace_.message(), std::move(what)};
  if (is_housekeeping(event)) ++w_.housekeeping_;
  return w_.queue_.schedule(when, std::move(event));
}

void World::Doing::cancel(engine::EventHandle handle) {
  const Event* event = w_.queue_.find(handle);
  if (event != nullptr && is_housekeeping(*event)) --w_.housekeeping_;
  w_.queue_.cancel(handle);
}

void World::Doing::set_message(MessageId message) {
  trace_.set_message(message);
  if (!trace_.keeping()) return;  // nobody will ask which step it was
  const auto found = w_.steps_.find(message);
  trace_.set_step(found == w_.steps_.end() ? 0 : found->second);
}

engine::EventHandle World::Doing::wake(Instant when, host::Timer timer) { return put(when, timer); }

engine::EventHandle World::Doing::schedule(Instant when, net::NetEvent event) {
  return put(when, std::move(event));
}

ConnId World::Doing::connect(HostId from, const IpAddress& to, std::uint16_t port,
                             host::Session session, host::TlsWish wish) {
  const ConnId conn = w_.net_.connect(net_, from, to, port);
  End end{from, std::move(session)};
  end.wish = std::move(wish);
  w_.ends_.insert_or_assign({conn, Side::client}, std::move(end));
  return conn;
}

dns::QueryId World::Doing::resolve(HostId host, const dns::Name& name, dns::RecordType type) {
  dns::Resolver& resolver = *at(host).resolver;
  const dns::QueryId query = resolver.start(now(), name, type);
  const TextId question = trace_.intern(dns::to_string(type) + " " + name.to_string());
  const RecordId asked = trace_.append_as_cause(
      now(), trace::DnsAsked{host, static_cast<std::uint32_t>(query.value), question});
  w_.lookups_[{host, query}] = {asked, trace_.message()};
  resolvers_.insert(host);
  return query;
}

// ---- clocks --------------------------------------------------------------------------------

void World::Doing::handle(const host::Timer& timer) {
  Host& host = at(timer.host);
  if (!w_.net_.host_up(timer.host) || w_.closing_.contains(timer.host))
    return;  // its queue runs again at power-up
  using Kind = host::Timer::Kind;
  if (timer.kind == Kind::queue_run || timer.kind == Kind::delay_warning) {
    if (host.mail_server) host.mail_server->handle_timer(*this, timer);
  } else if (host.mail_client) {
    host.mail_client->handle_timer(*this, timer);
  }
}

void World::Doing::handle(const ResolverWake& wake) {
  Host& host = at(wake.host);
  host.resolver_wake.reset();
  if (!host.resolver) return;
  host.resolver->handle_wakeup(now());
  resolvers_.insert(wake.host);
}

// ---- the network ---------------------------------------------------------------------------

std::optional<host::Session> World::Doing::accept(HostId id, std::uint16_t port) {
  Host& host = at(id);
  if (is_stopped(id, port) || is_off(id)) return std::nullopt;
  if (port == dns::kPort && host.name_server) return dns::ServerSession(*host.name_server, now());
  return host.mail_server ? host.mail_server->accept(*this, port) : std::nullopt;
}

void World::Doing::take(const net::Accepted& accepted) {
  auto session = accept(accepted.host, accepted.port);
  if (!session) return w_.net_.abort(net_, accepted.conn, Side::server);
  w_.ends_.insert_or_assign({accepted.conn, Side::server}, End{accepted.host, std::move(*session)});
  End& here = *end(accepted.conn, Side::server);
  here.connected = true;
  here.port = accepted.port;
  if (begin_implicit_tls(accepted.conn, Side::server, here)) return;
  begin_dialogue(accepted.conn, Side::server, here);
}

void World::Doing::take(const net::Connected& connected) {
  End* client = end(connected.conn, Side::client);
  if (client == nullptr) return;
  client->connected = true;
  if (begin_implicit_tls(connected.conn, Side::client, *client)) return;
  begin_dialogue(connected.conn, Side::client, *client);
}

/// The session gets to speak.
void World::Doing::begin_dialogue(ConnId conn, Side side, End& here) {
  std::visit(
      [this, side](auto& session) {
        if constexpr (requires { session.handle_connect(now()); })
          if (side == Side::client) session.handle_connect(now());
      },
      here.session);
  if (side == Side::server && hang(conn, side, here, scenario::HangPoint::greeting)) return;
  drain(conn, side);
}

void World::Doing::take(const net::ConnectFailed& failed) {
  End* client = end(failed.conn, Side::client);
  if (client == nullptr) return;
  let_go(failed.conn, Side::client, *client);
  Host& host = at(client->host);
  if (const auto* stream = std::get_if<dns::ClientSession>(&client->session))
    return hear(client->host, dns::StreamFailed{stream->stream()});
  if (host.mail_server) host.mail_server->handle_connect_failed(*this, failed.conn, failed.why);
  if (host.mail_client) host.mail_client->handle_connect_failed(*this, failed.conn, failed.why);
}

void World::Doing::take(const net::BytesArrived& bytes) {
  if (End* here = end(bytes.conn, bytes.side))
    arrive(bytes.conn, bytes.side, *here, bytes.bytes.view());
}

void World::Doing::take(const net::PeerClosed& closed) {
  if (End* here = end(closed.conn, closed.side)) arrive_eof(closed.conn, closed.side, *here);
}

void World::Doing::take(const net::Broken& broken) {
  if (End* here = end(broken.conn, broken.side)) {
    lose(broken.conn, broken.side, *here);
    let_go(broken.conn, broken.side, *here);
  }
}

void World::Doing::take(const net::Closed& closed) {
  if (End* here = end(closed.conn, closed.side)) let_go(closed.conn, closed.side, *here);
}

void World::Doing::take(const net::DatagramArrived& datagram) {
  Host& host = at(datagram.host);
  if (datagram.to.port == dns::kPort && host.name_server) {
    std::string reply = answer_dns(datagram.host, datagram.bytes.view());
    if (!reply.empty())
      w_.net_.send_datagram(net_, datagram.host, dns::kPort, datagram.from.ip, datagram.from.port,
                            std::make_shared<const std::string>(std::move(reply)));
  } else if (host.resolver) {
    host.resolver->handle_datagram(now(), datagram.from.ip, datagram.bytes.view());
    resolvers_.insert(datagram.host);
  }
}

}  // namespace posthorn::world
