#include "tests/sim/net/net_world.hpp"
#include "tests/support/catch.hpp"

using namespace posthorn;
using namespace posthorn::net;
using namespace posthorn::net::test;
using Heard = std::vector<std::string>;
using Path = std::vector<LinkId>;

namespace {

const LinkId kToRouter{2}, kFromRouter{3};

/// The direct link takes 10 ms; the way round through a router 2 x 20 ms.
NetWorld triangle() {
  NetWorld world;
  world.network.add_host(kRouter, *IpAddress::parse("198.51.100.1"), "router");
  LinkConfig link;
  link.latency = 20ms;
  link.id = kToRouter;
  link.a = kAiko;
  link.b = kRouter;
  world.network.add_link(link);
  link.id = kFromRouter;
  link.a = kRouter;
  link.b = kMail;
  world.network.add_link(link);
  return world;
}

std::shared_ptr<const std::string> text(std::string_view bytes) {
  return std::make_shared<const std::string>(bytes);
}

void datagram(NetWorld& world, std::string_view bytes, std::string_view to = "192.0.2.25") {
  auto context = world.context();
  world.network.send_datagram(context, kAiko, 5353, *IpAddress::parse(to), 53, text(bytes));
}

trace::DropReason last_drop(const NetWorld& world) {
  std::optional<trace::DropReason> why;
  for (const trace::Record& record : world.trace.records())
    if (const auto* drop = std::get_if<trace::PacketDropped>(&record.fact)) why = drop->why;
  REQUIRE(why.has_value());
  return *why;
}

}  // namespace

TEST_CASE("packets take the quickest way that exists") {
  NetWorld world = triangle();
  CHECK(world.network.path(kAiko, kMail) == Path{kLink});
  world.link_up(false);
  CHECK(world.network.path(kAiko, kMail) == Path{kToRouter, kFromRouter});
  CHECK(world.network.path(kMail, kAiko) == Path{kFromRouter, kToRouter});
  world.host_up(kRouter, false);
  CHECK(world.network.path(kAiko, kMail).empty());
  CHECK(world.network.path(kAiko, kRouter) == Path{kToRouter});  // a dead host can be addressed
  world.host_up(kRouter, true);
  world.link_up(true);
  CHECK(world.network.path(kAiko, kMail) == Path{kLink});
}

TEST_CASE("of equal ways the lowest link is taken") {
  NetWorld world;
  LinkConfig link;
  link.id = kSecond;
  link.a = kMail;
  link.b = kAiko;
  link.latency = 10ms;
  world.network.add_link(link);
  CHECK(world.network.path(kAiko, kMail) == Path{kLink});
  CHECK(world.network.path(kMail, kAiko) == Path{kLink});
}

TEST_CASE("a connection survives the loss of the direct way") {
  NetWorld world = triangle();
  const ConnId conn = world.connect();
  world.run_for(1s);
  world.send(conn, Side::client, pattern(100'000, 1));
  world.run_for(5ms);  // the first segments are half-way: these are lost
  world.link_up(false);
  world.run_for(1min);
  CHECK(world.received[{conn, Side::server}] == pattern(100'000, 1));
  CHECK(last_drop(world) == trace::DropReason::link_down);
}

TEST_CASE("a datagram arrives once, or not at all") {
  NetWorld world = triangle();
  datagram(world, "query");
  world.run();
  CHECK(world.heard == Heard{"datagram 5353>53 query"});
  CHECK(world.clock == Instant(10ms));

  SECTION("no such host") {
    datagram(world, "lost", "203.0.113.7");
    CHECK(last_drop(world) == trace::DropReason::no_route);
  }
  SECTION("dead host") {
    world.host_up(kMail, false);
    datagram(world, "lost");
    world.run();
    CHECK(last_drop(world) == trace::DropReason::host_down);
  }
  SECTION("the line is cut while it is on its way") {
    datagram(world, "lost");
    world.run_for(5ms);
    world.link_up(false);
    world.link_up(true);
    world.run();
    CHECK(last_drop(world) == trace::DropReason::link_down);
  }
  CHECK(world.heard.size() == 1);
}

TEST_CASE("a lossy line loses as many as it says, and nobody else's numbers change") {
  LinkConfig link;
  link.loss_ppm = 300'000;
  link.jitter = 5ms;
  auto losses = [&](bool bystander) {
    NetWorld world(link, 77);
    if (bystander) {
      world.network.add_host(kRouter, *IpAddress::parse("198.51.100.1"), "bystander");
      LinkConfig other;
      other.id = kSecond;
      other.a = kAiko;
      other.b = kRouter;
      other.latency = 1s;
      world.network.add_link(other);
    }
    for (int i = 0; i < 1000; ++i) datagram(world, std::to_string(i));
    world.run();
    return world.heard;
  };
  const Heard alone = losses(false);
  CHECK(alone.size() > 640);
  CHECK(alone.size() < 760);
  CHECK(alone == losses(true));
}
