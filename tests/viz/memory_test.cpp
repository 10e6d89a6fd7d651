// A lesson that is played for an hour must not need more memory at the end than at the beginning.
#include <malloc.h>

#include <cstdlib>

#include "tests/support/catch.hpp"
#include "tests/support/golden.hpp"
#include "tests/viz/harness.hpp"

using namespace posthorn;
using namespace posthorn::viz;
using namespace posthorn::viz::test;

namespace {

/// What ImGui holds. Our own containers are seen by the heap's count only.
std::int64_t pieces = 0;

struct CountedImGui {
  CountedImGui() {
    ImGui::SetAllocatorFunctions(
        [](std::size_t size, void*) {
          ++pieces;
          return std::malloc(size);
        },
        [](void* piece, void*) {
          if (piece != nullptr) --pieces;
          std::free(piece);
        });
  }
  ~CountedImGui() {
    ImGui::SetAllocatorFunctions([](std::size_t size, void*) { return std::malloc(size); },
                                 [](void* piece, void*) { std::free(piece); });
  }
};

/// Octets in use; 0 where the library does not tell.
std::size_t heap() {
#if defined(__GLIBC__) && defined(__GLIBC_PREREQ)
#if __GLIBC_PREREQ(2, 33)
  const auto info = ::mallinfo2();
  return info.uordblks + info.hblkhd;
#endif
#endif
  return 0;
}

}  // namespace

TEST_CASE("an hour of a lesson in a loop needs no more memory than its first minutes") {
  const trace::Trace& trace = lesson("first-letter");
  const CountedImGui counted;
  Harness h(1024, 640, trace);
  apply(h.model, SeekStart{});
  apply(h.model, LoopFrom{});
  apply(h.model, SeekEnd{});
  apply(h.model, LoopTo{});
  REQUIRE(h.model.loop.runs());
  apply(h.model, SeekStart{});
  apply(h.model, SetSpeed{h.model.head.speed * 8});

  // A round: the story over and over, with everything that people do meanwhile.
  constexpr int kFrames = 2000;
  constexpr double kSeconds = 0.18;
  int loops = 0;
  const auto round = [&] {
    for (int i = 0; i < kFrames; ++i) {
      if (i % 250 == 0) apply(h.model, SetView{static_cast<View>(i / 250 % kViews)});
      if (i % 500 == 0) apply(h.model, ToggleTheme{});
      if (i % 1000 == 0) apply(h.model, ToggleLang{});
      if (i % 1000 == 300) apply(h.model, SetFilter{"mail"});
      if (i % 1000 == 400) apply(h.model, SetFilter{});
      if (i % 700 == 600 || i % 700 == 620) apply(h.model, ToggleHelp{});
      if (!h.model.head.playing) apply(h.model, Play{});
      const Instant before = h.model.head.at;
      h.headless.frame(kSeconds);
      loops += h.model.head.at < before ? 1 : 0;
    }
  };
  round();
  round();
  const std::int64_t pieces_before = pieces;
  const std::size_t heap_before = heap();
  constexpr int kRounds = 8;
  loops = 0;
  for (int i = 0; i < kRounds; ++i) round();
  CHECK(loops > 20);
  CHECK(pieces <= pieces_before);
  // Strings that happen to be a little longer at that moment are no growth.
  CHECK(heap() <= heap_before + 16384);
}
