// The conversation as a table that follows the playhead; a click goes to that moment.
#include <algorithm>
#include <cmath>
#include <cstdio>

#include "text/text.hpp"
#include "viz/panels/views.hpp"

namespace posthorn::viz {

using namespace texts;
namespace {

struct Columns {
  float time, chip, from, to, text, right;
};

Columns columns_for(const Rect& area) {
  const float x = area.min.x;
  const float host = std::clamp(area.width() * 0.16f, px(120), px(230));
  Columns c{};
  c.time = x + px(4);
  c.chip = c.time + px(88);
  c.from = c.chip + px(94);
  c.to = c.from + host;
  c.text = c.to + host;
  c.right = area.max.x - px(14);
  return c;
}

void draw_head(const Model& model, const Columns& c, const Rect& area) {
  ImDrawList* list = ImGui::GetWindowDrawList();
  const Face& face = faces().small_bold;
  const float y = area.center().y - face.size / 2;
  const std::pair<float, const char*> heads[] = {{c.time, "col-time"},
                                                 {c.chip, "col-protocol"},
                                                 {c.from, "col-from"},
                                                 {c.to, "col-to"},
                                                 {c.text, "col-line"}};
  for (const auto& [x, key] : heads)
    draw_text(list, face, {x, y}, colors().muted, say(key, model.lang()));
  list->AddLine({area.min.x, area.max.y}, {area.max.x, area.max.y}, colors().line, 1);
}

struct RowDrawer {
  const Model& model;
  Columns c;
  float height;
  int current;
  Commands& commands;

  void operator()(int index) const {
    const TranscriptRow row =
        transcript_row(*model.trace, model.visible[static_cast<std::size_t>(index)]);
    const ImVec2 at = ImGui::GetCursorScreenPos();
    const Rect r = {at, {c.right, at.y + height}};
    ImGui::PushID(index);
    if (ImGui::InvisibleButton("row", {r.width(), height}))
      commands.push_back(SelectRecord{row.record});
    copy_on_right_click(model, row.record, commands);
    ImGui::PopID();
    if (index == current) mark("row-current");
    mark("row-" + std::to_string(index));
    ground(r, index);
    cells(row, r, row.record.value <= model.head.count);
  }

  void ground(const Rect& r, int index) const {
    ImDrawList* list = ImGui::GetWindowDrawList();
    if (index == current)
      list->AddRectFilled(r.min, r.max, colors().soft, px(6));
    else if (ImGui::IsItemHovered())
      list->AddRectFilled(r.min, r.max, colors().field, px(6));
    else if (!model.only_hits && is_hit(index))
      list->AddRectFilled(r.min, r.max, colors().tint(colors().warn, 0.2f));
    else if (index % 2 == 1)
      list->AddRectFilled(r.min, r.max, colors().row);
  }

  [[nodiscard]] bool is_hit(int index) const {
    return model.is_hit(model.visible[static_cast<std::size_t>(index)]);
  }

  void cells(const TranscriptRow& row, const Rect& r, bool past) const {
    ImDrawList* list = ImGui::GetWindowDrawList();
    const ImU32 ink = past ? colors().text : colors().muted;
    const float middle = r.center().y;
    const Face& mono = faces().mono;
    const float mono_y = middle - mono.size / 2;
    const std::string time = clock_column(row.at);
    draw_text(list, mono, {c.chip - px(26) - text_size(mono, time).x, mono_y}, colors().muted,
              time);
    draw_chip(list, {c.chip, middle}, row_color(row), row_chip(row, model.lang()), px(21), px(76));
    const float host_room = c.to - c.from - px(12);
    const Face& body = faces().small;
    const auto host = [&](float x, HostId id) {
      draw_text(list, body, {x, middle - body.size / 2}, ink,
                elide(body, host_label(model.scene(), id, model.lang()), host_room));
    };
    host(c.from, row.from);
    host(c.to, row.to);
    const bool back = is_reply(*model.trace, row);
    const char* arrow = !row.from || back                         ? "←"
                        : row.to || row.protocol == Protocol::dns ? "→"
                                                                  : "·";
    draw_text(list, mono, {c.text, mono_y}, row_color(row), arrow);
    const float text_x = c.text + mono.size * 1.2f;
    draw_text(list, mono, {text_x, mono_y}, ink,
              elide(mono, row.text.in(model.lang()), c.right - text_x - px(4)));
  }
};

}  // namespace

void draw_log(const Model& model, const Rect& area, Commands& commands) {
  const PanelScope scope("log", area,
                         ImGuiWindowFlags_NoScrollbar | ImGuiWindowFlags_NoScrollWithMouse);
  const Rect head = {area.min, {area.max.x, area.min.y + px(26)}};
  const Columns c = columns_for(area);
  draw_head(model, c, head);
  const float height = std::round(px(28));
  Rect body = {{area.min.x, head.max.y + 1}, area.max};  // whole rows only
  body.max.y = body.min.y + std::max(1.0f, std::floor(body.height() / height)) * height;
  if (model.visible.empty()) {
    draw_nothing_found(model, body, say("nothing-yet", model.lang()));
    return;
  }
  const PanelScope rows("rows", body);
  const int current = model.current_row();
  follow_row(current, height);
  ImGui::PushStyleVar(ImGuiStyleVar_ItemSpacing, ImVec2(0, 0));
  const RowDrawer draw = {model, c, height, current, commands};
  ImGuiListClipper clipper;
  clipper.Begin(static_cast<int>(model.visible.size()), height);
  while (clipper.Step())
    for (int i = clipper.DisplayStart; i < clipper.DisplayEnd; ++i) draw(i);
  ImGui::PopStyleVar();
}

}  // namespace posthorn::viz
