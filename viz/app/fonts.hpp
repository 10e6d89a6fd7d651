// Finds the fonts of the system and builds the atlas with just the glyphs that are needed.
#pragma once

#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include "sim/trace/trace.hpp"
#include "viz/app/theme.hpp"

namespace posthorn::viz {

/// The characters to be drawn (the basic plane, as far as ImWchar reaches).
class GlyphSet {
 public:
  GlyphSet();  ///< Latin, punctuation, kana: always there
  /// Adds the characters of UTF-8 text; bytes that are not UTF-8 are passed over. True if new.
  bool add(std::string_view utf8);
  [[nodiscard]] bool has(char32_t c) const { return c < used_.size() && used_[c]; }
  [[nodiscard]] std::size_t size() const;
  /// Pairs of first and last, ending with 0, for ImFontConfig::GlyphRanges.
  [[nodiscard]] std::vector<ImWchar> ranges() const;
  friend bool operator==(const GlyphSet&, const GlyphSet&) = default;

 private:
  bool add(char32_t c);
  std::vector<bool> used_;
};

/// All texts that a trace may bring on screen, and the interface's own.
GlyphSet glyphs_for(const trace::Trace& trace);

/// What could not be found; one sentence each, naming the package to install.
struct FontReport {
  std::vector<std::string> problems;
};

/// Clears the atlas and builds it anew for `scale`. Must be called outside a frame.
Faces build_faces(ImFontAtlas& atlas, const GlyphSet& glyphs, float scale,
                  FontReport* report = nullptr);

/// An atlas that was built before there was a context to draw with.
struct ReadyFonts {
  std::unique_ptr<ImFontAtlas> atlas;
  GlyphSet glyphs;
  float scale = 0;
  Faces faces;
  FontReport report;
};
/// In a thread of its own, if one likes, as long as no ImGui context exists meanwhile.
ReadyFonts build_ahead(GlyphSet glyphs, float scale);
/// From now on draw_text() draws with these.
void draw_with(const ReadyFonts& ready);

/// For draw_text(): remembers characters that the atlas does not have.
void note_missing_glyphs(std::string_view text);
/// Characters that draw_text() met and the atlas did not have, since the last call (UTF-8).
std::string take_missing_glyphs();

}  // namespace posthorn::viz
