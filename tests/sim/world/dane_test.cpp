// DANE between mail servers (RFC 7672): the DNS says whose key a server has.
#include <algorithm>

#include "sim/world/world.hpp"
#include "tests/support/catch.hpp"
#include "tests/support/worlds.hpp"

using namespace posthorn;

namespace {

scenario::Host& server_in(scenario::Scenario& s, std::string_view name) {
  return *std::ranges::find(s.hosts, name, &scenario::Host::name);
}

/// Sakura's server obeys TLSA records; Kaede's has a certificate that nobody vouches for, and a
/// record of its key.
scenario::Scenario dane() {
  scenario::Scenario s = tests::two_domains();
  server_in(s, "mail.sakura.example").tls.dane = true;
  scenario::HostTls& kaede = server_in(s, "mail.kaede.example").tls;
  kaede.offer = kaede.publish_tlsa = true;
  kaede.certificate = tls::CertificateKind::self_signed;
  s.story = {tests::act(0s, "aiko@sakura.example",
                        tests::letter({"ben@kaede.example"}, "hello", "the secret of the garden"))};
  return s;
}

void begin_trouble(scenario::Scenario& s, decltype(scenario::Trouble::what) what) {
  scenario::Trouble trouble;
  trouble.what = std::move(what);
  scenario::Act act;
  act.what = trouble;
  s.story.insert(s.story.begin(), act);
}

/// Whatever Kaede's neighbours say, its records stand in the DNS as `value`.
void say_record(scenario::Scenario& s, const std::string& value) {
  server_in(s, "mail.kaede.example").tls.publish_tlsa = false;
  const auto domain = std::ranges::find(s.domains, "kaede.example", &scenario::Domain::name);
  scenario::ExtraRecord record;
  record.name = "_25._tcp.mail.kaede.example";
  record.type = "TLSA";
  record.value = value;
  record.ttl = 300;
  domain->records.push_back(record);
}

struct Outcome {
  bool delivered = false, readable = false;
  std::vector<std::string> verdicts;
};
Outcome run(const scenario::Scenario& s) {
  const trace::Trace trace = world::run_scenario(s);
  CHECK(world::run_scenario(s).digest() == trace.digest());
  Outcome out;
  for (const trace::Record& record : trace.records()) {
    out.delivered |= std::holds_alternative<trace::MailboxStored>(record.fact);
    if (const auto* done = std::get_if<trace::TlsEstablished>(&record.fact);
        done != nullptr && done->side == Side::client)
      out.verdicts.emplace_back(trace.text(done->verdict));
    if (const auto* written = std::get_if<trace::StreamWritten>(&record.fact))
      if (trace.connection(written->conn)->protocol == Protocol::smtp)
        out.readable |= trace.blob(written->bytes)->find("the secret") != std::string::npos;
  }
  return out;
}

scenario::Listener stripper(const scenario::Scenario& s) {
  const scenario::Link line = *std::ranges::find_if(s.links, [](const scenario::Link& l) {
    return l.a == "mail.kaede.example" || l.b == "mail.kaede.example";
  });
  return {line.a, line.b, true};
}

}  // namespace

TEST_CASE("a server whose key stands in the DNS gets its mail under that key or not at all") {
  const Outcome good = run(dane());
  CHECK(good.delivered);
  CHECK_FALSE(good.readable);
  CHECK(good.verdicts == std::vector<std::string>{"as its TLSA record says"});

  scenario::Scenario expired = dane();  // RFC 7671 §5.1: no matter
  server_in(expired, "mail.kaede.example").tls.certificate = tls::CertificateKind::expired;
  CHECK(run(expired).delivered);

  scenario::Scenario stripped = dane();
  begin_trouble(stripped, stripper(stripped));
  const Outcome late = run(stripped);
  CHECK_FALSE(late.readable);
  CHECK(late.verdicts.empty());

  scenario::Scenario unaware = stripped;  // who does not look falls for it
  server_in(unaware, "mail.sakura.example").tls.dane = false;
  CHECK(run(unaware).readable);
}

TEST_CASE("another key than the record names gets nothing, not even in clear") {
  scenario::Scenario s = dane();
  say_record(s, "3 1 1 " + std::string(64, '7'));
  const Outcome out = run(s);
  CHECK_FALSE(out.readable);
  CHECK(out.verdicts.empty());
}

TEST_CASE("records of which none can be used still ask for TLS, with any certificate") {
  const auto value = GENERATE(as<std::string>(), "1 1 1 7777", "3 7 1 7777", "3 1 9 7777");
  scenario::Scenario s = dane();
  say_record(s, value);
  const Outcome out = run(s);
  CHECK(out.delivered);
  CHECK_FALSE(out.readable);
  scenario::Scenario stripped = s;
  begin_trouble(stripped, stripper(stripped));
  CHECK_FALSE(run(stripped).readable);
}

TEST_CASE("no answer about the records is no permission to speak in clear (RFC 7672 §2.1.2)") {
  scenario::Scenario s = dane();
  server_in(s, "mail.kaede.example").tls = {};
  CHECK(run(s).readable);  // no record, no TLS: as ever
  scenario::BadDns silent;
  silent.host = "ns.example";
  silent.name = "_25._tcp.mail.kaede.example";
  silent.trouble = GENERATE(scenario::DnsTrouble::silent, scenario::DnsTrouble::server_failure);
  begin_trouble(s, silent);
  CHECK_FALSE(run(s).readable);
}
