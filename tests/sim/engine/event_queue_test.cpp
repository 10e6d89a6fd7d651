#include "sim/engine/event_queue.hpp"

#include <algorithm>
#include <map>
#include <memory>

#include "sim/engine/random.hpp"
#include "tests/support/catch.hpp"

using namespace posthorn;
using namespace posthorn::engine;
using Queue = EventQueue<int>;

namespace {

std::vector<int> drain(Queue& queue) {
  std::vector<int> order;
  while (!queue.empty()) order.push_back(queue.pop().payload);
  return order;
}

Instant at(std::int64_t nanoseconds) { return Instant(Duration(nanoseconds)); }

}  // namespace

TEST_CASE("events run by time, and in the order of scheduling within one time") {
  Queue queue;
  queue.schedule(at(20), 1);
  queue.schedule(at(10), 2);
  queue.schedule(at(20), 3);
  queue.schedule(at(10), 4);
  CHECK(queue.size() == 4);
  CHECK(queue.next_at() == at(10));
  CHECK(drain(queue) == std::vector<int>{2, 4, 1, 3});
}

TEST_CASE("an event before all others may still come, even before the last one run") {
  Queue queue;
  queue.schedule(at(1'000'000), 1);
  queue.schedule(at(1'000'000'000'000), 2);
  CHECK(queue.pop().payload == 1);
  queue.schedule(at(500), 3);
  queue.schedule(at(-7), 4);
  CHECK(drain(queue) == std::vector<int>{4, 3, 2});
}

TEST_CASE("the ends of time") {
  Queue queue;
  queue.schedule(Instant::max(), 3);
  queue.schedule(at(0), 2);
  queue.schedule(Instant::min(), 1);
  queue.schedule(Instant::max(), 4);
  CHECK(drain(queue) == std::vector<int>{1, 2, 3, 4});
}

TEST_CASE("a cancelled event does not happen; stale handles are harmless") {
  Queue queue;
  const EventHandle first = queue.schedule(at(1), 1);
  const EventHandle second = queue.schedule(at(2), 2);
  CHECK(queue.cancel(first));
  CHECK_FALSE(queue.cancel(first));
  CHECK(queue.size() == 1);
  CHECK(queue.next_at() == at(2));
  CHECK(queue.pop().payload == 2);
  queue.schedule(at(3), 3);  // takes a used slot
  CHECK_FALSE(queue.cancel(second));
  CHECK_FALSE(queue.cancel(EventHandle{}));
  CHECK(drain(queue) == std::vector<int>{3});
}

TEST_CASE("cancelling lets go of the payload at once") {
  EventQueue<std::shared_ptr<int>> queue;
  auto shared = std::make_shared<int>(1);
  const EventHandle handle = queue.schedule(at(5), shared);
  CHECK(shared.use_count() == 2);
  queue.cancel(handle);
  CHECK(shared.use_count() == 1);
}

TEST_CASE("the order is that of a stable sort, whatever the spread of the times") {
  const std::int64_t spread = GENERATE(std::int64_t{1}, std::int64_t{3}, std::int64_t{1'000},
                                       std::int64_t{1'000'000'000}, std::int64_t{1} << 62);
  Random random(7);
  std::vector<std::pair<std::int64_t, int>> reference;
  Queue queue;
  for (int i = 0; i < 100'000; ++i) {
    const std::int64_t time = random.between(-spread, spread);
    reference.emplace_back(time, i);
    queue.schedule(at(time), i);
  }
  std::stable_sort(reference.begin(), reference.end(),
                   [](const auto& a, const auto& b) { return a.first < b.first; });
  bool same = true;
  for (const auto& [time, payload] : reference) {
    const Queue::Event event = queue.pop();
    same = same && event.key.at == at(time) && event.payload == payload;
  }
  CHECK(same);
  CHECK(queue.empty());
}

namespace {

/// Schedules, cancels and pops at random beside an ordered map that must agree at every step.
struct Rivals {
  Random random;
  Queue queue;
  std::map<EventKey, int> reference;
  std::vector<std::pair<EventHandle, EventKey>> handles;
  std::uint64_t order = 0;
  std::int64_t clock = 0;
  std::uint64_t digest = 0;

  void schedule() {
    static constexpr std::int64_t kReach[] = {1, 64, 5'000, 1'000'000, 40'000'000'000};
    const Instant when = at(clock + random.between(0, kReach[random.below(5)]));
    const int payload = static_cast<int>(random.below(1'000'000));
    const EventKey key{when, order++};
    handles.emplace_back(queue.schedule(when, payload), key);
    reference.emplace(key, payload);
  }
  bool cancel() {
    if (handles.empty()) return true;
    const std::size_t pick = random.below(handles.size());
    const auto [handle, key] = handles[pick];
    handles[pick] = handles.back();
    handles.pop_back();
    return queue.cancel(handle) == (reference.erase(key) == 1);
  }
  bool pop() {
    if (reference.empty()) return queue.empty();
    const auto expected = *reference.begin();
    reference.erase(reference.begin());
    if (queue.next_key() != expected.first) return false;
    const Queue::Event event = queue.pop();
    clock = event.key.at.time_since_epoch().count();
    digest = digest * 31 + static_cast<std::uint64_t>(event.payload);
    return event.key == expected.first && event.payload == expected.second;
  }
  bool step(std::uint64_t schedules) {
    const std::uint64_t dice = random.below(100);
    bool ok = true;
    if (dice < schedules)
      schedule();
    else
      ok = dice < 70 ? cancel() : pop();
    return ok && queue.size() == reference.size();
  }
};

}  // namespace

TEST_CASE("a million random operations agree with an ordered map") {
  Rivals rivals{Random(GENERATE(1u, 2u, 3u)), {}, {}, {}};
  bool ok = true;
  for (int i = 0; i < 350'000 && ok; ++i) {
    const bool growing = i / 20'000 % 2 == 0;
    ok = rivals.step(growing ? 55 : 25);
  }
  CHECK(ok);
}

TEST_CASE("a copy is a checkpoint: both go on identically") {
  Rivals first{Random(11), {}, {}, {}};
  for (int i = 0; i < 50'000; ++i) first.step(50);
  Rivals second = first;
  bool ok = true;
  for (int i = 0; i < 50'000 && ok; ++i) ok = first.step(30);
  for (int i = 0; i < 50'000 && ok; ++i) ok = second.step(30);
  CHECK(ok);
  CHECK(first.digest == second.digest);
}
