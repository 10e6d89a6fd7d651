// Runs a fuzz target without libFuzzer: a fixed number of inputs made from a fixed seed, or as many
// as go into POSTHORN_FUZZ_SECONDS.
// An input is a random splice of the target's own seed corpus (POSTHORN_FUZZ_SEEDS, optional:
// a null-terminated array of strings that the target may define) and of random bytes.
#include <chrono>
#include <csignal>
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

std::string input;  ///< being tried

/// So that a failure can be tried again: as a C++ string.
void print_input(int /*signal*/) {
  std::string text;
  for (const char c : input) {
    char octet[8];
    std::snprintf(octet, sizeof octet,
                  c >= ' ' && c < 127 && c != '"' && c != '\\' ? "%c" : "\\%03o",
                  static_cast<unsigned char>(c));
    text += octet;
  }
  std::fprintf(stderr, "failed on \"%s\"\n", text.c_str());
}

}  // namespace

int main(int argc, char** argv) {
  const char* seconds = std::getenv("POSTHORN_FUZZ_SECONDS");
  const int runs = argc > 1 ? std::atoi(argv[1]) : 3000;
  const auto end = std::chrono::steady_clock::now() +
                   std::chrono::seconds(seconds != nullptr ? std::atoi(seconds) : 0);
  std::vector<std::string> seeds;
  if (posthorn_fuzz_seeds != nullptr)
    for (const char* const* seed = posthorn_fuzz_seeds; *seed != nullptr; ++seed)
      seeds.emplace_back(*seed);
  std::signal(SIGABRT, print_input);
  std::mt19937_64 random(1);
  int done = 0;
  for (; seconds != nullptr ? std::chrono::steady_clock::now() < end : done < runs; ++done) {
    input = mutate(random, seeds);
    LLVMFuzzerTestOneInput(reinterpret_cast<const std::uint8_t*>(input.data()), input.size());
  }
  std::printf("%d inputs\n", done);
}
