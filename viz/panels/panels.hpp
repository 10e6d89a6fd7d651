// The panels of the shell. Each draws the model inside `area` and appends commands.
#pragma once

#include <optional>
#include <string>
#include <string_view>

#include "viz/app/draw.hpp"
#include "viz/model/model.hpp"

namespace posthorn::viz {

/// `one_row`: the time slider stands beside the buttons.
void draw_toolbar(const Model& model, const Rect& area, bool one_row, Commands& commands);
void draw_timeline(const Model& model, const Rect& area, Commands& commands);
void draw_steps(const Model& model, const Rect& area, Commands& commands);
void draw_details(const Model& model, const Rect& area, Commands& commands);
void draw_help(const Model& model, const Rect& window, Commands& commands);
/// What a person likes: language, look, size of the text, motion.
void draw_settings(const Model& model, const Rect& window, Commands& commands);
/// Whom and what to show: hosts, protocols, letters, connections.
void draw_choosing(const Model& model, const Rect& window, Commands& commands);
/// "What if…": what can go wrong where, and what has gone wrong by hand.
void draw_what_if(const Model& model, const Rect& window, Commands& commands);
/// The button that opens it for a place, with its name.
bool what_if_button(const Model& model, const std::string& name, ImVec2 size);

/// A child window over `area`, with the panel's name for tests, closed at the end of the scope.
class PanelScope {
 public:
  PanelScope(const char* name, const Rect& area, ImGuiWindowFlags flags = 0);
  ~PanelScope();
  PanelScope(const PanelScope&) = delete;
  PanelScope& operator=(const PanelScope&) = delete;
};

/// A card above everything else with a title, what is drawn while the scope lasts, and a cross; it
/// scrolls where the window is too small for `size`. Marked "name-card" and "name-close".
class OverlayScope {
 public:
  OverlayScope(std::string name, std::string_view title, const Rect& window, ImVec2 size,
               const Model& model, Command close, Commands& commands);
  ~OverlayScope();
  OverlayScope(const OverlayScope&) = delete;
  OverlayScope& operator=(const OverlayScope&) = delete;

 private:
  std::string name_;
  Rect card_, area_;
  const Model& model_;
  Command close_;
  Commands& commands_;
};

/// Chips, one beside the other as far as there is room; the scope's end takes up what they need.
class ChipRow {
 public:
  ChipRow();
  ~ChipRow();
  ChipRow(const ChipRow&) = delete;
  ChipRow& operator=(const ChipRow&) = delete;
  /// True when clicked. `icon` stands before the label.
  bool chip(const std::string& name, std::string_view label, bool on,
            std::optional<Icon> icon = std::nullopt);

 private:
  ImVec2 from_, at_;
  float room_;
};

/// In a scrolling child: keeps the current row in view when it has changed, and leaves the reader's
/// scrolling alone.
void follow_row(int current, float row_height);
/// In a scrolling child: PgUp and PgDn turn its pages, with Ctrl where they mean something else.
void scroll_by_keys(bool with_ctrl);
/// A right click on the last item copies the record's line.
void copy_on_right_click(const Model& model, RecordId record, Commands& commands);
/// "‹ 2 / 5 ›" from the left end of `bar`: the former and next of what there are several; returns
/// where it ends. Named "name-former" and "name-next". -1 or 1 in `by` when one is pressed.
float former_next_item(const Model& model, std::string_view name, const Rect& bar,
                       std::string_view place, int& by);
/// The button's word for the other language.
std::string_view switch_language_word(Lang lang, bool whole);
/// Nothing is shown: why, and what may have been meant, in the middle of `area`.
void draw_nothing_found(const Model& model, const Rect& area, std::string_view otherwise);
/// What is odd about the query, as a sentence; "" for nothing.
std::string query_doubt(const Model& model);
/// The colour and word of a transcript row's chip.
ImU32 row_color(const TranscriptRow& row);
std::string_view row_chip(const TranscriptRow& row, Lang lang);
/// As a tooltip: what a header field is for. Nothing for lines that begin with none.
void header_tip(const Model& model, std::string_view line);
/// What a record is called where it is explained: "250: welcome, and this is what I can do".
std::string title_of(const Model& model, RecordId id);
/// The lesson's words of the moment, and the speaker's notes about it.
struct Told {
  std::string_view title, text, notes;
};
Told told_now(const Model& model);
/// While presenting: what is told, in large type, with the five steps.
void draw_caption(const Model& model, const Rect& area, Commands& commands);
/// "1 s = 20 ms".
std::string speed_text(double speed, Lang lang);

}  // namespace posthorn::viz
