// Letters of any size fit into a texture that every graphics card takes.
#include "viz/app/fonts.hpp"
#include "tests/support/catch.hpp"
#include "tests/viz/harness.hpp"

using namespace posthorn;
using namespace posthorn::viz;
using namespace posthorn::viz::test;

TEST_CASE("from the smallest window to 4K with the largest text, the atlas stays within bounds") {
  const Harness h;  // a context to build in
  const GlyphSet glyphs = glyphs_for(demo());
  float width_at_one = 0;
  for (const float scale : {1.0f, 0.5f, 2.4f, 3.6f, 6.0f, 9.0f}) {
    INFO(scale);
    ImFontAtlas atlas;
    const Faces faces = build_faces(atlas, glyphs, scale, nullptr);
    unsigned char* pixels = nullptr;
    int width = 0, height = 0;
    atlas.GetTexDataAsAlpha8(&pixels, &width, &height);
    REQUIRE(pixels != nullptr);
    CHECK(width <= 8192);
    CHECK(height <= 8192);
    CHECK(static_cast<std::int64_t>(width) * height <= 50'000'000);
    // They are shown as large as they were asked for, whatever they were drawn as.
    CHECK(faces.body.size == std::round(19 * scale));
    const float shown = text_size(faces.body, "メールサーバー mail server").x;
    if (width_at_one == 0) width_at_one = shown;
    CHECK(shown > width_at_one * scale * 0.93f);
    CHECK(shown < width_at_one * scale * 1.07f);
    const float pushed = faces.body.font->FontSize * faces.body.font->Scale;
    CHECK(pushed > faces.body.size * 0.98f);
    CHECK(pushed < faces.body.size * 1.02f);
  }
}
