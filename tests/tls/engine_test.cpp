// The engine is real TLS, and a value.
#include <random>

#include "tests/support/catch.hpp"
#include "tests/tls/pair.hpp"

using namespace posthorn;
using namespace posthorn::tls;

TEST_CASE("two ends shake hands by TLS 1.3 and talk") {
  Pair pair;
  pair.client.send("EHLO aiko\r\n");  // waits for the handshake
  pair.settle();
  REQUIRE(pair.at_client.established.size() == 1);
  REQUIRE(pair.at_server.established.size() == 1);
  const Established& done = pair.at_client.established[0];
  CHECK(done.version == "TLSv1.3");
  CHECK(done.cipher == "TLS_AES_256_GCM_SHA384");
  CHECK(done.verdict == Verdict::valid);
  REQUIRE(done.certificate);
  CHECK(done.certificate->subject == "CN=mail.kaede.example");
  CHECK(done.certificate->issuer == "CN=Posthorn World CA");
  CHECK(done.certificate->names == std::vector<std::string>{"mail.kaede.example"});
  CHECK(pair.at_server.established[0].verdict == Verdict::not_asked);
  CHECK(pair.at_client.messages ==
        "> ClientHello\n< ServerHello\n< EncryptedExtensions\n< Certificate\n"
        "< CertificateVerify\n< Finished\n> Finished\n");
  CHECK(pair.at_server.plain == "EHLO aiko\r\n");
  CHECK(pair.at_client.wire.find("EHLO") == std::string::npos);

  pair.server.send("250 mail\r\n");
  pair.server.close();
  pair.settle();
  CHECK(pair.at_client.plain == "250 mail\r\n");
  REQUIRE(pair.at_client.closed.size() == 1);
  CHECK_FALSE(pair.at_client.closed[0].truncated);
  pair.client.send("the other half is still open");
  pair.client.close();
  pair.settle();
  CHECK(pair.at_server.plain == "EHLO aiko\r\nthe other half is still open");
  CHECK(pair.client.over());
  CHECK(pair.server.over());
}

TEST_CASE("an old server speaks TLS 1.2") {
  EngineConfig old = server_config();
  old.newest = Version::tls12;
  Pair pair(client_config(), old);
  pair.settle();
  REQUIRE(pair.at_client.established.size() == 1);
  CHECK(pair.at_client.established[0].version == "TLSv1.2");
  CHECK(pair.at_client.secrets.starts_with("CLIENT_RANDOM "));
  CHECK(pair.at_client.messages ==
        "> ClientHello\n< ServerHello\n< Certificate\n< ServerKeyExchange\n< ServerHelloDone\n"
        "> ClientKeyExchange\n> Finished\n< Finished\n");
}

TEST_CASE("bad certificates are found, and end the handshake of those who insist") {
  const auto [kind, verdict, alert] = GENERATE(table<CertificateKind, Verdict, std::string>({
      {CertificateKind::expired, Verdict::expired, "certificate_expired"},
      {CertificateKind::wrong_name, Verdict::wrong_name, "bad_certificate"},
      {CertificateKind::self_signed, Verdict::self_signed, "unknown_ca"},
      {CertificateKind::unknown_issuer, Verdict::unknown_issuer, "unknown_ca"},
  }));
  Pair strict(client_config(true), server_config(kind));
  strict.settle();
  CHECK(strict.at_client.established.empty());
  REQUIRE(strict.at_client.failed.size() == 1);
  CHECK(strict.at_client.failed[0].verdict == verdict);
  CHECK(strict.at_client.messages.ends_with("> Alert\n"));
  REQUIRE(strict.at_server.failed.size() == 1);
  CHECK(strict.at_server.messages.ends_with("< Alert\n"));

  Pair easy(client_config(false), server_config(kind));
  easy.settle();
  REQUIRE(easy.at_client.established.size() == 1);
  CHECK(easy.at_client.established[0].verdict == verdict);
}

TEST_CASE("certificates are judged by the world's clock") {
  using std::chrono::days;
  EngineConfig early = client_config(), late = client_config();
  early.date = spring() - days(400);
  late.date = spring() + days(11 * 365);
  Pair before(early), after(late);
  before.settle();
  after.settle();
  REQUIRE(before.at_client.failed.size() == 1);
  CHECK(before.at_client.failed[0].verdict == Verdict::not_yet_valid);
  REQUIRE(after.at_client.failed.size() == 1);
  CHECK(after.at_client.failed[0].verdict == Verdict::expired);
}

TEST_CASE("the same seeds give the same bytes, certificates and secrets; others do not") {
  CHECK(Authority(7, spring()).root() == authority().root());
  CHECK(Authority(8, spring()).root() != authority().root());
  CHECK(authority().issue("a.example", CertificateKind::valid)->certificate ==
        authority().issue("a.example", CertificateKind::valid)->certificate);
  const auto run = [](std::uint64_t seed) {
    EngineConfig config = client_config();
    config.seed = seed;
    Pair pair(config);
    pair.client.send("hello");
    pair.settle();
    return pair.at_client.wire + pair.at_server.wire + pair.at_client.secrets;
  };
  const std::string first = run(1);
  CHECK(run(1) == first);
  CHECK(run(2) != first);
}

TEST_CASE("an engine without memory works as well, but its copy does not") {
  EngineConfig forgetful = server_config();
  forgetful.remember = false;
  Pair pair(client_config(), forgetful);
  pair.client.send("one");
  pair.settle();
  Engine copy(pair.server);
  CHECK(copy.over());
  pair.client.send("two");
  pair.settle();
  CHECK(pair.at_server.plain == "onetwo");
  copy.handle_wire("x");
  const auto told = copy.poll();
  REQUIRE(told);
  CHECK(std::holds_alternative<Failed>(*told));
  CHECK_FALSE(copy.poll());
}

