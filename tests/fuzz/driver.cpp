// Runs a fuzz target without libFuzzer: a fixed number of inputs made from a fixed seed.
// An input is a random splice of the target's own seed corpus (POSTHORN_FUZZ_SEEDS, optional:
// a null-terminated array of strings that the target may define) and of random bytes.
#include <cstddef>
#include <cstdint>
#include <cstdio>
#include <cstdlib>
#include <random>
#include <string>
#include <vector>

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size);
extern const char* const posthorn_fuzz_seeds[] __attribute__((weak));

namespace {

std::string mutate(std::mt19937_64& random, const std::vector<std::string>& seeds) {
  std::string input = seeds.empty() ? std::string() : seeds[random() % seeds.size()];
  for (std::uint64_t edits = random() % 8; edits > 0; --edits) {
    const std::size_t at = input.empty() ? 0 : random() % (input.size() + 1);
    switch (random() % 5) {
      case 0:
        input.insert(at, 1, static_cast<char>(random() & 0xff));
        break;
      case 1:
        if (at < input.size()) input[at] = static_cast<char>(random() & 0xff);
        break;
      case 2:
        input.erase(at, random() % 16);
        break;
      case 3:
        if (!seeds.empty()) input.insert(at, seeds[random() % seeds.size()]);
        break;
      default:
        input.insert(at, input.substr(at / 2, random() % 32));
        break;
    }
  }
  return input;
}

}  // namespace

int main(int argc, char** argv) {
  const int runs = argc > 1 ? std::atoi(argv[1]) : 3000;
  std::vector<std::string> seeds;
  if (posthorn_fuzz_seeds != nullptr)
    for (const char* const* seed = posthorn_fuzz_seeds; *seed != nullptr; ++seed)
      seeds.emplace_back(*seed);
  std::mt19937_64 random(1);
  for (int i = 0; i < runs; ++i) {
    const std::string input = mutate(random, seeds);
    LLVMFuzzerTestOneInput(reinterpret_cast<const std::uint8_t*>(input.data()), input.size());
  }
  std::printf("%d inputs\n", runs);
}
