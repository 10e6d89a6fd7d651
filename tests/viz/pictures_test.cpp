// Pictures of every view in both languages, both themes and three sizes, beside each other on one
// sheet (docs/images/contact-sheet.png): for people to look at, and to notice when a view breaks.
//
// POSTHORN_UPDATE_GOLDEN=1 draws the sheet anew. The comparison is coarse: other versions of
// FreeType and of the fonts draw letters a little differently.
#define STB_IMAGE_IMPLEMENTATION
#define STB_IMAGE_STATIC
#define STBI_ONLY_PNG
#if defined(__GNUC__)
#pragma GCC diagnostic push
#pragma GCC diagnostic ignored "-Wunused-function"
#endif
#include <stb_image.h>
#if defined(__GNUC__)
#pragma GCC diagnostic pop
#endif

#include <cstdlib>
#include <cstring>

#include "sim/scenario/load.hpp"
#include "tests/support/catch.hpp"
#include "tests/support/golden.hpp"
#include "tests/viz/harness.hpp"

using namespace posthorn;
using namespace posthorn::viz;
using namespace posthorn::viz::test;

namespace {

constexpr int kWidth = 240, kHeight = 150;  ///< of a small picture on the sheet
constexpr std::pair<int, int> kSizes[] = {{1024, 640}, {1600, 900}, {3840, 2160}};
enum class Shot {
  log,
  talk,
  ladder,
  packets,
  letter,
  offices,
  tap,
  explain,  ///< these two have panels of their own where there is room
  lesson,
  present,
  help,
  settings,
  only,
  what_if,
  menu,
  writing,
  start,
  problem,
  loading
};
constexpr int kShots = 19, kRows = 12;
static_assert(static_cast<int>(Shot::lesson) + 1 == kViews);

/// A few, in teaching order.
std::vector<Lesson> lessons() {
  std::vector<Lesson> out;
  for (const char* name :
       {"first-letter", "two-mailboxes", "two-devices", "mx-fallback", "envelope", "lookup",
        "no-such-user", "null-mx", "full-mailbox", "asleep"}) {
    const std::string path =
        (tests::kSource / "scenarios" / (std::string(name) + ".json")).string();
    const auto loaded = scenario::load_file(path);
    out.push_back({std::string(name) + ".json", loaded.scenario->title, loaded.scenario->summary});
  }
  return out;
}

/// Row: language, theme, size.
Image draw(Shot shot, int row) {
  const auto& [width, height] = kSizes[row % 3];
  Harness h(width, height, lesson("first-letter"));
  h.model.likes.lang = row / 6 == 0 ? Lang::en : Lang::ja;
  h.model.likes.dark = row / 3 % 2 == 1;
  if (shot != Shot::writing) apply(h.model, SeekTime{Instant{} + 2000ms});
  if (shot <= Shot::lesson) {
    apply(h.model, SetView{static_cast<View>(shot)});
    h.model.tall_dock = true;
  }
  h.model.presenting = shot == Shot::present;
  h.model.help = shot == Shot::help;
  h.model.menu = shot == Shot::menu;
  h.model.settings = shot == Shot::settings;
  h.model.choosing = shot == Shot::only;
  h.model.may_change = h.model.what_if = shot == Shot::what_if;
  if (shot == Shot::what_if)
    h.model.by_hand = {{{"power", ""}, {HostId{1}, {}}, Instant{}, std::nullopt}};
  if (shot == Shot::problem)
    h.model.desk.problem =
        "/home/aiko/my-lesson.json:12:5: error: a comma is missing before '\"'\n"
        "    12 |     \"seed\": 1\n"
        "             ^\n"
        "  hint: items are separated by commas\n";
  if (shot == Shot::start) {
    h.model.desk.start = true;
    h.model.desk.lessons = lessons();
    h.model.desk.recent = {"/home/aiko/my-lesson.json"};
  }
  if (shot == Shot::loading) {
    h.model.desk.loading = true;
    h.model.desk.loading_since = -1;
    h.model.desk.progress = 0.4f;
  }
  for (int i = 0; i < 4; ++i) h.headless.frame();
  return h.headless.picture();
}

/// Averages over boxes; the rest of the cell stays as it is.
void shrink(const Image& from, Image& sheet, int column, int row) {
  const int height = kWidth * from.height / from.width;
  for (int y = 0; y < height; ++y)
    for (int x = 0; x < kWidth; ++x) {
      std::uint32_t sum[3] = {0, 0, 0}, count = 0;
      const int x0 = x * from.width / kWidth, x1 = (x + 1) * from.width / kWidth;
      const int y0 = y * from.height / height, y1 = (y + 1) * from.height / height;
      for (int v = y0; v < y1; ++v)
        for (int u = x0; u < x1; ++u, ++count)
          for (int c = 0; c < 3; ++c) sum[c] += from.at(u, v) >> (8 * c) & 255;
      std::uint32_t pixel = 0xFF000000u;
      for (int c = 0; c < 3; ++c) pixel |= (sum[c] / count) << (8 * c);
      sheet.pixels[static_cast<std::size_t>((row * kHeight + y) * sheet.width + column * kWidth +
                                            x)] = pixel;
    }
}

/// The mean difference of a channel in two cells, blurred over boxes of 6 by 6, 0..255.
double difference(const Image& a, const Image& b, int column, int row) {
  double total = 0;
  int boxes = 0;
  for (int y = 0; y + 6 <= kHeight; y += 6)
    for (int x = 0; x + 6 <= kWidth; x += 6, ++boxes) {
      double sum[3] = {0, 0, 0};
      for (int v = 0; v < 6; ++v)
        for (int u = 0; u < 6; ++u)
          for (int c = 0; c < 3; ++c) {
            const int px = column * kWidth + x + u, py = row * kHeight + y + v;
            sum[c] += static_cast<double>(a.at(px, py) >> (8 * c) & 255) -
                      static_cast<double>(b.at(px, py) >> (8 * c) & 255);
          }
      for (const double one : sum) total += std::abs(one) / 36 / 3;
    }
  return total / boxes;
}

Image empty_sheet() {
  Image sheet;
  sheet.width = kWidth * kShots;
  sheet.height = kHeight * kRows;
  sheet.pixels.assign(
      static_cast<std::size_t>(sheet.width) * static_cast<std::size_t>(sheet.height), 0xFF808080u);
  return sheet;
}

}  // namespace

