// What the way of a letter depends on: receipts, a separate mailbox server, mechanisms, extensions.
#include <algorithm>

#include "sim/world/world.hpp"
#include "tests/support/catch.hpp"
#include "tests/support/mailboxes.hpp"

using namespace posthorn;
using namespace posthorn::tests;

namespace {

/// Every line that crossed a connection of `protocol`, as "C: ..." and "S: ...".
std::string dialogue(const trace::Trace& trace, Protocol protocol) {
  std::string out;
  for (const trace::Record& record : trace.records()) {
    const auto* line = std::get_if<trace::Line>(&record.fact);
    if (line == nullptr || line->flow != Flow::sent) continue;
    if (trace.connection(line->conn)->protocol != protocol) continue;
    out += (line->speaker == Side::client ? "C: " : "S: ") + trace.line_text(*line);
  }
  return out;
}

bool says(const std::string& text, const std::string& words) {
  return text.find(words) != std::string::npos;
}

/// What was put into a mailbox last.
std::string last_letter(const trace::Trace& trace) {
  std::string found;
  for (const trace::Record& record : trace.records())
    if (const auto* stored = std::get_if<trace::MailboxStored>(&record.fact))
      found = *trace.blob(stored->content);
  return found;
}

scenario::Act fault(scenario::Fault::What what) {
  scenario::Trouble trouble;
  trouble.what = std::move(what);
  return act(0s, "", trouble);
}

}  // namespace

TEST_CASE("Whoever asks for a receipt gets one from the last server that knows how") {
  scenario::Scenario s = two_domains();
  scenario::Send send = letter({"ben@kaede.example"}, "hello", "A line.\n");
  send.notify = {scenario::Notify::success};
  s.story = {act(0s, "aiko@sakura.example", send)};
  CHECK(inbox(world::run_scenario(s), kSakura, "aiko@sakura.example") ==
        Subjects{"Your message was delivered"});
  s.hosts[4].without = {scenario::SmtpExtension::dsn};
  CHECK(inbox(world::run_scenario(s), kSakura, "aiko@sakura.example") ==
        Subjects{"Your message was relayed"});
}

TEST_CASE("Whoever wants no report gets none, and a report is never reported on") {
  scenario::Scenario s = two_domains();
  scenario::Send send = letter({"nobody@kaede.example"}, "hello", "A line.\n");
  send.notify = {scenario::Notify::never};
  s.story = {act(0s, "aiko@sakura.example", send)};
  CHECK(inbox(world::run_scenario(s), kSakura, "aiko@sakura.example").empty());
  CHECK(inbox(world::run_scenario(s), kSakura, "postmaster").empty());
}

TEST_CASE("What goes to a list is delivered with that (RFC 3461 §5.2.7.1)") {
  scenario::Scenario s = two_domains();
  s.domains[1].lists.push_back({"club", "Club", "ben@kaede.example", {"ben@kaede.example"}});
  scenario::Send send = letter({"club@kaede.example"}, "hello", "A line.\n");
  send.notify = {scenario::Notify::success};
  s.story = {act(0s, "aiko@sakura.example", send)};
  const trace::Trace trace = world::run_scenario(s);
  CHECK(inbox(trace, kKaede, "ben@kaede.example") == Subjects{"hello"});
  CHECK(inbox(trace, kSakura, "aiko@sakura.example") == Subjects{"Your message was delivered"});
}

TEST_CASE("What the sender wants to be told goes on with a letter that is passed on") {
  scenario::Scenario s = two_domains();
  s.domains[0].aliases.push_back({"friend", {"nobody@kaede.example"}});
  scenario::Send send = letter({"friend@sakura.example"}, "hello", "A line.\n");
  send.notify = {scenario::Notify::never};
  s.story = {act(0s, "aiko@sakura.example", send)};
  const std::string lines = dialogue(world::run_scenario(s), Protocol::smtp);
  CHECK(says(lines, "C: RCPT TO:<nobody@kaede.example> NOTIFY=NEVER ORCPT=rfc822;friend@sakura"));
}

