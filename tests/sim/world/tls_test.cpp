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

// ---- mail programs, other protocols, other ports ----------------------------------------------

namespace {

/// Ben reads what Aiko wrote; every service of both servers offers TLS.
scenario::Scenario read_by(scenario::Reads reads, scenario::ClientTls how) {
  scenario::Scenario s = tests::two_domains(reads);
  using scenario::Service;
  for (scenario::Host& host : s.hosts) {
    host.client.tls = how;
    if (!host.name.starts_with("mail.")) continue;
    host.tls.offer = true;
    host.services.insert(host.services.end(),
                         {Service::submissions, Service::imaps, Service::pop3s});
  }
  s.story = {tests::act(0s, "aiko@sakura.example",
                        tests::letter({"ben@kaede.example"}, "hello", "the secret of the garden")),
             tests::act(20s, "ben@kaede.example", scenario::Fetch{})};
  return s;
}

std::vector<std::string> problems(const trace::Trace& trace) {
  std::vector<std::string> all;
  for (const trace::Record& record : trace.records())
    if (const auto* problem = std::get_if<trace::ClientProblem>(&record.fact))
      all.emplace_back(trace.text(problem->problem));
  return all;
}

}  // namespace

TEST_CASE("POP3 and IMAP, upgraded or from the first octet: fetched, and nobody read along") {
  const auto reads = GENERATE(scenario::Reads::pop3, scenario::Reads::imap);
  const auto how = GENERATE(scenario::ClientTls::if_offered, scenario::ClientTls::starttls,
                            scenario::ClientTls::implicit);
  const trace::Trace trace = world::run_scenario(read_by(reads, how));
  CHECK(problems(trace).empty());
  CHECK(count<trace::InboxReceived>(trace) == 1);
  const std::string crossed = wire(trace);
  CHECK(crossed.find("the secret of the garden") == std::string::npos);
  CHECK(crossed.find("PASS ") == std::string::npos);
  CHECK(crossed.find("LOGIN ") == std::string::npos);
  // Between the servers it is always STARTTLS; programs with implicit TLS never ask.
  const bool asked = crossed.find("STLS\r\n") != std::string::npos ||
                     crossed.find(" STARTTLS\r\n") != std::string::npos;
  CHECK(asked == (how != scenario::ClientTls::implicit));
}

TEST_CASE("with required TLS at the servers a program that will not has no luck") {
  scenario::Scenario s = read_by(scenario::Reads::imap, scenario::ClientTls::never);
  for (scenario::Host& host : s.hosts) host.tls.required = host.tls.offer;
  const trace::Trace trace = world::run_scenario(s);
  CHECK(problems(trace).size() == 2);  // neither sends nor fetches
  CHECK(wire(trace).find("the secret of the garden") == std::string::npos);
}

TEST_CASE("programs that insist, warn or accept, before a certificate that is not valid") {
  using scenario::Certificates;
  const auto wants = GENERATE(Certificates::insist, Certificates::warn, Certificates::accept);
  scenario::Scenario s = read_by(scenario::Reads::imap, scenario::ClientTls::starttls);
  sender(s).tls.certificate = tls::CertificateKind::expired;
  for (scenario::Host& host : s.hosts) host.client.certificates = wants;
  const trace::Trace trace = world::run_scenario(s);
  const std::vector<std::string> told = problems(trace);
  CHECK(delivered(trace) == (wants != Certificates::insist));
  REQUIRE(told.size() == (wants == Certificates::accept ? 0 : 1));
  if (wants == Certificates::accept) return;
  CHECK(told.front().find("expired") != std::string::npos);
  CHECK((told.front().find("go on all the same") != std::string::npos) ==
        (wants == Certificates::warn));
}

