// Speaking to a server by hand: scripts of what is typed ("> ") and what is shown.
#include "tests/console/by_hand.hpp"

using namespace posthorn;
using namespace posthorn::console;
using namespace posthorn::tests;

/// What somebody who wants to speak to Ben's server is told when that has happened.
std::string told_at_connecting_after(decltype(scenario::Act::what) what) {
  scenario::Scenario s = two_domains();
  s.story = {act(0s, "", std::move(what))};
  const auto world = scenario::make_plan(s);
  Console console(world, *find_service(*world, "mail.kaede.example:smtp"), Lang::en);
  console.advance(Instant{} + 1s);
  (void)console.take_lines();
  console.connect();
  CHECK_FALSE(console.connected());
  return show(console.take_lines());
}

TEST_CASE("services are found by host and name; what there is stands in the error") {
  const auto world = plan();
  for (const char* good : {"mail.kaede.example:pop3", "Mail.Kaede.example:POP3",
                           "mail.kaede.example:110", "ns.example:dns"})
    CHECK(find_service(*world, good).ok());
  for (const char* bad : {"mail.kaede.example", "mail.kaede.example:http", "nobody:smtp", ":", "",
                          "ns.example:smtp"}) {
    const auto found = find_service(*world, bad);
    REQUIRE_FALSE(found.ok());
    CHECK(found.error().message.find("\n  mail.kaede.example:pop3") != std::string::npos);
    const std::string japanese = find_service(*world, bad, Lang::ja).error().message;
    CHECK(japanese.find("というサービスはありません") != std::string::npos);
    CHECK(japanese.find("\n  mail.kaede.example:pop3") != std::string::npos);
  }
}

TEST_CASE("DNS by hand: a name and a type, and the answer as dig shows it") {
  Console console = open("ns.example:dns");
  const std::string shown = say(console, {"kaede.example MX", "a nowhere.kaede.example", "?"});
  CHECK(shown.find("kaede.example 300 MX 10 mail.kaede.example\n") != std::string::npos);
  CHECK(shown.find(", NXDOMAIN, flags") != std::string::npos);
  CHECK(shown.find("? NXDOMAIN: there is no such name\n") != std::string::npos);
  // By hand it is always TCP, whatever the length.
  for (const char* asked : {"? MX", "? A", "? AAAA"}) {
    const std::string why = say(console, {asked});
    CHECK(why.find("TCP") != std::string::npos);
    CHECK(why.find("because") == std::string::npos);
  }
  CHECK(say(console, {"one two three"}).find("-- ask with a name and a type") == 0);
  console.advance(console.now() + 1h);  // the server hung up long ago
  CHECK(say(console, {"ns.example"}).find("ns.example 300 A ") != std::string::npos);
}

TEST_CASE("STARTTLS by hand: the console goes over to TLS, and judges the certificate") {
  scenario::Scenario world = two_domains();
  for (scenario::Host& host : world.hosts)
    if (host.name == "mail.kaede.example") {
      host.tls.offer = true;
      host.services.push_back(scenario::Service::imaps);
    }
  SECTION("SMTP, after EHLO") {
    const auto made = scenario::make_plan(world);
    Console console(made, *find_service(*made, "mail.kaede.example:smtp"), Lang::en);
    console.connect();
    const std::string text =
        say(console, {"EHLO me.example", "STARTTLS", "EHLO me.example", "QUIT"});
    CHECK(text.find("S: 250-STARTTLS") != std::string::npos);
    CHECK(text.find("-- sealed: TLSv1.3, ") != std::string::npos);
    CHECK(text.find(", valid\n") != std::string::npos);
    const std::string after = text.substr(text.find("sealed"));
    CHECK(after.find("S: 250-mail.kaede.example greets me.example") != std::string::npos);
    CHECK(after.find("STARTTLS") == std::string::npos);
    CHECK(after.find("S: 221") != std::string::npos);
  }
  SECTION("a certificate of somebody else is told, and the person goes on") {
    for (scenario::Host& host : world.hosts)
      host.tls.certificate = tls::CertificateKind::wrong_name;
    const auto made = scenario::make_plan(world);
    Console console(made, *find_service(*made, "mail.kaede.example:pop3"), Lang::en);
    console.connect();
    const std::string text = say(console, {"STLS", "CAPA"});
    CHECK(text.find(", wrong name\n") != std::string::npos);
    CHECK(text.find("S: PIPELINING") != std::string::npos);
  }
  SECTION("where TLS comes first, it does so by itself") {
    const auto made = scenario::make_plan(world);
    Console console(made, *find_service(*made, "mail.kaede.example:imaps"), Lang::en);
    console.connect();
    const std::string text = show(console.take_lines());
    CHECK(text.find("-- sealed: ") < text.find("S: * OK"));
    CHECK(text.find("S: * OK") != std::string::npos);
  }
}

