// The conversation as a table that follows the playhead; a click goes to that moment.
#include <algorithm>
#include <cmath>
#include <cstdio>

#include "text/text.hpp"
#include "viz/panels/panels.hpp"

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

void draw_filter(const Model& model, const Rect& area, Commands& commands) {
  ImDrawList* list = ImGui::GetWindowDrawList();
  const float height = px(34);
  const std::string_view title = say("transcript", model.lang);
  draw_text(list, faces().bold, {area.min.x, area.min.y + (height - faces().bold.size) / 2},
            colors().text, title);
  const float x = area.min.x + std::max(px(130), text_size(faces().bold, title).x + px(24));
  const float width = std::clamp(area.width() - (x - area.min.x) - px(330), px(120), px(330));
  ImGui::SetCursorScreenPos({x, area.min.y});
  char buffer[256];
  std::snprintf(buffer, sizeof buffer, "%s", model.filter.c_str());
  push_face(faces().body);
  ImGui::PushStyleVar(ImGuiStyleVar_FramePadding, ImVec2(px(12), (height - faces().body.size) / 2));
  ImGui::PushStyleColor(ImGuiCol_TextDisabled, colors().muted);
  ImGui::SetNextItemWidth(width);
  const std::string hint(say("filter", model.lang));
  if (ImGui::InputTextWithHint("##filter", hint.c_str(), buffer, sizeof buffer))
    commands.push_back(SetFilter{buffer});
  mark("filter");
  ImGui::PopStyleColor();
  ImGui::PopStyleVar();
  pop_face();
  const std::string shown = std::to_string(model.visible.size());
  const std::string all = std::to_string(model.rows.size());
  const std::string count = shown + " " + std::string(say("of", model.lang)) + " " + all + " " +
                            std::string(say("rows", model.lang));
  draw_text(list, faces().body, {x + width + px(18), area.min.y + (height - faces().body.size) / 2},
            colors().muted, count);
  const float side = px(116);
  ImGui::SetCursorScreenPos({area.max.x - side, area.min.y});
  if (button("transcript-size", say(model.tall_transcript ? "smaller" : "larger", model.lang),
             {side, height}))
    commands.push_back(ToggleTranscript{});
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
    draw_text(list, face, {x, y}, colors().muted, say(key, model.lang));
  list->AddLine({area.min.x, area.max.y}, {area.max.x, area.max.y}, colors().line, 1);
}

/// The row that holds the newest record up to the playhead; -1 before the first.
int current_row(const Model& model) {
  const std::uint32_t here =
      model.selection.record ? model.selection.record.value : model.head.count;
  const auto next =
      std::partition_point(model.visible.begin(), model.visible.end(),
                           [&](std::uint32_t i) { return model.rows[i].record.value <= here; });
  return static_cast<int>(next - model.visible.begin()) - 1;
}

struct RowDrawer {
  const Model& model;
  Columns c;
  float height;
  int current;
  Commands& commands;

  void operator()(int index) const {
    const TranscriptRow& row = model.rows[model.visible[static_cast<std::size_t>(index)]];
    const ImVec2 at = ImGui::GetCursorScreenPos();
    const Rect r = {at, {c.right, at.y + height}};
    ImGui::PushID(index);
    if (ImGui::InvisibleButton("row", {r.width(), height}))
      commands.push_back(SelectRecord{row.record});
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
    else if (index % 2 == 1)
      list->AddRectFilled(r.min, r.max, colors().row);
  }

  void cells(const TranscriptRow& row, const Rect& r, bool past) const {
    ImDrawList* list = ImGui::GetWindowDrawList();
    const ImU32 ink = past ? colors().text : colors().muted;
    const float middle = r.center().y;
    const Face& mono = faces().mono;
    const float mono_y = middle - mono.size / 2;
    const std::string time = clock_text(row.at);
    draw_text(list, mono, {c.chip - px(26) - text_size(mono, time).x, mono_y}, colors().muted,
              time);
    draw_chip(list, {c.chip, middle}, row_color(row), row_chip(row, model.lang), px(21), px(76));
    const float host_room = c.to - c.from - px(12);
    const Face& body = faces().small;
    const auto host = [&](float x, HostId id) {
      draw_text(list, body, {x, middle - body.size / 2}, ink,
                elide(body, host_label(model.scene(), id, model.lang), host_room));
    };
    host(c.from, row.from);
    host(c.to, row.to);
    const bool back = row.protocol == Protocol::dns ? !row.from : is_reply(row);
    const char* arrow = !row.from || back                         ? "←"
                        : row.to || row.protocol == Protocol::dns ? "→"
                                                                  : "·";
    draw_text(list, mono, {c.text, mono_y}, row_color(row), arrow);
    const float text_x = c.text + mono.size * 1.2f;
    draw_text(list, mono, {text_x, mono_y}, ink,
              elide(mono, row.text.in(model.lang), c.right - text_x - px(4)));
  }

  [[nodiscard]] bool is_reply(const TranscriptRow& row) const {
    const auto* line = std::get_if<trace::Line>(&(*model.trace)[row.record].fact);
    return line != nullptr && line->speaker == Side::server;
  }
};

/// Keeps the current row in view when it has changed, and leaves the reader's scrolling alone.
void follow(int current, float row_height) {
  static int former = -2;
  static float former_height = 0;
  const float room = ImGui::GetWindowHeight();
  if (current == former && room == former_height) return;
  former = current;
  former_height = room;
  const float top = static_cast<float>(std::max(current, 0)) * row_height;
  const float scroll = ImGui::GetScrollY();
  const float low = top - room + row_height * 2.2f;  // one row of the future stays visible
  if (scroll < low) ImGui::SetScrollY(std::ceil(low / row_height) * row_height);  // whole rows
  if (scroll > top - row_height) ImGui::SetScrollY(std::max(0.0f, top - row_height));
}

}  // namespace

void draw_transcript(const Model& model, const Rect& area, Commands& commands) {
  const PanelScope scope("transcript", area,
                         ImGuiWindowFlags_NoScrollbar | ImGuiWindowFlags_NoScrollWithMouse);
  draw_filter(model, area, commands);
  const float head_y = area.min.y + px(42), head_height = px(28);
  const Rect head = {{area.min.x, head_y}, {area.max.x, head_y + head_height}};
  const Columns c = columns_for(area);
  draw_head(model, c, head);
  const float height = std::round(px(28));
  Rect body = {{area.min.x, head.max.y + 1}, area.max};  // whole rows only
  body.max.y = body.min.y + std::max(1.0f, std::floor(body.height() / height)) * height;
  if (model.visible.empty()) {
    draw_text_centered(ImGui::GetWindowDrawList(), faces().body, body.center(), colors().muted,
                       say("nothing-found", model.lang));
    return;
  }
  const PanelScope rows("rows", body);
  const int current = current_row(model);
  follow(current, height);
  ImGui::PushStyleVar(ImGuiStyleVar_ItemSpacing, ImVec2(0, 0));
  const RowDrawer draw = {model, c, height, current, commands};
  ImGuiListClipper clipper;
  clipper.Begin(static_cast<int>(model.visible.size()), height);
  while (clipper.Step())
    for (int i = clipper.DisplayStart; i < clipper.DisplayEnd; ++i) draw(i);
  ImGui::PopStyleVar();
}

}  // namespace posthorn::viz