TEST_CASE("The postmaster is whoever has that account; addresses of the machine itself are ours") {
  scenario::Scenario s = two_domains();
  s.domains[1].accounts.push_back({"postmaster", "secret", {"Postmaster", "Postmaster"}});
  s.hosts[4].addresses = {IpAddress::v4(198, 51, 100, 7)};
  s.story = {
      act(0s, "aiko@sakura.example", letter({"postmaster@mail.kaede.example"}, "one", "1\n")),
      act(5s, "aiko@sakura.example", letter({"ben@[198.51.100.7]"}, "two", "2\n")),
      act(9s, "aiko@sakura.example", letter({"ben@mail.kaede.example"}, "three", "3\n"))};
  const trace::Trace trace = world::run_scenario(s);
  CHECK(inbox(trace, kKaede, "postmaster@kaede.example") == Subjects{"one"});
  CHECK(inbox(trace, kKaede, "ben@kaede.example") == Subjects{"two"});
  CHECK(inbox(trace, kSakura, "aiko@sakura.example") ==
        Subjects{"Undelivered Mail Returned to Sender"});
}

TEST_CASE("A server of 1982 gets HELO, and no parameters (RFC 5321 §3.2)") {
  scenario::Scenario s = two_domains();
  s.story = {act(0s, "aiko@sakura.example", letter({"ben@kaede.example"}, "hello", "花見\n"))};
  s.hosts[4].without = {scenario::SmtpExtension::ehlo};
  const trace::Trace trace = world::run_scenario(s);
  CHECK(inbox(trace, kKaede, "ben@kaede.example") == Subjects{"hello"});
  const std::string lines = dialogue(trace, Protocol::smtp);
  CHECK(says(lines, "S: 502 5.5.1 Command not implemented\r\nC: HELO mail.sakura.example\r\n"));
  CHECK(says(lines, "C: MAIL FROM:<aiko@sakura.example>\r\n"));
}

TEST_CASE("People may be called as they are (RFC 6531)") {
  for (const auto reads : {scenario::Reads::imap, scenario::Reads::pop3}) {
    scenario::Scenario s = two_domains(reads);
    s.hosts[5].user = "愛子@kaede.example";
    s.domains[1].accounts[0].name = "愛子";
    s.story = {act(0s, "aiko@sakura.example", letter({"愛子@kaede.example"}, "hello", "A line.\n")),
               act(9s, "愛子@kaede.example", scenario::Fetch{})};
    const trace::Trace trace = world::run_scenario(s);
    CHECK(inbox(trace, kKaede, "愛子@kaede.example") == Subjects{"hello"});
    CHECK(says(dialogue(trace, Protocol::smtp), " SMTPUTF8\r\n"));
    const bool fetched = std::ranges::any_of(trace.records(), [](const trace::Record& record) {
      return std::holds_alternative<trace::InboxReceived>(record.fact);
    });
    CHECK(fetched);
    s.hosts[4].without = {scenario::SmtpExtension::smtputf8};
    CHECK(inbox(world::run_scenario(s), kSakura, "aiko@sakura.example") ==
          Subjects{"Undelivered Mail Returned to Sender"});
  }
}

TEST_CASE("An MX hands mail to the mailbox server by LMTP, each recipient for itself") {
  using enum scenario::Service;
  scenario::Scenario s = two_domains();
  s.hosts[4].services = {smtp, submission};
  s.hosts.push_back(server("store.kaede.example", {lmtp, imap}));
  s.links.push_back(tests::link("store.kaede.example", "mail.kaede.example"));
  s.domains[1].home = "store.kaede.example";
  s.story = {act(0s, "aiko@sakura.example",
                 letter({"ben@kaede.example", "nobody@kaede.example"}, "hello", "A line.\n"))};
  const trace::Trace trace = world::run_scenario(s);
  CHECK(inbox(trace, 7, "ben@kaede.example") == Subjects{"hello"});
  CHECK(inbox(trace, kSakura, "aiko@sakura.example") ==
        Subjects{"Undelivered Mail Returned to Sender"});
  const std::string words = dialogue(trace, Protocol::lmtp);
  CHECK(says(words, "C: LHLO mail.kaede.example"));
  CHECK(says(words, "S: 550 5.1.1 <nobody@kaede.example> No such user here"));
  CHECK(says(words, "S: 250 2.0.0 Delivered to <ben@kaede.example>"));

  // The answers tell the client what it must know for a receipt: LMTP needs no DSN.
  scenario::Send send = letter({"ben@kaede.example"}, "hello", "A line.\n");
  send.notify = {scenario::Notify::success};
  s.story = {act(0s, "aiko@sakura.example", send)};
  const trace::Trace receipt = world::run_scenario(s);
  CHECK(inbox(receipt, kSakura, "aiko@sakura.example") == Subjects{"Your message was delivered"});
  CHECK_FALSE(says(dialogue(receipt, Protocol::lmtp), "DSN"));
  CHECK_FALSE(says(dialogue(receipt, Protocol::lmtp), "NOTIFY"));
}

