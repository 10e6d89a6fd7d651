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

void draw_logo(const Rect& box) {
  ImDrawList* list = ImGui::GetWindowDrawList();
  list->AddRectFilled(box.min, box.max, colors().primary, px(11));
  const Rect letter = Rect::around(box.center(), {box.width() * 0.58f, box.width() * 0.42f});
  list->AddRectFilled(letter.min, letter.max, colors().on_primary, px(3));
  const ImVec2 flap[3] = {{letter.min.x + px(2), letter.min.y + px(3)},
                          {letter.center().x, letter.center().y + px(2)},
                          {letter.max.x - px(2), letter.min.y + px(3)}};
  list->AddPolyline(flap, 3, colors().primary, 0, px(2.2f));
}

void draw_brand(const Model& model, Row& row, bool words, Commands& commands) {
  ImDrawList* list = ImGui::GetWindowDrawList();
  const float side = px(words ? 44 : 38), room = words ? px(196) : 0;
  row.place(side);
  const Rect box = {{row.x(), row.middle() - side / 2}, {row.x() + side, row.middle() + side / 2}};
  if (hit_area("home", {side + px(13) + room, side})) commands.push_back(Ask{OpenStart{}});
  tooltip_for_last(say("lessons", model.lang()));
  draw_logo(box);
  if (words) {
    const float text_x = box.max.x + px(13), top = row.middle() - px(24);
    draw_text(list, faces().title, {text_x, top}, colors().text, "Posthorn");
    draw_text(list, faces().small, {text_x, top + faces().title.size + px(2)}, colors().muted,
              elide(faces().small, model.scene().title.in(model.lang()), room));
  }
  row.advance(side + px(13) + room + px(10));
}

void draw_transport(const Model& model, Row& row, float side, bool words, Commands& commands) {
  const bool playing = model.head.playing;
  const float width = words ? px(124) : side;
  const Icon icon = playing ? Icon::pause : Icon::play;
  const std::string_view label = say(playing ? "pause" : "play", model.lang());
  row.place();
  const bool clicked =
      words ? icon_text_button("play", icon, label, {width, side}, ButtonKind::primary)
            : icon_button("play", icon, label, side, ButtonKind::primary);
  if (clicked) commands.push_back(TogglePlay{});
  row.advance(width + px(8));
  const auto small = [&](const char* name, Icon sign, Command command) {
    row.place();
    if (icon_button(name, sign, say(name, model.lang()), side)) commands.push_back(command);
    row.advance(side + px(8));
  };
  small("step-back", Icon::step_back, StepBack{});
  small("step-forward", Icon::step_forward, StepForward{});
  if (words) small("restart", Icon::restart, SeekStart{});
  row.advance(px(8));
}

/// What one step skips.
void draw_strides(const Model& model, Row& row, float side, Commands& commands) {
  std::vector<Segment> choices;
  float width = 0;
  for (const char* name : {"story", "hop", "command", "packet"}) {
    const std::string key = name;
    choices.push_back({key, std::string(say("stride." + key, model.lang())),
                       std::string(say("stride-tip." + key, model.lang()))});
    width += text_size(faces().small, choices.back().label).x + px(20);
  }
  row.place();
  const int clicked = segments("stride", choices, static_cast<int>(model.stride), side);
  if (clicked >= 0) commands.push_back(SetStride{static_cast<Stride>(clicked)});
  row.advance(width + px(16));
}

