#include "viz/app/shell.hpp"

#include <algorithm>
#include <cmath>

#include "text/text.hpp"
#include "viz/app/keys.hpp"
#include "viz/panels/client.hpp"
#include "viz/panels/menu.hpp"
#include "viz/panels/stage.hpp"
#include "viz/panels/start.hpp"
#include "viz/panels/views.hpp"

namespace posthorn::viz {
namespace {

constexpr ImGuiWindowFlags kWholeWindow =
    ImGuiWindowFlags_NoDecoration | ImGuiWindowFlags_NoMove | ImGuiWindowFlags_NoSavedSettings |
    ImGuiWindowFlags_NoBringToFrontOnFocus | ImGuiWindowFlags_NoNav |
    ImGuiWindowFlags_NoScrollWithMouse;

/// Type of a lesson given to a class: as large as the back row needs.
constexpr float kPresentingScale = 1.5f;

Rect inside(const Rect& r) {
  return {{r.min.x + px(18), r.min.y + px(16)}, {r.max.x - px(12), r.max.y - px(12)}};
}

/// A ring around the widget that the keyboard is on.
void draw_focus() {
  if (focused_name().empty()) return;
  const Mark* m = find_mark(focused_name());
  if (m == nullptr) return;
  const Rect r = Rect{m->min, m->max}.inset(-px(3));
  ImGui::GetForegroundDrawList()->AddRect(r.min, r.max, colors().warn, px(10), 0, px(3));
}

void draw_laser(const Model& model) {
  if (!model.laser || !ImGui::IsMousePosValid()) return;
  ImDrawList* list = ImGui::GetForegroundDrawList();
  const ImVec2 at = ImGui::GetIO().MousePos;
  const ImU32 red = rgb(0xE3001B);
  for (int ring = 4; ring >= 1; --ring)
    list->AddCircleFilled(at, px(7) + px(4) * static_cast<float>(ring), fade(red, 0.10f), 32);
  list->AddCircleFilled(at, px(7), red, 32);
  list->AddCircle(at, px(7), rgb(0xFFFFFF), 32, px(1.5f));
}

/// A short message at the lower edge.
void draw_notice(const Model& model, const Rect& window) {
  if (model.notice.empty() || model.seconds >= model.notice_until) return;
  ImDrawList* list = ImGui::GetForegroundDrawList();
  const std::string text = elide(faces().body, model.notice, window.width() - px(80));
  const Rect r = Rect::around({window.center().x, window.max.y - px(44)},
                              {text_size(faces().body, text).x + px(40), px(42)});
  list->AddRectFilled(r.min, r.max, colors().text, px(12));
  draw_text_centered(list, faces().body, r.center(), colors().card, text);
  mark_rect("notice", r.min, r.max);
}

}  // namespace

Shell::Shell(Model& model) : model_(model), glyphs_(glyphs_for(*model.trace)) {
  ImGuiIO& io = ImGui::GetIO();
  io.IniFilename = nullptr;
  io.ConfigFlags &= ~ImGuiConfigFlags_NavEnableKeyboard;
}

float Shell::scale_of(float width, float height, const Preferences& likes, bool presenting) {
  return scale_for(width, height) * likes.text_scale * (presenting ? kPresentingScale : 1.0f);
}

void Shell::use(const ReadyFonts& ready) {
  glyphs_ = ready.glyphs;
  look_.faces = ready.faces;
  report_ = ready.report;
  built_scale_ = ready.scale;
  draw_with(ready);
}

void Shell::describe_fonts(ReadyFonts& fonts) const {
  fonts.glyphs = glyphs_;
  fonts.faces = look_.faces;
  fonts.report = report_;
  fonts.scale = built_scale_;
}

void Shell::trace_changed() {
  glyphs_ = glyphs_for(*model_.trace);
  built_scale_ = 0;
}

bool Shell::prepare(float width, float height) {
  const Preferences& likes = model_.likes;
  look_.theme = likes.dark ? Theme::dark : Theme::light;
  look_.lang = likes.lang;
  look_.scale = scale_of(width, height, likes, model_.presenting);
  const bool fresh = glyphs_.add(take_missing_glyphs());
  const bool rebuild = fresh || std::abs(look_.scale - built_scale_) > 0.02f;
  if (rebuild) {
    report_ = {};
    look_.faces = build_faces(*ImGui::GetIO().Fonts, glyphs_, look_.scale, &report_);
    built_scale_ = look_.scale;
  }
  use_look(look_);
  return rebuild;
}

/// The stage above, the mail program of the one who acts below; it goes where the room is short.
void Shell::stage(const Layout& layout) {
  if (!shown(layout.stage)) return;
  mark_rect("panel-stage", layout.stage.min, layout.stage.max, true);
  const PanelScope scope("stage", layout.stage,
                         ImGuiWindowFlags_NoScrollbar | ImGuiWindowFlags_NoScrollWithMouse);
  const HostId client = client_on_stage(model_);
  // With large type the stage would be left a strip: they share the room.
  const float mail = std::round(std::clamp(layout.stage.height() * 0.46f, px(160), px(226)));
  const bool both = client && layout.stage.height() > mail + px(170);
  const float split = layout.stage.max.y - (both ? mail + px(10) : 0);
  draw_stage(model_, {layout.stage.min, {layout.stage.max.x, split}}, commands_);
  if (both)
    draw_client(model_, client,
                {{layout.stage.min.x + px(3), split + px(6)},
                 {layout.stage.max.x - px(3), layout.stage.max.y - px(4)}},
                commands_);
}

void Shell::panels(const Layout& layout) {
  ImDrawList* list = ImGui::GetWindowDrawList();
  // The stage comes first: the cards' shadows fall on it.
  stage(layout);
  const std::pair<const char*, const Rect*> cards[] = {{"panel-header", &layout.header},
                                                       {"panel-steps", &layout.steps},
                                                       {"panel-details", &layout.details},
                                                       {"panel-dock", &layout.dock},
                                                       {"panel-caption", &layout.caption}};
  for (const auto& [name, rect] : cards) {
    if (!shown(*rect)) continue;
    draw_card(list, *rect);
    mark_rect(name, rect->min, rect->max, true);
  }
  if (shown(layout.header)) {
    const Rect& h = layout.header;
    const float bar = layout.one_row ? h.height() - px(8) : px(66);
    draw_toolbar(model_,
                 {{h.min.x + px(14), h.min.y + px(4)}, {h.max.x - px(14), h.min.y + px(4) + bar}},
                 layout.one_row, commands_);
    if (!layout.one_row)
      draw_timeline(model_,
                    {{h.min.x + px(12), h.min.y + px(70)}, {h.max.x - px(12), h.max.y - px(4)}},
                    commands_);
  }
  if (shown(layout.steps)) draw_steps(model_, inside(layout.steps), commands_);
  if (shown(layout.details)) draw_details(model_, inside(layout.details), commands_);
  if (shown(layout.caption)) {
    const PanelScope scope("caption", inside(layout.caption), ImGuiWindowFlags_NoScrollbar);
    draw_caption(model_, inside(layout.caption), commands_);
  }
  if (shown(layout.dock)) draw_dock(model_, layout, commands_);
}

/// What stands above everything else.
void Shell::overlays(const Rect& window) {
  const Desk& desk = model_.desk;
  const bool waiting = desk.loading && model_.seconds - desk.loading_since >= kPatience;
  const bool card = model_.help || model_.settings ||
                    (!desk.start && (model_.menu || model_.choosing || model_.what_if));
  if (!card && desk.problem.empty() && !waiting) return;
  close_off_marks();
  forget_writing();
  ImGui::SetCursorScreenPos(window.min);
  const PanelScope overlay("overlay", window, ImGuiWindowFlags_NoScrollbar);
  if (model_.help)
    draw_help(model_, window, commands_);
  else if (model_.settings)
    draw_settings(model_, window, commands_);
  else if (model_.choosing && !desk.start)
    draw_choosing(model_, window, commands_);
  else if (model_.what_if && !desk.start)
    draw_what_if(model_, window, commands_);
  else if (model_.menu && !desk.start)
    draw_menu(model_, window, commands_);
  if (!desk.problem.empty()) draw_problem(model_, window, commands_);
  draw_loading(model_, window, commands_);
}

void Shell::build(float width, float height) {
  // Keys first: what they press is pressed in this very frame.
  read_keys(model_, commands_);
  clear_marks();
  push_face(look_.faces.body);
  ImGui::SetNextWindowPos({0, 0});
  ImGui::SetNextWindowSize({width, height});
  ImGui::PushStyleVar(ImGuiStyleVar_WindowPadding, ImVec2(0, 0));
  ImGui::PushStyleVar(ImGuiStyleVar_WindowRounding, 0);
  ImGui::Begin("posthorn", nullptr, kWholeWindow);
  ImGui::PopStyleVar(2);
  const Rect window{{0, 0}, {width, height}};
  if (model_.desk.start)
    draw_start(model_, window, commands_);
  else
    panels(layout_for(width, height, model_));
  overlays(window);
  ImGui::End();
  draw_focus();
  draw_notice(model_, window);
  draw_laser(model_);
  if (model_.blank)
    ImGui::GetForegroundDrawList()->AddRectFilled(window.min, window.max, rgb(0x000000));
  pop_face();
}

void Shell::finish(double real_seconds) {
  for (const Command& command : commands_) apply(model_, command);
  commands_.clear();
  pass_time(model_, real_seconds);
}

}  // namespace posthorn::viz
