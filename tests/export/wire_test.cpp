// The octets of a frame, against known ones.
#include "export/wire.hpp"

#include "tests/support/catch.hpp"

using namespace posthorn;
using namespace std::string_view_literals;

namespace {

exporting::Route route(const char* from, const char* to) {
  exporting::Route route;
  route.from = {*IpAddress::parse(from), 49152};
  route.to = {*IpAddress::parse(to), 25};
  route.sender_on_link = HostId{1};
  route.receiver_on_link = HostId{2};
  return route;
}

std::uint16_t word(const std::string& octets, std::size_t at) {
  return static_cast<std::uint16_t>(static_cast<unsigned char>(octets[at]) << 8 |
                                    static_cast<unsigned char>(octets[at + 1]));
}

/// A sum over header and pseudo header is 0 when the checksum is right (RFC 1071 §1).
std::uint16_t transport_sum(const std::string& frame, bool v6) {
  const std::size_t addresses = 14 + (v6 ? 8 : 12), length = v6 ? 32 : 8;
  const std::string transport = frame.substr(addresses + length);
  std::string sum = frame.substr(addresses, length);
  sum += {'\0',
          '\0',
          static_cast<char>(transport.size() >> 8),
          static_cast<char>(transport.size() & 0xff),
          '\0',
          '\0',
          '\0',
          v6 ? frame[14 + 6] : frame[14 + 9]};
  return exporting::internet_checksum(sum + transport);
}

}  // namespace

TEST_CASE("The checksum of RFC 1071's own example") {
  CHECK(exporting::internet_checksum("\x00\x01\xf2\x03\xf4\xf5\xf6\xf7"sv) ==
        static_cast<std::uint16_t>(~0xddf2));
  CHECK(exporting::internet_checksum("") == 0xffff);
  CHECK(exporting::internet_checksum("\x12"sv) == static_cast<std::uint16_t>(~0x1200));
}

TEST_CASE("A SYN announces segment size and window scale, and its sums are right") {
  trace::SegmentSent syn{};
  syn.sequence = 0x01020304;
  syn.flags = trace::kSyn;
  for (const bool v6 : {false, true}) {
    const std::string frame = exporting::tcp_frame(
        v6 ? route("2001:db8::1", "2001:db8::2") : route("192.0.2.1", "192.0.2.2"), syn, "");
    CHECK(frame.size() == 14u + (v6 ? 40 : 20) + 28);
    CHECK(word(frame, 12) == (v6 ? 0x86dd : 0x0800));
    if (!v6) CHECK(exporting::internet_checksum(frame.substr(14, 20)) == 0);
    CHECK(transport_sum(frame, v6) == 0);
    CHECK(word(frame, frame.size() - 6) == (v6 ? 1440 : 1460));
  }
}

TEST_CASE("Payload of odd length is summed too, and no UDP checksum is zero") {
  trace::SegmentSent data{};
  data.flags = trace::kAck | trace::kPsh;
  const std::string tcp = exporting::tcp_frame(route("192.0.2.1", "192.0.2.2"), data, "QUIT\r\nx");
  CHECK(transport_sum(tcp, false) == 0);
  CHECK(tcp.substr(54) == "QUIT\r\nx");
  bool was_all_ones = false;
  for (unsigned i = 0; i < 0x10000; ++i) {
    const std::string payload{static_cast<char>(i >> 8), static_cast<char>(i & 0xff)};
    const std::string udp = exporting::udp_frame(route("192.0.2.1", "192.0.2.2"), payload);
    REQUIRE(word(udp, 40) != 0);
    was_all_ones |= word(udp, 40) == 0xffff;
  }
  CHECK(was_all_ones);
}

TEST_CASE("A host with several addresses speaks from the family that it speaks to") {
  trace::Scene scene;
  for (const char* name : {"client", "server"}) {
    trace::SceneHost host;
    host.name = name;
    const std::string end = name == "client"sv ? "1" : "2";
    host.addresses = {*IpAddress::parse("192.0.2." + end), *IpAddress::parse("2001:db8::" + end)};
    scene.hosts.push_back(host);
  }
  trace::Trace trace(scene);
  trace::ConnectionOpening opening{ConnId{1}, HostId{1}, HostId{2}, 1024, 25, Protocol::smtp};
  CHECK(exporting::addresses(trace, opening)->to.to_string() == "192.0.2.2");
  opening.address = trace.intern("2001:db8::2");
  CHECK(exporting::addresses(trace, opening)->from.to_string() == "2001:db8::1");
  CHECK(exporting::addresses(trace, opening)->to.to_string() == "2001:db8::2");
  opening.address = trace.intern("198.51.100.7");  // nobody's
  CHECK(exporting::addresses(trace, opening)->to.to_string() == "198.51.100.7");
}
