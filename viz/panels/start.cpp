#include "viz/panels/start.hpp"

#include <algorithm>
#include <cmath>

#include "text/text.hpp"

namespace posthorn::viz {

using namespace texts;
namespace {

/// The file's own name; folders are in the tooltip.
std::string short_name(const std::string& path) { return path.substr(path.rfind('/') + 1); }

void lesson_card(const Model& model, std::size_t index, const Rect& r, Commands& commands) {
  const Lesson& lesson = model.desk.lessons[index];
  ImDrawList* list = ImGui::GetWindowDrawList();
  ImGui::SetCursorScreenPos(r.min);
  const std::string name = "lesson-" + std::to_string(index + 1);
  if (hit_area(name, r.size())) commands.push_back(Ask{OpenLesson{lesson.path}});
  const bool hot = ImGui::IsItemHovered(), open = lesson.path == model.desk.path;
  draw_card(list, r, px(12));
  if (hot || open) list->AddRect(r.min, r.max, colors().primary, px(12), 0, px(hot ? 2.5f : 1.5f));
  const ImVec2 disc{r.min.x + px(28), r.min.y + px(28)};
  list->AddCircleFilled(disc, px(15), hot ? colors().primary : colors().soft, 28);
  draw_text_centered(list, faces().small_bold, disc, hot ? colors().on_primary : colors().primary,
                     std::to_string(index + 1));
  const float x = r.min.x + px(54), width = r.max.x - x - px(14);
  draw_text(list, faces().bold, {x, r.min.y + px(17)}, colors().text,
            elide(faces().bold, lesson.title.in(model.lang()), width));
  list->PushClipRect(r.min, {r.max.x, r.max.y - px(8)}, true);
  const float pitch = 1.36f;
  auto lines = wrap_text(faces().small, lesson.summary.in(model.lang()), width);
  const auto most = static_cast<std::size_t>(
      std::max(1.0f, (r.height() - px(56)) / (faces().small.size * pitch)));
  float y = r.min.y + px(44);
  for (std::size_t i = 0; i < std::min(lines.size(), most); ++i) {
    const bool cut = i + 1 == most && lines.size() > most;
    draw_text(
        list, faces().small, {x, y}, colors().muted,
        cut ? elide(faces().small, std::string(lines[i]) + "……", width) : std::string(lines[i]));
    y += faces().small.size * pitch;
  }
  list->PopClipRect();
}

void recent_item(const Model& model, std::size_t index, float width, Commands& commands) {
  const std::string& path = model.desk.recent[index];
  const ImVec2 at = ImGui::GetCursorScreenPos();
  const float height = px(32);
  if (hit_area("recent-" + std::to_string(index), {width, height}))
    commands.push_back(Ask{OpenLesson{path}});
  ImDrawList* list = ImGui::GetWindowDrawList();
  if (ImGui::IsItemHovered())
    list->AddRectFilled(at, {at.x + width, at.y + height}, colors().field, px(8));
  draw_icon(list, Icon::clock, {at.x + px(16), at.y + height / 2}, px(16), colors().muted);
  draw_text(list, faces().small, {at.x + px(34), at.y + (height - faces().small.size) / 2},
            colors().text, elide(faces().small, short_name(path), width - px(42)));
  tooltip_for_last(path);
}

/// The left side: what this is, and files.
void draw_side(const Model& model, const Rect& area, Commands& commands) {
  const PanelScope scope("start-side", area);
  ImDrawList* list = ImGui::GetWindowDrawList();
  const float width = area.width() - px(8);
  const Rect logo{area.min, {area.min.x + px(64), area.min.y + px(64)}};
  list->AddRectFilled(logo.min, logo.max, colors().primary, px(16));
  draw_icon(list, Icon::envelope, logo.center(), px(40), colors().on_primary);
  ImGui::Dummy({1, px(72)});
  wrapped_item(faces().title, colors().text, "Posthorn", 1.3f);
  wrapped_item(faces().body, colors().muted, say("start-what", model.lang()), 1.5f);
  ImGui::Dummy({1, px(10)});
  const ImVec2 at = ImGui::GetCursorScreenPos();
  const float drop = px(92);
  const Rect r{at, {at.x + width, at.y + drop}};
  for (float x = r.min.x + px(8); x < r.max.x - px(8); x += px(12)) {
    list->AddLine({x, r.min.y}, {x + px(6), r.min.y}, colors().muted, px(1.4f));
    list->AddLine({x, r.max.y}, {x + px(6), r.max.y}, colors().muted, px(1.4f));
  }
  for (float y = r.min.y + px(8); y < r.max.y - px(8); y += px(12)) {
    list->AddLine({r.min.x, y}, {r.min.x, y + px(6)}, colors().muted, px(1.4f));
    list->AddLine({r.max.x, y}, {r.max.x, y + px(6)}, colors().muted, px(1.4f));
  }
  draw_icon(list, Icon::save, {r.center().x, r.min.y + px(28)}, px(26), colors().muted);
  const auto words = wrap_text(faces().small, say("start-drop", model.lang()), width - px(24));
  float y = r.min.y + px(56);
  for (const std::string_view line : words) {
    draw_text_centered(list, faces().small, {r.center().x, y}, colors().muted, line);
    y += faces().small.size * 1.3f;
  }
  ImGui::Dummy({width, drop});
  if (model.desk.recent.empty()) return;
  ImGui::Dummy({1, px(8)});
  wrapped_item(faces().small_bold, colors().primary, say("start-recent", model.lang()));
  for (std::size_t i = 0; i < model.desk.recent.size(); ++i) recent_item(model, i, width, commands);
}

void draw_switches(const Model& model, const Rect& area, Commands& commands) {
  const float side = px(38);
  float x = area.max.x - px(96);
  ImGui::SetCursorScreenPos({x, area.min.y});
  if (button("language", say("switch-language", model.lang()), {px(96), side}))
    commands.push_back(ToggleLang{});
  x -= side + px(8);
  ImGui::SetCursorScreenPos({x, area.min.y});
  if (icon_button("theme", model.likes.dark ? Icon::sun : Icon::moon,
                  say("switch-theme", model.lang()), side))
    commands.push_back(ToggleTheme{});
  if (model.scene().hosts.empty()) return;
  x -= side + px(8);
  ImGui::SetCursorScreenPos({x, area.min.y});
  if (icon_button("start-close", Icon::cross, say("close", model.lang()), side))
    commands.push_back(Ask{OpenStart{}});
}

}  // namespace

void draw_start(const Model& model, const Rect& window, Commands& commands) {
  ImDrawList* list = ImGui::GetWindowDrawList();
  list->AddRectFilled(window.min, window.max, colors().background);
  const Rect area = window.inset(px(28));
  const bool both = area.width() > px(820);
  const float side = both ? px(300) : 0;
  if (both) draw_side(model, {area.min, {area.min.x + side, area.max.y}}, commands);
  const Rect right{{area.min.x + (both ? side + px(32) : 0), area.min.y}, area.max};
  draw_text(list, faces().title, {right.min.x, right.min.y + px(6)}, colors().text,
            say("lessons", model.lang()));
  draw_switches(model, right, commands);
  const Rect body{{right.min.x, right.min.y + px(56)}, right.max};
  const PanelScope scope("start-lessons", body);
  const float gap = px(14), scroll = px(12);
  const int columns = std::max(1, static_cast<int>((body.width() + gap) / px(330)));
  const float width =
      (body.width() - scroll - gap * static_cast<float>(columns - 1)) / static_cast<float>(columns);
  const float height = px(124);
  const ImVec2 top = ImGui::GetCursorScreenPos();
  const std::size_t count = model.desk.lessons.size();
  for (std::size_t i = 0; i < count; ++i) {
    const auto column = static_cast<float>(i % static_cast<std::size_t>(columns));
    const auto row = static_cast<float>(i / static_cast<std::size_t>(columns));
    const ImVec2 at{top.x + px(2) + column * (width + gap), top.y + px(2) + row * (height + gap)};
    lesson_card(model, i, {at, {at.x + width - px(4), at.y + height}}, commands);
  }
  const auto rows = static_cast<float>((count + static_cast<std::size_t>(columns) - 1) /
                                       static_cast<std::size_t>(columns));
  ImGui::SetCursorScreenPos(top);
  ImGui::Dummy({body.width() - scroll, rows * (height + gap)});
  if (count == 0)
    draw_text(list, faces().body, body.min, colors().muted, say("start-no-lessons", model.lang()));
}

void draw_problem(const Model& model, const Rect& window, Commands& commands) {
  ImDrawList* back = ImGui::GetWindowDrawList();
  back->AddRectFilled(window.min, window.max, fade(rgb(0x0B111E), 0.45f));
  const Rect card = Rect::around(window.center(), {std::min(px(900), window.width() - px(24)),
                                                   std::min(px(460), window.height() - px(24))});
  draw_card(back, card);
  mark_rect("problem-card", card.min, card.max, true);
  const Rect area = card.inset(px(26));
  const PanelScope scope("problem", area);
  ImGui::PushStyleVar(ImGuiStyleVar_ItemSpacing, ImVec2(0, px(6)));
  wrapped_item(faces().title, colors().bad, say("problem-title", model.lang()), 1.3f);
  wrapped_item(faces().body, colors().muted, say("problem-watch", model.lang()), 1.45f);
  ImGui::Dummy({1, px(4)});
  std::string_view rest = model.desk.problem;
  for (int i = 0; i < 40 && !rest.empty(); ++i) {
    const std::size_t end = std::min(rest.find('\n'), rest.size());
    const std::string_view line = rest.substr(0, end);
    const bool hint = line.starts_with("  ");
    wrapped_item(faces().mono, hint ? colors().muted : colors().text, line, 1.4f);
    rest.remove_prefix(std::min(end + 1, rest.size()));
  }
  ImGui::PopStyleVar();
  ImGui::SetCursorScreenPos({area.max.x - px(44), area.min.y});
  if (icon_button("problem-close", Icon::cross, say("close", model.lang()), px(38),
                  ButtonKind::ghost))
    commands.push_back(CloseProblem{});
}

void draw_loading(const Model& model, const Rect& window, Commands& commands) {
  if (!model.desk.loading || model.seconds - model.desk.loading_since < kPatience) return;
  ImDrawList* list = ImGui::GetWindowDrawList();
  const Rect card = Rect::around(window.center(), {px(420), px(150)});
  draw_card(list, card);
  mark_rect("loading-card", card.min, card.max, true);
  draw_text(list, faces().bold, {card.min.x + px(24), card.min.y + px(22)}, colors().text,
            say("loading", model.lang()));
  const Rect bar{{card.min.x + px(24), card.min.y + px(60)},
                 {card.max.x - px(24), card.min.y + px(70)}};
  list->AddRectFilled(bar.min, bar.max, colors().field, px(5));
  const bool known = model.desk.progress >= 0;
  const auto phase = static_cast<float>(std::fmod(model.seconds, 1.4) / 1.4);
  const float from = known ? 0 : phase * 0.75f;
  const float to = known ? std::min(1.0f, model.desk.progress) : from + 0.25f;
  list->AddRectFilled({bar.min.x + bar.width() * from, bar.min.y},
                      {bar.min.x + bar.width() * to, bar.max.y}, colors().primary, px(5));
  ImGui::SetCursorScreenPos({card.max.x - px(144), card.max.y - px(56)});
  if (button("cancel", say("cancel", model.lang()), {px(120), px(36)}))
    commands.push_back(Ask{CancelLoading{}});
}

}  // namespace posthorn::viz
