// The resolver in dialogue with name servers. In the scripts "->" is a query, "<-" a reply, "="
// what the asker is told.
#include "protocols/dns/resolver.hpp"

#include "tests/protocols/dns/internet.hpp"
#include "tests/support/catch.hpp"

namespace posthorn::dns {
namespace {

using namespace testing;

/// A root, "example" below it, and two domains with servers of their own.
Internet small_internet() {
  ResolverConfig config;
  config.hints = {ip("192.0.2.1")};
  Internet net(config);
  net.serve("192.0.2.1", {zone(".", {ns("example", "ns.example"), a("ns.example", "192.0.2.2")})});
  net.serve("192.0.2.2", {zone("example", {ns("kaede.example", "ns.kaede.example", 600),
                                           a("ns.kaede.example", "192.0.2.53", 600),
                                           ns("sakura.example", "ns.kaede.example"),
                                           ns("hosted.example", "ns.sakura.example")})});
  const auto kaede =
      zone("kaede.example",
           {mx("kaede.example", 10, "mail.kaede.example"), a("mail.kaede.example", "192.0.2.25"),
            a("ns.kaede.example", "192.0.2.53"), cname("smtp.kaede.example", "mail.kaede.example"),
            cname("www.kaede.example", "web.sakura.example"),
            cname("gone.kaede.example", "gone.sakura.example"),
            cname("ping.kaede.example", "pong.sakura.example")});
  const auto sakura = zone("sakura.example", {a("web.sakura.example", "192.0.2.80", 120),
                                              a("ns.sakura.example", "192.0.2.53"),
                                              cname("pong.sakura.example", "ping.kaede.example")});
  const auto hosted = zone("hosted.example", {a("www.hosted.example", "192.0.2.81")});
  net.serve("192.0.2.53", {kaede, sakura, hosted});
  return net;
}

TEST_CASE("from the root down, by referrals") {
  Internet net = small_internet();
  CHECK(net.ask("kaede.example", RecordType::mx) == script(R"(
      -> 192.0.2.1 MX? kaede.example
      <- 192.0.2.1 referral to example: NS ns.example
      cache example: NS ns.example TTL 3600 for 3600s
      cache ns.example: A 192.0.2.2 TTL 300 for 300s
      -> 192.0.2.2 MX? kaede.example
      <- 192.0.2.2 referral to kaede.example: NS ns.kaede.example
      cache kaede.example: NS ns.kaede.example TTL 600 for 600s
      cache ns.kaede.example: A 192.0.2.53 TTL 600 for 600s
      -> 192.0.2.53 MX? kaede.example
      <- 192.0.2.53 MX 10 mail.kaede.example TTL 300
      cache kaede.example: MX 10 mail.kaede.example TTL 300 for 300s
      =  MX kaede.example: ok, MX 10 mail.kaede.example TTL 300 (300s)
      )"));
  CHECK(net.resolver.in_flight() == 0);
}

TEST_CASE("the second time, from the cache, until it expires") {
  Internet net = small_internet();
  net.ask("kaede.example", RecordType::mx);
  net.now += 100s;
  CHECK(net.ask("KAEDE.example", RecordType::mx) == script(R"(
      =  MX KAEDE.example: ok, MX 10 mail.kaede.example TTL 200 (200s, from cache)
      )"));
  net.now += 199s;
  CHECK(net.ask("kaede.example", RecordType::mx) == script(R"(
      =  MX kaede.example: ok, MX 10 mail.kaede.example TTL 1 (1s, from cache)
      )"));
  net.now += 1s;  // the record is gone, but the way to its server is still known
  CHECK(net.ask("kaede.example", RecordType::mx) == script(R"(
      -> 192.0.2.53 MX? kaede.example
      <- 192.0.2.53 MX 10 mail.kaede.example TTL 300
      cache kaede.example: MX 10 mail.kaede.example TTL 300 for 300s
      =  MX kaede.example: ok, MX 10 mail.kaede.example TTL 300 (300s)
      )"));
  net.now += 500s;  // by now the NS set and its glue have gone too; ns.example's address as well
  CHECK(net.ask("kaede.example", RecordType::mx).starts_with("-> 192.0.2.1 MX? kaede.example\n"));
}

TEST_CASE("\"no\" is remembered for the SOA's minimum (RFC 2308)") {
  Internet net = small_internet();
  net.ask("kaede.example", RecordType::mx);
  CHECK(net.ask("nobody.kaede.example", RecordType::mx) == script(R"(
      -> 192.0.2.53 MX? nobody.kaede.example
      <- 192.0.2.53 NXDOMAIN
      cache nobody.kaede.example: NXDOMAIN for 60s
      =  MX nobody.kaede.example: NXDOMAIN (60s)
      )"));
  net.now += 20s;
  SECTION("NXDOMAIN holds for every type") {
    CHECK(net.ask("nobody.kaede.example", RecordType::a) == script(R"(
        =  A nobody.kaede.example: NXDOMAIN (40s, from cache)
        )"));
  }
  SECTION("NODATA for one only") {
    CHECK(net.ask("mail.kaede.example", RecordType::mx) == script(R"(
        -> 192.0.2.53 MX? mail.kaede.example
        <- 192.0.2.53 no MX record
        cache mail.kaede.example: no MX record for 60s
        =  MX mail.kaede.example: no data (60s)
        )"));
    CHECK(net.ask("mail.kaede.example", RecordType::mx) == script(R"(
        =  MX mail.kaede.example: no data (60s, from cache)
        )"));
    CHECK(net.ask("mail.kaede.example", RecordType::a) == script(R"(
        -> 192.0.2.53 A? mail.kaede.example
        <- 192.0.2.53 A 192.0.2.25 TTL 300
        cache mail.kaede.example: A 192.0.2.25 TTL 300 for 300s
        =  A mail.kaede.example: ok, A 192.0.2.25 TTL 300 (300s)
        )"));
  }
  SECTION("and is forgotten in time") {
    net.now += 40s;
    CHECK(net.ask("nobody.kaede.example", RecordType::mx).starts_with("-> 192.0.2.53"));
  }
}

TEST_CASE("CNAMEs are followed, within a reply and across zones") {
  Internet net = small_internet();
  net.ask("kaede.example", RecordType::mx);
  CHECK(net.ask("smtp.kaede.example", RecordType::a) == script(R"(
      -> 192.0.2.53 A? smtp.kaede.example
      <- 192.0.2.53 CNAME mail.kaede.example TTL 300, A 192.0.2.25 TTL 300
      cache smtp.kaede.example: CNAME mail.kaede.example TTL 300 for 300s
      cache mail.kaede.example: A 192.0.2.25 TTL 300 for 300s
      =  A smtp.kaede.example: ok, CNAME mail.kaede.example TTL 300, A 192.0.2.25 TTL 300 (300s)
      )"));
  // The server also says where web.sakura.example is, but was asked as kaede.example's server:
  // what it says about other domains is not believed.
  CHECK(net.ask("www.kaede.example", RecordType::a) == script(R"(
      -> 192.0.2.53 A? www.kaede.example
      <- 192.0.2.53 CNAME web.sakura.example TTL 300, A 192.0.2.80 TTL 120
      cache www.kaede.example: CNAME web.sakura.example TTL 300 for 300s
      -> 192.0.2.2 A? web.sakura.example
      <- 192.0.2.2 referral to sakura.example: NS ns.kaede.example
      cache sakura.example: NS ns.kaede.example TTL 3600 for 3600s
      cache ns.kaede.example: A 192.0.2.53 TTL 600 for 600s
      -> 192.0.2.53 A? web.sakura.example
      <- 192.0.2.53 A 192.0.2.80 TTL 120
      cache web.sakura.example: A 192.0.2.80 TTL 120 for 120s
      =  A www.kaede.example: ok, CNAME web.sakura.example TTL 300, A 192.0.2.80 TTL 120 (120s)
      )"));
  CHECK(net.ask("www.kaede.example", RecordType::a) == script(R"(
      =  A www.kaede.example: ok, CNAME web.sakura.example TTL 300, A 192.0.2.80 TTL 120 (120s, from cache)
      )"));
  CHECK(net.ask("gone.kaede.example", RecordType::a)
            .ends_with(
                "=  A gone.kaede.example: NXDOMAIN, CNAME gone.sakura.example TTL 300 (60s)\n"));
  CHECK(net.ask("ping.kaede.example", RecordType::a).find("SERVFAIL") != std::string::npos);
  CHECK(net.resolver.in_flight() == 0);
}

TEST_CASE("a name server without glue is looked up first") {
  Internet net = small_internet();
  net.ask("kaede.example", RecordType::mx);
  CHECK(net.ask("www.hosted.example", RecordType::a) == script(R"(
      -> 192.0.2.2 A? www.hosted.example
      <- 192.0.2.2 referral to hosted.example: NS ns.sakura.example
      cache hosted.example: NS ns.sakura.example TTL 3600 for 3600s
      -> 192.0.2.2 A? ns.sakura.example
      <- 192.0.2.2 referral to sakura.example: NS ns.kaede.example
      cache sakura.example: NS ns.kaede.example TTL 3600 for 3600s
      cache ns.kaede.example: A 192.0.2.53 TTL 600 for 600s
      -> 192.0.2.53 A? ns.sakura.example
      <- 192.0.2.53 A 192.0.2.53 TTL 300
      cache ns.sakura.example: A 192.0.2.53 TTL 300 for 300s
      -> 192.0.2.53 A? www.hosted.example
      <- 192.0.2.53 A 192.0.2.81 TTL 300
      cache www.hosted.example: A 192.0.2.81 TTL 300 for 300s
      =  A www.hosted.example: ok, A 192.0.2.81 TTL 300 (300s)
      )"));
}

TEST_CASE("two domains that each hold the other's name server cannot be resolved") {
  ResolverConfig config;
  config.hints = {ip("192.0.2.1")};
  Internet net(config);
  net.serve("192.0.2.1",
            {zone(".", {ns("a.example", "ns.b.example"), ns("b.example", "ns.a.example")})});
  CHECK(net.ask("www.a.example", RecordType::a).find("SERVFAIL") != std::string::npos);
  CHECK(net.resolver.in_flight() == 0);
}

/// Two servers of one zone, as hints.
Internet two_servers() {
  ResolverConfig config;
  config.hints = {ip("192.0.2.1"), ip("192.0.2.2")};
  Internet net(config);
  const auto kaede = zone("kaede.example", {a("kaede.example", "192.0.2.25")});
  net.serve("192.0.2.1", {kaede});
  net.serve("192.0.2.2", {kaede});
  return net;
}

TEST_CASE("known zones are asked about at their own servers, however many there are") {
  ResolverConfig config;
  for (int i = 1; i <= 20; ++i) {
    const std::string domain = "d" + std::to_string(i) + ".example";
    config.hints.push_back(ip("192.0.2." + std::to_string(i)));
    config.known_zones[name(domain)] = {config.hints.back()};
  }
  Internet net(config);
  for (int i = 1; i <= 20; ++i) {
    const std::string domain = "d" + std::to_string(i) + ".example";
    net.serve("192.0.2." + std::to_string(i), {zone(domain, {a("www." + domain, "192.0.2.99")})});
  }
  CHECK(net.ask("www.d17.example", RecordType::a) == script(R"(
      -> 192.0.2.17 A? www.d17.example
      <- 192.0.2.17 A 192.0.2.99 TTL 300
      cache www.d17.example: A 192.0.2.99 TTL 300 for 300s
      =  A www.d17.example: ok, A 192.0.2.99 TTL 300 (300s)
      )"));
}

TEST_CASE("what every server there is refuses does not exist, if they are known to be all") {
  ResolverConfig config;
  config.hints = {ip("192.0.2.1"), ip("192.0.2.2")};
  config.hints_know_all = GENERATE(true, false);
  Internet net(config);
  net.serve("192.0.2.1", {zone("a.example", {})});
  net.serve("192.0.2.2", {zone("b.example", {})});
  const std::string told = net.ask("nowhere.example", RecordType::mx);
  CHECK((told.find("NXDOMAIN") != std::string::npos) == config.hints_know_all);
  CHECK((told.find("SERVFAIL") != std::string::npos) != config.hints_know_all);
  net.silent = {ip("192.0.2.2")};  // and who knows what that one would have said?
  CHECK(net.ask("somewhere.example", RecordType::mx).find("NXDOMAIN") == std::string::npos);
}

TEST_CASE("a silent server is passed over after the time-out") {
  Internet net = two_servers();
  net.silent = {ip("192.0.2.1")};
  CHECK(net.ask("kaede.example", RecordType::a) == script(R"(
      -> 192.0.2.1 A? kaede.example
      -> 192.0.2.2 A? kaede.example
      <- 192.0.2.2 A 192.0.2.25 TTL 300
      cache kaede.example: A 192.0.2.25 TTL 300 for 300s
      =  A kaede.example: ok, A 192.0.2.25 TTL 300 (300s)
      )"));
  CHECK(net.now == Instant(5s));
}

TEST_CASE("when all are silent, each is asked twice, and the answer is a timeout") {
  Internet net = two_servers();
  net.silent = {ip("192.0.2.1"), ip("192.0.2.2")};
  CHECK(net.ask("kaede.example", RecordType::a) == script(R"(
      -> 192.0.2.1 A? kaede.example
      -> 192.0.2.2 A? kaede.example
      -> 192.0.2.1 A? kaede.example
      -> 192.0.2.2 A? kaede.example
      =  A kaede.example: timeout (0s)
      )"));
  CHECK(net.now == Instant(20s));
  CHECK(net.resolver.cache_entries(net.now).empty());  // a failure is not an answer
}

TEST_CASE("a server that refuses is not asked again") {
  Internet net = two_servers();
  net.serve("192.0.2.1", {});
  CHECK(net.ask("kaede.example", RecordType::a) == script(R"(
      -> 192.0.2.1 A? kaede.example
      <- 192.0.2.1 REFUSED
      -> 192.0.2.2 A? kaede.example
      <- 192.0.2.2 A 192.0.2.25 TTL 300
      cache kaede.example: A 192.0.2.25 TTL 300 for 300s
      =  A kaede.example: ok, A 192.0.2.25 TTL 300 (300s)
      )"));
  net.serve("192.0.2.2", {});
  CHECK(net.ask("other.example", RecordType::a) == script(R"(
      -> 192.0.2.1 A? other.example
      <- 192.0.2.1 REFUSED
      -> 192.0.2.2 A? other.example
      <- 192.0.2.2 REFUSED
      =  A other.example: SERVFAIL (0s)
      )"));
  CHECK(net.now == Instant{});
}

TEST_CASE("the same question asked meanwhile is joined") {
  Internet net = two_servers();
  const QueryId first = net.resolver.start(net.now, name("kaede.example"), RecordType::a);
  const auto send = net.resolver.poll();
  REQUIRE(std::holds_alternative<SendDatagram>(send));
  CHECK(std::get<SendDatagram>(send).query == first);
  const QueryId second = net.resolver.start(net.now, name("Kaede.Example"), RecordType::a);
  CHECK(second != first);
  CHECK(std::get<Idle>(net.resolver.poll()).wake_at == Instant(5s));
  net.carry(std::get<SendDatagram>(send));
  REQUIRE(std::holds_alternative<CacheStored>(net.resolver.poll()));
  CHECK(std::get<Answered>(net.resolver.poll()).query == first);
  CHECK(std::get<Answered>(net.resolver.poll()).query == second);
  CHECK(std::get<Idle>(net.resolver.poll()).wake_at == std::nullopt);
}

TEST_CASE("an answer in a few words") {
  Answer answer;
  answer.type = RecordType::mx;
  answer.outcome = Outcome::ok;
  answer.records = {mx("kaede.example", 10, "mail.kaede.example"),
                    mx("kaede.example", 20, "mx2.kaede.example")};
  CHECK(summary(answer) == "MX 10 mail.kaede.example TTL 300, MX 20 mx2.kaede.example TTL 300");
  answer.records.clear();
  answer.outcome = Outcome::nodata;
  CHECK(summary(answer) == "no MX record");
  answer.outcome = Outcome::nxdomain;
  CHECK(summary(answer) == "NXDOMAIN");
  answer.outcome = Outcome::timeout;
  CHECK(summary(answer) == "timeout");
}

TEST_CASE("a copy goes its own way") {
  Internet net = two_servers();
  net.resolver.start(net.now, name("kaede.example"), RecordType::a);
  Internet fork = net;
  net.settle();
  fork.silent = {ip("192.0.2.1"), ip("192.0.2.2")};
  fork.settle();
  CHECK(net.log.find("ok, A 192.0.2.25") != std::string::npos);
  CHECK(fork.log.find("timeout") != std::string::npos);
}

TEST_CASE("without hints there is nobody to ask") {
  Internet net{ResolverConfig{}};
  CHECK(net.ask("kaede.example", RecordType::a) == "=  A kaede.example: SERVFAIL (0s)\n");
}

TEST_CASE("more questions than allowed are turned away") {
  ResolverConfig config;
  config.hints = {ip("192.0.2.1")};
  config.max_in_flight = 2;
  Internet net(config);
  for (const char* const host : {"a", "b", "c"})
    net.resolver.start(net.now, name(host), RecordType::a);
  net.drain();
  CHECK(net.log.find("=  A c: SERVFAIL") != std::string::npos);
  CHECK(net.resolver.in_flight() == 2);
}

TEST_CASE("the cache is bounded: what expires first makes room") {
  Cache cache(2);
  const auto entry = [](const char* host, Duration ttl) {
    CacheEntry made;
    made.name = name(host);
    made.records = {a(host, "192.0.2.1")};
    made.expires_at = Instant(ttl);
    return made;
  };
  CHECK(cache.store({}, entry("long", 30s)));
  CHECK(cache.store({}, entry("short", 10s)));
  CHECK(cache.store({}, entry("middle", 20s)));
  CHECK(cache.find({}, name("long"), RecordType::a, Trust::answer) != nullptr);
  CHECK(cache.find({}, name("middle"), RecordType::a, Trust::answer) != nullptr);
  CHECK(cache.find({}, name("short"), RecordType::a, Trust::answer) == nullptr);
  CHECK(cache.find(Instant(20s), name("middle"), RecordType::a, Trust::answer) == nullptr);
  CHECK_FALSE(cache.store(Instant(20s), entry("stale", 20s)));
  CHECK(cache.entries(Instant(20s)).size() == 1);
}

TEST_CASE("a name that has records exists again, whatever was remembered") {
  Cache cache(8);
  CacheEntry gone;
  gone.name = name("host.kaede.example");
  gone.type = RecordType::any;
  gone.outcome = Outcome::nxdomain;
  gone.expires_at = Instant(100s);
  CHECK(cache.store({}, gone));
  CHECK(cache.find({}, gone.name, RecordType::mx, Trust::answer)->outcome == Outcome::nxdomain);
  CacheEntry back = gone;
  back.type = RecordType::a;
  back.outcome = Outcome::ok;
  back.records = {a("host.kaede.example", "192.0.2.1")};
  CHECK(cache.store({}, back));
  CHECK(cache.find({}, gone.name, RecordType::mx, Trust::answer) == nullptr);
  CHECK(cache.size() == 1);
}

TEST_CASE("a name server with an IPv6 address only is found too") {
  ResolverConfig config;
  config.hints = {ip("192.0.2.1")};
  Internet net(config);
  net.serve("192.0.2.1", {zone(".", {ns("kaede.example", "ns.sakura.example"),
                                     ns("sakura.example", "ns.momiji.example"),
                                     a("ns.momiji.example", "192.0.2.2")})});
  net.serve("192.0.2.2", {zone("sakura.example", {aaaa("ns.sakura.example", "2001:db8::53")})});
  net.serve("2001:db8::53", {zone("kaede.example", {a("kaede.example", "192.0.2.25")})});
  net.ask("sakura.example", RecordType::soa);
  CHECK(net.ask("kaede.example", RecordType::a) == script(R"(
      -> 192.0.2.1 A? kaede.example
      <- 192.0.2.1 referral to kaede.example: NS ns.sakura.example
      cache kaede.example: NS ns.sakura.example TTL 3600 for 3600s
      -> 192.0.2.2 A? ns.sakura.example
      <- 192.0.2.2 no A record
      cache ns.sakura.example: no A record for 60s
      -> 192.0.2.2 AAAA? ns.sakura.example
      <- 192.0.2.2 AAAA 2001:db8::53 TTL 300
      cache ns.sakura.example: AAAA 2001:db8::53 TTL 300 for 300s
      -> 2001:db8::53 A? kaede.example
      <- 2001:db8::53 A 192.0.2.25 TTL 300
      cache kaede.example: A 192.0.2.25 TTL 300 for 300s
      =  A kaede.example: ok, A 192.0.2.25 TTL 300 (300s)
      )"));
}

TEST_CASE("what a parent says does not replace what the zone itself said (RFC 2181 §5.4.1)") {
  Cache cache(8);
  CacheEntry own;
  own.name = name("ns.kaede.example");
  own.records = {a("ns.kaede.example", "192.0.2.53")};
  own.expires_at = Instant(100s);
  CacheEntry glue = own;
  glue.trust = Trust::referral;
  glue.records = {a("ns.kaede.example", "203.0.113.66")};
  CHECK(cache.store({}, glue));
  CHECK(cache.find({}, own.name, RecordType::a, Trust::answer) == nullptr);
  CHECK(cache.store({}, own));
  CHECK_FALSE(cache.store({}, glue));
  CHECK(cache.find({}, own.name, RecordType::a, Trust::answer)->records == own.records);
}

TEST_CASE("a stub resolver lets another do the work") {
  ResolverConfig config;
  config.hints = {ip("192.0.2.1")};
  config.recursion_desired = true;
  Internet net(config);
  net.resolver.start(net.now, name("kaede.example"), RecordType::a);
  const ResolverOutput output = net.resolver.poll();
  const Message query = decode(std::get<SendDatagram>(output).bytes).value();
  CHECK(query.header.recursion_desired);
  Message reply = query;
  reply.header.response = reply.header.recursion_available = true;
  reply.answers = {cname("kaede.example", "host.sakura.example"),
                   a("host.sakura.example", "192.0.2.9")};
  net.resolver.handle_datagram(net.now, ip("192.0.2.1"), encode(reply));
  net.settle();
  CHECK(net.log.find("ok, CNAME host.sakura.example TTL 300, A 192.0.2.9") != std::string::npos);
}

}  // namespace
}  // namespace posthorn::dns
