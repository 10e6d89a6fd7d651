// Drawing in the program's hand: cards with shadows, text, chips, buttons, icons.
//
// Functions that take an ImDrawList only draw. Functions without one are ImGui items that
// take part in layout and can be clicked.
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "viz/app/registry.hpp"
#include "viz/app/theme.hpp"

namespace posthorn::viz {

struct Rect {
  ImVec2 min, max;
  [[nodiscard]] float width() const { return max.x - min.x; }
  [[nodiscard]] float height() const { return max.y - min.y; }
  [[nodiscard]] ImVec2 size() const { return {width(), height()}; }
  [[nodiscard]] ImVec2 center() const { return {(min.x + max.x) / 2, (min.y + max.y) / 2}; }
  [[nodiscard]] Rect inset(float by) const {
    return {{min.x + by, min.y + by}, {max.x - by, max.y - by}};
  }
  [[nodiscard]] bool contains(ImVec2 p) const {
    return p.x >= min.x && p.x < max.x && p.y >= min.y && p.y < max.y;
  }
  static Rect around(ImVec2 center, ImVec2 size) {
    return {{center.x - size.x / 2, center.y - size.y / 2},
            {center.x + size.x / 2, center.y + size.y / 2}};
  }
};

// ---- surfaces

/// A soft shadow below `r`: rings of per-vertex alpha, no texture. `spread` in pixels.
void draw_shadow(ImDrawList* list, const Rect& r, float rounding, float spread, float strength = 1);
/// A card: shadow, ground, hairline. Rounding 14, or as given (already in pixels).
void draw_card(ImDrawList* list, const Rect& r, float rounding = -1);

// ---- text

ImVec2 text_size(const Face& face, std::string_view text);
void draw_text(ImDrawList* list, const Face& face, ImVec2 at, ImU32 color, std::string_view text);
/// A text of the frame built last: where it stands, and the part of the window that shows it.
struct Written {
  std::string text;
  Rect box, clip;
};
/// Remembers what is written from now on, or not any more: for tests that look for words that are
/// cut off or stand on each other.
void keep_writing(bool on);
/// What was written since the last call.
std::vector<Written> take_writing();
/// An overlay begins: what was written before it is covered and does not count.
void forget_writing();
/// Centred on `at` in both directions.
void draw_text_centered(ImDrawList* list, const Face& face, ImVec2 at, ImU32 color,
                        std::string_view text);
/// `text`, shortened with "…" so that it is at most `width` wide.
std::string elide(const Face& face, std::string_view text, float width);
/// The face, or a smaller size of it (at least `least` times as large) in which `text` fits.
Face fitted(const Face& face, std::string_view text, float width, float least = 0.82f);
/// Lines of at most `width` pixels. Breaks at spaces, and between Japanese characters by the
/// kinsoku rules (no line begins with 、。」ー etc. or ends with 「( etc.); '\n' breaks always.
std::vector<std::string_view> wrap_text(const Face& face, std::string_view text, float width);
/// Draws wrapped text from `at` and returns the height used. `leading`: line pitch / font size.
float draw_wrapped(ImDrawList* list, const Face& face, ImVec2 at, ImU32 color,
                   std::string_view text, float width, float leading = 1.42f);
/// The same as an ImGui item in the window's flow, over the available width.
void wrapped_item(const Face& face, ImU32 color, std::string_view text, float leading = 1.42f);

// ---- small pieces

/// A pill with a text in `color` on its tint, `height` pixels high, left edge and middle at `at`;
/// returns its width. `min_width` centres the text in at least that many pixels.
float draw_chip(ImDrawList* list, ImVec2 at, ImU32 color, std::string_view text, float height,
                float min_width = 0);
/// A round badge with a short text ("3"), centred.
void draw_badge(ImDrawList* list, ImVec2 center, ImU32 color, std::string_view text);
/// "SMTP", "Submission", "POP3", "IMAP", "DNS"; "" for none.
std::string_view protocol_name(Protocol protocol);

// ---- icons, in the box of `size` pixels around `center`

enum class Icon : std::uint8_t {
  envelope,
  laptop,
  phone,
  server,
  globe,
  router,
  mailbox,
  inbox,
  person,
  pencil,
  check,
  play,
  pause,
  step_forward,
  step_back,
  restart,
  sun,
  moon,
  help,
  cross,
  clock,
  queue,
  warning,
  link,
  home,
  save,
  search,
  flag,
  step_up,
  step_down,
  eye,
  eye_off,
  speech,
  ladder,
  packet,
  lock,
  gear,
  funnel,
  copy,
  plus,
  minus,
  storm
};
void draw_icon(ImDrawList* list, Icon icon, ImVec2 center, float size, ImU32 color);
/// The letter that travels: a filled envelope `width` pixels wide with a light rim.
void draw_envelope(ImDrawList* list, ImVec2 center, float width, ImU32 color);

// ---- items

enum class ButtonKind : std::uint8_t { primary, quiet, ghost };
/// A button with an optional icon; marked as `name` for tests. `size` {0,0} fits the label.
/// True when clicked.
bool button(std::string_view name, std::string_view label, ImVec2 size = {0, 0},
            ButtonKind kind = ButtonKind::quiet);
bool icon_button(std::string_view name, Icon icon, std::string_view tooltip, float side,
                 ButtonKind kind = ButtonKind::quiet);
bool icon_text_button(std::string_view name, Icon icon, std::string_view label, ImVec2 size,
                      ButtonKind kind);
struct Segment {
  std::string name, label, tip;
};
/// A row of choices, one of them chosen; each is marked "name-<segment's name>". The index of the
/// one that was clicked, or -1. `width` 0 fits the labels.
int segments(std::string_view name, const std::vector<Segment>& choices, int chosen, float height,
             float width = 0);
/// A field to type in, of one line or of several; true when `text` has changed.
bool text_field(std::string_view name, std::string_view hint, std::string& text, ImVec2 size,
                bool lines = false);
/// A small rounded hint at the pointer for the last item.
void tooltip_for_last(std::string_view text);

}  // namespace posthorn::viz
