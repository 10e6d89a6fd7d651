// The time slider with the five steps as chapters. Quiet hours take little room on it.
#include <algorithm>

#include "text/text.hpp"
#include "viz/panels/panels.hpp"

namespace posthorn::viz {

using namespace texts;
namespace {

void draw_bar(const Model& model, const Rect& bar, float here) {
  ImDrawList* list = ImGui::GetWindowDrawList();
  const float round = bar.height() / 2;
  list->AddRectFilled(bar.min, bar.max, colors().field, round);
  if (here > bar.min.x + round)
    list->AddRectFilled(bar.min, {here, bar.max.y}, colors().primary, round);
  (void)model;
}

/// Numbered discs; where two stand too close the later one moves right, its tick stays.
void draw_chapters(const Model& model, const Rect& bar, Commands& commands) {
  ImDrawList* list = ImGui::GetWindowDrawList();
  const float radius = px(10);
  float least = bar.min.x - radius;
  for (const Track::Chapter& chapter : model.track.chapters) {
    const float exact =
        bar.min.x + bar.width() * static_cast<float>(model.track.slider(chapter.at));
    const float x = std::clamp(exact, least + radius, bar.max.x - radius);
    least = x + radius + px(3);
    const bool reached = model.head.count >= chapter.count;
    const ImVec2 center = {x, bar.center().y};
    ImGui::SetCursorScreenPos({x - radius, center.y - radius});
    const std::string name = "chapter-" + std::to_string(chapter.step);
    if (ImGui::InvisibleButton(name.c_str(), {radius * 2, radius * 2})) {
      // Just behind the record, so that the step is reached.
      commands.push_back(SelectRecord{RecordId{chapter.count}});
    }
    mark(name);
    tooltip_for_last(say("step." + std::to_string(chapter.step), model.lang));
    list->AddCircleFilled(center, radius + px(2), colors().card, 28);
    list->AddCircleFilled(center, radius, reached ? colors().primary : colors().field_hover, 28);
    draw_text_centered(list, faces().small_bold, center,
                       reached ? colors().on_primary : colors().text, std::to_string(chapter.step));
  }
}

}  // namespace

void draw_timeline(const Model& model, const Rect& area, Commands& commands) {
  const PanelScope scope("timeline", area,
                         ImGuiWindowFlags_NoScrollbar | ImGuiWindowFlags_NoScrollWithMouse);
  const float margin = px(12);
  const Rect bar = {{area.min.x + margin, area.center().y - px(4)},
                    {area.max.x - margin, area.center().y + px(4)}};
  const float here =
      bar.min.x + bar.width() * static_cast<float>(model.track.slider(model.head.at));
  draw_bar(model, bar, here);
  draw_chapters(model, bar, commands);  // first, so that a disc wins over the slider below it
  ImGui::SetCursorScreenPos({bar.min.x, area.min.y});
  ImGui::InvisibleButton("time", {bar.width(), area.height()});
  mark("time");
  ImDrawList* list = ImGui::GetWindowDrawList();
  const bool hot = ImGui::IsItemHovered() || ImGui::IsItemActive();
  const float radius = hot ? px(10) : px(8);
  draw_shadow(list, Rect::around({here, bar.center().y}, {radius * 2, radius * 2}), radius, px(4));
  list->AddCircleFilled({here, bar.center().y}, radius, colors().card, 28);
  list->AddCircleFilled({here, bar.center().y}, radius - px(3), colors().primary, 28);
  if (ImGui::IsItemActive()) {
    const float position = (ImGui::GetIO().MousePos.x - bar.min.x) / bar.width();
    commands.push_back(SeekTime{model.track.from_slider(static_cast<double>(position))});
  } else {
    tooltip_for_last(say("time-tip", model.lang));
  }
}

}  // namespace posthorn::viz
