// A name server in trouble, as a program from outside hears it: by UDP and by TCP alike.
#include "protocols/dns/message.hpp"
#include "protocols/dns/stream.hpp"
#include "sim/world/by_hand.hpp"
#include "tests/support/catch.hpp"
#include "tests/support/worlds.hpp"

using namespace posthorn;
using namespace posthorn::tests;

namespace {

constexpr HostId kNameServer{4};
const world::Outside kWho{"outside-1", IpAddress::v4(127, 0, 0, 1), 4000};

std::string query(std::string_view name, dns::RecordType type) {
  return dns::encode(dns::make_query(1, *dns::Name::parse(name), type));
}

/// Somebody with a connection to the name server.
struct Asker {
  trace::Trace trace;
  world::World world{scenario::make_plan(two_domains())};
  Instant now{};
  ConnId conn;
  bool open = false;

  Asker() { connect(); }
  void connect() {
    conn = world.outside_connect(trace, now, kWho, kNameServer, dns::kPort);
    open = bool(conn);
  }
  /// Types a fault, or its repair.
  bool type(std::string_view line) { return world::obey(world, trace, now, line).done; }

  std::string by_tcp(std::string_view name, dns::RecordType type) {
    world.outside_bytes(trace, now, conn, dns::framed(query(name, type)));
    return listen();
  }
  std::string by_udp(std::string_view name, dns::RecordType type) {
    const std::string reply =
        world.outside_datagram(trace, now, kWho, kNameServer, query(name, type));
    return reply.empty() ? "silence" : dns::summary(*dns::decode(reply));
  }
  void wait(Duration time) {
    now += time;
    world.advance(trace, now);
    listen();
  }

 private:
  std::string listen() {
    std::string heard;
    for (const world::OutsideOutput& output : world.take_output()) {
      heard += output.bytes;
      open = open && output.end == world::OutsideOutput::End::none;
    }
    return heard.empty() ? "silence" : dns::summary(*dns::decode(heard.substr(2)));
  }
};

constexpr auto kMx = dns::RecordType::mx;
const std::string kKaedesTruth = "MX 10 mail.kaede.example TTL 300";
const std::string kSakurasTruth = "MX 10 mail.sakura.example TTL 300";

}  // namespace

TEST_CASE("A name server's faults are the same by UDP and on a connection that was there before") {
  struct Case {
    const char *fault, *about_kaede, *about_sakura;
  };
  const auto one = GENERATE(
      Case{"dns no-such-name host ns.example name kaede.example", "NXDOMAIN", nullptr},
      Case{"dns server-failure host ns.example name kaede.example", "SERVFAIL", nullptr},
      Case{"dns lame host ns.example name kaede.example", "REFUSED", nullptr},
      Case{"dns silent host ns.example name kaede.example", "silence", nullptr},
      Case{"dns lame host ns.example", "REFUSED", "REFUSED"},
      Case{"dns silent host ns.example", "silence", "silence"},
      Case{"wrong_record kaede.example host ns.example type MX value 10 mail.sakura.example ttl 1m",
           "MX 10 mail.sakura.example TTL 60", nullptr});
  INFO(one.fault);
  const std::string about_sakura =
      one.about_sakura == nullptr ? kSakurasTruth : std::string(one.about_sakura);
  Asker asker;
  REQUIRE(asker.open);
  CHECK(asker.by_tcp("kaede.example", kMx) == kKaedesTruth);

  REQUIRE(asker.type(std::string("fault ") + one.fault));
  CHECK(asker.by_udp("kaede.example", kMx) == one.about_kaede);
  CHECK(asker.by_tcp("kaede.example", kMx) == one.about_kaede);
  CHECK(asker.by_udp("sakura.example", kMx) == about_sakura);
  CHECK(asker.by_tcp("sakura.example", kMx) == about_sakura);
  CHECK(asker.open);  // silence is not hanging up

  REQUIRE(asker.type("repair all"));
  CHECK(asker.by_udp("kaede.example", kMx) == kKaedesTruth);
  CHECK(asker.by_tcp("kaede.example", kMx) == kKaedesTruth);
}

TEST_CASE("A silent name server takes connections, and hangs up after the usual time") {
  Asker asker;
  REQUIRE(asker.type("fault dns silent host ns.example"));
  asker.connect();
  REQUIRE(asker.open);
  CHECK(asker.by_tcp("kaede.example", kMx) == "silence");
  asker.wait(9s);
  CHECK(asker.open);
  asker.wait(2s);
  CHECK_FALSE(asker.open);
}

TEST_CASE("A fault with an end is over on the connection too") {
  Asker asker;
  REQUIRE(asker.type("fault dns lame host ns.example for 5s"));
  CHECK(asker.by_tcp("kaede.example", kMx) == "REFUSED");
  asker.wait(6s);
  CHECK(asker.by_tcp("kaede.example", kMx) == kKaedesTruth);
}

TEST_CASE("Two copies of a world go their own ways") {
  Asker troubled;
  Asker well = troubled;
  REQUIRE(troubled.type("fault dns lame host ns.example"));
  CHECK(troubled.by_tcp("kaede.example", kMx) == "REFUSED");
  CHECK(well.by_tcp("kaede.example", kMx) == kKaedesTruth);
}

TEST_CASE("A second fault with the same id is refused until the first is over") {
  Asker asker;
  REQUIRE(asker.type("fault dns lame host ns.example id odd"));
  CHECK_FALSE(asker.type("fault power_cut mail.kaede.example id odd"));
  CHECK(asker.world.faults().size() == 1);
  REQUIRE(asker.type("repair odd"));
  CHECK(asker.type("fault power_cut mail.kaede.example id odd"));
}

TEST_CASE("Who comes from outside to a blocked port is not told that it is closed") {
  struct Case {
    const char* fault;
    trace::ConnectFailure why;
  };
  const auto one = GENERATE(Case{"block dns host ns.example", trace::ConnectFailure::timed_out},
                            Case{"stop dns host ns.example", trace::ConnectFailure::refused});
  Asker asker;
  REQUIRE(asker.type(std::string("fault ") + one.fault));
  asker.connect();
  CHECK_FALSE(asker.open);
  const auto* failed = std::get_if<trace::ConnectionFailed>(&asker.trace.records().back().fact);
  REQUIRE(failed != nullptr);
  CHECK(failed->why == one.why);
}
