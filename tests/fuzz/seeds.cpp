// For libFuzzer: the target's own seeds become files in the corpus folder that is named first on
// the command line, if that is empty.
#include <filesystem>
#include <fstream>
#include <string>

extern const char* const posthorn_fuzz_seeds[] __attribute__((weak));

extern "C" int LLVMFuzzerInitialize(const int* argc, char*** argv) {
  namespace fs = std::filesystem;
  if (posthorn_fuzz_seeds == nullptr) return 0;
  for (int i = 1; i < *argc; ++i) {
    const fs::path folder = (*argv)[i];
    if (!fs::is_directory(folder)) continue;
    if (!fs::is_empty(folder)) break;
    for (int n = 0; posthorn_fuzz_seeds[n] != nullptr; ++n)
      std::ofstream(folder / ("seed-" + std::to_string(n)), std::ios::binary)
          << posthorn_fuzz_seeds[n];
    break;
  }
  return 0;
}
