// Datagrams from people who were not asked, or who lie.
#include "protocols/dns/resolver.hpp"
#include "tests/protocols/dns/internet.hpp"
#include "tests/support/catch.hpp"

namespace posthorn::dns {
namespace {

using namespace testing;

/// A resolver that has asked 192.0.2.1 for the A records of kaede.example.
struct Waiting {
  Internet net;
  Message good;  ///< the honest reply

  explicit Waiting(const ResolverConfig& with = config()) : net(with) {
    net.resolver.start(net.now, name("kaede.example"), RecordType::a);
    const ResolverOutput output = net.resolver.poll();
    good = decode(std::get<SendDatagram>(output).bytes).value();
    good.header.response = good.header.authoritative = true;
    good.answers = {a("kaede.example", "192.0.2.25")};
  }
  static ResolverConfig config() {
    ResolverConfig made;
    made.hints = {ip("192.0.2.1")};
    made.seed = 42;
    return made;
  }
  std::string receive(const std::string& bytes, std::string_view from = "192.0.2.1") {
    net.log.clear();
    net.resolver.handle_datagram(net.now, ip(from), bytes);
    net.drain();
    return net.log;
  }
};

const std::string kIgnored = "   ignored from 192.0.2.1: ";

TEST_CASE("only the reply that was asked for counts (RFC 5452 §9.1)") {
  Waiting waiting;
  Message reply = waiting.good;
  SECTION("not a message") {
    CHECK(waiting.receive("hello").starts_with(kIgnored + "a DNS message shorter than"));
    CHECK(waiting.receive(encode(reply) + "!").starts_with(kIgnored + "a malformed DNS message"));
  }
  SECTION("a query") {
    reply.header.response = false;
    CHECK(waiting.receive(encode(reply)) == kIgnored + "a query, not a reply\n");
  }
  SECTION("another id") {
    reply.header.id ^= 1;
    CHECK(waiting.receive(encode(reply)) ==
          kIgnored + "no open question has the id " + std::to_string(reply.header.id) + "\n");
  }
  SECTION("another sender") {
    CHECK(waiting.receive(encode(reply), "203.0.113.66") ==
          "   ignored from 203.0.113.66: the question was sent to 192.0.2.1\n");
  }
  SECTION("another question") {
    reply.questions[0].type = RecordType::aaaa;
    CHECK(waiting.receive(encode(reply)) == kIgnored + "it does not repeat the question\n");
    reply.questions.clear();
    CHECK(waiting.receive(encode(reply)) == kIgnored + "it does not repeat the question\n");
    reply.questions = {waiting.good.questions[0], waiting.good.questions[0]};
    CHECK(waiting.receive(encode(reply)) == kIgnored + "it does not repeat the question\n");
  }
  // None of that kept the true answer from arriving; its duplicate comes too late.
  CHECK(waiting.receive(encode(waiting.good)).find("ok, A 192.0.2.25") != std::string::npos);
  CHECK(waiting.receive(encode(waiting.good)).starts_with(kIgnored + "no open question"));
}

TEST_CASE("records about other people's names are not believed") {
  ResolverConfig config;
  config.hints = {ip("192.0.2.1")};
  Internet net(config);
  net.serve(
      "192.0.2.1",
      {zone(".", {ns("evil.example", "ns.evil.example"), a("ns.evil.example", "203.0.113.66"),
                  ns("bank.example", "ns.bank.example"), a("ns.bank.example", "192.0.2.7")})});
  // evil.example's server slips in an NS and an address for bank.example.
  net.resolver.start(net.now, name("www.evil.example"), RecordType::a);
  net.carry(std::get<SendDatagram>(net.resolver.poll()));
  std::optional<SendDatagram> second;
  while (!second) {
    const ResolverOutput output = net.resolver.poll();
    if (const auto* send = std::get_if<SendDatagram>(&output)) second = *send;
  }
  CHECK(second->to == ip("203.0.113.66"));
  Message reply = decode(second->bytes).value();
  reply.header.response = reply.header.authoritative = true;
  reply.answers = {cname("www.evil.example", "www.bank.example"),
                   a("www.bank.example", "203.0.113.66")};
  reply.authority = {ns("bank.example", "ns.evil.example")};
  reply.additional = {a("ns.bank.example", "203.0.113.66")};
  net.resolver.handle_datagram(net.now, second->to, encode(reply));
  net.settle();
  CHECK(net.log.find("-> 192.0.2.1 A? www.bank.example") != std::string::npos);
  CHECK(net.log.find("-> 192.0.2.7 A? www.bank.example") != std::string::npos);
  for (const CacheEntry& entry : net.resolver.cache_entries(net.now))
    if (entry.name.is_at_or_below(name("bank.example")))
      for (const Record& record : entry.records) CHECK(address_of(record) != ip("203.0.113.66"));
}

TEST_CASE("glue counts only for names that the server may speak of") {
  ResolverConfig config;
  config.hints = {ip("192.0.2.1")};
  Internet net(config);
  net.serve(
      "192.0.2.1",
      {zone(".", {ns("evil.example", "ns.evil.example"), a("ns.evil.example", "203.0.113.66"),
                  ns("bank.example", "ns.bank.example"), a("ns.bank.example", "192.0.2.7")})});
  net.serve("192.0.2.7", {zone("bank.example", {a("ns.bank.example", "192.0.2.7")})});
  net.resolver.start(net.now, name("www.sub.evil.example"), RecordType::a);
  net.carry(std::get<SendDatagram>(net.resolver.poll()));
  std::optional<SendDatagram> second;
  while (!second) {
    const ResolverOutput output = net.resolver.poll();
    if (const auto* send = std::get_if<SendDatagram>(&output)) second = *send;
  }
  Message reply = decode(second->bytes).value();
  reply.header.response = true;
  reply.authority = {ns("sub.evil.example", "ns.bank.example")};
  reply.additional = {a("ns.bank.example", "203.0.113.66")};
  net.resolver.handle_datagram(net.now, second->to, encode(reply));
  net.log.clear();
  net.settle();
  // The name server's address is asked from those who know.
  CHECK(net.log.find("-> 203.0.113.66") == std::string::npos);
  CHECK(net.log.find("-> 192.0.2.7 A? ns.bank.example") != std::string::npos);
  CHECK(net.log.find("-> 192.0.2.7 A? www.sub.evil.example") != std::string::npos);
}

TEST_CASE("a referral that leads up or sideways is lame") {
  Waiting waiting;
  Message reply = waiting.good;
  reply.header.authoritative = false;
  reply.answers.clear();
  SECTION("to the root") { reply.authority = {ns(".", "ns.evil.example")}; }
  SECTION("sideways") { reply.authority = {ns("sakura.example", "ns.sakura.example")}; }
  SECTION("nowhere") {}
  SECTION("an answer without authority") { reply.answers = {a("kaede.example", "203.0.113.66")}; }
  CHECK(waiting.receive(encode(reply)) == "=  A kaede.example: SERVFAIL (0s)\n");
}

TEST_CASE("a server that refers deeper and deeper is left at last") {
  ResolverConfig config;
  config.hints = {ip("192.0.2.1")};
  Internet net(config);
  std::string deep = "a.a.a.a.a.a.a.a.a.a.a.a.a.a.a.a.a.a.a.a.a.a.a.a.a.a.a.a.a.a.a.a";
  net.resolver.start(net.now, name(deep), RecordType::a);
  std::size_t asked = 0;
  for (bool idle = false; !idle;) {
    const ResolverOutput output = net.resolver.poll();
    idle = std::holds_alternative<Idle>(output);
    if (const auto* answered = std::get_if<Answered>(&output))
      CHECK(answered->answer.outcome == Outcome::servfail);
    const auto* send = std::get_if<SendDatagram>(&output);
    if (send == nullptr) continue;
    ++asked;
    Message reply = decode(send->bytes).value();
    reply.header.response = true;
    const std::string cut = deep.substr(deep.size() - (2 * asked - 1));
    reply.authority = {ns(cut, "ns." + cut)};
    reply.additional = {a("ns." + cut, "192.0.2.1")};
    net.resolver.handle_datagram(net.now, send->to, encode(reply));
  }
  CHECK(asked == 17);  // max_referrals, and the one too many
  CHECK(net.resolver.in_flight() == 0);
}

TEST_CASE("a referral to many servers without glue does not multiply (NXNSAttack)") {
  ResolverConfig config;
  config.hints = {ip("192.0.2.1")};
  Internet net(config);
  std::vector<Record> records;
  for (int i = 0; i < 100; ++i)
    records.push_back(ns("evil.example", "ns" + std::to_string(i) + ".victim.test"));
  net.serve("192.0.2.1", {zone(".", records)});
  const std::string log = net.ask("www.evil.example", RecordType::a);
  std::size_t sends = 0;
  for (std::size_t at = 0; (at = log.find("-> ", at)) != std::string::npos; ++at) ++sends;
  CHECK(sends <= 2 + 2 * static_cast<std::size_t>(config.max_helpers));
  CHECK(net.resolver.in_flight() == 0);
}

TEST_CASE("an address set of thousands is cut down") {
  Waiting waiting;
  Message reply = waiting.good;
  for (int i = 0; i < 4000; ++i)
    reply.answers.push_back(a("kaede.example", "192.0.2." + std::to_string(i % 256)));
  waiting.receive(encode(reply));
  REQUIRE(waiting.net.resolver.cache_entries(waiting.net.now).size() == 1);
  CHECK(waiting.net.resolver.cache_entries(waiting.net.now)[0].records.size() == 128);
}

TEST_CASE("without TCP a truncated answer has to do, but is not kept (RFC 2181 §9)") {
  ResolverConfig config = Waiting::config();
  config.use_tcp = false;
  Waiting waiting(config);
  Message reply = waiting.good;
  reply.header.truncated = true;
  CHECK(waiting.receive(encode(reply)) == "=  A kaede.example: ok, A 192.0.2.25 TTL 300 (300s)\n");
  CHECK(waiting.net.resolver.cache_entries(waiting.net.now).empty());
}

TEST_CASE("a refusal without a question still counts as one") {
  Waiting waiting;
  Message reply;
  reply.header.id = waiting.good.header.id;
  reply.header.response = true;
  reply.header.rcode = Rcode::server_failure;
  CHECK(waiting.receive(encode(reply)) == "=  A kaede.example: SERVFAIL (0s)\n");
}

TEST_CASE("a question has so much work done for it and no more, helpers included") {
  // Every zone is served by names in six others, without glue, and so on without end.
  ResolverConfig config = Waiting::config();
  Internet net(config);
  std::string log;
  std::size_t asked = 0;
  net.resolver.start(net.now, name("www.d0.example"), RecordType::a);
  for (bool idle = false; !idle;) {
    const ResolverOutput output = net.resolver.poll();
    idle = std::holds_alternative<Idle>(output);
    if (const auto* answered = std::get_if<Answered>(&output))
      CHECK(answered->answer.outcome == Outcome::servfail);
    const auto* send = std::get_if<SendDatagram>(&output);
    if (send == nullptr) continue;
    ++asked;
    Message reply = decode(send->bytes).value();
    reply.header.response = true;
    for (std::size_t i = 0; i < 8; ++i) {
      const std::string other = "d" + std::to_string(asked * 8 + i) + ".example";
      Name cut = reply.questions[0].name;
      while (cut.label_count() > 2) cut = cut.parent();
      reply.authority.push_back({cut, 300, Ns{name("ns." + other)}});
    }
    net.resolver.handle_datagram(net.now, send->to, encode(reply));
  }
  CHECK(asked <= static_cast<std::size_t>(config.max_work));
  CHECK(asked > 40);
  CHECK(net.resolver.in_flight() == 0);
}

TEST_CASE("ids are drawn from the seed") {
  Waiting one, two;
  CHECK(one.good.header.id == two.good.header.id);
  ResolverConfig other = Waiting::config();
  other.seed = 43;
  Internet net(other);
  net.resolver.start(net.now, name("kaede.example"), RecordType::a);
  const ResolverOutput output = net.resolver.poll();
  CHECK(decode(std::get<SendDatagram>(output).bytes)->header.id != one.good.header.id);
}

}  // namespace
}  // namespace posthorn::dns
