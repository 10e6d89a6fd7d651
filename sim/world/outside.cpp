// Programs from outside of the world: real mail programs at `serve`, people at a console.
//
// They speak to the same session objects as everybody in the world. What differs is the way: their
// bytes come by the real network, so there are no packets of ours to show, and what they say is
// noted when the server hears it. Each appears in the trace as a host of its own.
#include <algorithm>

#include "sim/world/doing.hpp"

namespace posthorn::world {
namespace {

constexpr std::size_t kMaxOutsiders = 1000;  ///< more names than this tell nobody anything
/// Octets of letters that are still on their way in, of all outsiders together.
constexpr std::size_t kMaxUnfinished = 256 * 1024 * 1024;
constexpr std::size_t kCountEvery = 16 * 1024 * 1024;

/// Octets of a letter (DATA, BDAT, APPEND) that is still on its way in.
std::size_t held_by(const host::Session& session) {
  if (const auto* smtp = std::get_if<smtp::ServerSession>(&session)) return smtp->held();
  if (const auto* imap = std::get_if<imap::Server>(&session)) return imap->held();
  return 0;
}
void forget_content(host::Session& session) {
  if (auto* smtp = std::get_if<smtp::ServerSession>(&session)) smtp->forget_content();
  if (auto* imap = std::get_if<imap::Server>(&session)) imap->forget_content();
}

}  // namespace

// ---- World: from the real clock to the virtual one -------------------------------------------

void World::advance(trace::Trace& trace, Instant now) {
  while (!queue_.empty() && queue_.next_at() <= now) run_next(trace);
  now_ = std::max(now_, now);
}

HostId World::join(trace::Trace& trace, const Outside& who) {
  const auto known = std::ranges::find(outsiders_, who.name);
  const auto id = [&](std::size_t index) {
    return HostId{static_cast<std::uint32_t>(plan_->scene.hosts.size() + index + 1)};
  };
  if (known != outsiders_.end()) return id(static_cast<std::size_t>(known - outsiders_.begin()));
  if (outsiders_.size() == kMaxOutsiders) return id(outsiders_.size() - 1);
  outsiders_.push_back(who.name);
  const HostId host = id(outsiders_.size() - 1);
  trace.set_cause({});
  trace.set_message({});
  trace.set_step(0);
  trace.append(
      now_, trace::HostJoined{host, trace.intern(who.name), trace.intern(who.address.to_string())});
  return host;
}

ConnId World::outside_connect(trace::Trace& trace, Instant now, const Outside& who, HostId server,
                              std::uint16_t port) {
  advance(trace, now);
  const HostId client = join(trace, who);
  const ConnId conn = net_.new_connection_id();
  return Doing(*this, trace).outside_connect(conn, client, who, server, port) ? conn : ConnId{};
}

void World::outside_bytes(trace::Trace& trace, Instant now, ConnId conn, std::string_view bytes) {
  advance(trace, now);
  Doing(*this, trace).outside_bytes(conn, bytes);
}

void World::outside_eof(trace::Trace& trace, Instant now, ConnId conn) {
  advance(trace, now);
  Doing(*this, trace).outside_eof(conn);
}

void World::outside_closed(trace::Trace& trace, Instant now, ConnId conn, trace::CloseReason why) {
  advance(trace, now);
  Doing(*this, trace).outside_closed(conn, why);
}

void World::outside_goodbye(trace::Trace& trace, Instant now) {
  advance(trace, now);
  Doing(*this, trace).outside_goodbye();
}

std::string World::outside_datagram(trace::Trace& trace, Instant now, const Outside& who,
                                    HostId server, const std::string& bytes) {
  advance(trace, now);
  const HostId client = join(trace, who);
  return Doing(*this, trace).outside_datagram(client, who, server, bytes);
}

std::vector<OutsideOutput> World::take_output() { return std::exchange(output_, {}); }

// ---- one call ------------------------------------------------------------------------------

bool World::Doing::outside_connect(ConnId conn, HostId client, const Outside& who, HostId server,
                                   std::uint16_t port) {
  trace_.set_cause({});
  set_message({});
  trace_.append_as_cause(now(), trace::ConnectionOpening{conn, client, server, who.port, port,
                                                         net::protocol_of_port(port)});
  // A host that is off, and a firewall, leave it unanswered. This is told at once; who wants to
  // wait looks before.
  const bool answers = w_.net_.host_up(server) && !w_.net_.port_blocked(server, port);
  auto session = answers ? accept(server, port) : std::nullopt;
  if (!session) {
    trace_.append(now(), trace::ConnectionFailed{conn, answers ? trace::ConnectFailure::refused
                                                               : trace::ConnectFailure::timed_out});
    return false;
  }
  trace_.append(now(), trace::ConnectionOpened{conn, Side::server});
  trace_.append(now(), trace::ConnectionOpened{conn, Side::client});
  End fresh{server, std::move(*session)};
  fresh.connected = true;
  fresh.outside = who.address;
  fresh.port = port;
  w_.ends_.insert_or_assign({conn, Side::server}, std::move(fresh));
  End& here = *end(conn, Side::server);
  if (!begin_implicit_tls(conn, Side::server, here)) begin_dialogue(conn, Side::server, here);
  settle();
  return true;
}

void World::Doing::outside_bytes(ConnId conn, std::string_view bytes) {
  trace_.set_cause({});
  set_message({});
  if (End* here = end(conn, Side::server)) {
    if (trace_.keeping())
      trace_.append_as_cause(
          now(), trace::StreamWritten{conn, here->heard, trace_.add_blob(std::string(bytes)),
                                      Side::client});
    here->heard += static_cast<std::uint32_t>(bytes.size());
    arrive(conn, Side::server, *here, bytes);
  }
  bound_unfinished(bytes.size());
  settle();
}

/// Memory is bounded, however many begin a letter and never end it: who holds the most loses it.
void World::Doing::bound_unfinished(std::size_t arrived) {
  w_.uncounted_ += arrived;
  if (w_.uncounted_ < kCountEvery) return;
  w_.uncounted_ = 0;
  for (;;) {
    std::size_t total = 0, most = 0;
    host::Session* largest = nullptr;
    for (auto& [key, here] : w_.ends_) {
      if (!here.outside) continue;
      const std::size_t held = held_by(here.session);
      total += held;
      if (held <= most) continue;
      most = held;
      largest = &here.session;
    }
    if (total <= kMaxUnfinished || largest == nullptr) return;
    forget_content(*largest);
    if (held_by(*largest) >= most) return;  // not content: lines have limits of their own
  }
}

void World::Doing::outside_eof(ConnId conn) {
  trace_.set_cause({});
  set_message({});
  if (End* here = end(conn, Side::server)) arrive_eof(conn, Side::server, *here);
  settle();
}

void World::Doing::outside_closed(ConnId conn, trace::CloseReason why) {
  trace_.set_cause({});
  set_message({});
  if (End* here = end(conn, Side::server)) {
    trace_.append_as_cause(now(), trace::ConnectionClosed{conn, Side::client, why});
    const bool open = here->connected;
    lose(conn, Side::server, *here);
    if (open) trace_.append(now(), trace::ConnectionClosed{conn, Side::server, why});
    let_go(conn, Side::server, *here);
  }
  settle();
}

void World::Doing::outside_goodbye() {
  trace_.set_cause({});
  set_message({});
  std::vector<EndKey> everybody;
  for (const auto& [key, here] : w_.ends_)
    if (here.outside && !here.gone) everybody.push_back(key);
  for (const auto& [conn, side] : everybody)
    if (End* here = end(conn, side)) say_goodbye(conn, side, *here);
  settle();
}

void World::Doing::write_outside(ConnId conn, End& here, std::string bytes) {
  if (!here.connected) return;
  if (trace_.keeping())
    trace_.append(now(),
                  trace::StreamWritten{conn, here.sent, trace_.add_blob(bytes), Side::server});
  here.sent += static_cast<std::uint32_t>(bytes.size());
  w_.output_.push_back({conn, std::move(bytes), OutsideOutput::End::none});
}

void World::Doing::shutdown(ConnId conn, Side side, End& here) {
  if (!here.connected) return;
  if (here.tls) {
    here.tls->close();
    if (here.pumping) {  // its last words are still in the engine
      here.closing = true;
      return;
    }
    pump_tls(conn, side, here);
  }
  hang_up(conn, side, here);
}

void World::Doing::hang_up(ConnId conn, Side side, End& here) {
  if (!here.connected) return;
  if (!here.outside) return w_.net_.shutdown(net_, conn, side);
  here.connected = false;
  trace_.append(now(), trace::ConnectionClosed{conn, side, trace::CloseReason::orderly});
  w_.output_.push_back({conn, {}, OutsideOutput::End::orderly});
}

std::string World::Doing::outside_datagram(HostId client, const Outside& who, HostId server,
                                           const std::string& bytes) {
  trace_.set_cause({});
  set_message({});
  Host& host = at(server);
  if (!host.name_server || !w_.net_.host_up(server)) return {};
  if (w_.net_.port_blocked(server, dns::kPort)) return {};
  const auto record = [&](HostId from, HostId to, std::uint16_t from_port, std::uint16_t to_port,
                          const std::string& content) {
    const PacketId packet = w_.net_.new_packet_id();
    trace_.append_as_cause(
        now(), trace::DatagramSent{packet, from, to, trace_.add_blob(content), from_port, to_port});
    trace_.append_as_cause(now(), trace::PacketDelivered{packet, to});
  };
  record(client, server, who.port, dns::kPort, bytes);
  std::string answer = answer_dns(server, bytes);
  if (!answer.empty()) record(server, client, dns::kPort, who.port, answer);
  settle();
  return answer;
}

}  // namespace posthorn::world
