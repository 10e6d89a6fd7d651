// TCP as it looks on the wire, packet by packet. One way takes 10 ms.
#include "tests/sim/net/net_world.hpp"
#include "tests/support/catch.hpp"

using namespace posthorn;
using namespace posthorn::net;
using namespace posthorn::net::test;
using Heard = std::vector<std::string>;

TEST_CASE("three-way handshake, one command and its reply, orderly close") {
  NetWorld world;
  const ConnId conn = world.connect();
  world.run_for(100ms);
  world.send(conn, Side::client, "NOOP\r\n");
  world.run_for(10ms);
  world.send(conn, Side::server, "250 OK\r\n");
  world.run_for(90ms);
  world.shutdown(conn, Side::client);
  world.run();

  CHECK(world.segments() ==
        "0ms client SYN\n"
        "10ms server SYN ACK\n"
        "20ms client ACK\n"
        "100ms client ACK 0..6\n"
        "110ms server ACK 0..8\n"  // the reply carries the acknowledgement
        "160ms client ACK\n"       // delayed by 40 ms, since the client has nothing to say
        "200ms client FIN ACK\n"
        "210ms server ACK\n"
        "210ms server FIN ACK\n"
        "220ms client ACK\n");
  CHECK(world.heard == Heard{"connected", "accepted", "server: peer closed", "client: peer closed",
                             "client: closed", "server: closed"});
  CHECK(world.received[{conn, Side::server}] == "NOOP\r\n");
  CHECK(world.received[{conn, Side::client}] == "250 OK\r\n");
  CHECK(world.network.connection_count() == 0);
}

TEST_CASE("what is sent before the handshake is complete waits for it") {
  NetWorld world;
  const ConnId conn = world.connect();
  world.send(conn, Side::client, "early");
  world.run_for(1s);
  CHECK(world.segments() ==
        "0ms client SYN\n"
        "10ms server SYN ACK\n"
        "20ms client ACK\n"
        "20ms client ACK 0..5\n"
        "70ms server ACK\n");
}

TEST_CASE("a large write is cut into segments of at most the maximum segment size") {
  NetWorld world;
  const ConnId conn = world.connect();
  world.run_for(1s);
  world.send(conn, Side::client, std::string(4000, 'x'));
  world.run_for(1s);
  CHECK(world.segments() ==
        "0ms client SYN\n"
        "10ms server SYN ACK\n"
        "20ms client ACK\n"
        "1000ms client ACK 0..1460\n"
        "1000ms client ACK 1460..2920\n"
        "1000ms client ACK 2920..4000\n"
        "1010ms server ACK\n"    // every second segment at once,
        "1050ms server ACK\n");  // the odd one after the delay
}

TEST_CASE("over IPv6 the header is longer and the segment shorter") {
  NetWorld world;
  const ConnId conn = world.connect("2001:db8::25");
  world.run_for(1s);
  world.send(conn, Side::client, std::string(1460, 'x'));
  world.run_for(1s);
  CHECK(world.segments().find("client ACK 0..1440\n1000ms client ACK 1440..1460\n") !=
        std::string::npos);
}

TEST_CASE("a closed port refuses") {
  NetWorld world;
  world.connect("192.0.2.25", 110);
  world.run();
  CHECK(world.segments() == "0ms client SYN\n10ms server RST ACK\n");
  CHECK(world.heard == Heard{"failed: refused"});
  CHECK(world.network.connection_count() == 0);
}

TEST_CASE("a silent host: five SYNs, then connect() times out") {
  NetWorld world;
  world.host_up(kMail, false);
  world.connect();
  world.run();
  CHECK(world.segments() ==
        "0ms client SYN\n1000ms client SYN\n3000ms client SYN\n7000ms client SYN\n"
        "15000ms client SYN\n");
  CHECK(world.clock == Instant(31s));
  CHECK(world.heard == Heard{"failed: timed out"});
}

TEST_CASE("no way, or no such address: unreachable at once") {
  NetWorld world;
  world.connect("203.0.113.9");
  world.link_up(false);
  world.connect();
  CHECK(world.heard == Heard{"failed: unreachable", "failed: unreachable"});
  CHECK(world.queue.empty());
}

TEST_CASE("half close: the peer goes on sending after our FIN") {
  NetWorld world;
  world.answer_close = false;
  const ConnId conn = world.connect();
  world.run_for(1s);
  world.shutdown(conn, Side::client);
  world.run_for(1s);
  world.send(conn, Side::client, "too late");
  world.send(conn, Side::server, "still talking");
  world.run_for(1s);
  world.shutdown(conn, Side::server);
  world.run();
  CHECK(world.received[{conn, Side::client}] == "still talking");
  CHECK(world.received[{conn, Side::server}].empty());
  CHECK(world.heard == Heard{"connected", "accepted", "server: peer closed", "client: peer closed",
                             "client: closed", "server: closed"});
}

TEST_CASE("both close at the same moment") {
  NetWorld world;
  const ConnId conn = world.connect();
  world.run_for(1s);
  world.shutdown(conn, Side::client);
  world.shutdown(conn, Side::server);
  world.run();
  CHECK(world.heard.size() == 6);
  CHECK(world.network.connection_count() == 0);
}

TEST_CASE("abort resets the peer") {
  NetWorld world;
  const ConnId conn = world.connect();
  world.run_for(1s);
  world.abort(conn, Side::server);
  world.run();
  CHECK(world.heard == Heard{"connected", "accepted", "client: reset"});
  CHECK(world.network.connection_count() == 0);
}

TEST_CASE("power cut: the peer notices only when it speaks") {
  NetWorld world;
  const ConnId conn = world.connect();
  world.run_for(1s);
  world.host_up(kMail, false);
  SECTION("and the host is back: reset") {
    world.run_for(1s);
    world.host_up(kMail, true);
    world.send(conn, Side::client, "hello?");
    world.run();
    CHECK(world.heard == Heard{"connected", "accepted", "client: reset"});
  }
  SECTION("and the host stays away: timed out") {
    world.run_for(1h);
    CHECK(world.heard.size() == 2);
    world.send(conn, Side::client, "hello?");
    world.run();
    CHECK(world.heard.back() == "client: timed out");
    CHECK(world.clock > Instant(1h + 100s));  // RFC 1122 §4.2.3.5: at least 100 s
  }
  CHECK(world.network.connection_count() == 0);
}

TEST_CASE("a host talks to itself without any link") {
  NetWorld world;
  world.network.listen(kAiko, 587);
  const ConnId conn = world.connect("192.0.2.1", 587);
  world.send(conn, Side::client, "to myself");
  world.run_for(1s);
  CHECK(world.received[{conn, Side::server}] == "to myself");
  CHECK(world.count<trace::PacketHop>() == 0);
}

TEST_CASE("every record but the first says what made it happen") {
  NetWorld world;
  const ConnId conn = world.connect();
  world.run_for(1s);
  CHECK(world.count<trace::ConnectionOpened>() == 2);
  for (std::uint32_t id = 2; id <= world.trace.size(); ++id) {
    const RecordId cause = world.trace[RecordId{id}].cause;
    CHECK((cause.value >= 1 && cause.value < id));
  }
  CHECK(world.trace.connection(conn)->protocol == Protocol::smtp);
}
