// EDNS (RFC 6891): what OPT says, and how large a datagram may be because of it.
#include "tests/protocols/dns/internet.hpp"
#include "tests/protocols/dns/octets.hpp"
#include "tests/support/catch.hpp"

namespace posthorn::dns {
namespace {

using namespace testing;

/// MX? kaede.example with an OPT by hand (RFC 6891 §6.1.2).
std::string query_with(std::string_view opt) {
  return octets(
             "12 34  01 00  00 01  00 00  00 00  00 01 "
             "05 'kaede' 07 'example' 00  00 0f  00 01") +
         octets(opt);
}

AuthoritativeServer server(int exchangers = 1) {
  std::vector<Record> records;
  for (int i = 0; i < exchangers; ++i)
    records.push_back(mx("kaede.example", 10, "mail" + std::to_string(i) + ".kaede.example"));
  return AuthoritativeServer({zone("kaede.example", records)});
}

Message ask(const Message& query, int exchangers = 1) {
  return decode(server(exchangers).respond(encode(query))).value();
}

TEST_CASE("OPT on the wire") {
  const std::string bytes = query_with("00  00 29  04 d0  00 00 80 00  00 07  00 0a  00 03 'abc'");
  const Message query = decode(bytes).value();
  REQUIRE(query.edns);
  CHECK(query.edns->udp_payload == 1232);
  CHECK(query.edns->version == 0);
  CHECK(query.edns->dnssec_ok);
  CHECK(query.edns->options == std::vector<EdnsOption>{{10, "abc"}});
  CHECK(query.additional.empty());
  CHECK(encode(query) == bytes);
  CHECK(to_text(query) ==
        ";; id 4660, opcode 0, NOERROR, flags rd\n"
        ";; EDNS version 0, flags do, UDP 1232\n"
        ";; question: kaede.example MX\n");
}

TEST_CASE("an OPT that cannot be makes the message malformed (RFC 6891 §6.1.1)") {
  const auto why = [](std::string_view opt, char count = 1) {
    std::string bytes = query_with(opt);
    bytes[11] = count;
    CHECK(decode(server().respond(bytes))->header.rcode == Rcode::format_error);
    return decode(bytes).error().message.substr(25);
  };
  const std::string one = "00  00 29  04 d0  00 00 00 00  00 00 ";
  CHECK(why(one + one, 2) == "a second OPT");
  CHECK(why("c0 0c  00 29  04 d0  00 00 00 00  00 00") ==
        "an OPT that does not belong to the root");
  CHECK(why("00  00 29  04 d0  00 00 00 00  00 03  00 0a 00") ==
        "EDNS options that do not fit into their OPT");
  CHECK(why("00  00 29  04 d0  00 00 00 00  00 05  00 0a 00 09 'a'") ==
        "EDNS options that do not fit into their OPT");
}

TEST_CASE("the upper bits of the response code stand in OPT (RFC 6891 §6.1.3)") {
  Message reply;
  reply.header.response = true;
  reply.header.rcode = Rcode::bad_version;
  reply.edns = Edns{};
  CHECK((encode(reply)[3] & 15) == 0);
  CHECK(decode(encode(reply))->header.rcode == Rcode::bad_version);
  CHECK(summary(reply) == "BADVERS");
  reply.header.rcode = static_cast<Rcode>(0xabc);
  CHECK(decode(encode(reply))->header.rcode == static_cast<Rcode>(0xabc));
}

TEST_CASE("a server answers with OPT those who sent one, and nobody else (RFC 6891 §7)") {
  Message query = make_query(7, name("kaede.example"), RecordType::mx);
  CHECK_FALSE(ask(query).edns);
  query.edns = Edns{4096, 0, true, {{10, "a cookie that nobody knows here"}}};
  const Message reply = ask(query);
  REQUIRE(reply.edns);
  CHECK(reply.edns == Edns{kUdpPayload, 0, true, {}});  // DO is copied (RFC 3225 §3)
  CHECK(summary(reply) == "MX 10 mail0.kaede.example TTL 300");
}

TEST_CASE("another version than 0 gets BADVERS, and the version that we know") {
  Message query = make_query(7, name("kaede.example"), RecordType::mx);
  query.edns = Edns{1232, 1, false, {}};
  const Message reply = ask(query);
  CHECK(reply.header.rcode == Rcode::bad_version);
  CHECK(reply.edns->version == 0);
  CHECK(reply.answers.empty());
  CHECK(reply.questions == query.questions);
}

TEST_CASE("how large a datagram may be") {
  struct Case {
    std::optional<std::uint16_t> payload;
    std::size_t limit;
  };
  const Case cases[] = {{std::nullopt, 512},         {std::uint16_t(0), 512},
                        {std::uint16_t(511), 512},   {std::uint16_t(700), 700},
                        {std::uint16_t(1232), 1232}, {std::uint16_t(65535), 1232}};
  for (const Case& c : cases) {
    CAPTURE(c.limit);
    Message query = make_query(7, name("kaede.example"), RecordType::mx);
    if (c.payload) query.edns = Edns{*c.payload, 0, false, {}};
    std::size_t largest = 0;
    for (int exchangers = 1; exchangers < 60; ++exchangers) {
      const std::string bytes = server(exchangers).respond(encode(query));
      const Message reply = decode(bytes).value();
      CHECK(bytes.size() <= c.limit);
      CHECK(reply.header.truncated == reply.answers.empty());
      CHECK(reply.edns.has_value() == c.payload.has_value());  // also in truncated ones (§7)
      largest = std::max(largest, bytes.size());
    }
    CHECK(largest > c.limit - 30);  // the room is used
    CHECK(decode(server(60).respond(encode(query), Transport::tcp))->answers.size() == 60);
  }
}

TEST_CASE("a resolver says what it can receive, and does without where nobody understands it") {
  ResolverConfig config;
  config.hints = {ip("192.0.2.53")};
  Resolver resolver(config);
  const auto next_query = [&] {
    const ResolverOutput output = resolver.poll();
    return decode(std::get<SendDatagram>(output).bytes).value();
  };
  const auto answer = [&](Message reply, Rcode rcode) {
    reply.header.response = reply.header.authoritative = true;
    reply.header.rcode = rcode;
    reply.edns.reset();  // an old server
    if (rcode == Rcode::no_error) reply.answers = {a("kaede.example", "192.0.2.25")};
    resolver.handle_datagram(Instant{}, ip("192.0.2.53"), encode(reply));
  };
  resolver.start(Instant{}, name("kaede.example"), RecordType::a);
  const Message first = next_query();
  CHECK(first.edns == Edns{1232, 0, false, {}});
  answer(first, GENERATE(Rcode::format_error, Rcode::not_implemented));
  const Message second = next_query();
  CHECK_FALSE(second.edns);
  CHECK(second.header.id != first.header.id);
  SECTION("which helps") {
    answer(second, Rcode::no_error);
    CHECK(std::holds_alternative<CacheStored>(resolver.poll()));
    CHECK(std::get<Answered>(resolver.poll()).answer.outcome == Outcome::ok);
  }
  SECTION("or not") {
    answer(second, Rcode::format_error);
    CHECK(std::get<Answered>(resolver.poll()).answer.outcome == Outcome::servfail);
  }
}

}  // namespace
}  // namespace posthorn::dns
