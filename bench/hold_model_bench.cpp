// Prints events per second of the hold model for our queue and its rivals.
//
//     hold_model_bench [HOLDS]
#include "bench/hold_model.hpp"

#include <algorithm>
#include <chrono>
#include <cstdio>
#include <cstdlib>
#include <functional>
#include <queue>
#include <string>
#include <variant>

#include "sim/engine/event_queue.hpp"
#include "sim/engine/random.hpp"

namespace posthorn::bench {
namespace {

using Clock = std::chrono::steady_clock;
double since(Clock::time_point start) {
  return std::chrono::duration<double>(Clock::now() - start).count();
}

/// An event as ours are: a closed variant, dispatched by visiting it.
struct Tick {
  std::uint32_t id;
};
struct Tock {
  std::uint32_t id;
  std::uint32_t more;
};
using HoldEvent = std::variant<Tick, Tock>;

HoldEvent make_event(std::uint32_t id) {
  return id % 2 ? HoldEvent(Tick{id}) : HoldEvent(Tock{id, id});
}

HoldResult hold_ours(const HoldModel& model) {
  engine::EventQueue<HoldEvent> queue;
  std::uint64_t draws = 0, checksum = 0;
  for (std::uint32_t id = 0; id < model.pending; ++id)
    queue.schedule(Instant(Duration(model.delay(draws++))), make_event(id));
  const auto start = Clock::now();
  for (std::size_t i = 0; i < model.holds; ++i) {
    const auto next = queue.pop();
    const auto now = static_cast<std::uint64_t>(next.key.at.time_since_epoch().count());
    std::visit([&](const auto& event) { note(checksum, now, event.id); }, next.payload);
    queue.schedule(next.key.at + Duration(model.delay(draws++)), next.payload);
  }
  return {since(start), checksum};
}

HoldResult hold_standard(const HoldModel& model) {
  struct Entry {
    std::uint64_t time, order;
    std::function<void()> callback;
    bool operator<(const Entry& other) const {
      return time != other.time ? time > other.time : order > other.order;
    }
  };
  std::priority_queue<Entry> queue;
  std::uint64_t draws = 0, order = 0, checksum = 0, now = 0;
  struct Shared {
    std::uint64_t *checksum, *now;
  } shared{&checksum, &now};
  for (std::uint32_t id = 0; id < model.pending; ++id)
    queue.push(
        {model.delay(draws++), order++, [to = &shared, id] { note(*to->checksum, *to->now, id); }});
  const auto start = Clock::now();
  for (std::size_t i = 0; i < model.holds; ++i) {
    Entry next = std::move(const_cast<Entry&>(queue.top()));
    queue.pop();
    now = next.time;
    next.callback();
    next.time += model.delay(draws++);
    next.order = order++;
    queue.push(std::move(next));
  }
  return {since(start), checksum};
}

struct Contender {
  const char* name;
  HoldResult (*run)(const HoldModel&);
  bool comparable;  ///< has a checksum
};

constexpr Contender kContenders[] = {
    {"posthorn EventQueue", hold_ours, true},
    {"std::priority_queue", hold_standard, true},
#if POSTHORN_NS3
    {"ns3 PriorityQueueScheduler", hold_ns3_scheduler, true},
    {"ns3 Simulator with it", hold_ns3_simulator, false},
#endif
};

/// The best of three runs of each contender, in turns, so that a busy machine treats them alike.
bool compare(const HoldModel& model) {
  constexpr std::size_t kCount = std::size(kContenders);
  double best[kCount];
  std::uint64_t checksum[kCount] = {};
  std::fill(std::begin(best), std::end(best), 1e9);
  for (int round = 0; round < 3; ++round)
    for (std::size_t i = 0; i < kCount; ++i) {
      const HoldResult result = kContenders[i].run(model);
      best[i] = std::min(best[i], result.seconds);
      checksum[i] = result.checksum;
    }
  bool agree = true;
  for (std::size_t i = 0; i < kCount; ++i) {
    std::printf("%9zu  %-28s %10.2f  %6.1f  %6.2fx\n", model.pending, kContenders[i].name,
                static_cast<double>(model.holds) / best[i] / 1e6,
                best[i] / static_cast<double>(model.holds) * 1e9, best[i] / best[0]);
    agree = agree && (!kContenders[i].comparable || checksum[i] == checksum[0]);
  }
  if (!agree) std::fprintf(stderr, "the contenders ran the events in different orders\n");
  return agree;
}

HoldModel make_model(std::size_t pending, std::size_t holds) {
  HoldModel model{pending, holds, std::vector<std::uint64_t>(std::size_t{1} << 20)};
  engine::Random random(pending);
  for (std::uint64_t& delay : model.delays)
    delay = static_cast<std::uint64_t>(random.exponential(std::chrono::seconds(1)).count());
  return model;
}

}  // namespace
}  // namespace posthorn::bench

int main(int argc, char** argv) {
  const std::size_t holds = argc > 1 ? std::strtoull(argv[1], nullptr, 10) : 3'000'000;
  std::printf("%9s  %-28s %10s  %6s  %7s\n", "pending", "queue", "Mevents/s", "ns", "time");
  bool agree = true;
  for (const std::size_t pending :
       {std::size_t{1'000}, std::size_t{100'000}, std::size_t{1'000'000}})
    agree = posthorn::bench::compare(posthorn::bench::make_model(pending, holds)) && agree;
#if !POSTHORN_NS3
  std::printf("ns-3 was not found when this was built (Debian: libns3-dev)\n");
#endif
  return agree ? 0 : 1;
}
