#include "viz/app/keys.hpp"

#include <string_view>

#include "viz/app/registry.hpp"
#include "viz/model/copy.hpp"

namespace posthorn::viz {
namespace {

void zoom(const Model& model, float factor, Commands& out) {
  Camera camera = model.camera;
  camera.zoom *= factor;
  out.push_back(SetCamera{camera});
}

/// Ctrl and an arrow: over the enlarged stage.
void pan(const Model& model, float x, float y, Commands& out) {
  Camera camera = model.camera;
  camera.x += x / camera.zoom;
  camera.y += y / camera.zoom;
  out.push_back(SetCamera{camera});
}

/// Characters that were typed, for keys that stand elsewhere on every keyboard ("?", "+").
void typed(const Model& model, ImWchar c, Commands& out) {
  if (c >= 'A' && c <= 'Z') c = static_cast<ImWchar>(c + 32);
  switch (c) {
    case '?':
      return out.push_back(ToggleHelp{});
    case '+':
    case ';':  // the + key of a Japanese keyboard
      return out.push_back(Faster{});
    case '-':
      return out.push_back(Slower{});
    case ',':
      return out.push_back(NextHit{false});
    case '.':  // the key of a clicker that blanks the screen
      if (model.presenting && model.filter.empty()) return out.push_back(ToggleBlank{});
      return out.push_back(NextHit{true});
    case '[':
      return out.push_back(LoopFrom{});
    case ']':
      return out.push_back(LoopTo{});
    case '\\':
    case 0xA5:  // ¥, where Japanese keyboards have the backslash
      return out.push_back(ClearLoop{});
    case '/':
      out.push_back(OpenSearch{true});
      return press_by_name("filter");
    case '0':
      return out.push_back(SetCamera{});
    case 'a':
      return out.push_back(ToggleSettings{});
    case 'b':
      return out.push_back(GoToMark{false});
    case 'c':
      return out.push_back(ToggleCalm{});
    case 'd':
      return out.push_back(model.presenting ? Command(ToggleDock{}) : Command(ToggleTall{}));
    case 'e':
      return out.push_back(NextLevel{});
    case 'f':
      return out.push_back(ToggleFullscreen{});
    case 'g':
      return out.push_back(ToggleChoosing{});
    case 'h':
      return out.push_back(Ask{OpenStart{}});
    case 'i':
      return zoom(model, 1.25f, out);
    case 'j':
      return out.push_back(SetLadderZoom{model.ladder_zoom / 1.15f});
    case 'k':
      return out.push_back(SetLadderZoom{model.ladder_zoom * 1.15f});
    case 'l':
      return out.push_back(ToggleLang{});
    case 'm':
      return out.push_back(ToggleMark{});
    case 'n':
      return out.push_back(ToggleNotes{});
    case 'o':
      return zoom(model, 1 / 1.25f, out);
    case 'p':
      return out.push_back(ToggleLaser{});
    case 'q':
      return out.push_back(ToggleSound{});
    case 's':
      return out.push_back(
          SetStride{static_cast<Stride>((static_cast<int>(model.stride) + 1) % kStrides)});
    case 't':
      return out.push_back(ToggleTheme{});
    case 'v':
      return out.push_back(GoToMark{true});
    case 'w':
      return out.push_back(ToggleWhatIf{});
    case 'x':
      return out.push_back(ToggleMenu{});
    default:
      break;
  }
  if (c >= '1' && c <= '7') out.push_back(SetView{static_cast<View>(c - '1')});
}

/// With Ctrl held down.
void control_keys(const Model& model, bool shift, Commands& out) {
  constexpr float kStep = 1.1f, kPan = 0.1f;
  if (key_pressed(Key::letter_c)) {
    const std::string text = shift ? letter_to_copy(model) : line_to_copy(model);
    if (!text.empty()) out.push_back(Ask{CopyText{text}});
  }
  if (key_pressed(Key::left, true)) pan(model, -kPan, 0, out);
  if (key_pressed(Key::right, true)) pan(model, kPan, 0, out);
  if (key_pressed(Key::up, true)) pan(model, 0, -kPan, out);
  if (key_pressed(Key::down, true)) pan(model, 0, kPan, out);
  if (key_pressed(Key::equal, true)) out.push_back(SetTextScale{model.likes.text_scale * kStep});
  if (key_pressed(Key::minus, true)) out.push_back(SetTextScale{model.likes.text_scale / kStep});
  if (key_pressed(Key::zero)) out.push_back(SetTextScale{1});
  if (key_pressed(Key::letter_f)) {
    out.push_back(OpenSearch{true});
    press_by_name("filter");
  }
}

/// Esc leaves the innermost thing that is open.
void escape(const Model& model, Commands& out) {
  drop_focus();
  if (model.desk.loading) return out.push_back(Ask{CancelLoading{}});
  if (!model.desk.problem.empty()) return out.push_back(CloseProblem{});
  if (model.help) return out.push_back(ToggleHelp{});
  if (model.settings) return out.push_back(ToggleSettings{});
  if (model.desk.start) return out.push_back(Ask{OpenStart{}});
  if (model.choosing) return out.push_back(ToggleChoosing{});
  if (model.what_if) return out.push_back(ToggleWhatIf{});
  if (model.menu) return out.push_back(ToggleMenu{});
  if (model.blank) return out.push_back(ToggleBlank{});
  if (model.presenting) return out.push_back(TogglePresenting{});
  if (!model.filter.empty() || model.search_open) {
    out.push_back(SetFilter{});
    return out.push_back(OpenSearch{false});
  }
  if (model.selection.host) return out.push_back(SelectHost{});
}

/// Into a text field everything is typed, but Tab and Esc leave it and keep what was written.
void while_typing(bool shift) {
  if (key_pressed(Key::escape)) return leave_typing();
  if (!key_pressed(Key::tab, true)) return;
  leave_typing();
  move_focus(!shift);
}

char lower(char c) { return c >= 'A' && c <= 'Z' ? static_cast<char>(c + 32) : c; }

}  // namespace

void read_keys(const Model& model, Commands& out) {
  const ImGuiIO& io = ImGui::GetIO();
  if (key_pressed(Key::f5)) out.push_back(TogglePresenting{});
  if (key_pressed(Key::f11)) out.push_back(ToggleFullscreen{});
  if (io.WantTextInput) return while_typing(io.KeyShift);
  if (key_pressed(Key::tab, true)) move_focus(!io.KeyShift);
  if (key_pressed(Key::escape)) escape(model, out);
  if (io.KeyCtrl) return control_keys(model, io.KeyShift, out);
  if (key_pressed(Key::enter)) press_focused();
  const bool overlay =
      model.help || model.menu || model.settings || model.choosing || model.what_if;
  if (model.desk.start || overlay) {
    if (key_pressed(Key::down, true)) move_focus(true);
    if (key_pressed(Key::up, true)) move_focus(false);
  } else {
    if (key_pressed(Key::down, true)) out.push_back(SelectNear{true});
    if (key_pressed(Key::up, true)) out.push_back(SelectNear{false});
  }
  if (model.desk.start) {
    constexpr std::string_view kThere = "ltcahf?+-";
    for (const ImWchar c : io.InputQueueCharacters)
      if (c < 0x80 && kThere.find(lower(static_cast<char>(c))) != std::string_view::npos)
        typed(model, c, out);
    return;
  }
  if (key_pressed(Key::space)) out.push_back(TogglePlay{});
  const bool shift = io.KeyShift;
  if (key_pressed(Key::right, true))
    out.push_back(shift ? Command(StoryForward{}) : Command(StepForward{}));
  if (key_pressed(Key::left, true))
    out.push_back(shift ? Command(StoryBack{}) : Command(StepBack{}));
  if (!overlay) {
    if (key_pressed(Key::page_down, true)) out.push_back(PlayToNext{});
    if (key_pressed(Key::page_up, true)) out.push_back(StoryBack{});
  }
  if (key_pressed(Key::home)) out.push_back(SeekStart{});
  if (key_pressed(Key::end)) out.push_back(SeekEnd{});
  for (const ImWchar c : io.InputQueueCharacters) typed(model, c, out);
}

const std::vector<KeyHelp>& key_help() {
  static const std::vector<KeyHelp> keys = {
      {"Space", "help.space"},
      {"←  →", "help.arrows"},
      {"S", "help.s"},
      {"Shift ←  →", "help.shift-arrows"},
      {"↑  ↓", "help.rows"},
      {"PgDn  PgUp", "help.pages"},
      {"Home  End", "help.home-end"},
      {"+  −", "help.plus-minus"},
      {"1 … 7  D", "help.views"},
      {"/   .  ,", "help.search"},
      {"G", "help.only"},
      {"W", "help.what-if"},
      {"M   V  B", "help.marks"},
      {"[  ]  \\", "help.loop"},
      {"I  O  0", "help.zoom"},
      {"J  K", "help.ladder"},
      {"Tab  Enter", "help.tab"},
      {"E", "help.e"},
      {"F5   F", "help.present"},
      {"P   N", "help.laser"},
      {"L   T   C   Q", "help.look"},
      {"A", "help.settings"},
      {"Ctrl +  −", "help.text"},
      {"Ctrl C", "help.copy"},
      {"Ctrl PgDn", "help.scroll"},
      {"H   X", "help.h"},
      {"?   Esc", "help.question"},
  };
  return keys;
}

}  // namespace posthorn::viz
