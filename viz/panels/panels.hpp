// The panels of the shell. Each draws the model inside `area` and appends commands.
#pragma once

#include "viz/app/draw.hpp"
#include "viz/model/model.hpp"

namespace posthorn::viz {

/// `one_row`: the time slider stands beside the buttons.
void draw_toolbar(const Model& model, const Rect& area, bool one_row, Commands& commands);
void draw_timeline(const Model& model, const Rect& area, Commands& commands);
void draw_steps(const Model& model, const Rect& area, Commands& commands);
void draw_details(const Model& model, const Rect& area, Commands& commands);
void draw_help(const Model& model, const Rect& window, Commands& commands);

/// A child window over `area`, with the panel's name for tests, closed at the end of the scope.
class PanelScope {
 public:
  PanelScope(const char* name, const Rect& area, ImGuiWindowFlags flags = 0);
  ~PanelScope();
  PanelScope(const PanelScope&) = delete;
  PanelScope& operator=(const PanelScope&) = delete;
};

/// In a scrolling child: keeps the current row in view when it has changed, and leaves the reader's
/// scrolling alone.
void follow_row(int current, float row_height);
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
