// Names for widgets, so that tests (and the real-window test) find them without pixels, and so
// that the keyboard reaches them: Tab goes from one to the next, Enter presses the one in focus.
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "viz/app/imgui_compat.hpp"

namespace posthorn::viz {

struct Mark {
  std::string name;
  ImVec2 min, max;         ///< the item's rectangle in the window
  bool container = false;  ///< a panel: contains other marks, and may not cross another panel
  bool reachable = false;  ///< Tab stops here
  bool seen = true;        ///< its middle is not scrolled out of its panel
};

/// An invisible button: true when it was clicked, or pressed by Enter while in focus. Marked.
bool hit_area(std::string_view name, ImVec2 size);
/// Names the last ImGui item ("row-3"). Call right after it.
void mark(std::string_view name);
/// Names the last item and lets Tab stop at it.
void mark_reachable(std::string_view name);
/// Names a rectangle that is not an ImGui item (a drawn host, a panel).
void mark_rect(std::string_view name, ImVec2 min, ImVec2 max, bool container = false);
/// The marks of the frame built last, in drawing order.
const std::vector<Mark>& marks();
const Mark* find_mark(std::string_view name);
/// The shell calls this when a frame begins.
void clear_marks();
/// An overlay begins: what was marked before it is out of the keyboard's reach.
void close_off_marks();

// ---- the keyboard's focus
/// To the next (or former) reachable widget of the frame built last.
void move_focus(bool forward);
void drop_focus();
/// Puts the focus there; a scrolling panel brings it into view.
void focus_on(std::string_view name);
/// The widget in focus; "" for none.
const std::string& focused_name();
/// Enter: the focused widget is pressed in the frame that comes, if it can be reached.
void press_focused();
/// Asks for text input (or any other widget) to be entered in the frame that comes.
void press_by_name(std::string_view name);
/// True, once, for the widget that press_focused() meant.
bool take_press(std::string_view name);
/// The text field that is being typed into says its name, in each frame.
void typing_into(std::string_view name);
/// A text field of one line says that Enter ended it; true, once, for that field.
void note_entered(std::string_view name);
bool typing_done(std::string_view name);
/// Ends typing and keeps what was typed: the focus stands at the field, to go on by Tab.
void leave_typing();

}  // namespace posthorn::viz
