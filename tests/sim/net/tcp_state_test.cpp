#include "sim/net/tcp_state.hpp"

#include <set>

#include "sim/engine/random.hpp"
#include "sim/net/tcp_endpoint.hpp"
#include "tests/support/catch.hpp"

using namespace posthorn;
using namespace posthorn::net;
using S = TcpState;
using I = TcpInput;

TEST_CASE("the transition table: one answer for each state and input, each with its rule") {
  std::set<std::pair<S, I>> seen;
  for (const TcpTransition& transition : tcp_transitions()) {
    CHECK(seen.insert({transition.from, transition.input}).second);
    CHECK(transition.rule.starts_with("RFC 9293 "));
    CHECK(next_state(transition.from, transition.input) == transition.to);
  }
}

TEST_CASE("every state can be reached from closed, and closed from every state") {
  std::set<S> reached{S::closed};
  for (int round = 0; round < 10; ++round)
    for (const TcpTransition& t : tcp_transitions())
      if (reached.contains(t.from)) reached.insert(t.to);
  CHECK(reached.size() == 10);
  for (const S state : reached)
    if (state != S::closed) CHECK(next_state(state, I::reset) == S::closed);
}

TEST_CASE("the active and the passive close") {
  S active = S::established, passive = S::established;
  active = next_state(active, I::fin_sent);
  CHECK(active == S::fin_wait_1);
  passive = next_state(passive, I::fin_received);
  CHECK(passive == S::close_wait);
  active = next_state(active, I::ack_of_fin);
  CHECK(active == S::fin_wait_2);
  passive = next_state(passive, I::fin_sent);
  CHECK(passive == S::last_ack);
  CHECK(next_state(active, I::fin_received) == S::time_wait);
  CHECK(next_state(passive, I::ack_of_fin) == S::closed);
}

TEST_CASE("RFC 6298: the retransmission timeout") {
  RtoEstimator rto;
  CHECK(rto.timeout() == 1s);
  rto.measured(800ms);  // 800 + 4 * 400
  CHECK(rto.timeout() == 2400ms);
  rto.back_off();
  CHECK(rto.timeout() == 4800ms);
  rto.measured(800ms);  // 800 + 4 * 300
  CHECK(rto.timeout() == 2s);
  for (int i = 0; i < 100; ++i) rto.measured(20ms);
  CHECK(rto.timeout() == 1s);
  for (int i = 0; i < 10; ++i) rto.back_off();
  CHECK(rto.timeout() == 60s);
}

TEST_CASE("sequence numbers may wrap") {
  TcpEndpoint client({}, 0xfffffff0u), server({}, 0xffffffffu);
  const Instant now{};
  std::string arrived;
  auto pump = [&] {
    for (bool busy = true; busy;) {
      busy = false;
      for (auto [from, to] : {std::pair{&client, &server}, std::pair{&server, &client}})
        for (auto& output : from->take_outputs()) {
          busy = true;
          if (const auto* sent = std::get_if<TcpSend>(&output))
            to->handle_segment(now, sent->segment);
          if (const auto* bytes = std::get_if<TcpBytes>(&output)) arrived += bytes->bytes.view();
        }
    }
  };
  client.connect(now);
  pump();
  const auto text = std::make_shared<const std::string>(10'000, 'x');
  client.send(now, {text, 0, 10'000});
  client.shutdown(now);
  server.shutdown(now);
  pump();
  CHECK(arrived == *text);
  CHECK(client.state() == S::time_wait);
  CHECK(server.state() != S::established);
}

TEST_CASE("segments out of nowhere do no harm") {
  engine::Random random(1);
  for (int round = 0; round < 2000; ++round) {
    TcpEndpoint tcp({}, static_cast<std::uint32_t>(random.next()));
    const auto text = std::make_shared<const std::string>(2'000, 'x');
    if (random.chance_ppm(500'000)) tcp.connect({});
    tcp.send({}, {text, 0, 2'000});
    std::uint32_t near = 0;
    std::size_t answers = 0;
    for (int i = 0; i < 30; ++i) {
      TcpSegment segment;
      segment.flags = static_cast<std::uint8_t>(random.below(32));
      segment.sequence = near + static_cast<std::uint32_t>(random.below(4));
      segment.ack = near + static_cast<std::uint32_t>(random.below(4));
      segment.window = static_cast<std::uint32_t>(random.below(3) * 1000);
      segment.payload = {text, 0, static_cast<std::uint32_t>(random.below(2'000))};
      tcp.handle_segment({}, segment);
      for (auto& output : tcp.take_outputs())
        if (const auto* sent = std::get_if<TcpSend>(&output)) {
          near = random.chance_ppm(500'000) ? sent->segment.sequence : sent->segment.ack;
          ++answers;
        }
    }
    CHECK(answers < 500);
  }
}