TEST_CASE("A client proves who it is in the way that the scenario says") {
  scenario::Scenario s = two_domains();
  s.story = {send_to("ben@kaede.example")};
  const std::pair<sasl::Mechanism, std::string> ways[] = {
      {sasl::Mechanism::plain, "C: AUTH PLAIN "},
      {sasl::Mechanism::login, "C: AUTH LOGIN\r\n"},
      {sasl::Mechanism::cram_md5, "C: AUTH CRAM-MD5\r\n"},
      {sasl::Mechanism::scram_sha_256, "C: AUTH SCRAM-SHA-256 "}};
  for (const auto& [mechanism, command] : ways) {
    INFO(command);
    s.hosts[0].client.auth = mechanism;
    const trace::Trace trace = world::run_scenario(s);
    CHECK(inbox(trace, kKaede, "ben@kaede.example") == Subjects{"hello"});
    CHECK(says(dialogue(trace, Protocol::submission), command));
  }
  s.hosts[1].auth = {sasl::Mechanism::cram_md5};  // what it prefers is not offered
  CHECK(says(dialogue(world::run_scenario(s), Protocol::submission), "C: AUTH CRAM-MD5\r\n"));
}

TEST_CASE("8-bit text is converted for a server that takes 7 bits only (RFC 6152 §3)") {
  scenario::Scenario s = two_domains();
  s.hosts[1].without = {scenario::SmtpExtension::eight_bit_mime};
  scenario::Send send;
  send.to = {"ben@kaede.example"};
  send.eml = std::make_shared<const std::string>(
      "From: aiko@sakura.example\r\nTo: ben@kaede.example\r\nSubject: sakura\r\nMIME-Version: "
      "1.0\r\n"
      "Content-Type: text/plain; charset=utf-8\r\nContent-Transfer-Encoding: 8bit\r\n\r\n桜\r\n");
  s.story = {act(0s, "aiko@sakura.example", send)};
  const trace::Trace trace = world::run_scenario(s);
  CHECK(inbox(trace, kKaede, "ben@kaede.example") == Subjects{"sakura"});
  CHECK(says(dialogue(trace, Protocol::submission), "=E6=A1=9C"));
}

TEST_CASE("Chunks where both sides know them, dots where one does not") {
  scenario::Scenario s = two_domains();
  s.story = {send_to("ben@kaede.example")};
  CHECK(says(dialogue(world::run_scenario(s), Protocol::smtp), "C: BDAT "));
  s.hosts[4].without = {scenario::SmtpExtension::chunking};
  const trace::Trace trace = world::run_scenario(s);
  CHECK(says(dialogue(trace, Protocol::smtp), "C: DATA\r\n"));
  CHECK(inbox(trace, kKaede, "ben@kaede.example") == Subjects{"hello"});
}

TEST_CASE("Who can be reached in ASCII is, whoever else the letter goes to (RFC 6531 §3.2)") {
  scenario::Scenario s = two_domains();
  s.domains[1].accounts.push_back({"愛子", "secret", {"Aiko", "愛子"}});
  s.hosts[4].without = {scenario::SmtpExtension::smtputf8};
  scenario::Send send = letter({"ben@kaede.example"}, "hello", "A line.\n");
  send.bcc = {"愛子@kaede.example"};  // in no header field
  s.story = {act(0s, "aiko@sakura.example", send)};
  const trace::Trace trace = world::run_scenario(s);
  CHECK(inbox(trace, kKaede, "ben@kaede.example") == Subjects{"hello"});
  CHECK(inbox(trace, kSakura, "aiko@sakura.example") ==
        Subjects{"Undelivered Mail Returned to Sender"});
  CHECK(says(last_letter(trace), "Final-Recipient: utf-8; \\x{611B}\\x{5B50}@kaede.example\r\n"));
  CHECK_FALSE(says(last_letter(trace), "Final-Recipient: rfc822; ben"));
}

TEST_CASE("Domains beyond ASCII are asked for as DNS knows them (RFC 6531 §3.2)") {
  scenario::Scenario s = two_domains();
  s.domains[1].name = "xn--bcher-kva.example";
  s.domains[1].mx[0].host = "mail.kaede.example";
  s.hosts[5].user = "ben@xn--bcher-kva.example";
  s.story = {act(0s, "aiko@sakura.example", letter({"ben@Bücher.example"}, "hello", "A line.\n"))};
  const trace::Trace trace = world::run_scenario(s);
  CHECK(inbox(trace, kKaede, "ben@xn--bcher-kva.example") == Subjects{"hello"});
}

