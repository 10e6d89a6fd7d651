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
}

TEST_CASE("what is not a query gets a refusal or silence") {
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
  Message chaos = make_query(7, name("version.bind"), RecordType::txt);
  chaos.questions[0].rr_class = 3;
  CHECK(respond(encode(chaos)) == "REFUSED");
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

}  // namespace
}  // namespace posthorn::dns
