#include "viz/panels/start.hpp"

#include <algorithm>
#include <cmath>

#include "text/text.hpp"

namespace posthorn::viz {

using namespace texts;
namespace {

/// The file's own name; folders are in the tooltip.
std::string short_name(const std::string& path) { return path.substr(path.rfind('/') + 1); }

/// A lesson's card: its title and summary broken into lines, all of them.
struct LessonText {
  std::vector<std::string_view> title, summary;
  float height = 0;
};
constexpr float kTitlePitch = 1.2f, kSummaryPitch = 1.36f;

LessonText lesson_text(const Lesson& lesson, Lang lang, float width) {
  LessonText out;
  const float room = width - px(54) - px(14);
  out.title = wrap_text(faces().bold, lesson.title.in(lang), room);
  out.summary = wrap_text(faces().small, lesson.summary.in(lang), room);
  out.height = px(17) + faces().bold.size * kTitlePitch * static_cast<float>(out.title.size()) +
               px(6) + faces().small.size * kSummaryPitch * static_cast<float>(out.summary.size()) +
               px(12);
  return out;
}

void lesson_card(const Model& model, std::size_t index, const LessonText& text, const Rect& r,
                 Commands& commands) {
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
  const float x = r.min.x + px(54);
  float y = r.min.y + px(17);
  for (const std::string_view line : text.title) {
    draw_text(list, faces().bold, {x, y}, colors().text, line);
    y += faces().bold.size * kTitlePitch;
  }
  y += px(6);
  for (const std::string_view line : text.summary) {
    draw_text(list, faces().small, {x, y}, colors().muted, line);
    y += faces().small.size * kSummaryPitch;
  }
}

/// Rows of cards; each row is as high as its longest text.
void lesson_cards(const Model& model, float width, Commands& commands) {
  const float gap = px(14);
  const std::size_t columns =
      std::max<std::size_t>(1, static_cast<std::size_t>((width + gap) / px(330)));
  const float card = (width - gap * static_cast<float>(columns - 1)) / static_cast<float>(columns);
  const ImVec2 top = ImGui::GetCursorScreenPos();
  float y = top.y + px(2);
  const std::size_t count = model.desk.lessons.size();
  for (std::size_t from = 0; from < count; from += columns) {
    const std::size_t end = std::min(from + columns, count);
    std::vector<LessonText> texts;
    float height = px(70);
    for (std::size_t i = from; i < end; ++i) {
      texts.push_back(lesson_text(model.desk.lessons[i], model.lang(), card - px(4)));
      height = std::max(height, texts.back().height);
    }
    for (std::size_t i = from; i < end; ++i) {
      const ImVec2 at{top.x + px(2) + static_cast<float>(i - from) * (card + gap), y};
      lesson_card(model, i, texts[i - from], {at, {at.x + card - px(4), at.y + height}}, commands);
    }
    y += height + gap;
  }
  ImGui::SetCursorScreenPos(top);
  ImGui::Dummy({width, y - top.y});
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

/// Where files are dropped.
void drop_item(const Model& model, float width) {
  ImDrawList* list = ImGui::GetWindowDrawList();
  const ImVec2 at = ImGui::GetCursorScreenPos();
  const auto words = wrap_text(faces().small, say("start-drop", model.lang()), width - px(24));
  const float pitch = faces().small.size * 1.3f;
  const float height = px(56) + pitch * static_cast<float>(words.size()) + px(8);
  const Rect r{at, {at.x + width, at.y + height}};
  for (float x = r.min.x + px(8); x < r.max.x - px(8); x += px(12)) {
    list->AddLine({x, r.min.y}, {x + px(6), r.min.y}, colors().muted, px(1.4f));
    list->AddLine({x, r.max.y}, {x + px(6), r.max.y}, colors().muted, px(1.4f));
  }
  for (float y = r.min.y + px(8); y < r.max.y - px(8); y += px(12)) {
    list->AddLine({r.min.x, y}, {r.min.x, y + px(6)}, colors().muted, px(1.4f));
    list->AddLine({r.max.x, y}, {r.max.x, y + px(6)}, colors().muted, px(1.4f));
  }
  draw_icon(list, Icon::save, {r.center().x, r.min.y + px(28)}, px(26), colors().muted);
  float y = r.min.y + px(56);
  for (const std::string_view line : words) {
    draw_text_centered(list, faces().small, {r.center().x, y}, colors().muted, line);
    y += pitch;
  }
  ImGui::Dummy({width, height});
}

/// For those who have no mouse to drop with.
void open_item(const Model& model, float width, Commands& commands) {
  const std::string_view word = say("start-open", model.lang());
  const float height = px(36), gap = px(8);
  const float side = text_size(faces().body, word).x + px(26);
  std::string typed = model.desk.typed;
  const ImVec2 at = ImGui::GetCursorScreenPos();
  if (text_field("open-path", say("start-path", model.lang()), typed, {width - side - gap, height}))
    commands.push_back(TypePath{typed});
  const bool entered = typing_done("open-path");
  ImGui::SetCursorScreenPos({at.x + width - side, at.y});
  if ((button("open", word, {side, height}) || entered) && !typed.empty())
    commands.push_back(Ask{OpenLesson{typed}});
  ImGui::SetCursorScreenPos(at);
  ImGui::Dummy({width, height});
}

/// What this is, and files.
void side_items(const Model& model, float width, Commands& commands) {
  ImDrawList* list = ImGui::GetWindowDrawList();
  const ImVec2 at = ImGui::GetCursorScreenPos();
  const Rect logo{at, {at.x + px(64), at.y + px(64)}};
  list->AddRectFilled(logo.min, logo.max, colors().primary, px(16));
  draw_icon(list, Icon::envelope, logo.center(), px(40), colors().on_primary);
  ImGui::Dummy({1, px(72)});
  wrapped_item(faces().title, colors().text, "Posthorn", 1.3f);
  wrapped_item(faces().body, colors().muted, say("start-what", model.lang()), 1.5f);
  ImGui::Dummy({1, px(10)});
  drop_item(model, width);
  ImGui::Dummy({1, px(4)});
  open_item(model, width, commands);
  ImGui::Dummy({1, px(8)});
  if (model.desk.recent.empty()) return;
  wrapped_item(faces().small_bold, colors().primary, say("start-recent", model.lang()));
  for (std::size_t i = 0; i < model.desk.recent.size(); ++i) recent_item(model, i, width, commands);
  ImGui::Dummy({1, px(8)});
}

/// Returns where they begin.
float draw_switches(const Model& model, const Rect& area, Commands& commands) {
  const float side = px(38), gap = px(8);
  const bool words = area.width() > px(420);
  float x = area.max.x - px(words ? 96 : 52);
  ImGui::SetCursorScreenPos({x, area.min.y});
  if (button("language", switch_language_word(model.lang(), words), {px(words ? 96 : 52), side}))
    commands.push_back(ToggleLang{});
  const auto small = [&](const char* name, Icon icon, const char* tip, Command command) {
    x -= side + gap;
    ImGui::SetCursorScreenPos({x, area.min.y});
    if (icon_button(name, icon, say(tip, model.lang()), side)) commands.push_back(command);
  };
  small("theme", model.likes.dark ? Icon::sun : Icon::moon, "switch-theme", ToggleTheme{});
  small("settings", Icon::gear, "settings", ToggleSettings{});
  small("help", Icon::help, "help", ToggleHelp{});
  if (!model.scene().hosts.empty()) small("start-close", Icon::cross, "close", Ask{OpenStart{}});
  return x;
}

}  // namespace

void draw_start(const Model& model, const Rect& window, Commands& commands) {
  ImDrawList* list = ImGui::GetWindowDrawList();
  list->AddRectFilled(window.min, window.max, colors().background);
  const Rect area = window.inset(std::min(px(28), window.width() * 0.03f));
  const bool both = area.width() > px(820);
  const float side = both ? px(300) : 0, scroll = px(12);
  if (both) {
    const PanelScope scope("start-side", {area.min, {area.min.x + side, area.max.y}});
    side_items(model, side - scroll, commands);
  }
  const Rect right{{area.min.x + (both ? side + px(32) : 0), area.min.y}, area.max};
  const float switches = draw_switches(model, right, commands);
  draw_text(list, faces().title, {right.min.x, right.min.y + px(6)}, colors().text,
            elide(faces().title, say("lessons", model.lang()), switches - right.min.x - px(8)));
  const Rect body{{right.min.x, right.min.y + px(56)}, right.max};
  const PanelScope scope("start-lessons", body);
  const float width = body.width() - scroll;
  if (model.desk.lessons.empty())
    wrapped_item(faces().body, colors().muted, say("start-no-lessons", model.lang()));
  else
    lesson_cards(model, width, commands);
  // Where there is no room beside the lessons, files come below them.
  if (!both) side_items(model, width, commands);
}

namespace {

/// A line of the file, or the mark below it, on a quiet ground.
void source_item(std::string_view line) {
  const Face& face = faces().mono;
  const ImVec2 at = ImGui::GetCursorScreenPos();
  const float width = ImGui::GetContentRegionAvail().x, height = face.size * 1.5f;
  ImDrawList* list = ImGui::GetWindowDrawList();
  list->AddRectFilled(at, {at.x + width, at.y + height + px(6)}, colors().field, px(6));
  const bool mark = line.find_first_not_of(" ^") == std::string_view::npos;
  draw_text(list, face, {at.x, at.y + px(3)}, mark ? colors().bad : colors().text,
            elide(face, line, width));
  ImGui::Dummy({width, height});
}

}  // namespace

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
  const std::string problem = texts::diagnostics(model.desk.problem, model.lang());
  std::string_view rest = problem;
  for (int i = 0; i < 60 && !rest.empty(); ++i) {
    const std::size_t end = std::min(rest.find('\n'), rest.size());
    const std::string_view line = rest.substr(0, end);
    if (line.starts_with("    ")) {  // of the file: as it stands there, blanks and all
      source_item(line);
    } else {
      const bool hint = line.starts_with("  ");
      wrapped_item(faces().mono, hint ? colors().muted : colors().text, line, 1.4f);
    }
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
  const Rect card =
      Rect::around(window.center(), {std::min(px(420), window.width() - px(16)), px(150)});
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