TEST_CASE("An alias of several tells the sender once, and passes no wish for receipts on") {
  scenario::Scenario s = two_domains();
  s.domains[0].aliases.push_back({"both", {"aiko@sakura.example", "ben@kaede.example"}});
  scenario::Send send = letter({"both@sakura.example"}, "hello", "A line.\n");
  send.notify = {scenario::Notify::success, scenario::Notify::failure};
  s.story = {act(0s, "aiko@sakura.example", send)};
  const trace::Trace trace = world::run_scenario(s);  // RFC 3461 §5.2.7.3
  const Subjects told = inbox(trace, kSakura, "aiko@sakura.example");
  CHECK(std::ranges::count(told, "Your message was passed on to several recipients") == 1);
  CHECK(told.size() == 2);  // and the letter itself
  CHECK(says(dialogue(trace, Protocol::smtp),
             "C: RCPT TO:<ben@kaede.example> NOTIFY=FAILURE ORCPT=rfc822;both@sakura.example"));
}

TEST_CASE(
    "What is larger than the whole mailbox comes back at once, whether its size was told or not") {
  for (const bool told : {true, false}) {
    scenario::Scenario s = two_domains();
    s.domains[1].accounts[0].quota_octets = 2000;
    if (!told) s.hosts[4].without = {scenario::SmtpExtension::size};
    s.limit = 10min;  // it does not wait for room
    s.story = {act(0s, "aiko@sakura.example",
                   letter({"ben@kaede.example"}, "long", std::string(3000, 'x') + "\n"))};
    const trace::Trace trace = world::run_scenario(s);
    CHECK(inbox(trace, kKaede, "ben@kaede.example").empty());
    CHECK(inbox(trace, kSakura, "aiko@sakura.example") ==
          Subjects{"Undelivered Mail Returned to Sender"});
    CHECK(says(last_letter(trace), "552 5.2.3"));
  }
}

TEST_CASE("A report that is stopped by the letter that it brings back comes without it") {
  scenario::Scenario s = two_domains();
  s.domains[1].aliases.push_back({"gone", {"nobody@sakura.example"}});
  s.hosts[1].max_message_size = 4000;
  const auto plan = scenario::make_plan(s);
  trace::Trace trace(plan->scene);
  world::World world(plan);
  const ConnId conn = world.outside_connect(
      trace, Instant{}, {"outside-1", IpAddress::v4(127, 0, 0, 1), 4000}, HostId{kKaede}, 25);
  world.outside_bytes(trace, Instant{}, conn,
                      "EHLO a.example\r\nMAIL FROM:<aiko@sakura.example> RET=FULL\r\n"
                      "RCPT TO:<gone@kaede.example>\r\nDATA\r\n");
  std::string body;
  for (int i = 0; i < 60; ++i) body += std::string(60, 'x') + "\r\n";
  world.outside_bytes(trace, Instant{}, conn, "Subject: long\r\n\r\n" + body + ".\r\n");
  world.advance(trace, Instant{} + 10min);
  CHECK(inbox(trace, kSakura, "aiko@sakura.example") ==
        Subjects{"Undelivered Mail Returned to Sender"});
  CHECK(says(last_letter(trace), "Content-Type: text/rfc822-headers"));
  CHECK(inbox(trace, kKaede, "postmaster").empty());
}

TEST_CASE("A report says what the other server said last, and nothing that it did not say") {
  scenario::Scenario s = two_domains();
  s.hosts[1].retry = {10min};
  s.hosts[1].give_up = 25min;
  s.limit = 2h;
  s.story = {act(0s, "aiko@sakura.example", letter({"ben@kaede.example"}, "hello", "A line.\n"))};
  scenario::Scenario full = s;
  full.story.insert(full.story.begin(), fault(scenario::FullMailbox{"ben@kaede.example", ""}));
  const std::string answered = last_letter(world::run_scenario(full));  // RFC 3461 §6.3
  CHECK(says(answered, "Remote-MTA: dns; mail.kaede.example\r\nDiagnostic-Code: smtp; 452 4.2.2 "));
  CHECK(says(answered, "Status: 4.4.7\r\n"));
  scenario::Scenario dark = s;
  dark.story.insert(dark.story.begin(), fault(scenario::PowerCut{"mail.kaede.example"}));
  const std::string silent = last_letter(world::run_scenario(dark));
  CHECK(says(silent, "Remote-MTA: dns; mail.kaede.example\r\n"));
  CHECK_FALSE(says(silent, "Diagnostic-Code"));
  CHECK(says(silent, "    mail.kaede.example: connection timed out\r\n"));
}