TEST_CASE("a dialogue by hand, with explanations on request") {
  Console console = open("mail.kaede.example:pop3");
  CHECK(show(console.take_lines()).substr(0, 7) == "S: +OK ");
  CHECK(say(console, {"NOOP"}).substr(0, 16) == "C: NOOP\nS: -ERR ");
  CHECK(say(console, {"?"}).substr(0, 2) == "? ");
  const std::string quit = say(console, {"QUIT", "NOOP"});
  CHECK(quit.find("-- the server closed the connection\n") != std::string::npos);
  CHECK(quit.find("-- the connection is closed; /quit leaves\n") != std::string::npos);
  CHECK_FALSE(console.connected());
  CHECK_FALSE(console.done());
  console.type("/quit");
  CHECK(console.done());
}

TEST_CASE("a letter typed by hand is delivered, and the margin tells of its way") {
  Console console = open("mail.sakura.example:submission");
  const std::string shown =
      say(console, {"EHLO me.example", "AUTH PLAIN AGFpa28AYWlrby1zZWNyZXQ=",
                    "MAIL FROM:<aiko@sakura.example>", "RCPT TO:<ben@kaede.example>", "DATA",
                    "Subject: by hand", "", "? this is text, not a question", "/etc/passwd", "."});
  CHECK(shown.find("S: 250 2.0.0 Ok: queued as Q1\n") != std::string::npos);
  const std::string later = say(console, {"/wait 10s", "/queue"});
  CHECK(later.find("ben@kaede.example INBOX has message UID 1") != std::string::npos);
  CHECK(later.find("-- the queue is empty\n") != std::string::npos);

  // What was typed is what came, to the byte.
  std::string stored;
  for (const trace::Record& record : console.trace().records())
    if (const auto* box = std::get_if<trace::MailboxStored>(&record.fact))
      stored = *console.trace().blob(box->content);
  CHECK(stored.find("Subject: by hand\r\n\r\n? this is text, not a question\r\n/etc/passwd\r\n") !=
        std::string::npos);
}

TEST_CASE("commands and codes are explained before they were ever used") {
  Console console = open("mail.sakura.example:submission");
  CHECK(say(console, {"? EHLO"}).substr(0, 2) == "? ");
  CHECK(say(console, {"?ehlo"}).substr(0, 2) == "? ");
  CHECK(say(console, {"? 550"}).substr(0, 2) == "? ");
  CHECK(say(console, {"? FROB"}) == "-- there is no explanation of FROB\n");
}

TEST_CASE("bytes can be sent exactly as they are written: no smuggling") {
  Console console = open("mail.kaede.example:smtp");
  say(console, {"EHLO x", "MAIL FROM:<a@a.example>", "RCPT TO:<ben@kaede.example>", "DATA"});
  const std::string shown =
      say(console, {"/raw hi\\r\\n.\\nQUIT\\r\\n", "/raw .\\r\\n", "/raw \\q"});
  CHECK(shown.find("221") == std::string::npos);
  CHECK(shown.find("S: 554 5.6.0 The message holds a CR or LF alone") != std::string::npos);
  CHECK(shown.find("-- escapes are") != std::string::npos);
}

TEST_CASE("the story of the scenario goes on while somebody types") {
  scenario::Scenario s = two_domains();
  s.story = {act(5s, "aiko@sakura.example", letter({"ben@kaede.example"}, "hello", "A line.\n"))};
  const auto world = scenario::make_plan(s);
  Console console(world, *find_service(*world, "mail.kaede.example:imap"), Lang::ja);
  console.connect();
  CHECK(say(console, {"a NOOP"}).find("| ") == std::string::npos);
  const std::string news = say(console, {"/wait 20s"});
  CHECK(news.find("| ") != std::string::npos);
  CHECK(news.find("ben@kaede.example の INBOX に UID 1 を保存しました") != std::string::npos);
}

