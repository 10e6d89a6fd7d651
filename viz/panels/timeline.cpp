// The time slider: the five steps as chapters, how much happens when, a lane for each connection,
// what a search found, marks and the loop. Quiet hours take little room on it.
#include <algorithm>

#include "text/text.hpp"
#include "viz/model/lanes.hpp"
#include "viz/panels/panels.hpp"

namespace posthorn::viz {

using namespace texts;
namespace {

class Timeline {
 public:
  Timeline(const Model& model, const Rect& area, Commands& commands)
      : model_(model), area_(area), commands_(commands), list_(ImGui::GetWindowDrawList()) {
    const float margin = px(12);
    const float lanes = area.height() > px(40) ? px(17) : 0;
    const float y = area.min.y + (area.height() - lanes) / 2;
    bar_ = {{area.min.x + margin, y - px(4)}, {area.max.x - margin, y + px(4)}};
  }

  void draw() {
    const Lanes& lanes = lanes_of(*model_.trace, model_.track);
    density(lanes);
    list_->AddRectFilled(bar_.min, bar_.max, colors().field, px(4));
    const float here = x_of(model_.head.at);
    if (here > bar_.min.x + px(4))
      list_->AddRectFilled(bar_.min, {here, bar_.max.y}, colors().primary, px(4));
    loop();
    if (area_.height() > px(40)) connections(lanes);
    hits();
    chapters();  // before the slider, so that a disc wins over it
    marks_();
    slider(here);
  }

 private:
  [[nodiscard]] float x_of(Instant at) const {
    return bar_.min.x + bar_.width() * static_cast<float>(model_.track.slider(at));
  }

  /// How many events there are, as hills above the bar.
  void density(const Lanes& lanes) {
    const float foot = bar_.min.y - px(1), height = foot - area_.min.y - px(1);
    if (height < px(4)) return;
    const float step = bar_.width() / static_cast<float>(lanes.density.size());
    for (std::size_t i = 0; i < lanes.density.size(); ++i) {
      if (lanes.density[i] <= 0) continue;
      const float x = bar_.min.x + step * static_cast<float>(i);
      list_->AddRectFilled({x, foot - height * lanes.density[i]}, {x + step, foot},
                           fade(colors().primary, 0.22f));
    }
  }

  /// One thin line a connection, while it is open.
  void connections(const Lanes& lanes) {
    const float top = bar_.max.y + px(6), pitch = px(3.4f);
    for (const Lanes::Span& span : lanes.spans) {
      const float y = top + pitch * static_cast<float>(span.lane);
      const float a = x_of(span.from), b = std::max(x_of(span.to), a + px(2));
      // Of what is left out by the search only a shade remains.
      const ImU32 tone = colors().of(span.protocol);
      list_->AddRectFilled({a, y}, {b, y + px(2.2f)},
                           model_.among.has(span.conn) ? tone : fade(tone, 0.2f), px(1));
    }
  }

  void hits() {
    // At most one tick a pixel, however many hits there are.
    float former = -10;
    for (const RecordId hit : model_.hits) {
      const float x = x_of((*model_.trace)[hit].at);
      if (x - former < 2) continue;
      former = x;
      list_->AddRectFilled({x - 1, bar_.min.y - px(5)}, {x + 1, bar_.max.y + px(5)}, colors().warn);
    }
  }

  void loop() {
    if (!model_.loop.from && !model_.loop.to) return;
    const float a = x_of(model_.loop.from.value_or(Instant{}));
    const float b = x_of(model_.loop.to.value_or(model_.trace->end_time()));
    list_->AddRectFilled({a, area_.min.y}, {b, area_.max.y}, fade(colors().primary, 0.14f), px(4));
    for (const float x : {a, b})
      list_->AddRectFilled({x - px(1), area_.min.y}, {x + px(1), area_.max.y}, colors().primary);
  }

  void marks_() {
    for (std::size_t i = 0; i < model_.marks.size(); ++i) {
      const float x = x_of(model_.marks[i].at), side = px(18);
      ImGui::SetCursorScreenPos({x - side / 2, area_.min.y});
      if (hit_area("bookmark-" + std::to_string(i), {side, side}))
        commands_.push_back(SeekTime{model_.marks[i].at});
      tooltip_for_last("T+" + clock_text(model_.marks[i].at) + " s");
      draw_icon(list_, Icon::flag, {x + px(3), area_.min.y + px(7)}, px(14), colors().bad);
    }
  }

  /// Numbered discs; where two stand too close the later one moves right.
  void chapters() {
    const float radius = px(10);
    float least = bar_.min.x - radius;
    for (const Track::Chapter& chapter : model_.track.chapters) {
      const float x = std::clamp(x_of(chapter.at), least + radius, bar_.max.x - radius);
      least = x + radius + px(3);
      const bool reached = model_.head.count >= chapter.count;
      const ImVec2 center = {x, bar_.center().y};
      ImGui::SetCursorScreenPos({x - radius, center.y - radius});
      const std::string number = std::to_string(chapter.step);
      if (hit_area("chapter-" + number, {radius * 2, radius * 2}))
        commands_.push_back(SelectRecord{RecordId{chapter.count}});
      tooltip_for_last(say("step." + number, model_.lang()));
      list_->AddCircleFilled(center, radius + px(2), colors().card, 28);
      list_->AddCircleFilled(center, radius, reached ? colors().primary : colors().field_hover, 28);
      draw_text_centered(list_, faces().small_bold, center,
                         reached ? colors().on_primary : colors().text, number);
    }
  }

  void slider(float here) {
    ImGui::SetCursorScreenPos({bar_.min.x, area_.min.y});
    hit_area("time", {bar_.width(), area_.height()});
    const bool hot = ImGui::IsItemHovered() || ImGui::IsItemActive();
    const float radius = hot ? px(10) : px(8);
    const ImVec2 at{here, bar_.center().y};
    draw_shadow(list_, Rect::around(at, {radius * 2, radius * 2}), radius, px(4));
    list_->AddCircleFilled(at, radius, colors().card, 28);
    list_->AddCircleFilled(at, radius - px(3), colors().primary, 28);
    const float pointer =
        std::clamp((ImGui::GetIO().MousePos.x - bar_.min.x) / bar_.width(), 0.0f, 1.0f);
    const Instant there = model_.track.from_slider(static_cast<double>(pointer));
    if (ImGui::IsItemActive())
      commands_.push_back(SeekTime{there});
    else if (ImGui::IsItemHovered())
      tooltip_for_last(date_text(model_.scene(), there) + "  T+" + moment_text(there));
  }

  const Model& model_;
  Rect area_, bar_;
  Commands& commands_;
  ImDrawList* list_;
};

}  // namespace

void draw_timeline(const Model& model, const Rect& area, Commands& commands) {
  const PanelScope scope("timeline", area,
                         ImGuiWindowFlags_NoScrollbar | ImGuiWindowFlags_NoScrollWithMouse);
  Timeline(model, area, commands).draw();
}

}  // namespace posthorn::viz
