// Pictures to look at: POSTHORN_SHOTS=folder ./test_viz "[shots]" writes them there.
#include <cstdlib>

#include "tests/support/catch.hpp"
#include "tests/viz/harness.hpp"

using namespace posthorn;
using namespace posthorn::viz;
using namespace posthorn::viz::test;

TEST_CASE("a frame of every look has something to see", "[shots]") {
  const char* folder = std::getenv("POSTHORN_SHOTS");
  struct Shot {
    const char* name;
    int width, height;
    Lang lang;
    bool dark;
    int at_ms;  // -1: the opening
  };
  const Shot shots[] = {{"opening_en", 1600, 900, Lang::en, false, -1},
                        {"dns_ja_dark", 1600, 900, Lang::ja, true, 2175},
                        {"smtp_ja", 1024, 640, Lang::ja, false, 2300},
                        {"end_en_dark", 1920, 1080, Lang::en, true, 60000}};
  for (const Shot& shot : shots) {
    Harness h(shot.width, shot.height);
    h.model.likes.lang = shot.lang;
    h.model.likes.dark = shot.dark;
    if (shot.at_ms >= 0)
      apply(h.model, SeekTime{Instant{} + std::chrono::milliseconds(shot.at_ms)});
    h.headless.frame();
    h.headless.frame();
    h.headless.frame();
    const Image image = h.headless.picture();
    REQUIRE(image.width == shot.width);
    const std::uint32_t ground = image.at(0, 0);
    std::size_t drawn = 0;
    for (const std::uint32_t pixel : image.pixels) drawn += pixel != ground ? 1 : 0;
    CHECK(drawn > image.pixels.size() / 3);
    if (folder != nullptr) CHECK(write_png(image, std::string(folder) + "/" + shot.name + ".png"));
  }
}
