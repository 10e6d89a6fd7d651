// Two engines with a wire between them, and what each of them told.
#pragma once

#include <string>
#include <vector>

#include "tls/authority.hpp"
#include "tls/engine.hpp"

namespace posthorn::tls {

inline std::chrono::sys_seconds spring() {
  using namespace std::chrono;
  return sys_days(year(2026) / 4 / 6);
}

inline const Authority& authority() {
  static const Authority only(7, spring());
  return only;
}

inline EngineConfig client_config(bool insist = true) {
  EngineConfig config;
  config.role = Role::client;
  config.seed = 11;
  config.root = authority().root();
  config.server_name = "mail.kaede.example";
  config.insist = insist;
  config.date = spring();
  return config;
}

inline EngineConfig server_config(CertificateKind kind = CertificateKind::valid) {
  EngineConfig config;
  config.role = Role::server;
  config.seed = 22;
  config.identity = authority().issue("mail.kaede.example", kind);
  return config;
}

/// What one end told.
struct Told {
  std::string wire, plain, messages, secrets;
  std::vector<Established> established;
  std::vector<Failed> failed;
  std::vector<PeerClosed> closed;
};

/// Everything that the engine has to say; returns what goes on the wire.
inline std::string hear(Engine& engine, Told& told) {
  std::string wire;
  while (auto output = engine.poll()) {
    if (auto* out = std::get_if<Wire>(&*output)) wire += out->bytes;
    if (auto* out = std::get_if<Plain>(&*output)) told.plain += out->bytes;
    if (auto* out = std::get_if<Secret>(&*output)) told.secrets += out->line + "\n";
    if (auto* out = std::get_if<Established>(&*output)) told.established.push_back(*out);
    if (auto* out = std::get_if<Failed>(&*output)) told.failed.push_back(*out);
    if (auto* out = std::get_if<PeerClosed>(&*output)) told.closed.push_back(*out);
    if (auto* out = std::get_if<Message>(&*output))
      told.messages += (out->flow == Flow::sent ? "> " : "< ") + out->name + "\n";
  }
  told.wire += wire;
  return wire;
}

struct Pair {
  explicit Pair(EngineConfig c = client_config(), EngineConfig s = server_config())
      : client(std::move(c)), server(std::move(s)) {}

  /// Carries bytes until nobody has any left.
  void settle() {
    for (;;) {
      const std::string up = hear(client, at_client);
      server.handle_wire(up);
      const std::string down = hear(server, at_server);
      client.handle_wire(down);
      if (up.empty() && down.empty()) return;
    }
  }

  Engine client, server;
  Told at_client, at_server;
};

}  // namespace posthorn::tls
