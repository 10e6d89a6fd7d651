// A build without OpenSSL, as for a browser: scenarios with TLS are refused when they are loaded,
// and nobody gets here.
#include <cstdlib>

#include "tls/authority.hpp"
#include "tls/engine.hpp"

namespace posthorn::tls {

bool available() { return false; }

Authority::Authority(std::uint64_t seed, std::chrono::sys_seconds date)
    : seed_(seed), date_(date) {}
std::string Authority::root_pem() const { return {}; }
std::shared_ptr<const Identity> Authority::issue(std::string_view, CertificateKind) const {
  return nullptr;
}

class Engine::Machine {};

Engine::Engine(EngineConfig) { std::abort(); }
Engine::Engine(const Engine&) { std::abort(); }
Engine& Engine::operator=(const Engine&) { return *this; }
Engine::Engine(Engine&&) noexcept = default;
Engine& Engine::operator=(Engine&&) noexcept = default;
Engine::~Engine() = default;
void Engine::handle_wire(std::string_view) {}
void Engine::handle_wire_eof() {}
std::uint64_t Engine::send(std::string_view) { return 0; }
void Engine::close() {}
std::optional<Output> Engine::poll() { return std::nullopt; }

}  // namespace posthorn::tls
