// Names in the world: large answers by TCP, domains without mail, where services are, and the walk
// from the root.
#include "protocols/dns/message.hpp"
#include "sim/scenario/zones.hpp"
#include "sim/world/world.hpp"
#include "tests/support/catch.hpp"
#include "tests/support/worlds.hpp"

using namespace posthorn;
using namespace posthorn::tests;

namespace {

scenario::Act send_to(std::string address, Duration when = 0s) {
  return act(when, "aiko@sakura.example", letter({std::move(address)}, "hello", "A line.\n"));
}

template <class Fact>
std::vector<Fact> all(const trace::Trace& trace) {
  std::vector<Fact> facts;
  for (const trace::Record& record : trace.records())
    if (const auto* fact = std::get_if<Fact>(&record.fact)) facts.push_back(*fact);
  return facts;
}

/// What was said on connections to port 53, as people read it.
std::vector<std::string> dns_lines(const trace::Trace& trace) {
  std::vector<std::string> lines;
  for (const trace::Line& line : all<trace::Line>(trace))
    if (trace.connection(line.conn)->protocol == Protocol::dns && line.flow == Flow::sent)
      lines.push_back(trace.line_text(line).substr(0, 40));
  return lines;
}

/// Mailboxes in which something was put, in order.
std::vector<std::string> deliveries(const trace::Trace& trace) {
  std::vector<std::string> accounts;
  for (const trace::MailboxStored& stored : all<trace::MailboxStored>(trace))
    accounts.emplace_back(trace.text(stored.account));
  return accounts;
}

/// kaede.example has so many mail exchangers that no datagram holds them.
scenario::Scenario many_exchangers() {
  scenario::Scenario s = two_domains();
  for (int i = 0; i < 60; ++i)
    s.domains[1].records.push_back(
        {"kaede.example", "MX", "50 spare" + std::to_string(i) + ".kaede.example", 300, {}});
  return s;
}

}  // namespace

TEST_CASE("An answer too long for a datagram is fetched by TCP") {
  scenario::Scenario s = many_exchangers();
  s.story = {send_to("ben@kaede.example")};
  const trace::Trace trace = world::run_scenario(s);
  CHECK(dns_lines(trace) ==
        std::vector<std::string>{"MX? kaede.example", "MX 10 mail.kaede.example TTL 300, MX 50 "});
  CHECK(deliveries(trace) == std::vector<std::string>{"ben@kaede.example"});
  // The connection is there because of the letter, and it is closed again in good order.
  const trace::ConnectionOpening* opening = nullptr;
  for (const trace::Record& record : trace.records())
    if (const auto* fact = std::get_if<trace::ConnectionOpening>(&record.fact))
      if (fact->protocol == Protocol::dns) {
        opening = fact;
        CHECK(record.message == MessageId{1});
      }
  REQUIRE(opening != nullptr);
  CHECK(opening->server_port == 53);
  int closed = 0;
  for (const trace::ConnectionClosed& fact : all<trace::ConnectionClosed>(trace))
    closed += fact.conn == opening->conn && fact.why == trace::CloseReason::orderly;
  CHECK(closed == 2);
}

TEST_CASE("A line that loses packets loses no long answers") {
  scenario::Scenario s = many_exchangers();
  s.links[2].loss = 0.15;  // the name server's
  for (std::uint64_t seed = 1; seed <= 5; ++seed) {
    s.seed = seed;
    s.story = {send_to("ben@kaede.example")};
    CHECK(deliveries(world::run_scenario(s)) == std::vector<std::string>{"ben@kaede.example"});
  }
}

TEST_CASE("A name server that dies in the middle of a long answer is only a delay") {
  scenario::Scenario s = many_exchangers();
  s.hosts[1].retry = {1min};
  s.story = {send_to("ben@kaede.example"), act(1400ms, "", scenario::Break{"ns.example", "", ""}),
             act(10min, "", scenario::Repair{"ns.example", "", ""})};
  for (Duration when = 1050ms; when < 1300ms; when += 20ms) {
    s.story[1].at = when;
    const trace::Trace trace = world::run_scenario(s);
    CHECK(deliveries(trace) == std::vector<std::string>{"ben@kaede.example"});
  }
}

// ---- domains that take no mail -----------------------------------------------------------------

TEST_CASE("A domain that accepts no mail says so, and the letter comes back at once (RFC 7505)") {
  scenario::Scenario s = two_domains();
  scenario::Domain silent;
  silent.name = "silent.example";
  silent.accepts_mail = false;
  s.domains.push_back(silent);
  s.story = {send_to("nobody@silent.example")};
  const trace::Trace trace = world::run_scenario(s);
  CHECK(deliveries(trace) == std::vector<std::string>{"aiko@sakura.example"});
  CHECK(all<trace::QueueDeferred>(trace).empty());
  const std::string report = *trace.blob(all<trace::MailboxStored>(trace).front().content);
  CHECK(report.find("556 5.1.10 the domain silent.example accepts no mail (null MX)") !=
        std::string::npos);
  CHECK(report.find("\r\nStatus: 5.1.10\r\n") != std::string::npos);
  // Nobody even tried to connect.
  for (const trace::ConnectionOpening& opening : all<trace::ConnectionOpening>(trace))
    CHECK(opening.protocol != Protocol::smtp);
}