TEST_CASE("a copy made anywhere, even within a record, goes on as the original does") {
  const Version version = GENERATE(Version::tls12, Version::tls13);
  EngineConfig s = server_config();
  s.newest = version;
  // One octet at a time; at every 37th octet everything is copied, and the copies go on alone.
  Pair original(client_config(), s);
  original.client.send("MAIL FROM:<aiko@sakura.example>\r\n");
  std::string up, down;
  std::size_t moved = 0, copies = 0;
  std::vector<Pair> branches;
  std::vector<std::pair<std::string, std::string>> on_the_way;
  for (;;) {
    up += hear(original.client, original.at_client);
    down += hear(original.server, original.at_server);
    if (up.empty() && down.empty()) break;
    if (moved++ % 37 == 0) {
      branches.push_back(original);
      on_the_way.emplace_back(up, down);
      ++copies;
    }
    std::string& from = up.empty() ? down : up;
    const char octet = from.front();
    const bool upwards = !up.empty();
    from.erase(0, 1);
    (upwards ? original.server : original.client).handle_wire(std::string_view(&octet, 1));
  }
  REQUIRE(copies > 20);
  CHECK(original.at_server.plain == "MAIL FROM:<aiko@sakura.example>\r\n");
  for (std::size_t i = 0; i < branches.size(); ++i) {
    Pair& branch = branches[i];
    branch.server.handle_wire(on_the_way[i].first);
    branch.client.handle_wire(on_the_way[i].second);
    branch.settle();
    CHECK(branch.at_client.wire == original.at_client.wire);
    CHECK(branch.at_server.wire == original.at_server.wire);
    CHECK(branch.at_client.secrets == original.at_client.secrets);
    CHECK(branch.at_server.plain == original.at_server.plain);
    CHECK(branch.at_client.messages == original.at_client.messages);
  }
}

TEST_CASE("however the wire cuts the bytes, the same is said") {
  const unsigned seed = GENERATE(range(0U, 20U));
  std::mt19937 random(seed);
  const std::string text(40000, 'x');
  Pair pair;
  pair.client.send(text);
  std::string up, down;
  for (;;) {
    up += hear(pair.client, pair.at_client);
    down += hear(pair.server, pair.at_server);
    if (up.empty() && down.empty()) break;
    const bool upwards = down.empty() || (!up.empty() && random() % 2 == 0);
    std::string& from = upwards ? up : down;
    const std::size_t size = std::min<std::size_t>(from.size(), 1 + random() % 3000);
    (upwards ? pair.server : pair.client).handle_wire(from.substr(0, size));
    from.erase(0, size);
  }
  CHECK(pair.at_server.plain == text);
}

TEST_CASE("the wire may end at any octet, or carry anything: that fails and nothing worse") {
  Pair whole;
  whole.client.send("QUIT\r\n");
  whole.settle();
  const std::string script = whole.at_client.wire;
  for (std::size_t end = 0; end < script.size(); ++end) {
    Told told;
    Engine server(server_config());
    server.handle_wire(std::string_view(script).substr(0, end));
    hear(server, told);
    server.handle_wire_eof();
    hear(server, told);
    INFO("octet " << end);
    CHECK(told.failed.size() + told.closed.size() == 1);
    if (!told.closed.empty()) CHECK(told.closed[0].truncated);
    server.handle_wire("more");
    server.send("more");
    server.close();
    hear(server, told);
    CHECK(told.failed.size() <= 1);
  }
  for (std::size_t at = 0; at < script.size(); at += 7) {
    std::string broken = script;
    broken[at] = static_cast<char>(broken[at] ^ 0x41);
    Told told;
    Engine server(server_config());
    server.handle_wire(broken);
    server.handle_wire_eof();
    hear(server, told);
    CHECK(told.plain.empty());
  }
  Told told;
  Engine server(server_config());
  server.handle_wire("EHLO plain.example\r\n");
  hear(server, told);
  REQUIRE(told.failed.size() == 1);
  CHECK_FALSE(server.established());
}

TEST_CASE("TLSA records decide, and neither an authority nor a name nor a date") {
  const auto kind =
      GENERATE(CertificateKind::valid, CertificateKind::expired, CertificateKind::wrong_name,
               CertificateKind::self_signed, CertificateKind::unknown_issuer);
  const EngineConfig server = server_config(kind);
  const auto shake = [&](std::vector<TlsaRecord> records, bool insist) {
    EngineConfig client = client_config(insist);
    client.tlsa = std::move(records);
    Pair pair(client, server);
    pair.settle();
    return pair.at_client;
  };
  const TlsaRecord key{3, 1, 1, server.identity->key_digest};
  const TlsaRecord whole{3, 0, 0, server.identity->certificate};
  const TlsaRecord other{3, 1, 1, std::string(32, 'x')};
  for (const TlsaRecord& good : {key, whole}) {
    const Told told = shake({other, good}, true);
    REQUIRE(told.established.size() == 1);
    CHECK(told.established[0].verdict == Verdict::dane);
  }
  const Told refused = shake({other}, true);
  CHECK(refused.established.empty());
  REQUIRE(refused.failed.size() == 1);
  CHECK(refused.failed[0].verdict == Verdict::not_dane);
  const Told warned = shake({other}, false);
  REQUIRE(warned.established.size() == 1);
  CHECK(warned.established[0].verdict == Verdict::not_dane);
  // Usage 2 names the authority; then name and date count again.
  const Told by_authority = shake({{2, 0, 0, authority().root()}}, true);
  CHECK((by_authority.established.size() == 1) == (kind == CertificateKind::valid));
}
