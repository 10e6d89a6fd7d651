#include "protocols/dns/server.hpp"

#include "tests/protocols/dns/internet.hpp"
#include "tests/support/catch.hpp"

namespace posthorn::dns {
namespace {

using namespace testing;

AuthoritativeServer server() {
  return AuthoritativeServer({
      zone("example",
           {ns("sakura.example", "ns.sakura.example"), a("ns.sakura.example", "192.0.2.54")}),
      zone("kaede.example",
           {mx("kaede.example", 10, "mail.kaede.example"), a("mail.kaede.example", "192.0.2.25"),
            cname("www.kaede.example", "web.momiji.example"),
            cname("gone.kaede.example", "nothing.momiji.example")}),
      zone("momiji.example", {a("web.momiji.example", "192.0.2.80")}),
  });
}

Message ask(std::string_view what, RecordType type) {
  return decode(server().respond(encode(make_query(7, name(what), type, true)))).value();
}

TEST_CASE("a dialogue with an authoritative server") {
  struct Line {
    const char* name;
    RecordType type;
    const char* reply;
    bool authoritative;
  };
  const Line lines[] = {
      {"kaede.example", RecordType::mx, "MX 10 mail.kaede.example TTL 300", true},
      {"KAEDE.example", RecordType::mx, "MX 10 mail.kaede.example TTL 300", true},
      {"mail.kaede.example", RecordType::mx, "no MX record", true},
      {"nobody.kaede.example", RecordType::a, "NXDOMAIN", true},
      {"nobody.example", RecordType::a, "NXDOMAIN", true},
      {"sakura.example", RecordType::mx, "referral to sakura.example: NS ns.sakura.example", false},
      {"www.kaede.example", RecordType::a, "CNAME web.momiji.example TTL 300, A 192.0.2.80 TTL 300",
       true},
      {"gone.kaede.example", RecordType::a, "NXDOMAIN", true},
      {"kaede.test", RecordType::a, "REFUSED", false},
  };
  for (const Line& line : lines) {
    CAPTURE(line.name);
    const Message reply = ask(line.name, line.type);
    CHECK(summary(reply) == line.reply);
    CHECK(reply.header.authoritative == line.authoritative);
    CHECK(reply.header.response);
    CHECK(reply.header.id == 7);
    CHECK(reply.header.recursion_desired);  // copied (RFC 1035 §4.1.1)
    CHECK_FALSE(reply.header.recursion_available);
    CHECK(reply.questions.front().name == name(line.name));
  }
}

TEST_CASE("the addresses of mail exchangers come along") {
  const Message reply = ask("kaede.example", RecordType::mx);
  REQUIRE(reply.additional.size() == 1);
  CHECK(to_text(reply.additional[0]) == "mail.kaede.example 300 A 192.0.2.25");
}

TEST_CASE("a negative answer carries the SOA (RFC 2308 §3)") {
  const Message reply = ask("nobody.kaede.example", RecordType::a);
  REQUIRE(reply.authority.size() == 1);
  CHECK(reply.authority[0].type() == RecordType::soa);
  CHECK(reply.authority[0].name == name("kaede.example"));
  CHECK(reply.authority[0].ttl == 60);  // its minimum, not its own TTL of an hour
  CHECK(ask("kaede.example", RecordType::soa).answers[0].ttl == 3600);
}

TEST_CASE("what is not a question gets a refusal or silence") {
  const auto respond = [](std::string_view bytes) {
    const std::string reply = server().respond(bytes);
    return reply.empty() ? std::string("silence") : to_string(decode(reply)->header.rcode);
  };
  Message query = make_query(7, name("kaede.example"), RecordType::mx);
  const std::string good = encode(query);
  CHECK(respond(good) == "NOERROR");
  CHECK(respond("") == "silence");
  CHECK(respond(good.substr(0, 11)) == "silence");
  CHECK(respond(good.substr(0, 20)) == "FORMERR");
  CHECK(respond(good + "x") == "FORMERR");
  query.questions.push_back(query.questions.front());
  CHECK(respond(encode(query)) == "FORMERR");
  query.questions.clear();
  CHECK(respond(encode(query)) == "FORMERR");
  query.header.opcode = Opcode::update;
  CHECK(respond(encode(query)) == "NOTIMP");
  query.header.response = true;
  CHECK(respond(encode(query)) == "silence");
}

TEST_CASE("questions that are turned down repeat the question, and nothing else") {
  struct Line {
    unsigned type, rr_class;
    Opcode opcode;
    const char* rcode;
  };
  const Line lines[] = {
      {252, 1, Opcode::query, "REFUSED"},  // AXFR (RFC 5936 §2.2.1)
      {251, 1, Opcode::query, "REFUSED"},  // IXFR
      {16, 3, Opcode::query, "REFUSED"},   // class CH
      {1, 255, Opcode::query, "REFUSED"},  // class ANY
      {41, 1, Opcode::query, "FORMERR"},   // OPT is no type to ask for
      {253, 1, Opcode::query, "NOTIMP"},   // MAILB
      {249, 1, Opcode::query, "NOTIMP"},   // TKEY
      {15, 1, Opcode::inverse_query, "NOTIMP"},  {15, 1, Opcode::status, "NOTIMP"},
      {6, 1, Opcode::notify, "NOTIMP"},          {6, 1, Opcode::update, "NOTIMP"},
      {6, 1, static_cast<Opcode>(15), "NOTIMP"},
  };
  for (const Line& line : lines) {
    CAPTURE(line.type, line.rr_class, line.opcode);
    Message query = make_query(7, name("kaede.example"), static_cast<RecordType>(line.type));
    query.questions[0].rr_class = static_cast<std::uint16_t>(line.rr_class);
    query.header.opcode = line.opcode;
    const Message reply = decode(server().respond(encode(query))).value();
    CHECK(to_string(reply.header.rcode) == line.rcode);
    CHECK(reply.header.opcode == line.opcode);
    CHECK_FALSE(reply.header.authoritative);
    CHECK(reply.questions == query.questions);
    CHECK(reply.answers.empty());
    CHECK(reply.authority.empty());
    CHECK(reply.additional.empty());
  }
}

TEST_CASE("ANY gets one record set by UDP, and everything by TCP (RFC 8482)") {
  const Message query = make_query(7, name("mail.kaede.example"), RecordType::any);
  const AuthoritativeServer both(
      {zone("kaede.example",
            {a("mail.kaede.example", "192.0.2.25"), a("mail.kaede.example", "192.0.2.26"),
             aaaa("mail.kaede.example", "2001:db8::25")})});
  CHECK(summary(both.respond(query)) == "A 192.0.2.25 TTL 300, A 192.0.2.26 TTL 300");
  CHECK(both.respond(query, Transport::tcp).answers.size() == 3);
}

TEST_CASE("a type that the server does not understand is served like any other (RFC 3597)") {
  const auto caa = static_cast<RecordType>(257);
  const AuthoritativeServer odd(
      {zone("kaede.example",
            {{name("kaede.example"), 300, Unknown{caa, std::string("\0\5issue;", 8)}}})});
  const Message query = make_query(7, name("kaede.example"), caa);
  CHECK(summary(decode(odd.respond(encode(query))).value()) ==
        "TYPE257 \\# 8 000569737375653b TTL 300");
}

TEST_CASE("a service's host comes along with its SRV record (RFC 2782)") {
  const AuthoritativeServer services(
      {zone("kaede.example",
            {{name("_imap._tcp.kaede.example"), 300, Srv{0, 1, 143, name("mail.kaede.example")}},
             {name("_pop3._tcp.kaede.example"), 300, Srv{}},
             a("mail.kaede.example", "192.0.2.25")})});
  const auto ask_for = [&](std::string_view what) {
    return decode(services.respond(encode(make_query(7, name(what), RecordType::srv)))).value();
  };
  const Message imap = ask_for("_imap._tcp.kaede.example");
  CHECK(summary(imap) == "SRV 0 1 143 mail.kaede.example TTL 300");
  REQUIRE(imap.additional.size() == 1);
  CHECK(to_text(imap.additional[0]) == "mail.kaede.example 300 A 192.0.2.25");
  CHECK(summary(ask_for("_pop3._tcp.kaede.example")) == "SRV 0 0 0 . TTL 300");
}

TEST_CASE("the question comes back as it was written, records as the zone has them (RFC 4343)") {
  const AuthoritativeServer mixed({zone("Kaede.Example", {a("Mail.Kaede.Example", "192.0.2.25")})});
  const Message reply =
      decode(mixed.respond(encode(make_query(7, name("mAIL.kaede.EXAMPLE"), RecordType::a))))
          .value();
  CHECK(reply.questions[0].name.to_string() == "mAIL.kaede.EXAMPLE");
  CHECK(reply.answers[0].name.to_string() == "Mail.Kaede.Example");
}

TEST_CASE("a reply fits into 512 octets, and says when something is missing") {
  std::vector<Record> records;
  for (int i = 0; i < 60; ++i)
    records.push_back(mx("kaede.example", 10, "mail" + std::to_string(i) + ".kaede.example"));
  const AuthoritativeServer big({zone("kaede.example", records)});
  const std::string reply =
      big.respond(encode(make_query(7, name("kaede.example"), RecordType::mx)));
  CHECK(reply.size() <= 512);
  CHECK(decode(reply)->header.truncated);
}

TEST_CASE("a circle of CNAMEs across two zones ends") {
  const AuthoritativeServer round({zone("a.example", {cname("x.a.example", "x.b.example")}),
                                   zone("b.example", {cname("x.b.example", "x.a.example")})});
  const Message reply =
      decode(round.respond(encode(make_query(7, name("x.a.example"), RecordType::a)))).value();
  CHECK(reply.answers.size() == 2);
}

// ---- troubles ---------------------------------------------------------------------------------

/// By both transports, which must agree.
std::string ask_troubled(std::vector<Trouble> troubles, std::string_view what, RecordType type) {
  AuthoritativeServer troubled = server();
  troubled.set_troubles(std::move(troubles));
  const auto by = [&](Transport transport) {
    const std::string reply = troubled.respond(encode(make_query(7, name(what), type)), transport);
    return reply.empty() ? std::string("silence") : summary(decode(reply).value());
  };
  CHECK(by(Transport::udp) == by(Transport::tcp));
  return by(Transport::tcp);
}

TEST_CASE("a server in trouble answers badly about some names, and well about all others") {
  struct Line {
    std::optional<Rcode> trouble;
    const char* reply;
  };
  const Line lines[] = {{Rcode::name_error, "NXDOMAIN"},
                        {Rcode::server_failure, "SERVFAIL"},
                        {Rcode::refused, "REFUSED"},
                        {std::nullopt, "silence"}};
  for (const Line& line : lines) {
    CAPTURE(line.reply);
    const std::vector<Trouble> about_kaede = {BadAnswer{name("kaede.example"), line.trouble}};
    CHECK(ask_troubled(about_kaede, "kaede.example", RecordType::mx) == line.reply);
    CHECK(ask_troubled(about_kaede, "MAIL.Kaede.example", RecordType::a) == line.reply);
    CHECK(ask_troubled(about_kaede, "web.momiji.example", RecordType::a) == "A 192.0.2.80 TTL 300");
    const std::vector<Trouble> about_all = {BadAnswer{Name(), line.trouble}};
    CHECK(ask_troubled(about_all, "web.momiji.example", RecordType::a) == line.reply);
  }
}

TEST_CASE("a wrong record takes the place of the true ones of its name and type") {
  const std::vector<Trouble> wrong = {mx("kaede.example", 10, "web.momiji.example", 60)};
  CHECK(ask_troubled(wrong, "kaede.example", RecordType::mx) == "MX 10 web.momiji.example TTL 60");
  CHECK(ask_troubled(wrong, "kaede.example", RecordType::a) == "no A record");
  CHECK(ask_troubled(wrong, "mail.kaede.example", RecordType::a) == "A 192.0.2.25 TTL 300");
  // Also where the truth is that somebody else knows.
  const std::vector<Trouble> claimed = {a("www.sakura.example", "192.0.2.66")};
  CHECK(ask_troubled(claimed, "www.sakura.example", RecordType::a) == "A 192.0.2.66 TTL 300");

  AuthoritativeServer troubled = server();
  troubled.set_troubles(wrong);
  const Message reply = troubled.respond(make_query(7, name("kaede.example"), RecordType::mx));
  CHECK(reply.header.authoritative);  // it believes what it says
  REQUIRE(reply.additional.size() == 1);
  CHECK(to_text(reply.additional[0]) == "web.momiji.example 300 A 192.0.2.80");
}

TEST_CASE("of several troubles with a question the first counts") {
  const Trouble silent = BadAnswer{name("kaede.example"), std::nullopt};
  const Trouble wrong = mx("kaede.example", 10, "web.momiji.example");
  CHECK(ask_troubled({silent, wrong}, "kaede.example", RecordType::mx) == "silence");
  CHECK(ask_troubled({wrong, silent}, "kaede.example", RecordType::mx) ==
        "MX 10 web.momiji.example TTL 300");
  CHECK(ask_troubled({wrong, silent}, "mail.kaede.example", RecordType::a) == "silence");
}

}  // namespace
}  // namespace posthorn::dns