void draw_speed(const Model& model, Row& row, float side, Commands& commands) {
  ImDrawList* list = ImGui::GetWindowDrawList();
  const float width = px(186);
  row.place();
  const Rect r = {{row.x(), row.middle() - side / 2}, {row.x() + width, row.middle() + side / 2}};
  hit_area("speed", r.size());
  const bool hot = ImGui::IsItemHovered() || ImGui::IsItemActive();
  list->AddRectFilled(r.min, r.max, hot ? colors().field_hover : colors().field, px(9));
  const float grab = px(16), margin = px(3);
  const float span = width - grab - margin * 2;
  const float x = r.min.x + margin + span * static_cast<float>(speed_to_slider(model.head.speed));
  list->AddRectFilled({x, r.min.y + margin}, {x + grab, r.max.y - margin}, colors().primary, px(7));
  const std::string text = speed_text(model.head.speed, model.lang());
  const float room_left = x - r.min.x, room_right = r.max.x - (x + grab);
  const float middle = room_right >= room_left ? (x + grab + r.max.x) / 2 : (r.min.x + x) / 2;
  draw_text_centered(list, faces().small, {middle, row.middle()}, colors().text, text);
  if (ImGui::IsItemActive()) {
    const float at = (ImGui::GetIO().MousePos.x - r.min.x - margin - grab / 2) / span;
    commands.push_back(SetSpeed{slider_to_speed(static_cast<double>(at))});
  } else {
    tooltip_for_last(std::string(say("speed", model.lang())) + ": " +
                     std::string(say("speed-tip", model.lang())));
  }
  row.advance(width + px(16));
}

/// Two lines: the date at the scene's place, and the time since the beginning.
void draw_clock(const Model& model, Row& row) {
  ImDrawList* list = ImGui::GetWindowDrawList();
  const Face& face = faces().mono_small;
  draw_text(list, face, {row.x(), row.middle() - face.size - px(1)}, colors().text,
            date_text(model.scene(), model.head.at));
  draw_text(list, face, {row.x(), row.middle() + px(2)}, colors().muted,
            "T+" + moment_text(model.head.at));
}

/// From the right: language, theme, keys, saving. Returns where they begin.
float draw_switches(const Model& model, const Rect& area, float side, bool words,
                    Commands& commands) {
  const float width = words ? px(96) : px(52), gap = px(7);
  float x = area.max.x - width;
  const float y = area.center().y - side / 2;
  ImGui::SetCursorScreenPos({x, y});
  if (button("language", switch_language_word(model.lang(), words), {width, side}))
    commands.push_back(ToggleLang{});
  const auto small = [&](const char* name, Icon icon, std::string_view tip, Command command) {
    x -= side + gap;
    ImGui::SetCursorScreenPos({x, y});
    if (icon_button(name, icon, tip, side)) commands.push_back(command);
  };
  const float narrow = px(600);
  if (area.width() >= narrow)
    small("theme", model.likes.dark ? Icon::sun : Icon::moon, say("switch-theme", model.lang()),
          ToggleTheme{});
  small("settings", Icon::gear, say("settings-tip", model.lang()), ToggleSettings{});
  small("help", Icon::help, say("help", model.lang()), ToggleHelp{});
  if (area.width() >= narrow) {
    small("export", Icon::save, say("export", model.lang()), ToggleMenu{});
    small("what-if", Icon::storm, say("what-if-tip", model.lang()), ToggleWhatIf{});
  }
  return x;
}

}  // namespace

void draw_toolbar(const Model& model, const Rect& area, bool one_row, Commands& commands) {
  const PanelScope scope("toolbar", area,
                         ImGuiWindowFlags_NoScrollbar | ImGuiWindowFlags_NoScrollWithMouse);
  const float side = px(38), room = area.width() / px(1);
  Row row(area, side);
  const bool wide = room >= 1150 && !one_row;
  draw_brand(model, row, wide, commands);
  draw_transport(model, row, side, room >= 700 && !one_row, commands);
  if (room >= 980 && !one_row) draw_strides(model, row, side, commands);
  if (room >= 760 && !one_row) draw_speed(model, row, side, commands);
  const float left = draw_switches(model, area, side, wide, commands);
  if (one_row)
    draw_timeline(model, {{row.x(), area.min.y}, {left - px(6), area.max.y}}, commands);
  else if (left - row.x() > px(170))
    draw_clock(model, row);
}

}  // namespace posthorn::viz