TEST_CASE("a host that is down does not even refuse") {
  CHECK(told_at_connecting_after(scenario::Break{"mail.kaede.example", "", ""})
            .starts_with("-- no answer: the host is down"));
}

TEST_CASE("a blocked port does not refuse: it says nothing") {
  scenario::Trouble trouble;
  trouble.what = scenario::BlockPort{scenario::Service::smtp, "mail.kaede.example"};
  CHECK(told_at_connecting_after(trouble).starts_with("-- no answer: the port is blocked"));
}

TEST_CASE("bad weather by hand: the server that one speaks to can be hit, and put right") {
  Console console = open("mail.kaede.example:smtp");
  const std::string text = say(
      console, {"EHLO me.example", "/fault reject_sender sakura.example host mail.kaede.example",
                "MAIL FROM:<aiko@sakura.example>", "/faults", "/repair all",
                "MAIL FROM:<aiko@sakura.example>"});
  CHECK(text.find("-- 1: mail.kaede.example takes nothing from sakura.example (sakura.example)") !=
        std::string::npos);
  CHECK(text.find("S: 550 5.7.1 <aiko@sakura.example> is not welcome here") != std::string::npos);
  CHECK(text.find("-- 1: it is over") != std::string::npos);
  CHECK(text.find("S: 250 2.1.0") != std::string::npos);
  const std::string cut = say(console, {"/fault power_cut mail.kaede.example"});
  CHECK(cut.find("closed the connection") != std::string::npos);
  CHECK_FALSE(console.connected());
  CHECK(say(console, {"/fault power_cut nowhere"}).find("there is no host \"nowhere\"") !=
        std::string::npos);
}

TEST_CASE("what is wrong with a fault is said in the person's language") {
  const auto last = [](const char* typed, Lang lang) {
    Console console = open("mail.kaede.example:smtp", lang);
    return say(console, {typed});
  };
  CHECK(last("/fault power_cut mail.kade.example", Lang::en).find("there is no host") == 3);
  CHECK(last("/fault power_cut mail.kade.example", Lang::ja) ==
        "-- \"mail.kade.example\" というホストはありません。\"mail.kaede.example\" "
        "のことでしょうか\n");
  CHECK(last("/fault frob", Lang::ja)
            .find("-- \"frob\" という障害はありません。障害は \"power_cut\"、") == 0);
  CHECK(last("/fault cut ns.example ben-phone", Lang::ja) ==
        "-- \"ns.example\" と \"ben-phone\" の間に回線はありません\n");
  CHECK(last("/fault full_mailbox nobody@kaede.example", Lang::ja) ==
        "-- そのアカウントはありません\n");
  CHECK(last("/fault", Lang::ja).find("\n--   power_cut … [for …]\n") != std::string::npos);
}

TEST_CASE("whatever is typed, nothing breaks, and the same input gives the same output") {
  const std::vector<std::string> odd = {"",
                                        "?",
                                        "? ",
                                        "/",
                                        "/wait",
                                        "/wait -3s",
                                        "/wait x",
                                        "/raw",
                                        "/raw \\",
                                        "/raw \\x4",
                                        "/eof",
                                        std::string(5000, 'x'),
                                        std::string("\0\x1b[2J", 5),
                                        "\xff\xfe",
                                        "/who",
                                        "/boxes",
                                        "/queue",
                                        "/time",
                                        "/help",
                                        "QUIT",
                                        "/quit",
                                        "more"};
  for (const char* service : {"mail.kaede.example:smtp", "mail.kaede.example:submission",
                              "mail.kaede.example:pop3", "mail.kaede.example:imap"}) {
    INFO(service);
    Console one = open(service), two = open(service);
    const std::string shown = say(one, odd);
    CHECK(shown == say(two, odd));
    CHECK(shown.find('\x1b') == std::string::npos);
    CHECK(one.done());
  }
}
