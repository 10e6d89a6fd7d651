// Messages as octets. The dumps are written by hand from RFC 1035 §4, not produced by our encoder.
#include "protocols/dns/message.hpp"

#include "tests/protocols/dns/internet.hpp"
#include "tests/protocols/dns/octets.hpp"
#include "tests/support/catch.hpp"

namespace posthorn::dns {
namespace {

using namespace testing;

const char* const kReply =
    "12 34  84 00  00 01  00 02  00 00  00 01 "
    "05 'kaede' 07 'example' 00  00 0f  00 01 "                        // 12: MX? kaede.example
    "c0 0c  00 0f  00 01  00 00 01 2c  00 09  00 0a 04 'mail' c0 0c "  // 31: 10 mail
    "c0 0c  00 0f  00 01  00 00 01 2c  00 08  00 14 03 'mx2' c0 0c "   // 52: 20 mx2
    "c0 2d  00 01  00 01  00 00 01 2c  00 04  c0 00 02 19";            // mail A 192.0.2.25

TEST_CASE("a query is a header and a question") {
  const std::string expected =
      octets("12 34  01 00  00 01  00 00  00 00  00 00  05 'kaede' 07 'example' 00  00 0f  00 01");
  const Message query = make_query(0x1234, name("kaede.example"), RecordType::mx, true);
  CHECK(encode(query) == expected);
  CHECK(decode(expected).value() == query);
  CHECK(summary(query) == "MX? kaede.example");
}

TEST_CASE("a reply with compressed names, read and written") {
  Message reply = make_query(0x1234, name("kaede.example"), RecordType::mx);
  reply.header.response = true;
  reply.header.authoritative = true;
  reply.answers = {mx("kaede.example", 10, "mail.kaede.example"),
                   mx("kaede.example", 20, "mx2.kaede.example")};
  reply.additional = {a("mail.kaede.example", "192.0.2.25")};
  const Result<Message> read = decode(octets(kReply));
  REQUIRE(read.ok());
  CHECK(*read == reply);
  CHECK(encode(reply) == octets(kReply));
  CHECK(summary(reply) == "MX 10 mail.kaede.example TTL 300, MX 20 mx2.kaede.example TTL 300");
  CHECK(to_text(reply) ==
        ";; id 4660, opcode 0, NOERROR, flags qr aa\n"
        ";; question: kaede.example MX\n"
        ";; answer\n"
        "kaede.example 300 MX 10 mail.kaede.example\n"
        "kaede.example 300 MX 20 mx2.kaede.example\n"
        ";; additional\n"
        "mail.kaede.example 300 A 192.0.2.25\n");
}

TEST_CASE("every record type survives the wire and has a text") {
  Soa soa{name("ns.kaede.example"), name("hostmaster.kaede.example"), 7, 1, 2, 3, 60};
  const std::vector<std::pair<Record, std::string>> all = {
      {a("h.kaede.example", "192.0.2.1"), "h.kaede.example 300 A 192.0.2.1"},
      {aaaa("h.kaede.example", "2001:db8::1"), "h.kaede.example 300 AAAA 2001:db8::1"},
      {ns("kaede.example", "ns.kaede.example"), "kaede.example 3600 NS ns.kaede.example"},
      {cname("www.kaede.example", "h.kaede.example"),
       "www.kaede.example 300 CNAME h.kaede.example"},
      {mx("kaede.example", 10, "h.kaede.example"), "kaede.example 300 MX 10 h.kaede.example"},
      {{name("1.2.0.192.in-addr.arpa"), 5, Ptr{name("h.kaede.example")}},
       "1.2.0.192.in-addr.arpa 5 PTR h.kaede.example"},
      {{name("kaede.example"), 5, Txt{{"v=spf1 -all", "say \"hi\"\n", ""}}},
       "kaede.example 5 TXT \"v=spf1 -all\" \"say \\\"hi\\\"\\010\" \"\""},
      {{name("kaede.example"), 5, soa},
       "kaede.example 5 SOA ns.kaede.example hostmaster.kaede.example 7 1 2 3 60"},
      {{name("_imap._tcp.kaede.example"), 5, Srv{0, 1, 143, name("mail.kaede.example")}},
       "_imap._tcp.kaede.example 5 SRV 0 1 143 mail.kaede.example"},
      // RFC 3597: contents of a type that we do not know (CAA) are kept as they are.
      {{name("kaede.example"), 0, Unknown{static_cast<RecordType>(257), "\x01\xff"}},
       "kaede.example 0 TYPE257 \\# 2 01ff"},
  };
  Message message;
  message.header.response = true;
  for (const auto& [record, text] : all) {
    CHECK(to_text(record) == text);
    CHECK(parse_rdata(record.type(), to_text(record.data)).value() == record.data);
    message.answers.push_back(record);
  }
  CHECK(decode(encode(message)).value() == message);
}

TEST_CASE("record types have names") {
  CHECK(parse_record_type("mx").value() == RecordType::mx);
  CHECK(parse_record_type("TYPE257").value() == static_cast<RecordType>(257));
  CHECK(parse_record_type("srv").value() == RecordType::srv);
  CHECK_FALSE(parse_record_type("TYPE65536").ok());
  CHECK_FALSE(parse_record_type("MXX").ok());
}

TEST_CASE("contents that do not fit their type are refused, with what would") {
  const auto why = [](std::string_view type, std::string_view text) {
    const Result<Rdata> data = parse_rdata(parse_record_type(type).value(), text);
    return data.ok() ? "accepted: " + to_text(*data) : data.error().message;
  };
  CHECK(why("A", "2001:db8::1") == "a record of type A holds an IPv4 address: 192.0.2.25");
  CHECK(why("AAAA", "192.0.2.1") == "a record of type AAAA holds an IPv6 address: 2001:db8::25");
  CHECK(why("MX", "10 mail.kaede.example") == "accepted: 10 mail.kaede.example");
  CHECK(why("MX", "0 .") == "accepted: 0 .");
  for (const char* const text : {"mail.kaede.example", "10", "65536 a.example",
                                 "10 a.example b.example", "-1 a.example", "10 a..example", ""})
    CHECK(why("MX", text) ==
          "a record of type MX holds a preference and a host: 10 mail.kaede.example");
  CHECK(why("SRV", "0 1 143 mail.kaede.example") == "accepted: 0 1 143 mail.kaede.example");
  CHECK(why("SRV", "0 1 mail.kaede.example").starts_with("a record of type SRV holds"));
  CHECK(why("CNAME", "").starts_with("a record of type CNAME holds"));
  CHECK(why("TXT", "v=spf1 -all") == "accepted: \"v=spf1 -all\"");
  CHECK(why("TXT", "\"one\" \"t\\\"w\\111\"") == "accepted: \"one\" \"t\\\"wo\"");
  for (const char* const text : {"\"open", "\"one\" two", "\"\\", "\"\\999\""})
    CHECK(why("TXT", text).starts_with("a record of type TXT holds"));
  CHECK(parse_rdata(RecordType::txt, std::string(600, 'x')).value() ==
        Rdata{Txt{{std::string(255, 'x'), std::string(255, 'x'), std::string(90, 'x')}}});
  CHECK(why("TXT", "\"\\0651234567890123\"") == "accepted: \"A1234567890123\"");
  CHECK(why("TYPE257", "\\# 2 01 FF") == "accepted: \\# 2 01ff");
  for (const char* const text : {"0 issue x", "\\# 2 01", "\\# 1 0g", "\\# 1 0", "\\#"})
    CHECK(why("TYPE257", text).starts_with("a record of type TYPE257 holds its octets"));
}

TEST_CASE("summaries say in a line what a reply means") {
  Message reply = make_query(1, name("kaede.example"), RecordType::mx);
  reply.header.response = true;
  reply.header.authoritative = true;
  CHECK(summary(reply) == "no MX record");
  reply.header.rcode = Rcode::name_error;
  CHECK(summary(reply) == "NXDOMAIN");
  reply.header = {};
  reply.header.response = true;
  reply.authority = {ns("kaede.example", "ns1.kaede.example"),
                     ns("kaede.example", "ns2.kaede.example")};
  CHECK(summary(reply) == "referral to kaede.example: NS ns1.kaede.example, ns2.kaede.example");
}

TEST_CASE("too long for a datagram: whole record sets go, and TC says so (RFC 2181 §9)") {
  Message reply = make_query(1, name("kaede.example"), RecordType::mx);
  reply.header.response = true;
  for (int i = 0; i < 10; ++i)
    reply.answers.push_back(mx("kaede.example", 10, "mail" + std::to_string(i) + ".kaede.example"));
  for (int i = 0; i < 40; ++i)
    reply.additional.push_back(
        a("mail" + std::to_string(i / 4) + ".kaede.example", "192.0.2." + std::to_string(i)));
  const Message kept = decode(encode(reply, kMaxUdp)).value();
  CHECK(encode(reply, kMaxUdp).size() <= kMaxUdp);
  CHECK(kept.answers == reply.answers);
  CHECK_FALSE(kept.header.truncated);
  CHECK(kept.additional.size() % 4 == 0);
  CHECK(kept.additional.size() < 40);

  for (int i = 10; i < 60; ++i)
    reply.answers.push_back(mx("kaede.example", 10, "mail" + std::to_string(i) + ".kaede.example"));
  const Message cut = decode(encode(reply, kMaxUdp)).value();
  CHECK(cut.header.truncated);
  CHECK(cut.answers.empty());
  CHECK(cut.additional.empty());
  CHECK(decode(encode(reply)).value() == reply);
}

TEST_CASE("what is not a message is refused with a reason") {
  const auto why = [](std::string_view dump) {
    const Result<Message> read = decode(octets(dump));
    return read.ok() ? std::string("accepted") : read.error().message;
  };
  const std::string bad = "a malformed DNS message: ";
  CHECK(why("12 34 00") == "a DNS message shorter than its header of 12 octets");
  SECTION("a pointer to itself") {
    CHECK(why("00 00 00 00 00 01 00 00 00 00 00 00  c0 0c 00 01 00 01") ==
          bad + "a compression pointer does not lead backwards");
  }
  SECTION("two pointers to each other, through a label") {
    CHECK(why("00 00 00 00 00 01 00 00 00 00 00 00  01 'a' c0 0c 00 01 00 01") ==
          bad + "a compression pointer does not lead backwards");
  }
  SECTION("a pointer forwards, and one outside") {
    CHECK(why("00 00 00 00 00 01 00 00 00 00 00 00  c0 0e 00 00 01 00 01") ==
          bad + "a compression pointer does not lead backwards");
    CHECK(why("00 00 00 00 00 01 00 00 00 00 00 00  ff ff 00 01 00 01") ==
          bad + "a compression pointer does not lead backwards");
  }
  SECTION("a label that is cut off, and one of a kind that does not exist") {
    CHECK(why("00 00 00 00 00 01 00 00 00 00 00 00  05 'ka'") == bad + "a name leads outside");
    CHECK(why("00 00 00 00 00 01 00 00 00 00 00 00  80 00 00 01 00 01") ==
          bad + "a label of an unknown kind");
  }
  SECTION("more promised than there is") {
    CHECK(why("00 00 80 00 ff ff ff ff ff ff ff ff") == bad + "a name leads outside");
  }
  SECTION("a record whose length is wrong") {
    CHECK(why("00 00 80 00 00 00 00 01 00 00 00 00  00 00 01 00 01 00 00 00 00 00 05 01 02 03 04 "
              "05") == bad + "a record's length disagrees with its contents");
    CHECK(why("00 00 80 00 00 00 00 01 00 00 00 00  00 00 01 00 01 00 00 00 00 00 03 01 02 03") ==
          bad + "it ends in the middle");
    CHECK(why("00 00 80 00 00 00 00 01 00 00 00 00  00 00 10 00 01 00 00 00 00 00 03 05 02 03") ==
          bad + "it ends in the middle");
  }
  SECTION("something behind the end") {
    CHECK(why("00 00 80 00 00 00 00 00 00 00 00 00  00") == bad + "octets are left over behind it");
  }
}

TEST_CASE("every truncation of a good message is refused") {
  const std::string whole = octets(kReply);
  for (std::size_t size = 0; size < whole.size(); ++size)
    CHECK_FALSE(decode(whole.substr(0, size)).ok());
}

TEST_CASE("a name may be assembled to 255 octets by pointers, and no further") {
  // Names of growing length, each a label in front of the one before.
  std::string bytes = octets("00 00 00 00 00 ff 00 00 00 00 00 00");
  std::size_t previous = 0;
  std::size_t questions = 0;
  for (; questions < 5; ++questions) {
    const std::size_t here = bytes.size();
    bytes += '\x3e' + std::string(62, 'x');
    if (previous == 0)
      bytes += '\0';
    else
      bytes += {static_cast<char>(0xc0 | previous >> 8), static_cast<char>(previous & 0xff)};
    bytes += octets("00 01 00 01");
    previous = here;
    bytes[5] = static_cast<char>(questions + 1);
    CAPTURE(questions);
    CHECK(decode(bytes).ok() == (questions < 4));
  }
}

TEST_CASE("a TTL with the top bit set is zero (RFC 2181 §8)") {
  const std::string reply =
      octets("00 00 80 00 00 00 00 01 00 00 00 00  00 00 01 00 01 80 00 00 01 00 04 c0 00 02 01");
  CHECK(decode(reply).value().answers.front().ttl == 0);
}

TEST_CASE("TLSA records, as text and on the wire (RFC 6698 §2)") {
  const auto parsed = parse_rdata(RecordType::tlsa, "3 1 1 00ff 10AB");
  REQUIRE(parsed);
  const auto* tlsa = std::get_if<Tlsa>(&*parsed);
  REQUIRE(tlsa != nullptr);
  CHECK(tlsa->usage == 3);
  CHECK(tlsa->data == std::string("\x00\xff\x10\xab", 4));
  CHECK(to_text(*parsed) == "3 1 1 00ff10ab");
  for (const char* bad : {"", "3 1 1", "3 1 1 0", "3 1 1 xy", "300 1 1 00", "3 1 00"})
    CHECK_FALSE(parse_rdata(RecordType::tlsa, bad));

  Message message;
  message.answers.push_back({*Name::parse("_25._tcp.mail.kaede.example"), 300, *parsed});
  const auto read = decode(encode(message));
  REQUIRE(read);
  CHECK(read->answers == message.answers);
}

}  // namespace
}  // namespace posthorn::dns
