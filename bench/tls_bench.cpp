// What does the simulation add to a handshake? Full TLS 1.3 handshakes a second, of
//   - a pair of OpenSSL's SSL objects between memory BIOs, and nothing else;
//   - a pair of our engines, which remember what they lived through and describe every message;
//   - a world: connections to imaps across a virtual network, with a login and a look into the
//     mailbox around each handshake; what those take in clear is taken off.
//
//     tls_bench [HANDSHAKES]        default: 2000
#include <openssl/ssl.h>

#include <chrono>
#include <cstdio>
#include <cstdlib>

#include "sim/world/world.hpp"
#include "tls/authority.hpp"
#include "tls/engine.hpp"
#include "tls/library.hpp"

namespace {

using namespace posthorn;
using Clock = std::chrono::steady_clock;

constexpr const char* kName = "mail.kaede.example";
const std::chrono::sys_seconds kDate = std::chrono::sys_days(std::chrono::year(2026) / 4 / 9);

double seconds_since(Clock::time_point began) {
  return std::chrono::duration<double>(Clock::now() - began).count();
}

/// One end: an SSL between memory BIOs.
struct Bare {
  tls::SslPtr ssl;
  BIO *in, *out;
  explicit Bare(tls::Role role) : ssl(SSL_new(tls::context_for(role))) {
    in = BIO_new(BIO_s_mem());
    out = BIO_new(BIO_s_mem());
    BIO_set_mem_eof_return(in, -1);
    SSL_set_bio(ssl.get(), in, out);
  }
  bool go_on() { return SSL_do_handshake(ssl.get()) == 1; }
  void carry_to(Bare& other) {
    char buffer[8192];
    for (int n = 0; (n = BIO_read(out, buffer, sizeof buffer)) > 0;) BIO_write(other.in, buffer, n);
  }
};

double bare_pairs(int count, const tls::Authority& authority, const tls::Identity& identity) {
  const auto* parsed = static_cast<const tls::ParsedIdentity*>(identity.key.get());
  const tls::CertificatePtr root = tls::parse_certificate(authority.root());
  tls::SeededBytes bytes(1);
  const tls::Drawing drawing(bytes);
  const auto began = Clock::now();
  for (int i = 0; i < count; ++i) {
    Bare client(tls::Role::client), server(tls::Role::server);
    SSL_use_certificate(server.ssl.get(), parsed->certificate.get());
    SSL_use_PrivateKey(server.ssl.get(), parsed->key.get());
    SSL_set_accept_state(server.ssl.get());
    const tls::StorePtr store(X509_STORE_new());
    X509_STORE_add_cert(store.get(), root.get());
    SSL_set1_verify_cert_store(client.ssl.get(), store.get());
    X509_VERIFY_PARAM* rules = SSL_get0_param(client.ssl.get());
    X509_VERIFY_PARAM_set_time(rules, kDate.time_since_epoch().count());
    X509_VERIFY_PARAM_set1_host(rules, kName, 0);
    SSL_set_tlsext_host_name(client.ssl.get(), kName);
    SSL_set_verify(client.ssl.get(), SSL_VERIFY_PEER, nullptr);
    SSL_set_connect_state(client.ssl.get());
    bool ours = false, theirs = false;
    for (int round = 0; round < 10 && !(ours && theirs); ++round) {
      ours = client.go_on();
      client.carry_to(server);
      theirs = server.go_on();
      server.carry_to(client);
    }
    if (!ours || !theirs) std::abort();
  }
  return count / seconds_since(began);
}

bool carry(tls::Engine& from, tls::Engine& to) {
  bool any = false;
  while (auto output = from.poll())
    if (const auto* wire = std::get_if<tls::Wire>(&*output)) {
      to.handle_wire(wire->bytes);
      any = true;
    }
  return any;
}

double engine_pairs(int count, const tls::Authority& authority,
                    const std::shared_ptr<const tls::Identity>& identity) {
  const auto began = Clock::now();
  for (int i = 0; i < count; ++i) {
    tls::EngineConfig config;
    config.seed = static_cast<std::uint64_t>(i) * 2;
    config.root = authority.root();
    config.server_name = kName;
    config.date = kDate;
    tls::Engine client(config);
    tls::EngineConfig other;
    other.role = tls::Role::server;
    other.seed = config.seed + 1;
    other.identity = identity;
    tls::Engine server(other);
    for (bool busy = true; busy;) {
      busy = carry(client, server);
      busy = carry(server, client) || busy;
    }
    if (!client.established() || !server.established()) std::abort();
  }
  return count / seconds_since(began);
}

/// Connections a second, sealed or not.
double worlds(int count, bool with_tls) {
  using scenario::Service;
  scenario::Scenario s;
  s.start = kDate;
  s.hosts.resize(2);
  s.hosts[0].name = "ben-phone";
  s.hosts[0].user = "ben@kaede.example";
  s.hosts[0].client.reads = scenario::Reads::imap;
  s.hosts[0].client.tls = with_tls ? scenario::ClientTls::implicit : scenario::ClientTls::never;
  s.hosts[0].client.incoming = kName;
  s.hosts[0].addresses = {IpAddress::v4(192, 0, 2, 1)};
  s.hosts[1].name = kName;
  s.hosts[1].services = {Service::smtp, with_tls ? Service::imaps : Service::imap};
  s.hosts[1].addresses = {IpAddress::v4(192, 0, 2, 2)};
  scenario::Link link;
  link.a = "ben-phone";
  link.b = kName;
  s.links = {link};
  scenario::Domain domain;
  domain.name = "kaede.example";
  domain.home = kName;
  domain.accounts.push_back({"ben", "momiji", {}});
  s.domains = {domain};
  for (int i = 0; i < count; ++i) {
    scenario::Act act;
    act.at = std::chrono::seconds(i);
    act.who = "ben@kaede.example";
    act.what = scenario::Fetch{};
    s.story.push_back(std::move(act));
  }
  const auto plan = scenario::make_plan(std::move(s));
  trace::Trace trace(plan->scene);
  world::World world(plan);
  const auto began = Clock::now();
  while (world.step(trace)) {
  }
  const double took = seconds_since(began);
  int sealed = 0;
  for (const trace::Record& record : trace.records())
    sealed += std::holds_alternative<trace::TlsEstablished>(record.fact);
  if (sealed != (with_tls ? 2 * count : 0)) std::abort();
  return count / took;
}

}  // namespace

int main(int argc, char** argv) {
  const int count = argc > 1 ? std::atoi(argv[1]) : 2000;
  const tls::Authority authority(1, kDate);
  const auto identity = authority.issue(kName, tls::CertificateKind::valid);
  bare_pairs(100, authority, *identity);  // warm
  const double bare = bare_pairs(count, authority, *identity);
  const double engines = engine_pairs(count, authority, identity);
  const double simulated = worlds(count, true), in_clear = worlds(count, false);
  const double alone = 1 / (1 / simulated - 1 / in_clear);  // without what is said around it
  std::printf("bare pairs of SSL: %.0f handshakes/s\n", bare);
  std::printf("pairs of engines:  %.0f handshakes/s, %.2f of it\n", engines, engines / bare);
  std::printf("in a world:        %.0f handshakes/s, %.2f of it\n", alone, alone / bare);
  std::printf("whole connections: %.0f sealed, %.0f in clear a second\n", simulated, in_clear);
}