TEST_CASE("A null MX beside real ones means nothing (RFC 7505 §3)") {
  scenario::Scenario s = two_domains();
  s.domains[1].records.push_back({"kaede.example", "MX", "0 .", 300, {}});
  s.story = {send_to("ben@kaede.example")};
  CHECK(deliveries(world::run_scenario(s)) == std::vector<std::string>{"ben@kaede.example"});
}

// ---- zones that follow from the scenario -------------------------------------------------------

namespace {

/// What the name server of that address says, a record a line: answers, authority, additional.
std::string ask(const scenario::Plan& plan, std::string_view server, std::string_view name,
                dns::RecordType type) {
  const dns::AuthoritativeServer says(plan.zones.at(plan.find(server)));
  const dns::Message reply = says.respond(dns::make_query(1, *dns::Name::parse(name), type));
  std::string text =
      reply.header.rcode == dns::Rcode::no_error ? "" : to_string(reply.header.rcode);
  for (const auto* section : {&reply.answers, &reply.authority, &reply.additional})
    for (const dns::Record& record : *section)
      if (record.type() != dns::RecordType::soa) text += dns::to_text(record) + "\n";
  return text;
}

}  // namespace

TEST_CASE("Mail programs find the servers of a domain by SRV records (RFC 6186)") {
  using enum scenario::Service;
  scenario::Scenario s = two_domains();
  s.hosts[4].services = {smtp, submission, imap};  // kaede: no POP3
  s.domains[0].records.push_back(
      {"_imap._tcp.sakura.example", "SRV", "5 0 1143 mail.sakura.example", 60, {}});
  const auto plan = scenario::make_plan(s);
  CHECK(plan->zone_problems.empty());
  const auto srv = [&](const char* name) {
    const std::string text = ask(*plan, "ns.example", name, dns::RecordType::srv);
    return text.substr(0, text.find('\n'));
  };
  CHECK(srv("_submission._tcp.kaede.example") ==
        "_submission._tcp.kaede.example 300 SRV 0 1 587 mail.kaede.example");
  CHECK(srv("_imap._tcp.kaede.example") ==
        "_imap._tcp.kaede.example 300 SRV 0 1 143 mail.kaede.example");
  CHECK(srv("_pop3._tcp.kaede.example") == "_pop3._tcp.kaede.example 300 SRV 0 0 0 .");
  CHECK(srv("_pop3._tcp.sakura.example") ==
        "_pop3._tcp.sakura.example 300 SRV 0 1 110 mail.sakura.example");
  // What the scenario says itself counts.
  CHECK(srv("_imap._tcp.sakura.example") ==
        "_imap._tcp.sakura.example 60 SRV 5 0 1143 mail.sakura.example");
}

TEST_CASE("A name server that serves one domain refers to the one that serves another") {
  scenario::Scenario s = two_domains();
  s.hosts.push_back(server("ns.kaede.example", {scenario::Service::dns}));
  s.links.push_back(tests::link("ns.kaede.example", "internet"));
  s.domains[1].name_server = "ns.kaede.example";
  const auto plan = scenario::make_plan(s);
  CHECK(ask(*plan, "ns.example", "kaede.example", dns::RecordType::mx) ==
        "kaede.example 300 NS ns.kaede.example\n"
        "ns.kaede.example 300 A 192.0.2.7\n");
  s.story = {send_to("ben@kaede.example")};
  CHECK(deliveries(world::run_scenario(s)) == std::vector<std::string>{"ben@kaede.example"});
}

// ---- from the root ----------------------------------------------------------------------------

