#include "sim/engine/random.hpp"

#include <cmath>
#include <vector>

#include "tests/support/catch.hpp"

using namespace posthorn;
using posthorn::engine::portable_log;
using posthorn::engine::Random;

TEST_CASE("xoshiro256** gives the numbers of its reference implementation") {
  // From the state that splitmix64 makes of seed 0 (Blackman and Vigna, prng.di.unimi.it).
  Random random(0);
  CHECK(random.next() == 11091344671253066420u);
  CHECK(random.next() == 13793997310169335082u);
  CHECK(random.next() == 1900383378846508768u);
}

TEST_CASE("streams depend on the seed and the name only") {
  Random world(42);
  Random before = world.split("link/a-b");
  for (int i = 0; i < 100; ++i) world.next();
  Random after = world.split("link/a-b");
  CHECK(before == after);
  CHECK(before.next() != world.split("link/a-c").next());
  CHECK(Random(42).split("x").next() != Random(43).split("x").next());
  CHECK(Random(1).split("a").split("b").next() != Random(1).split("b").split("a").next());
}

TEST_CASE("below() reaches every value equally often") {
  Random random(3);
  std::vector<int> counts(7);
  for (int i = 0; i < 70'000; ++i) ++counts.at(random.below(7));
  for (const int count : counts) CHECK(std::abs(count - 10'000) < 400);
  CHECK(random.between(5, 5) == 5);
  for (int i = 0; i < 1000; ++i) CHECK(std::abs(random.between(-3, 3)) <= 3);
  random.between(INT64_MIN, INT64_MAX);
}

TEST_CASE("chances and delays have the mean that was asked for") {
  Random random(5);
  int hits = 0;
  double sum = 0, greatest = 0;
  for (int i = 0; i < 100'000; ++i) {
    hits += random.chance_ppm(250'000);
    const double draw = static_cast<double>(random.exponential(1ms).count());
    sum += draw;
    greatest = std::max(greatest, draw);
  }
  CHECK(std::abs(hits - 25'000) < 600);
  CHECK(std::abs(sum / 100'000 - 1e6) < 1.5e4);
  CHECK(greatest > 8e6);  // a real tail
  CHECK_FALSE(random.chance_ppm(0));
  CHECK(random.chance_ppm(1'000'000));
}

TEST_CASE("the portable logarithm is a logarithm") {
  for (double x = 1e-16; x < 1e16; x *= 1.37) {
    const double error = portable_log(x) - std::log(x);
    CHECK(std::abs(error) <= 1e-14 * std::max(1.0, std::abs(std::log(x))));
  }
  CHECK(portable_log(1.0) == 0.0);
}