TEST_CASE("Every view looks as it did when somebody looked at it", "[long][looks]") {
  const std::string file = (tests::kSource / "docs/images/contact-sheet.png").string();
  const bool update = std::getenv("POSTHORN_UPDATE_GOLDEN") != nullptr;
  Image sheet = empty_sheet();
  Image known = empty_sheet();
  if (!update) {
    int width = 0, height = 0, channels = 0;
    unsigned char* pixels = stbi_load(file.c_str(), &width, &height, &channels, 4);
    REQUIRE(pixels != nullptr);
    REQUIRE(width == known.width);
    REQUIRE(height == known.height);
    std::memcpy(known.pixels.data(), pixels, known.pixels.size() * 4);
    stbi_image_free(pixels);
  }
  for (int row = 0; row < kRows; ++row)
    for (int column = 0; column < kShots; ++column) {
      shrink(draw(static_cast<Shot>(column), row), sheet, column, row);
      if (update) continue;
      INFO("column " << column << ", row " << row);
      CHECK(difference(sheet, known, column, row) < 2.0);
    }
  if (update) CHECK(write_png(sheet, file));
}

TEST_CASE("A broken view would be noticed") {
  Image right = empty_sheet(), wrong = empty_sheet();
  shrink(draw(Shot::log, 1), right, 0, 0);
  shrink(draw(Shot::ladder, 1), wrong, 0, 0);
  CHECK(difference(right, right, 0, 0) == 0);
  CHECK(difference(right, wrong, 0, 0) > 2.0);
}