namespace {

/// kaede.test has a name server inside itself, hosted.example one inside kaede.test.
scenario::Scenario three_domains() {
  using enum scenario::Service;
  scenario::Scenario s = two_domains();
  s.name_resolution = scenario::NameResolution::iterative;
  s.hosts[4].name = s.links[3].a = s.links[4].b = "mail.kaede.test";
  s.hosts[5].user = "ben@kaede.test";
  s.domains[1] = domain("kaede.test", "mail.kaede.test", {"ben"});
  s.hosts.push_back(server("ns.kaede.test", {dns}));
  s.hosts.push_back(server("mail.hosted.example", {smtp}));
  s.links.push_back(tests::link("ns.kaede.test", "internet"));
  s.links.push_back(tests::link("mail.hosted.example", "internet"));
  s.domains[1].name_server = "ns.kaede.test";
  s.domains.push_back(domain("hosted.example", "mail.hosted.example", {"chie"}));
  s.domains[2].name_server = "ns.kaede.test";
  return s;
}

/// "server: what it said", for every reply that a name server sent to `host`.
std::vector<std::string> dns_replies(const trace::Trace& trace, std::string_view host) {
  std::vector<std::string> replies;
  const trace::Scene& scene = trace.scene();
  for (const trace::DatagramSent& sent : all<trace::DatagramSent>(trace))
    if (sent.from_port == 53 && scene.host(sent.to).name == host)
      replies.push_back(scene.host(sent.from).name + ": " +
                        dns::summary(*dns::decode(*trace.blob(sent.bytes))));
  return replies;
}

}  // namespace

TEST_CASE("With iterative resolution a server walks from the root, and remembers the way") {
  scenario::Scenario s = three_domains();
  s.story = {send_to("ben@kaede.test"), send_to("chie@hosted.example", 1min)};
  const trace::Trace trace = world::run_scenario(s);
  CHECK(dns_replies(trace, "mail.sakura.example") ==
        std::vector<std::string>{
            "a.root-servers.example: referral to test: NS a.nic.test",
            "a.nic.test: referral to kaede.test: NS ns.kaede.test",
            "ns.kaede.test: MX 10 mail.kaede.test TTL 300", "ns.kaede.test: A 192.0.2.5 TTL 300",
            // hosted.example's server is known by name only, but the way to that name is known
            "a.root-servers.example: referral to example: NS a.nic.example",
            "a.nic.example: referral to hosted.example: NS ns.kaede.test",
            "ns.kaede.test: MX 10 mail.hosted.example TTL 300",
            "ns.kaede.test: A 192.0.2.8 TTL 300"});
  CHECK(deliveries(trace) == std::vector<std::string>{"ben@kaede.test", "chie@hosted.example"});
}

TEST_CASE("A name server without glue is looked up from the root too") {
  scenario::Scenario s = three_domains();
  s.story = {send_to("chie@hosted.example")};
  const trace::Trace trace = world::run_scenario(s);
  CHECK(dns_replies(trace, "mail.sakura.example") ==
        std::vector<std::string>{"a.root-servers.example: referral to example: NS a.nic.example",
                                 "a.nic.example: referral to hosted.example: NS ns.kaede.test",
                                 "a.root-servers.example: referral to test: NS a.nic.test",
                                 "a.nic.test: referral to kaede.test: NS ns.kaede.test",
                                 "ns.kaede.test: A 192.0.2.7 TTL 300",
                                 "ns.kaede.test: MX 10 mail.hosted.example TTL 300",
                                 "ns.kaede.test: A 192.0.2.8 TTL 300"});
}

TEST_CASE("Names that do not exist are found out at the level where they would be") {
  scenario::Scenario s = three_domains();
  const char* const address =
      GENERATE("x@nowhere.invalid", "x@nowhere.test", "x@nowhere.kaede.test");
  s.story = {send_to(address)};
  const trace::Trace trace = world::run_scenario(s);
  const std::vector<std::string> replies = dns_replies(trace, "mail.sakura.example");
  const std::string host = std::string(address).substr(2);
  CHECK(replies.back() == (host == "nowhere.invalid" ? "a.root-servers.example: NXDOMAIN"
                           : host == "nowhere.test"  ? "a.nic.test: NXDOMAIN"
                                                     : "ns.kaede.test: NXDOMAIN"));
  CHECK(deliveries(trace) == std::vector<std::string>{"aiko@sakura.example"});
}

TEST_CASE("Every name of an iterative world can be found from its root") {
  scenario::Scenario s = three_domains();
  s.hosts[3].name = s.links[2].a = "ns";  // a bare name: the root itself says where it is
  const auto plan = scenario::make_plan(s);
  CHECK(plan->zone_problems.empty());
  REQUIRE(plan->name_servers.size() == 1);
  for (std::size_t i = 0; i < plan->scenario.hosts.size(); ++i) {
    const std::string& host = plan->scenario.hosts[i].name;
    if (host.find('.') == std::string::npos && host != "ns") continue;
    const std::string reverse = plan->addresses[i].front().reverse_name();
    for (const auto& [name, type] :
         {std::pair(host, dns::RecordType::a), std::pair(reverse, dns::RecordType::ptr)}) {
      CAPTURE(name);
      dns::ResolverConfig config;
      config.hints = plan->name_servers;
      dns::Resolver resolver(config);
      resolver.start(Instant{}, *dns::Name::parse(name), type);
      std::optional<dns::Answer> answer;
      for (bool idle = false; !idle;) {
        const dns::ResolverOutput output = resolver.poll();
        idle = std::holds_alternative<Idle>(output);
        if (const auto* answered = std::get_if<dns::Answered>(&output)) answer = answered->answer;
        const auto* send = std::get_if<dns::SendDatagram>(&output);
        if (send == nullptr) continue;
        for (const auto& [id, zones] : plan->zones)
          for (const IpAddress& address : plan->addresses[id.value - 1])
            if (address == send->to)
              resolver.handle_datagram(Instant{}, send->to,
                                       dns::AuthoritativeServer(zones).respond(send->bytes));
      }
      REQUIRE(answer);
      CHECK(answer->outcome == dns::Outcome::ok);
    }
  }
}

