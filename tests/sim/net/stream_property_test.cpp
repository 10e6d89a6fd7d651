// Whatever the network does to packets: nothing lost, nothing doubled, bytes equal, both ways.
#include "tests/sim/net/net_world.hpp"
#include "tests/support/catch.hpp"

using namespace posthorn;
using namespace posthorn::net;
using namespace posthorn::net::test;

namespace {

struct Outcome {
  std::uint64_t digest = 0;
  std::size_t lost = 0;
  std::size_t retransmitted = 0;
  Instant end{};
  bool equal = false;
  bool orderly = false;
};

LinkConfig rough_link(engine::Random& random) {
  LinkConfig link;
  link.latency = Duration(random.between(1'000'000, 80'000'000));
  link.jitter = Duration(random.between(0, 60'000'000));
  link.loss_ppm = static_cast<std::uint32_t>(random.below(200'000));  // up to 20 %
  link.bandwidth_bps = random.chance_ppm(500'000) ? 0 : random.below(50'000'000) + 100'000;
  return link;
}

std::size_t retransmissions(const NetWorld& world) {
  std::map<std::pair<Side, std::uint32_t>, int> seen;
  std::size_t again = 0;
  for (const trace::Record& record : world.trace.records())
    if (const auto* sent = std::get_if<trace::SegmentSent>(&record.fact); sent && sent->length > 0)
      again += seen[{sent->side, sent->sequence}]++ > 0;
  return again;
}

/// Writes of random sizes at random times from both ends; then both close.
Outcome transfer(std::uint64_t seed, bool cut_the_line) {
  engine::Random random(seed);
  TcpConfig tcp;
  tcp.syn_attempts = tcp.data_attempts = 30;  // one transfer in a million must not time out either
  NetWorld world(rough_link(random), seed, tcp);
  world.answer_close = false;
  std::map<Side, std::string> written{{Side::client, {}}, {Side::server, {}}};
  const ConnId conn = world.connect();
  while (world.heard.size() < 2) REQUIRE(world.step());
  for (int write = 0; write < 12; ++write) {
    const Side side = random.chance_ppm(500'000) ? Side::client : Side::server;
    const std::string bytes = pattern(random.below(40'000) + 1, random.next());
    written[side] += bytes;
    world.send(conn, side, bytes);
    world.run_for(Duration(random.between(0, 300'000'000)));
    if (cut_the_line && write % 4 == 1) world.link_up(false);
    if (cut_the_line && write % 4 == 3) world.link_up(true);
  }
  world.shutdown(conn, Side::client);
  world.run_for(Duration(random.between(0, 300'000'000)));
  world.shutdown(conn, Side::server);
  world.run();

  Outcome outcome;
  outcome.digest = world.trace.digest();
  outcome.lost = world.count<trace::PacketDropped>();
  outcome.retransmitted = retransmissions(world);
  outcome.end = world.clock;
  outcome.equal = world.received[{conn, Side::server}] == written[Side::client] &&
                  world.received[{conn, Side::client}] == written[Side::server];
  outcome.orderly = world.network.connection_count() == 0 &&
                    world.count<trace::ConnectionClosed>() == 2 && world.heard.size() == 6;
  return outcome;
}

}  // namespace

TEST_CASE("loss, jitter, reordering, queueing: the streams arrive whole") {
  std::size_t lost = 0, retransmitted = 0;
  for (std::uint64_t seed = 1; seed <= 150; ++seed) {
    const Outcome outcome = transfer(seed, false);
    INFO("seed " << seed);
    CHECK(outcome.equal);
    CHECK(outcome.orderly);
    lost += outcome.lost;
    retransmitted += outcome.retransmitted;
  }
  CHECK(lost > 1000);  // the property was put to the test
  CHECK(retransmitted > 1000);
}

TEST_CASE("a line cut in the middle only delays") {
  for (std::uint64_t seed = 1; seed <= 100; ++seed) {
    const Outcome outcome = transfer(seed, true);
    INFO("seed " << seed);
    CHECK(outcome.equal);
    CHECK(outcome.orderly);
  }
}

TEST_CASE("the same seed gives the same trace, another seed another") {
  CHECK(transfer(7, true).digest == transfer(7, true).digest);
  CHECK(transfer(7, true).digest != transfer(8, true).digest);
}

TEST_CASE("a copy in the middle of a transfer goes on identically") {
  LinkConfig link;
  link.loss_ppm = 100'000;
  link.jitter = 20ms;
  NetWorld first(link, 5);
  const ConnId conn = first.connect();
  first.send(conn, Side::client, pattern(200'000, 1));
  first.send(conn, Side::server, pattern(200'000, 2));
  first.run_for(700ms);
  NetWorld second = first;
  first.run_for(1h);
  CHECK(second.received[{conn, Side::server}].size() < 200'000);
  second.run_for(1h);
  CHECK(first.received[{conn, Side::server}] == pattern(200'000, 1));
  CHECK(first.received == second.received);
  CHECK(first.segments() == second.segments());
  CHECK(first.trace.digest() == second.trace.digest());
}

TEST_CASE("one lost segment among many is repaired without waiting for the timer") {
  LinkConfig link;
  link.loss_ppm = 10'000;
  NetWorld world(link, 3);
  const ConnId conn = world.connect();
  world.run_for(1s);
  const std::string bytes = pattern(300'000, 1);
  world.send(conn, Side::client, bytes);
  while (world.received[{conn, Side::server}].size() < bytes.size()) REQUIRE(world.step());
  CHECK(world.count<trace::PacketDropped>() > 0);
  CHECK(world.clock < Instant(2s));  // the first retransmission timeout would come after 1 s
}

TEST_CASE("bandwidth: a line is busy while it sends") {
  LinkConfig link;
  link.bandwidth_bps = 1'000'000;
  NetWorld world(link);
  const ConnId conn = world.connect();
  world.run_for(1s);
  const std::string bytes = pattern(125'000, 1);  // a megabit, and headers of 40 in 1500
  world.send(conn, Side::client, bytes);
  while (world.received[{conn, Side::server}].size() < bytes.size()) REQUIRE(world.step());
  CHECK(world.clock - Instant(1s) > 1'020ms);
  CHECK(world.clock - Instant(1s) < 1'100ms);
}

TEST_CASE("bytes of one connection never reach another") {
  LinkConfig link;
  link.loss_ppm = 50'000;
  link.jitter = 30ms;
  NetWorld world(link, 9);
  std::vector<ConnId> conns;
  for (int i = 0; i < 40; ++i) conns.push_back(world.connect());
  for (std::size_t i = 0; i < conns.size(); ++i)
    world.send(conns[i], Side::client, pattern(5'000, i));
  world.run_for(10min);
  for (std::size_t i = 0; i < conns.size(); ++i)
    CHECK(world.received[{conns[i], Side::server}] == pattern(5'000, i));
}
