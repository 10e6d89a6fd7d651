// TLS in the world: the postcard becomes a sealed letter.
#include <algorithm>

#include "sim/world/world.hpp"
#include "tests/support/catch.hpp"
#include "tests/support/worlds.hpp"

using namespace posthorn;

namespace {

scenario::Scenario sealed() {
  scenario::Scenario s = tests::two_domains();
  for (scenario::Host& host : s.hosts)
    if (host.name.starts_with("mail.")) host.tls.offer = true;
  s.story = {tests::act(0s, "aiko@sakura.example",
                        tests::letter({"ben@kaede.example"}, "hello", "the secret of the garden"))};
  return s;
}

scenario::Host& receiver(scenario::Scenario& s) {
  return *std::ranges::find(s.hosts, "mail.kaede.example", &scenario::Host::name);
}
scenario::Host& sender(scenario::Scenario& s) {
  return *std::ranges::find(s.hosts, "mail.sakura.example", &scenario::Host::name);
}

/// Everything that crossed the network by TCP.
std::string wire(const trace::Trace& trace) {
  std::string all;
  for (const trace::Record& record : trace.records())
    if (const auto* written = std::get_if<trace::StreamWritten>(&record.fact))
      all += *trace.blob(written->bytes);
  return all;
}

template <class Fact>
std::size_t count(const trace::Trace& trace) {
  return static_cast<std::size_t>(std::ranges::count_if(
      trace.records(), [](const auto& r) { return std::holds_alternative<Fact>(r.fact); }));
}

bool delivered(const trace::Trace& trace) { return count<trace::MailboxStored>(trace) == 1; }

}  // namespace

TEST_CASE("with STARTTLS on both hops nobody on the way reads the letter; the ends do") {
  const trace::Trace trace = world::run_scenario(sealed());
  CHECK(delivered(trace));
  CHECK(count<trace::TlsEstablished>(trace) == 4);
  const std::string crossed = wire(trace);
  CHECK(crossed.find("STARTTLS\r\n") != std::string::npos);
  CHECK(crossed.find("the secret of the garden") == std::string::npos);
  CHECK(crossed.find("MAIL FROM") == std::string::npos);
  bool sender_named = false, content_read = false;
  for (const trace::Record& record : trace.records())
    if (const auto* line = std::get_if<trace::Line>(&record.fact)) {
      const std::string text = trace.line_text(*line);
      sender_named = sender_named || text.starts_with("MAIL FROM:<aiko@sakura.example>");
      content_read = content_read || text.find("the secret of the garden") != std::string::npos;
    }
  CHECK(sender_named);
  CHECK(content_read);
}

TEST_CASE("two runs, and a copy made at any event, are equal to the bit") {
  const auto plan = scenario::make_plan(sealed());
  trace::Trace first(plan->scene);
  world::World world(plan);
  std::vector<std::pair<world::World, trace::Trace>> copies;
  for (int i = 0; world.step(first); ++i)
    if (i % 9 == 0) copies.emplace_back(world, first);
  REQUIRE(copies.size() > 10);
  CHECK(world::run_scenario(sealed()).digest() == first.digest());
  for (auto& [copy, trace] : copies) {
    while (copy.step(trace)) {
    }
    CHECK(trace.digest() == first.digest());
  }
}

TEST_CASE("servers take any certificate of each other, unless a domain requires a valid one") {
  scenario::Scenario s = sealed();
  receiver(s).tls.certificate =
      GENERATE(tls::CertificateKind::expired, tls::CertificateKind::wrong_name,
               tls::CertificateKind::self_signed, tls::CertificateKind::unknown_issuer);
  const trace::Trace easy = world::run_scenario(s);
  CHECK(delivered(easy));
  CHECK(wire(easy).find("the secret of the garden") == std::string::npos);
  sender(s).tls.require_to = {"kaede.example"};
  const trace::Trace strict = world::run_scenario(s);
  CHECK(count<trace::TlsFailed>(strict) > 0);
  CHECK(wire(strict).find("the secret of the garden") == std::string::npos);
}

TEST_CASE("a server without TLS gets the letter in clear, but not if its domain requires it") {
  scenario::Scenario s = sealed();
  receiver(s).tls.offer = false;
  const trace::Trace open = world::run_scenario(s);
  CHECK(delivered(open));
  CHECK(wire(open).find("the secret of the garden") != std::string::npos);
  sender(s).tls.require_to = {"kaede.example"};
  const trace::Trace strict = world::run_scenario(s);
  CHECK(count<trace::BounceCreated>(strict) == 1);
  CHECK(wire(strict).find("the secret of the garden") == std::string::npos);
}

TEST_CASE("an old server and lost packets do no harm") {
  scenario::Scenario s = sealed();
  receiver(s).tls.version = tls::Version::tls12;
  for (scenario::Link& link : s.links) link.loss = 0.1;
  const trace::Trace trace = world::run_scenario(s);
  CHECK(delivered(trace));
  CHECK(wire(trace).find("the secret of the garden") == std::string::npos);
}