TEST_CASE("certificates are judged by the clock of the host that judges") {
  scenario::Scenario s = read_by(scenario::Reads::imap, scenario::ClientTls::starttls);
  scenario::WrongClock clock;
  clock.host = "aiko-laptop";
  clock.ahead = std::chrono::hours(24 * 365 * 11);
  scenario::Trouble trouble;
  trouble.what = clock;
  scenario::Act act;
  act.what = trouble;
  s.story.insert(s.story.begin(), act);
  const trace::Trace trace = world::run_scenario(s);
  const std::vector<std::string> told = problems(trace);
  REQUIRE(!told.empty());
  CHECK(told.front().find("expired") != std::string::npos);
}

// ---- attackers ---------------------------------------------------------------------------------

namespace {

void attack(scenario::Scenario& s, const std::string& a, const std::string& b) {
  scenario::Trouble trouble;
  trouble.what = scenario::Listener{a, b, true};
  scenario::Act act;
  act.what = trouble;
  s.story.insert(s.story.begin(), act);
}

}  // namespace

TEST_CASE("an attacker who strips STARTTLS gets the letters of those who only ask") {
  scenario::Scenario s = sealed();
  const scenario::Link line = *std::ranges::find_if(s.links, [](const scenario::Link& l) {
    return l.a == "mail.kaede.example" || l.b == "mail.kaede.example";
  });
  attack(s, line.a, line.b);
  const trace::Trace easy = world::run_scenario(s);
  CHECK(delivered(easy));
  CHECK(count<trace::StreamAltered>(easy) == 1);
  CHECK(wire(easy).find("the secret of the garden") != std::string::npos);
  // The server said STARTTLS; its client heard something else.
  std::string said, heard;
  for (const trace::Record& record : easy.records())
    if (const auto* l = std::get_if<trace::Line>(&record.fact);
        l != nullptr && easy.line_text(*l).starts_with("250-mail.kaede.example greets"))
      (l->flow == Flow::sent ? said : heard) = easy.line_text(*l);
  CHECK(said.find("250-STARTTLS\r\n") != std::string::npos);
  CHECK(heard.find("250-XXXXXXXX\r\n") != std::string::npos);
  CHECK(heard.find("STARTTLS") == std::string::npos);

  sender(s).tls.require_to = {"kaede.example"};
  const trace::Trace strict = world::run_scenario(s);
  CHECK(wire(strict).find("the secret of the garden") == std::string::npos);
  CHECK(count<trace::BounceCreated>(strict) == 1);  // days later: it never left in clear
}

TEST_CASE("POP3, IMAP and submission can be stripped too, but not where TLS comes first") {
  const auto reads = GENERATE(scenario::Reads::pop3, scenario::Reads::imap);
  const auto how = GENERATE(scenario::ClientTls::if_offered, scenario::ClientTls::starttls,
                            scenario::ClientTls::implicit);
  scenario::Scenario s = read_by(reads, how);
  for (const scenario::Link& link : std::vector<scenario::Link>(s.links)) attack(s, link.a, link.b);
  const trace::Trace trace = world::run_scenario(s);
  const std::string crossed = wire(trace);
  const bool passwords = crossed.find("PASS ") != std::string::npos ||
                         crossed.find("LOGIN ") != std::string::npos ||
                         crossed.find("AUTH PLAIN A") != std::string::npos;
  CHECK(passwords == (how == scenario::ClientTls::if_offered));
  CHECK(problems(trace).empty() == (how != scenario::ClientTls::starttls));
}

// ---- bad lines
// -----------------------------------------------------------------------------------

