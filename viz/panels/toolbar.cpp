// The header: logo, transport buttons, speed, clock, language and theme.
#include <algorithm>

#include "text/text.hpp"
#include "viz/panels/panels.hpp"

namespace posthorn::viz {

using namespace texts;
namespace {

/// Items stand in a row, centred on the bar's middle line.
class Row {
 public:
  Row(const Rect& area, float side) : area_(area), side_(side), x_(area.min.x) {}
  void place(float height) const { ImGui::SetCursorScreenPos({x_, area_.center().y - height / 2}); }
  void place() const { place(side_); }
  void advance(float width) { x_ += width; }
  [[nodiscard]] float x() const { return x_; }
  [[nodiscard]] float middle() const { return area_.center().y; }

 private:
  Rect area_;
  float side_, x_;
};

void draw_brand(const Model& model, Row& row) {
  ImDrawList* list = ImGui::GetWindowDrawList();
  const float side = px(44);
  const Rect box = {{row.x(), row.middle() - side / 2}, {row.x() + side, row.middle() + side / 2}};
  list->AddRectFilled(box.min, box.max, colors().primary, px(11));
  const ImVec2 size = {side * 0.58f, side * 0.42f};
  const Rect letter = Rect::around(box.center(), size);
  list->AddRectFilled(letter.min, letter.max, colors().on_primary, px(3));
  const ImVec2 flap[3] = {{letter.min.x + px(2), letter.min.y + px(3)},
                          {letter.center().x, letter.center().y + px(2)},
                          {letter.max.x - px(2), letter.min.y + px(3)}};
  list->AddPolyline(flap, 3, colors().primary, 0, px(2.2f));
  const float room = px(186);
  const float text_x = box.max.x + px(13);
  const Face& title = faces().title;
  const std::string lesson = elide(faces().small, model.scene().title.in(model.lang), room);
  const float top = row.middle() - px(24);
  draw_text(list, title, {text_x, top}, colors().text, "Posthorn");
  draw_text(list, faces().small, {text_x, top + title.size + px(2)}, colors().muted, lesson);
  row.advance(side + px(13) + room + px(18));
}

void draw_transport(const Model& model, Row& row, float side, Commands& commands) {
  const bool playing = model.head.playing;
  const float width = px(132);
  row.place();
  if (icon_text_button("play", playing ? Icon::pause : Icon::play,
                       say(playing ? "pause" : "play", model.lang), {width, side},
                       ButtonKind::primary))
    commands.push_back(TogglePlay{});
  row.advance(width + px(10));
  const auto small = [&](const char* name, Icon icon, Command command) {
    row.place();
    if (icon_button(name, icon, say(name, model.lang), side)) commands.push_back(command);
    row.advance(side + px(8));
  };
  small("step-back", Icon::step_back, StepBack{});
  small("step-forward", Icon::step_forward, StepForward{});
  small("restart", Icon::restart, SeekStart{});
  row.advance(px(14));
}

void draw_speed(const Model& model, Row& row, float side, Commands& commands) {
  ImDrawList* list = ImGui::GetWindowDrawList();
  const std::string_view label = say("speed", model.lang);
  const Face& face = faces().body;
  draw_text(list, face, {row.x(), row.middle() - face.size / 2}, colors().muted, label);
  row.advance(text_size(face, label).x + px(12));
  const float width = px(196);
  row.place();
  const Rect r = {{row.x(), row.middle() - side / 2}, {row.x() + width, row.middle() + side / 2}};
  ImGui::InvisibleButton("speed", r.size());
  mark("speed");
  const bool hot = ImGui::IsItemHovered() || ImGui::IsItemActive();
  list->AddRectFilled(r.min, r.max, hot ? colors().field_hover : colors().field, px(9));
  const float grab = px(16), margin = px(3);
  const float span = width - grab - margin * 2;
  const float x = r.min.x + margin + span * static_cast<float>(speed_to_slider(model.head.speed));
  list->AddRectFilled({x, r.min.y + margin}, {x + grab, r.max.y - margin}, colors().primary, px(7));
  const std::string text = speed_text(model.head.speed, model.lang);
  const float half = text_size(face, text).x / 2;
  const float room_left = x - r.min.x, room_right = r.max.x - (x + grab);
  const float middle = room_right >= room_left ? (x + grab + r.max.x) / 2 : (r.min.x + x) / 2;
  (void)half;
  draw_text_centered(list, faces().small, {middle, row.middle()}, colors().text, text);
  if (ImGui::IsItemActive()) {
    const float at = (ImGui::GetIO().MousePos.x - r.min.x - margin - grab / 2) / span;
    commands.push_back(SetSpeed{slider_to_speed(static_cast<double>(at))});
  } else {
    tooltip_for_last(say("speed-tip", model.lang));
  }
  row.advance(width + px(20));
}

void draw_clock(const Model& model, Row& row) {
  const std::string text = "T+" + clock_text(model.head.at) + " s";
  const Face& face = faces().mono;
  draw_text(ImGui::GetWindowDrawList(), face, {row.x(), row.middle() - face.size / 2},
            colors().text, text);
}

void draw_switches(const Model& model, const Rect& area, float side, Commands& commands) {
  const std::string_view language = say("switch-language", model.lang);
  const float width = px(104), gap = px(8);
  float x = area.max.x - width;
  const float y = area.center().y - side / 2;
  ImGui::SetCursorScreenPos({x, y});
  if (button("language", language, {width, side})) commands.push_back(ToggleLang{});
  x -= side + gap;
  ImGui::SetCursorScreenPos({x, y});
  if (icon_button("theme", model.dark ? Icon::sun : Icon::moon, say("switch-theme", model.lang),
                  side))
    commands.push_back(ToggleTheme{});
  x -= side + gap;
  ImGui::SetCursorScreenPos({x, y});
  if (icon_button("help", Icon::help, say("help", model.lang), side))
    commands.push_back(ToggleHelp{});
}

}  // namespace

void draw_toolbar(const Model& model, const Rect& area, Commands& commands) {
  const PanelScope scope("toolbar", area,
                         ImGuiWindowFlags_NoScrollbar | ImGuiWindowFlags_NoScrollWithMouse);
  const float side = px(38);
  Row row(area, side);
  draw_brand(model, row);
  draw_transport(model, row, side, commands);
  draw_speed(model, row, side, commands);
  draw_clock(model, row);
  draw_switches(model, area, side, commands);
}

}  // namespace posthorn::viz
