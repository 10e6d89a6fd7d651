// Colours, fonts and measures of the whole program, in light and dark.
//
// The shell sets the current look before each frame; panels ask look(). Colours come only
// from the palette, lengths only from px(), so that everything scales with the window.
#pragma once

#include <array>

#include "sim/trace/ids.hpp"
#include "sim/trace/scene.hpp"
#include "viz/app/imgui_compat.hpp"

namespace posthorn::viz {

enum class Theme : std::uint8_t { light, dark };

/// 0xRRGGBB as ImGui packs it, opaque.
constexpr ImU32 rgb(std::uint32_t hex) {
  return 0xFF000000u | ((hex & 0xFFu) << 16) | (hex & 0xFF00u) | ((hex >> 16) & 0xFFu);
}
/// The same colour with `alpha` 0..1 times its own.
ImU32 fade(ImU32 color, float alpha);
/// From `a` (t = 0) to `b` (t = 1); opaque if both are.
ImU32 mix(ImU32 a, ImU32 b, float t);
/// WCAG 2 contrast ratio of two opaque colours, 1..21.
double contrast(ImU32 a, ImU32 b);

struct Palette {
  ImU32 background;  ///< behind everything; the stage's ground
  ImU32 dot;         ///< dots of the stage's grid
  ImU32 card;        ///< panels, hosts
  ImU32 card_line;   ///< hairline around a card (dark theme needs it)
  ImU32 field;       ///< quiet buttons, text fields
  ImU32 field_hover;
  ImU32 row;   ///< every second table row
  ImU32 soft;  ///< ground of the current row or step
  ImU32 line;  ///< rules between rows
  ImU32 wire;  ///< links of the stage
  ImU32 text;
  ImU32 muted;    ///< secondary text, still 4.5:1 on a card
  ImU32 faint;    ///< things switched off: decoration only, never text to read
  ImU32 primary;  ///< the one colour of action
  ImU32 primary_hover;
  ImU32 on_primary;  ///< text on primary
  ImU32 good, warn, bad;
  ImU32 on_badge;                 ///< text on bad, good, warn and protocol colours
  ImU32 shadow;                   ///< with alpha
  std::array<ImU32, 7> protocol;  ///< by Protocol; derived from Okabe-Ito
  [[nodiscard]] ImU32 of(Protocol p) const { return protocol[static_cast<std::size_t>(p)]; }
  /// A quiet ground for a chip or zone of colour `c`, opaque.
  [[nodiscard]] ImU32 tint(ImU32 c, float strength = 0.14f) const { return mix(card, c, strength); }
};
const Palette& palette(Theme theme);

/// Faces at the current scale. All contain the Japanese glyphs that the trace needs.
struct Faces {
  Face body;        ///< Inter Medium 18: what one reads
  Face bold;        ///< Inter Bold 18
  Face title;       ///< Inter Bold 25
  Face small;       ///< Inter Medium 15: captions under hosts, table heads
  Face small_bold;  ///< Inter Bold 14: chips, badges, eyebrows
  Face mono;        ///< JetBrains Mono 16
  Face mono_small;  ///< JetBrains Mono 14: bytes
};

struct Look {
  Theme theme = Theme::light;
  Lang lang = Lang::en;
  float scale = 1;  ///< 1 in a window 900 pixels high
  Faces faces;
};
/// The look of the frame being built.
const Look& look();
inline const Palette& colors() { return palette(look().theme); }
inline const Faces& faces() { return look().faces; }
/// A length given for a window 900 pixels high.
inline float px(float length) { return length * look().scale; }
/// 1 at 1600x900; the smaller of what width and height allow, never below what can be read.
float scale_for(float width, float height);

/// For the shell and tests only: makes `look` current and sets ImGui's style from it.
void use_look(const Look& look);

}  // namespace posthorn::viz