TEST_CASE("whatever the line does to a handshake, nothing hangs and no letter is lost in clear") {
  for (std::uint64_t seed = 1; seed <= 60; ++seed) {
    CAPTURE(seed);
    engine::Random random(seed);
    scenario::Scenario s = read_by(scenario::Reads::imap, scenario::ClientTls::starttls);
    s.seed = seed;
    for (scenario::Link& link : s.links)
      link.loss = static_cast<double>(random.between(0, 30)) / 100;
    // The receiving server's power goes at some octet of the dialogue, and comes back.
    scenario::PowerCut cut{random.between(0, 1) == 0 ? "mail.kaede.example"
                                                     : "mail.sakura.example"};
    scenario::Trouble trouble;
    trouble.what = cut;
    trouble.lasts = 10s;
    scenario::Act act;
    act.at = std::chrono::milliseconds(random.between(1000, 6000));
    act.what = trouble;
    s.story.insert(s.story.begin() + 1, act);
    const trace::Trace trace = world::run_scenario(s);
    CHECK(wire(trace).find("the secret of the garden") == std::string::npos);
    CHECK(std::holds_alternative<trace::RunEnded>(trace.records().back().fact));
    CHECK(world::run_scenario(s).digest() == trace.digest());
  }
}

// ---- programs from outside, where TLS comes first -----------------------------------------------

namespace {

/// Connects to a port of Kaede's server, says so much of a handshake, and waits.
struct Silent {
  Silent(const scenario::Scenario& s, std::uint16_t port, std::string_view words = {})
      : world(scenario::make_plan(s)) {
    const world::Outside who{"outside-1", IpAddress::v4(127, 0, 0, 1), 4000};
    conn = world.outside_connect(trace, Instant{}, who, kKaede, port);
    world.outside_bytes(trace, Instant{}, conn, words);
  }
  /// What the server did until then: "[closed]", and all that it said.
  std::string after(Duration time) {
    world.advance(trace, Instant{} + time);
    std::string all;
    for (const world::OutsideOutput& output : world.take_output())
      all += output.bytes + (output.end != world::OutsideOutput::End::none ? "[closed]" : "");
    return all;
  }
  static constexpr HostId kKaede{5};
  trace::Trace trace;
  world::World world;
  ConnId conn;
};

}  // namespace

TEST_CASE("who connects to an implicit port and never shakes hands is sent away") {
  scenario::Scenario s = read_by(scenario::Reads::imap, scenario::ClientTls::implicit);
  s.story.clear();
  const auto port = GENERATE(as<std::uint16_t>(), 465, 993, 995);
  const auto words =
      GENERATE(as<std::string>(), "", "\x16\x03\x01\x02", "\x16\x03\x01\x01\x00\x01");
  Silent usual(s, port, words);
  CHECK(usual.after(4min).empty());
  CHECK(usual.after(6min) == "[closed]");
  CHECK(count<trace::TlsFailed>(usual.trace) == 1);
  CHECK(usual.after(60min).empty());

  scenario::Limits& limits = receiver(s).limits;
  limits.smtp_command = limits.pop3_preauth = limits.imap_preauth = 10s;
  CHECK(Silent(s, port, words).after(11s) == "[closed]");
}

TEST_CASE("a server whose caller is lost before the handshake has greeted nobody") {
  scenario::Scenario s = read_by(scenario::Reads::imap, scenario::ClientTls::implicit);
  s.story.clear();
  Silent gone(s, GENERATE(as<std::uint16_t>(), 465, 993, 995));
  gone.world.outside_closed(gone.trace, Instant{} + 1s, gone.conn, trace::CloseReason::reset);
  CHECK(count<trace::Line>(gone.trace) == 0);
  CHECK(count<trace::PlainWritten>(gone.trace) == 0);
}

TEST_CASE("a program inside that gets no handshake tells its user") {
  scenario::Scenario s = read_by(scenario::Reads::imap, scenario::ClientTls::implicit);
  scenario::Trouble trouble;  // all that the server says is lost
  trouble.what = scenario::BadLine{"aiko-laptop", "mail.sakura.example", 1.0};
  scenario::Act act;
  act.at = 1040ms;
  act.what = trouble;
  s.story.push_back(act);
  const trace::Trace trace = world::run_scenario(s);
  CHECK_FALSE(delivered(trace));
  CHECK_FALSE(problems(trace).empty());
}
