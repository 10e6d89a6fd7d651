#include "protocols/core/ip_address.hpp"

#include "tests/support/catch.hpp"

using posthorn::IpAddress;

namespace {
std::string canonical(std::string_view text) {
  const auto address = IpAddress::parse(text);
  return address ? address->to_string() : "no address";
}
}  // namespace

TEST_CASE("IPv4 addresses are dotted quads and nothing else") {
  CHECK(IpAddress::parse("192.0.2.1") == IpAddress::v4(192, 0, 2, 1));
  CHECK(canonical("0.0.0.0") == "0.0.0.0");
  CHECK(canonical("255.255.255.255") == "255.255.255.255");
  for (const char* wrong :
       {"", ".", "1.2.3", "1.2.3.4.5", "1.2.3.256", "1.2.3.", ".1.2.3", "1..2.3", "01.2.3.4",
        "1.2.3.4 ", " 1.2.3.4", "1.2.3.-4", "1.2.3.+4", "1.2.3.4a", "0x1.2.3.4", "1.2.3.0004"}) {
    INFO(wrong);
    CHECK_FALSE(IpAddress::parse(wrong));
  }
}

TEST_CASE("IPv6 addresses print as RFC 5952 says") {
  CHECK(canonical("2001:db8:0:0:0:0:0:1") == "2001:db8::1");
  CHECK(canonical("2001:0DB8::0001") == "2001:db8::1");
  CHECK(canonical("::") == "::");
  CHECK(canonical("::1") == "::1");
  CHECK(canonical("1::") == "1::");
  CHECK(canonical("2001:db8:0:1:1:1:1:1") == "2001:db8:0:1:1:1:1:1");  // one zero: no "::"
  CHECK(canonical("2001:0:0:1:0:0:0:1") == "2001:0:0:1::1");           // the longest run
  CHECK(canonical("2001:db8:0:0:1:0:0:1") == "2001:db8::1:0:0:1");     // the first of equals
  CHECK(canonical("fe80:0:0:0:202:b3ff:fe1e:8329") == "fe80::202:b3ff:fe1e:8329");
}

TEST_CASE("What is no IPv6 address is refused") {
  for (const char* wrong :
       {":", ":::", "1:2:3:4:5:6:7", "1:2:3:4:5:6:7:8:9", "1::2::3", "12345::", "g::1",
        "1:2:3:4:5:6:7:", ":1:2:3:4:5:6:7", "::1%eth0", "1:2:3:4::5:6:7:8", "::-1", "[::1]"}) {
    INFO(wrong);
    CHECK_FALSE(IpAddress::parse(wrong));
  }
}

TEST_CASE("Every address can be read back from its text") {
  std::uint32_t state = 1;
  for (int i = 0; i < 2000; ++i) {
    IpAddress address;
    address.v6 = i % 2 == 1;
    for (std::size_t byte = 0; byte < (address.v6 ? 16u : 4u); ++byte) {
      state = state * 1664525 + 1013904223;
      const bool zero = (state >> 28) < 8;  // many zeros, so that "::" gets its share
      address.bytes[byte] = zero ? std::uint8_t{0} : static_cast<std::uint8_t>(state >> 16);
    }
    INFO(address.to_string());
    REQUIRE(IpAddress::parse(address.to_string()) == address);
  }
}

TEST_CASE("Reverse names") {
  CHECK(IpAddress::v4(192, 0, 2, 1).reverse_name() == "1.2.0.192.in-addr.arpa");
  CHECK(IpAddress::parse("2001:db8::567:89ab")->reverse_name() ==
        "b.a.9.8.7.6.5.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.8.b.d.0.1.0.0.2.ip6.arpa");
}

TEST_CASE("Addresses have one order, IPv4 and IPv6 apart") {
  const auto a = IpAddress::v4(10, 0, 0, 1), b = IpAddress::v4(10, 0, 0, 2);
  CHECK(a < b);
  CHECK_FALSE(*IpAddress::parse("::") == IpAddress::v4(0, 0, 0, 0));
}
