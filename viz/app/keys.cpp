#include "viz/app/keys.hpp"

#include "viz/app/registry.hpp"

namespace posthorn::viz {
namespace {

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
    case '.':
      return out.push_back(NextHit{true});
    case '[':
      return out.push_back(LoopFrom{});
    case ']':
      return out.push_back(LoopTo{});
    case '\\':
    case 0xA5:  // ¥, where Japanese keyboards have the backslash
      return out.push_back(ClearLoop{});
    case '/':
      return press_by_name("filter");
    case '0':
      return out.push_back(SetCamera{});
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
    case 'h':
      return out.push_back(Ask{OpenStart{}});
    case 'l':
      return out.push_back(ToggleLang{});
    case 'm':
      return out.push_back(ToggleMark{});
    case 'n':
      return out.push_back(ToggleNotes{});
    case 'p':
      return out.push_back(ToggleLaser{});
    case 's':
      return out.push_back(
          SetStride{static_cast<Stride>((static_cast<int>(model.stride) + 1) % kStrides)});
    case 't':
      return out.push_back(ToggleTheme{});
    case 'v':
      return out.push_back(GoToMark{true});
    case 'x':
      return out.push_back(ToggleMenu{});
    default:
      break;
  }
  if (c >= '1' && c <= '7') out.push_back(SetView{static_cast<View>(c - '1')});
}

void text_size_keys(const Model& model, Commands& out) {
  constexpr float kStep = 1.1f;
  if (key_pressed(Key::equal, true)) out.push_back(SetTextScale{model.likes.text_scale * kStep});
  if (key_pressed(Key::minus, true)) out.push_back(SetTextScale{model.likes.text_scale / kStep});
  if (key_pressed(Key::zero)) out.push_back(SetTextScale{1});
  if (key_pressed(Key::letter_f)) press_by_name("filter");
}

/// Esc leaves the innermost thing that is open.
void escape(const Model& model, Commands& out) {
  drop_focus();
  if (model.desk.loading) return out.push_back(Ask{CancelLoading{}});
  if (!model.desk.problem.empty()) return out.push_back(CloseProblem{});
  if (model.help) return out.push_back(ToggleHelp{});
  if (model.desk.start) return out.push_back(Ask{OpenStart{}});
  if (model.menu) return out.push_back(ToggleMenu{});
  if (model.presenting) return out.push_back(TogglePresenting{});
  if (!model.filter.empty()) return out.push_back(SetFilter{});
  if (model.selection.host) return out.push_back(SelectHost{});
}

}  // namespace

void read_keys(const Model& model, Commands& out) {
  const ImGuiIO& io = ImGui::GetIO();
  if (key_pressed(Key::f5)) out.push_back(TogglePresenting{});
  if (key_pressed(Key::f11)) out.push_back(ToggleFullscreen{});
  if (io.WantTextInput) return;
  if (key_pressed(Key::tab, true)) move_focus(!io.KeyShift);
  if (key_pressed(Key::escape)) escape(model, out);
  if (io.KeyCtrl) return text_size_keys(model, out);
  if (key_pressed(Key::enter)) press_focused();
  if (model.desk.start) {
    if (key_pressed(Key::down, true)) move_focus(true);
    if (key_pressed(Key::up, true)) move_focus(false);
    for (const ImWchar c : io.InputQueueCharacters)
      if (c == 'l' || c == 't' || c == '?' || c == 'f') typed(model, c, out);
    return;
  }
  if (key_pressed(Key::space)) out.push_back(TogglePlay{});
  const bool shift = io.KeyShift;
  if (key_pressed(Key::right, true))
    out.push_back(shift ? Command(StoryForward{}) : Command(StepForward{}));
  if (key_pressed(Key::left, true))
    out.push_back(shift ? Command(StoryBack{}) : Command(StepBack{}));
  if (key_pressed(Key::page_down, true)) out.push_back(PlayToNext{});
  if (key_pressed(Key::page_up, true)) out.push_back(StoryBack{});
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
      {"PgDn  PgUp", "help.pages"},
      {"Home  End", "help.home-end"},
      {"+  −", "help.plus-minus"},
      {"1 … 7  D", "help.views"},
      {"/   .  ,", "help.search"},
      {"M   V  B", "help.marks"},
      {"[  ]  \\", "help.loop"},
      {"0", "help.zoom"},
      {"Tab  Enter", "help.tab"},
      {"E", "help.e"},
      {"F5   F", "help.present"},
      {"P   N", "help.laser"},
      {"L   T   C", "help.look"},
      {"Ctrl +  −", "help.text"},
      {"H   X", "help.h"},
      {"?   Esc", "help.question"},
  };
  return keys;
}

}  // namespace posthorn::viz
