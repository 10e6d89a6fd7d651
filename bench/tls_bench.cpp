// What does the simulation add to TLS 1.3? Connections to imaps a second, of
//   - a pair of OpenSSL's SSL objects between memory BIOs, and nothing else;
//   - a pair of our engines, which remember what they lived through and describe every message;
//   - a world: mail clients that log in and look into a mailbox across a virtual network.
// First the handshake alone (for the world: the dialogue in clear taken off the dialogue under
// TLS), then whole connections: the pairs say word for word what is said in the world.
//
//     tls_bench [CONNECTIONS]        default: 2000
#include <openssl/ssl.h>

#include <chrono>
#include <cstdio>
#include <cstdlib>
#include <string>
#include <vector>

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

/// While it lives, nobody is told of secrets (that is for engines alone).
class Unheard {
 public:
  Unheard() {
    for (SSL_CTX* context : {client_, server_}) SSL_CTX_set_keylog_callback(context, nullptr);
  }
  Unheard(const Unheard&) = delete;
  Unheard& operator=(const Unheard&) = delete;
  ~Unheard() {
    SSL_CTX_set_keylog_callback(client_, heard_[0]);
    SSL_CTX_set_keylog_callback(server_, heard_[1]);
  }

 private:
  SSL_CTX* client_ = tls::context_for(tls::Role::client);
  SSL_CTX* server_ = tls::context_for(tls::Role::server);
  SSL_CTX_keylog_cb_func heard_[2] = {SSL_CTX_get_keylog_callback(client_),
                                      SSL_CTX_get_keylog_callback(server_)};
};

/// What is said under the seal in one connection.
struct Said {
  Side speaker;
  std::string words;
};
using Dialogue = std::vector<Said>;

void converse(Bare& client, Bare& server, const Dialogue& dialogue) {
  char buffer[8192];
  for (const Said& said : dialogue) {
    Bare& from = said.speaker == Side::client ? client : server;
    Bare& to = said.speaker == Side::client ? server : client;
    SSL_write(from.ssl.get(), said.words.data(), static_cast<int>(said.words.size()));
    from.carry_to(to);
    std::size_t heard = 0;
    for (int n = 0; (n = SSL_read(to.ssl.get(), buffer, sizeof buffer)) > 0;)
      heard += static_cast<std::size_t>(n);
    if (heard != said.words.size()) std::abort();
  }
  if (dialogue.empty()) return;
  SSL_shutdown(server.ssl.get());
  server.carry_to(client);
  SSL_shutdown(client.ssl.get());
  client.carry_to(server);
}

double bare_pairs(int count, const tls::Authority& authority, const tls::Identity& identity,
                  const Dialogue& dialogue) {
  const auto* parsed = static_cast<const tls::ParsedIdentity*>(identity.key.get());
  const tls::CertificatePtr root = tls::parse_certificate(authority.root());
  tls::SeededBytes bytes(1);
  const tls::Drawing drawing(bytes);
  const Unheard unheard;
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
    converse(client, server, dialogue);
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
                    const std::shared_ptr<const tls::Identity>& identity,
                    const Dialogue& dialogue) {
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
    const auto exchange = [&] {
      for (bool busy = true; busy;) {
        busy = carry(client, server);
        busy = carry(server, client) || busy;
      }
    };
    exchange();
    if (!client.established() || !server.established()) std::abort();
    for (const Said& said : dialogue) {
      (said.speaker == Side::client ? client : server).send(said.words);
      exchange();
    }
    if (dialogue.empty()) continue;
    server.close();
    client.close();
    exchange();
  }
  return count / seconds_since(began);
}

/// Connections a second, sealed or not; and what is said in the first of the sealed ones.
double worlds(int count, bool with_tls, Dialogue* dialogue = nullptr) {
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
  for (const trace::Record& record : trace.records()) {
    sealed += std::holds_alternative<trace::TlsEstablished>(record.fact);
    const auto* said = std::get_if<trace::PlainWritten>(&record.fact);
    if (dialogue != nullptr && said != nullptr && said->conn.value == 1)
      dialogue->push_back({said->side, *trace.blob(said->bytes)});
  }
  if (sealed != (with_tls ? 2 * count : 0)) std::abort();
  return count / took;
}

}  // namespace

int main(int argc, char** argv) {
  const int count = argc > 1 ? std::atoi(argv[1]) : 2000;
  const tls::Authority authority(1, kDate);
  const auto identity = authority.issue(kName, tls::CertificateKind::valid);
  Dialogue dialogue;
  worlds(50, true, &dialogue);  // warm
  if (dialogue.empty()) std::abort();
  const double bare = bare_pairs(count, authority, *identity, {});
  const double engines = engine_pairs(count, authority, identity, {});
  const double simulated = worlds(count, true), in_clear = worlds(count, false);
  const double alone = 1 / (1 / simulated - 1 / in_clear);
  const double bare_talk = bare_pairs(count, authority, *identity, dialogue);
  const double engine_talk = engine_pairs(count, authority, identity, dialogue);
  const auto report = [](const char* what, double pairs, double engine, double world) {
    std::printf("%s a second: SSL pairs %.0f; engines %.0f, %.2f of it; world %.0f, %.2f of it\n",
                what, pairs, engine, engine / pairs, world, world / pairs);
  };
  report("handshakes", bare, engines, alone);
  report("connections", bare_talk, engine_talk, simulated);
  std::printf("dialogue: %zu pieces; connections in clear: %.0f a second\n", dialogue.size(),
              in_clear);
}
