#include "viz/app/shell.hpp"

#include <cmath>

#include "viz/panels/client.hpp"
#include "viz/panels/panels.hpp"
#include "viz/panels/stage.hpp"

namespace posthorn::viz {
namespace {

constexpr ImGuiWindowFlags kWholeWindow =
    ImGuiWindowFlags_NoDecoration | ImGuiWindowFlags_NoMove | ImGuiWindowFlags_NoSavedSettings |
    ImGuiWindowFlags_NoBringToFrontOnFocus | ImGuiWindowFlags_NoNav |
    ImGuiWindowFlags_NoScrollWithMouse;

/// Characters typed this frame, for keys that stand elsewhere on every keyboard ("?", "+").
void typed_keys(Commands& commands) {
  for (const ImWchar c : ImGui::GetIO().InputQueueCharacters) {
    switch (c) {
      case '?':
        commands.push_back(ToggleHelp{});
        break;
      case '+':
      case ';':
        commands.push_back(Faster{});
        break;  // the + key of a Japanese keyboard
      case '-':
        commands.push_back(Slower{});
        break;
      case 'l':
      case 'L':
        commands.push_back(ToggleLang{});
        break;
      case 't':
      case 'T':
        commands.push_back(ToggleTheme{});
        break;
      default:
        break;
    }
  }
}

}  // namespace

Layout layout_for(float width, float height, bool tall_transcript) {
  const float gap = px(14), side = std::round(px(322));
  const float header = std::round(px(108));
  const float rest = height - header - gap * 4;
  const float bottom = std::round(tall_transcript ? rest * 0.56f : std::min(px(216), rest * 0.30f));
  const float top = gap * 2 + header, foot = height - gap;
  Layout out;
  out.header = {{gap, gap}, {width - gap, gap + header}};
  out.steps = {{gap, top}, {gap + side, foot}};
  out.details = {{width - gap - side, top}, {width - gap, foot}};
  out.stage = {{out.steps.max.x + gap, top}, {out.details.min.x - gap, foot - bottom - gap}};
  out.transcript = {{out.stage.min.x, foot - bottom}, {out.stage.max.x, foot}};
  return out;
}

Shell::Shell(Model& model) : model_(model), glyphs_(glyphs_for(*model.trace)) {
  ImGuiIO& io = ImGui::GetIO();
  io.IniFilename = nullptr;
  io.ConfigFlags &= ~ImGuiConfigFlags_NavEnableKeyboard;
}

bool Shell::prepare(float width, float height) {
  look_.theme = model_.dark ? Theme::dark : Theme::light;
  look_.lang = model_.lang;
  look_.scale = scale_for(width, height);
  const bool fresh = glyphs_.add(take_missing_glyphs());
  const bool rebuild = fresh || std::abs(look_.scale - built_scale_) > 0.02f;
  if (rebuild) {
    report_ = {};
    look_.faces = build_faces(glyphs_, look_.scale, &report_);
    built_scale_ = look_.scale;
  }
  use_look(look_);
  return rebuild;
}

void Shell::keys() {
  if (ImGui::GetIO().WantTextInput) return;
  const bool shift = ImGui::GetIO().KeyShift;
  if (key_pressed(Key::space)) commands_.push_back(TogglePlay{});
  if (key_pressed(Key::right, true))
    commands_.push_back(shift ? Command(StoryForward{}) : Command(StepForward{}));
  if (key_pressed(Key::left, true))
    commands_.push_back(shift ? Command(StoryBack{}) : Command(StepBack{}));
  if (key_pressed(Key::home)) commands_.push_back(SeekStart{});
  if (key_pressed(Key::end)) commands_.push_back(SeekEnd{});
  if (key_pressed(Key::escape) && model_.help) commands_.push_back(ToggleHelp{});
  typed_keys(commands_);
}

void Shell::panels(const Layout& layout, const Rect& window) {
  ImDrawList* list = ImGui::GetWindowDrawList();
  // The stage comes first: the cards' shadows fall on it.
  mark_rect("panel-stage", layout.stage.min, layout.stage.max, true);
  {
    const PanelScope stage("stage", layout.stage,
                           ImGuiWindowFlags_NoScrollbar | ImGuiWindowFlags_NoScrollWithMouse);
    // The stage above, the mail program of the one who acts below; it goes where the room is short.
    const HostId client = client_on_stage(model_);
    const float mail = std::round(px(226));
    const bool both = client && layout.stage.height() > mail + px(190);
    const float split = layout.stage.max.y - (both ? mail + px(10) : 0);
    draw_stage(model_, {layout.stage.min, {layout.stage.max.x, split}}, commands_);
    if (both)
      draw_client(model_, client,
                  {{layout.stage.min.x + px(3), split + px(6)},
                   {layout.stage.max.x - px(3), layout.stage.max.y - px(4)}},
                  commands_);
  }
  const std::pair<const char*, const Rect*> cards[] = {{"panel-header", &layout.header},
                                                       {"panel-steps", &layout.steps},
                                                       {"panel-details", &layout.details},
                                                       {"panel-transcript", &layout.transcript}};
  for (const auto& [name, rect] : cards) {
    draw_card(list, *rect);
    mark_rect(name, rect->min, rect->max, true);
  }
  const Rect& h = layout.header;
  draw_toolbar(model_, {{h.min.x + px(16), h.min.y + px(6)}, {h.max.x - px(16), h.min.y + px(74)}},
               commands_);
  draw_timeline(model_, {{h.min.x + px(12), h.min.y + px(76)}, {h.max.x - px(12), h.max.y - px(6)}},
                commands_);
  const auto inside = [](const Rect& r) {
    return Rect{{r.min.x + px(18), r.min.y + px(16)}, {r.max.x - px(12), r.max.y - px(12)}};
  };
  draw_steps(model_, inside(layout.steps), commands_);
  draw_details(model_, inside(layout.details), commands_);
  const Rect& t = layout.transcript;
  draw_transcript(model_,
                  {{t.min.x + px(18), t.min.y + px(14)}, {t.max.x - px(14), t.max.y - px(10)}},
                  commands_);
  if (!model_.help) return;
  ImGui::SetCursorScreenPos(window.min);
  const PanelScope overlay("help-overlay", window, ImGuiWindowFlags_NoScrollbar);
  draw_help(model_, window, commands_);
}

void Shell::build(float width, float height) {
  clear_marks();
  push_face(look_.faces.body);
  ImGui::SetNextWindowPos({0, 0});
  ImGui::SetNextWindowSize({width, height});
  ImGui::PushStyleVar(ImGuiStyleVar_WindowPadding, ImVec2(0, 0));
  ImGui::PushStyleVar(ImGuiStyleVar_WindowRounding, 0);
  ImGui::Begin("posthorn", nullptr, kWholeWindow);
  ImGui::PopStyleVar(2);
  keys();
  panels(layout_for(width, height, model_.tall_transcript), {{0, 0}, {width, height}});
  ImGui::End();
  pop_face();
}

void Shell::finish(double real_seconds) {
  for (const Command& command : commands_) apply(model_, command);
  commands_.clear();
  pass_time(model_, real_seconds);
}

}  // namespace posthorn::viz
