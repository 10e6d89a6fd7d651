// TLS between stream and session: what the network brings goes through the engine, and so does
// what the session says. The trace has both: what crosses, and what the ends see.
#include "sim/world/doing.hpp"

namespace posthorn::world {

void World::Doing::start_tls(ConnId conn, Side side, End& here) {
  const scenario::Scenario& s = plan().scenario;
  tls::EngineConfig config;
  config.role = side == Side::client ? tls::Role::client : tls::Role::server;
  const std::string name = "tls/" + std::to_string(conn.value) + (side == Side::client ? "c" : "s");
  config.seed = engine::Random(s.seed).split(name).next();
  if (side == Side::server) {
    const auto identity = plan().identities.find(here.host);
    if (identity == plan().identities.end()) return;  // it offers nothing of the kind
    config.identity = identity->second;
    config.newest = plan().host(here.host).tls.version;
  } else {
    config.root = plan().root;
    config.server_name = here.wish.server_name;
    config.insist = here.wish.insist;
    config.date = host::wall_time(plan(), now());
  }
  trace_.append_as_cause(now(), trace::TlsStarted{conn, side});
  here.tls.emplace(std::move(config));
  pump_tls(conn, side, here);
}

void World::Doing::arrive(ConnId conn, Side side, End& here, std::string_view bytes) {
  if (here.tls) {
    here.tls->handle_wire(bytes);
    return pump_tls(conn, side, here);
  }
  input(here, bytes);
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
  while (auto output = here.tls->poll()) {
    if (auto* wire = std::get_if<tls::Wire>(&*output)) {
      put_on_wire(conn, side, here, std::move(wire->bytes));
    } else if (const auto* plain = std::get_if<tls::Plain>(&*output)) {
      if (here.outside) say_plain(conn, other(side), here.understood, plain->bytes);
      input(here, plain->bytes);
      drain(conn, side);
    } else if (const auto* message = std::get_if<tls::Message>(&*output)) {
      trace_.append_as_cause(
          now(), trace::TlsMessage{conn, trace_.intern(message->name),
                                   trace_.intern(message->fields), side, message->flow});
    } else if (const auto* secret = std::get_if<tls::Secret>(&*output)) {
      if (side == Side::client || here.outside)  // both ends know it; once is enough
        trace_.append(now(), trace::TlsSecret{conn, trace_.intern(secret->line)});
    } else if (const auto* done = std::get_if<tls::Established>(&*output)) {
      const auto verdict = side == Side::client ? tls::to_string(done->verdict) : "";
      trace_.append_as_cause(
          now(), trace::TlsEstablished{conn, trace_.intern(done->version),
                                       trace_.intern(done->cipher), trace_.intern(verdict), side});
      std::visit(
          [this](auto& session) {
            if constexpr (requires { session.handle_secured(now()); })
              session.handle_secured(now());
          },
          here.session);
      drain(conn, side);
    } else if (const auto* failed = std::get_if<tls::Failed>(&*output)) {
      trace_.append_as_cause(now(), trace::TlsFailed{conn, trace_.intern(failed->reason), side});
      std::visit(
          [&](auto& session) {
            if constexpr (requires { session.handle_tls_failed(now(), failed->reason); })
              session.handle_tls_failed(now(), failed->reason);
          },
          here.session);
      input_eof(here);  // for a session that was beyond the handshake
      drain(conn, side);
    } else {
      input_eof(here);
      drain(conn, side);
    }
  }
  here.pumping = false;
}

}  // namespace posthorn::world