namespace {

/// Aiko writes to one address in a world that `change` has altered; where mail is put, in order.
template <class Change>
std::vector<std::string> delivered_to(const char* address, Change change) {
  scenario::Scenario s = two_domains();
  change(s);
  s.story = {send_to(address)};
  return deliveries(world::run_scenario(s));
}
using Accounts = std::vector<std::string>;

}  // namespace

TEST_CASE("Servers know every name server, also where there are dozens") {
  CHECK(delivered_to("ben@kaede.example", [](scenario::Scenario& s) {
          for (int i = 0; i < 30; ++i) {
            const std::string name = "ns" + std::to_string(i) + ".hosting.example";
            s.hosts.insert(s.hosts.begin(), server(name, {scenario::Service::dns}));
            s.links.push_back(link(name, "internet"));
            s.domains.push_back(domain("d" + std::to_string(i) + ".example", {}, {}));
            s.domains.back().mx.clear();
            s.domains.back().name_server = name;
          }
          s.domains[1].name_server = "ns.example";
        }) == Accounts{"ben@kaede.example"});
}

TEST_CASE("A letter to a domain that is nowhere in the world comes back at once") {
  CHECK(delivered_to("ben@nowhere.example", [](scenario::Scenario&) {}) ==
        Accounts{"aiko@sakura.example"});
}

TEST_CASE("A mail server with a bare name is found as well") {
  CHECK(delivered_to("ben@kaede.example", [](scenario::Scenario& s) {
          s.hosts[4].name = s.links[3].a = s.links[4].b = "mx";
          s.domains[1].mx[0].host = "mx";
        }) == Accounts{"ben@kaede.example"});
}

TEST_CASE("An MX hands mail on to the server of the mailboxes, by SMTP where that knows no LMTP") {
  using enum scenario::Service;
  const scenario::Service service = GENERATE(smtp, lmtp);
  CHECK(delivered_to("ben@kaede.example", [service](scenario::Scenario& s) {
          s.hosts.push_back(server("store.kaede.example", {service, imap}));
          s.links.push_back(tests::link("store.kaede.example", "internet"));
          s.domains[1].home = "store.kaede.example";
        }) == Accounts{"ben@kaede.example"});
}

TEST_CASE("People send through a server of submission that keeps no mailboxes") {
  using enum scenario::Service;
  const std::string name = GENERATE("submit.sakura.example", "smtp.provider.example");
  CHECK(delivered_to("ben@kaede.example", [&name](scenario::Scenario& s) {
          s.hosts[1].services = {smtp, imap};
          s.hosts.push_back(server(name, {submission}));
          s.links.push_back(link(name, "internet"));
          s.hosts[0].client.submission = name;
        }) == Accounts{"ben@kaede.example"});
}

TEST_CASE("A name server that has no zone refuses instead of being silent") {
  scenario::Scenario s = two_domains();
  s.hosts.push_back(server("ns2.example", {scenario::Service::dns}));
  const auto plan = scenario::make_plan(s);
  world::World world(plan);
  trace::Trace trace(plan->scene);
  const std::string answer = world.outside_datagram(
      trace, Instant{} + 1s, {"outside-1", *IpAddress::parse("127.0.0.1"), 5353},
      plan->find("ns2.example"),
      dns::encode(
          dns::make_query(7, *dns::Name::parse("kaede.example"), dns::RecordType::mx, false)));
  const auto reply = dns::decode(answer);
  REQUIRE(reply.ok());
  CHECK(reply->header.rcode == dns::Rcode::refused);
}

TEST_CASE("Where programs from outside write, a missing name server is added") {
  scenario::Scenario s = two_domains();
  s.hosts.erase(s.hosts.begin() + 3);
  s.links.erase(s.links.begin() + 2);
  const auto before = s.hosts.size();
  scenario::add_name_server(s);
  REQUIRE(s.hosts.size() == before + 1);
  CHECK(s.hosts.back().offers(scenario::Service::dns));
  s.story = {send_to("ben@kaede.example")};
  CHECK(deliveries(world::run_scenario(s)) == Accounts{"ben@kaede.example"});
  scenario::add_name_server(s);  // one is enough
  CHECK(s.hosts.size() == before + 1);
}
