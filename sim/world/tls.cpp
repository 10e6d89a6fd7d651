// TLS between stream and session: what the network brings goes through the engine, and so does
// what the session says. The trace has both: what crosses, and what the ends see.
#include "sim/world/doing.hpp"

namespace posthorn::world {
namespace {

/// As long as for a first command: who does not even shake hands shall not keep the place for ever.
Duration patience(const scenario::Limits& limits, scenario::Service service) {
  constexpr Duration kUsual = std::chrono::minutes(5);
  switch (scenario::spoken_at(service)) {
    case scenario::Service::pop3:
      return limits.pop3_preauth.value_or(kUsual);
    case scenario::Service::imap:
      return limits.imap_preauth.value_or(kUsual);
    default:
      return limits.smtp_command.value_or(kUsual);
  }
}

}  // namespace

/// True at a port where TLS comes first (RFC 8314): the session begins when it is through.
bool World::Doing::begin_implicit_tls(ConnId conn, Side side, End& here) {
  const auto service = scenario::service_at(here.port);
  const bool implicit =
      side == Side::client ? here.wish.implicit : service && scenario::implicit_tls(*service);
  if (!implicit) return false;
  here.unopened = true;
  const Duration wait = side == Side::server ? patience(plan().host(here.host).limits, *service)
                                             : patience({}, scenario::Service::submission);
  set_wake(conn, side, here, now() + wait);
  start_tls(conn, side, here);
  return true;
}

/// The other end has had its time to shake hands (RFC 8314 says nothing; a server that waits for
/// ever can be filled with silence).
void World::Doing::give_up_handshake(ConnId conn, Side side, End& here) {
  take_tls(conn, side, here, tls::Failed{"time-out in the TLS handshake", {}});
}

/// The connection is gone. A server that had not begun yet has nobody to say its greeting to.
void World::Doing::lose(ConnId conn, Side side, End& here) {
  here.connected = false;
  if (here.unopened && side == Side::server) return;
  input_eof(here);
  drain(conn, side);
}

void World::Doing::start_tls(ConnId conn, Side side, End& here) {
  tls::EngineConfig config;
  config.role = side == Side::client ? tls::Role::client : tls::Role::server;
  const std::string name = "tls/" + std::to_string(conn.value) + (side == Side::client ? "c" : "s");
  config.seed = engine::Random(plan().scenario.seed).split(name).next();
  if (side == Side::server) {
    config.identity = plan().identities.at(here.host);
    config.newest = plan().host(here.host).tls.version;
  } else {
    config.root = plan().root;
    config.server_name = here.wish.server_name;
    config.insist = here.wish.insist;
    config.tlsa = here.wish.tlsa;
    config.date = host::wall_time(*this, here.host, now());
  }
  config.remember = !here.outside || trace_.keeping();  // a world that serves alone is not copied
  trace_.append_as_cause(now(), trace::TlsStarted{conn, side});
  here.tls.emplace(std::move(config));
  pump_tls(conn, side, here);
}

void World::Doing::arrive(ConnId conn, Side side, End& here, std::string_view bytes) {
  if (here.tls) {
    here.tls->handle_wire(bytes);
    return pump_tls(conn, side, here);
  }
  here.understood += static_cast<std::uint32_t>(bytes.size());
  input(conn, side, here, bytes);
  drain(conn, side);
}

void World::Doing::arrive_eof(ConnId conn, Side side, End& here) {
  if (here.tls) {
    here.tls->handle_wire_eof();
    return pump_tls(conn, side, here);
  }
  input_eof(here);
  drain(conn, side);
}

void World::Doing::say_plain(ConnId conn, Side speaker, std::uint32_t offset,
                             const std::string& bytes) {
  if (trace_.keeping())
    trace_.append(now(), trace::PlainWritten{conn, offset, trace_.add_blob(bytes), speaker});
}

/// Everything that the engine has to say. What the session answers meanwhile goes to the engine and
/// comes out behind what is there already.
void World::Doing::pump_tls(ConnId conn, Side side, End& here) {
  if (here.pumping) return;
  here.pumping = true;
  while (auto output = here.tls->poll())
    std::visit([&](auto& what) { take_tls(conn, side, here, what); }, *output);
  here.pumping = false;
  if (std::exchange(here.closing, false)) hang_up(conn, side, here);
}

/// A packet's cause is the command or reply that it carries, also if others were said meanwhile.
void World::Doing::take_tls(ConnId conn, Side side, End& here, tls::Wire& wire) {
  const trace::Scope scope(trace_);
  if (const auto why = here.spoken.find(wire.said); why != here.spoken.end()) {
    trace_.set_cause(why->second);
    here.spoken.erase(here.spoken.begin(), std::next(why));
  }
  put_on_wire(conn, side, here, std::move(wire.bytes));
}

void World::Doing::take_tls(ConnId conn, Side side, End& here, const tls::Plain& plain) {
  if (here.outside) say_plain(conn, other(side), here.understood, plain.bytes);
  here.understood += static_cast<std::uint32_t>(plain.bytes.size());
  input(conn, side, here, plain.bytes);
  drain(conn, side);
}

void World::Doing::take_tls(ConnId conn, Side side, End&, const tls::Message& message) {
  trace_.append_as_cause(
      now(), trace::TlsMessage{conn, trace_.intern(message.name), trace_.intern(message.fields),
                               side, message.flow});
}

void World::Doing::take_tls(ConnId conn, Side side, End& here, const tls::Secret& secret) {
  if (side == Side::client || here.outside)  // both ends know it; once is enough
    trace_.append(now(), trace::TlsSecret{conn, trace_.intern(secret.line)});
}

void World::Doing::take_tls(ConnId conn, Side side, End& here, const tls::Established& done) {
  const auto verdict = side == Side::client ? tls::to_string(done.verdict) : "";
  trace_.append_as_cause(
      now(), trace::TlsEstablished{conn, trace_.intern(done.version), trace_.intern(done.cipher),
                                   trace_.intern(verdict), side});
  Host& host = at(here.host);
  if (side == Side::client && host.mail_client)
    host.mail_client->handle_secured(*this, conn, done.verdict);
  if (std::exchange(here.unopened, false)) return begin_dialogue(conn, side, here);
  std::visit(
      [this](auto& session) {
        if constexpr (requires { session.handle_secured(now()); }) session.handle_secured(now());
      },
      here.session);
  drain(conn, side);
}

/// The session is told; one that is beyond the handshake hears that nothing more will come.
void World::Doing::take_tls(ConnId conn, Side side, End& here, const tls::Failed& failed) {
  trace_.append_as_cause(now(), trace::TlsFailed{conn, trace_.intern(failed.reason), side});
  if (here.unopened && side == Side::server) {
    set_wake(conn, side, here, std::nullopt);
    return shutdown(conn, side, here);
  }
  std::visit(
      [&](auto& session) {
        if constexpr (requires { session.handle_tls_failed(now(), failed.reason); })
          session.handle_tls_failed(now(), failed.reason);
      },
      here.session);
  input_eof(here);
  here.unopened = false;
  drain(conn, side);
}

void World::Doing::take_tls(ConnId conn, Side side, End& here, const tls::PeerClosed&) {
  input_eof(here);
  drain(conn, side);
}

}  // namespace posthorn::world
