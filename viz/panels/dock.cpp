// The dock below the stage: its views as tabs, and the search field that all of them obey.
#include <algorithm>
#include <cmath>

#include "text/text.hpp"
#include "viz/app/layout.hpp"
#include "viz/panels/views.hpp"

namespace posthorn::viz {

using namespace texts;
namespace {

constexpr const char* kNames[kViews] = {"log",     "talk", "ladder",  "packets", "letter",
                                        "offices", "tap",  "explain", "lesson"};

std::vector<View> views_for(const Layout& layout) {
  std::vector<View> out;
  if (!shown(layout.steps) && !shown(layout.caption)) out.push_back(View::lesson);
  if (!shown(layout.details)) out.push_back(View::explain);
  for (const View view :
       {View::log, View::talk, View::ladder, View::packets, View::letter, View::offices, View::tap})
    out.push_back(view);
  return out;
}

/// The view that is shown: the chosen one, if it has no panel of its own.
View view_of(const Model& model, const std::vector<View>& views) {
  return std::ranges::count(views, model.view) > 0 ? model.view : View::log;
}

constexpr Icon kIcons[kViews] = {Icon::queue,  Icon::speech,   Icon::ladder,
                                 Icon::packet, Icon::envelope, Icon::server,
                                 Icon::eye,    Icon::help,     Icon::pencil};

/// Where the room is short, the tabs are icons, and only the chosen one has its name.
void draw_tabs(const Model& model, const Rect& area, const std::vector<View>& views, View chosen,
               bool closed, Commands& commands) {
  ImDrawList* list = ImGui::GetWindowDrawList();
  const Face& face = faces().bold;
  const auto label_of = [&](View view) {
    return say("view." + std::string(kNames[static_cast<int>(view)]), model.lang());
  };
  float total = 0;
  for (const View view : views) total += text_size(face, label_of(view)).x;
  const auto count = static_cast<float>(views.size());
  const bool icons = total + count * px(10) > area.width();
  const float gap = std::clamp((area.width() - total) / count, px(10), px(26));
  const float icon_room = (area.width() - text_size(face, label_of(chosen)).x - gap) / count;
  float x = area.min.x;
  for (const View view : views) {
    const std::string name = kNames[static_cast<int>(view)];
    const std::string_view label = label_of(view);
    const bool on = view == chosen;
    const float icon = icons ? std::min(px(40), icon_room) : 0;
    const float words = icons && !on ? 0 : text_size(face, label).x;
    const float width = icon + (words > 0 ? words + (icons ? px(6) : gap) : 0);
    ImGui::SetCursorScreenPos({x, area.min.y});
    if (hit_area("view-" + name, {width, area.height()})) {
      commands.push_back(SetView{view});
      if (closed) commands.push_back(ToggleTall{});
    }
    if (icons) tooltip_for_last(label);
    const ImU32 ink = on                       ? colors().primary
                      : ImGui::IsItemHovered() ? colors().text
                                               : colors().muted;
    const float middle = area.center().y - px(1);
    if (icons)
      draw_icon(list, kIcons[static_cast<int>(view)], {x + icon / 2, middle},
                std::min(px(20), icon * 0.7f), ink);
    if (words > 0)
      draw_text(list, face, {x + icon + (icons ? 0 : gap / 2), middle - face.size / 2}, ink, label);
    if (on)
      list->AddRectFilled({x + (icons ? 0 : gap / 2), area.max.y - px(3)},
                          {x + width - (icons ? 0 : gap / 2), area.max.y}, colors().primary, px(2));
    x += width;
  }
}

/// The field, what it found, and whether the rest is hidden.
void draw_search(const Model& model, const Rect& area, Commands& commands) {
  ImDrawList* list = ImGui::GetWindowDrawList();
  const float height = area.height(), size = px(34), gap = px(6);
  const bool searching = !model.filter.empty();
  const float room = area.width() - (size + gap) * 2 - px(4);
  const bool with_tools = searching && room - px(236) >= px(90);
  const float tools = with_tools ? px(236) : 0;
  const float width = std::min(px(300), room - tools);
  const bool field = width >= px(60);
  float x = area.max.x - size;
  const auto tool = [&](const char* name, Icon icon, std::string_view tip, Command command,
                        ButtonKind kind = ButtonKind::quiet) {
    ImGui::SetCursorScreenPos({x, area.min.y});
    const bool pressed = icon_button(name, icon, tip, size, kind);
    if (pressed) commands.push_back(command);
    x -= size + gap;
    return pressed;
  };
  tool("transcript-size", model.tall_dock ? Icon::step_down : Icon::step_up,
       say(model.tall_dock ? "smaller" : "larger", model.lang()), ToggleTall{});
  tool("choose", Icon::funnel, say("only-tip", model.lang()), ToggleChoosing{},
       model.filtered() ? ButtonKind::primary : ButtonKind::quiet);
  if (!field) {
    // No room: a click, or the key, makes some.
    if (tool("search-open", Icon::search, say("filter", model.lang()), OpenSearch{true}))
      press_by_name("filter");
    return;
  }
  x += size + gap;
  x -= tools + width + px(10);
  ImGui::SetCursorScreenPos({x, area.min.y});
  std::string text = model.filter;
  if (text_field("filter", say("filter", model.lang()), text, {width, height}))
    commands.push_back(SetFilter{text});
  const std::string doubt = query_doubt(model);
  if (!ImGui::IsItemActive())
    tooltip_for_last(doubt.empty() ? say("search-tip", model.lang()) : doubt);
  if (!doubt.empty() && !ImGui::IsItemActive())
    list->AddRect({x, area.min.y}, {x + width, area.max.y}, colors().warn, px(9), 0, px(1.6f));
  if (!with_tools) return;
  x += width + px(8);
  const bool done = model.searched >= model.rows.size();
  const std::string found =
      done ? std::to_string(model.hits.size()) + " " + std::string(say("hits", model.lang()))
           : std::string(say("searching", model.lang()));
  draw_text(list, faces().small, {x, area.center().y - faces().small.size / 2},
            doubt.empty() ? colors().muted : colors().warn, elide(faces().small, found, px(76)));
  x += px(80);
  const auto small = [&](const char* name, Icon icon, Command command) {
    ImGui::SetCursorScreenPos({x, area.min.y});
    if (icon_button(name, icon, say(name, model.lang()), px(28), ButtonKind::ghost))
      commands.push_back(command);
    x += px(28);
  };
  small("hit-former", Icon::step_back, NextHit{false});
  small("hit-next", Icon::step_forward, NextHit{true});
  ImGui::SetCursorScreenPos({x + px(4), area.min.y});
  if (icon_button("only-hits", model.only_hits ? Icon::eye_off : Icon::eye,
                  say("only-hits", model.lang()), size,
                  model.only_hits ? ButtonKind::primary : ButtonKind::quiet))
    commands.push_back(ToggleOnlyHits{});
}

void draw_view(View view, const Model& model, const Rect& area, Commands& commands) {
  switch (view) {
    case View::log:
      return draw_log(model, area, commands);
    case View::talk:
      return draw_talk(model, area, commands);
    case View::ladder:
      return draw_ladder(model, area, commands);
    case View::packets:
      return draw_packets(model, area, commands);
    case View::letter:
      return draw_letter(model, area, commands);
    case View::offices:
      return draw_offices(model, area, commands);
    case View::tap:
      return draw_tap(model, area, commands);
    case View::explain:
      return draw_details(model, area, commands);
    case View::lesson:
      return draw_steps(model, area, commands);
  }
}

}  // namespace

void draw_dock(const Model& model, const Layout& layout, Commands& commands) {
  const Rect& dock = layout.dock;
  const Rect area{{dock.min.x + px(16), dock.min.y + px(8)},
                  {dock.max.x - px(12), dock.max.y - px(8)}};
  const std::vector<View> views = views_for(layout);
  const View chosen = view_of(model, views);
  const float bar = std::round(px(36));
  // A narrow dock has room for the tabs only, until somebody searches.
  const bool narrow = area.width() < px(620);
  const bool idle = model.filter.empty() && !model.search_open;
  const float wanted = idle ? (narrow ? px(120) : px(310)) : px(540);
  const float search = std::min(area.width() * (narrow ? 0.8f : 0.52f), wanted);
  Rect body = area;
  {
    const PanelScope scope("dock", {area.min, {area.max.x, area.min.y + bar}},
                           ImGuiWindowFlags_NoScrollbar | ImGuiWindowFlags_NoScrollWithMouse);
    draw_tabs(model, {area.min, {area.max.x - search - px(12), area.min.y + bar}}, views, chosen,
              layout.closed, commands);
    draw_search(model, {{area.max.x - search, area.min.y}, {area.max.x, area.min.y + bar - px(2)}},
                commands);
  }
  if (layout.closed) return;
  body.min.y += bar + px(6);
  draw_view(chosen, model, body, commands);
}

}  // namespace posthorn::viz
