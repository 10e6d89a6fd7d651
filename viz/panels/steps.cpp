// The lesson: what is being told now, and the five steps with the current one lit.
#include <algorithm>

#include "text/text.hpp"
#include "viz/panels/panels.hpp"
#include "viz/panels/stage_traffic.hpp"

namespace posthorn::viz {

using namespace texts;
namespace {

void title_item(std::string_view text) { wrapped_item(faces().title, colors().text, text, 1.18f); }

/// For the speaker's eyes, when asked for (N).
void notes_item(const Model& model, std::string_view notes) {
  ImGui::Dummy({1, px(2)});
  wrapped_item(faces().small_bold, colors().warn, say("notes", model.lang()));
  wrapped_item(faces().small, colors().text,
               notes.empty() ? say("notes.none", model.lang()) : notes, 1.4f);
}

void draw_disc(ImDrawList* list, ImVec2 center, std::uint32_t step, std::uint32_t current) {
  const float radius = px(13);
  if (step <= current) {
    list->AddCircleFilled(center, radius, colors().primary, 32);
  } else {
    list->AddCircleFilled(center, radius, colors().card, 32);
    list->AddCircle(center, radius, colors().faint, 32, px(2));
  }
  if (step < current)
    draw_icon(list, Icon::check, center, radius * 1.15f, colors().on_primary);
  else
    draw_text_centered(list, faces().small_bold, center,
                       step == current ? colors().on_primary : colors().muted,
                       std::to_string(step));
}

/// One step of the list; clicking goes to the moment it is reached.
void draw_step(const Model& model, std::uint32_t step, Commands& commands) {
  const std::uint32_t current = model.now.step;
  const bool lit = step == current;
  const std::string_view label = say("step." + std::to_string(step), model.lang());
  const Face& face = lit ? faces().bold : faces().body;
  const float width = ImGui::GetContentRegionAvail().x;
  const float text_x = px(48);
  const auto lines = wrap_text(face, label, width - text_x - px(8));
  const float pitch = face.size * 1.2f;
  const float height = std::max(px(40), pitch * static_cast<float>(lines.size()) + px(14));
  const ImVec2 at = ImGui::GetCursorScreenPos();
  const std::string name = "step-" + std::to_string(step);
  const bool clicked = hit_area(name, {width, height});
  ImDrawList* list = ImGui::GetWindowDrawList();
  const Rect r = {at, {at.x + width, at.y + height}};
  if (lit || ImGui::IsItemHovered())
    list->AddRectFilled(r.min, r.max, lit ? colors().soft : colors().row, px(9));
  const ImVec2 disc = {at.x + px(22), r.center().y};
  if (step < 5) {
    const ImU32 line = step < current ? colors().primary : colors().line;
    list->AddLine({disc.x, disc.y + px(14)}, {disc.x, r.max.y + px(6)}, line, px(2));
  }
  draw_disc(list, disc, step, current);
  float y = r.center().y - pitch * static_cast<float>(lines.size()) / 2 + (pitch - face.size) / 2;
  for (const std::string_view line : lines) {
    draw_text(list, face, {at.x + text_x, y}, step <= current ? colors().text : colors().muted,
              line);
    y += pitch;
  }
  if (!clicked) return;
  for (const Track::Chapter& chapter : model.track.chapters)
    if (chapter.step == step) commands.push_back(SelectRecord{RecordId{chapter.count}});
}

/// What the pictures on the stage stand for, at the panel's foot, where there is room for it.
void draw_legend(const Model& model, const Rect& area) {
  struct Entry {
    Parcel parcel;
    Protocol protocol;
    const char* key;
  };
  constexpr Entry entries[] = {{Parcel::letter, Protocol::smtp, "legend.letter"},
                               {Parcel::line, Protocol::smtp, "legend.line"},
                               {Parcel::question, Protocol::dns, "legend.question"},
                               {Parcel::empty, Protocol::smtp, "legend.empty"}};
  const float pitch = px(30), head = px(30);
  const Rect r{{area.min.x, area.max.y - head - pitch * 4}, area.max};
  if (r.min.y < ImGui::GetCursorScreenPos().y + px(16)) return;
  ImDrawList* list = ImGui::GetWindowDrawList();
  list->AddLine(r.min, {r.max.x - px(6), r.min.y}, colors().line, px(1));
  draw_text(list, faces().small_bold, {r.min.x, r.min.y + px(9)}, colors().muted,
            say("legend", model.lang()));
  float y = r.min.y + head + pitch / 2;
  for (const Entry& entry : entries) {
    draw_parcel(list, entry.parcel, {r.min.x + px(22), y}, colors().of(entry.protocol));
    const std::string_view words = say(entry.key, model.lang());
    const float width = r.width() - px(54);
    const Face face = fitted(faces().small, words, width);
    draw_text(list, face, {r.min.x + px(48), y - face.size / 2}, colors().muted,
              elide(face, words, width));
    y += pitch;
  }
}

/// While presenting there is no toolbar: the date, and the time since the beginning.
float draw_when(const Model& model, const Rect& r) {
  const std::string text =
      date_text(model.scene(), model.head.at) + "   T+" + moment_text(model.head.at);
  const Face& face = faces().mono_small;
  const float width = text_size(face, text).x;
  if (width > r.width() * 0.5f) return 0;
  draw_text(ImGui::GetWindowDrawList(), face, {r.max.x - width, r.center().y - face.size / 2},
            colors().muted, text);
  return width + px(14);
}

/// While presenting: what the stage shows just now, in a line.
void draw_now(const Model& model, Rect r) {
  r.max.x -= draw_when(model, r);
  const RecordId id = model.focus();
  if (!id || !has_row(*model.trace, id)) return;
  ImDrawList* list = ImGui::GetWindowDrawList();
  const TranscriptRow row = transcript_row(*model.trace, id);
  const float x = r.min.x + px(12) +
                  draw_chip(list, {r.min.x, r.center().y}, row_color(row),
                            row_chip(row, model.lang()), r.height(), px(90));
  const Face& face = faces().bold;
  draw_text(list, face, {x, r.center().y - face.size / 2}, colors().text,
            elide(face, title_of(model, id), r.max.x - x));
}

}  // namespace

/// The scenario's narration, or the step's own words where it has none.
Told told_now(const Model& model) {
  const trace::Scene& scene = model.scene();
  if (model.now.narration != 0 && model.now.narration <= scene.narration.size()) {
    const trace::SceneNarration& n = scene.narration[model.now.narration - 1];
    return {n.title.in(model.lang()), n.text.in(model.lang()), n.notes.in(model.lang())};
  }
  if (model.now.step == 0) {
    const std::string_view title = scene.title.in(model.lang());
    const std::string_view summary = scene.summary.in(model.lang());
    return {title, summary.empty() ? say("step-text.0", model.lang()) : summary, {}};
  }
  const std::string step = std::to_string(model.now.step);
  return {say("step." + step, model.lang()), say("step-text." + step, model.lang()), {}};
}

void draw_steps(const Model& model, const Rect& area, Commands& commands) {
  const PanelScope scope("steps", area);
  ImGui::PushStyleVar(ImGuiStyleVar_ItemSpacing, ImVec2(0, px(7)));
  wrapped_item(faces().small_bold, colors().primary, say("steps-eyebrow", model.lang()));
  const Told told = told_now(model);
  title_item(told.title);
  wrapped_item(faces().body, colors().muted, told.text, 1.5f);
  if (model.notes) notes_item(model, told.notes);
  if (model.at_opening())
    wrapped_item(faces().bold, colors().primary, say("press-send-hint", model.lang()), 1.4f);
  ImGui::Dummy({1, px(4)});
  ImGui::PushStyleVar(ImGuiStyleVar_ItemSpacing, ImVec2(0, 0));
  for (std::uint32_t step = 1; step <= 5; ++step) draw_step(model, step, commands);
  ImGui::PopStyleVar(2);
  draw_legend(model, area);
}

void draw_caption(const Model& model, const Rect& area, Commands& commands) {
  ImDrawList* list = ImGui::GetWindowDrawList();
  const Told told = told_now(model);
  const float left = area.min.x + px(6), width = area.width() - px(12);
  const float discs = px(34) * 5;
  draw_text(list, faces().title, {left, area.min.y}, colors().text,
            elide(faces().title, told.title, width - discs - px(20)));
  for (std::uint32_t step = 1; step <= 5; ++step) {
    const ImVec2 at{area.max.x - discs + px(34) * (static_cast<float>(step) - 0.5f),
                    area.min.y + px(15)};
    ImGui::SetCursorScreenPos({at.x - px(13), at.y - px(13)});
    if (hit_area("step-" + std::to_string(step), {px(26), px(26)}))
      for (const Track::Chapter& chapter : model.track.chapters)
        if (chapter.step == step) commands.push_back(SelectRecord{RecordId{chapter.count}});
    draw_disc(list, at, step, model.now.step);
  }
  const float top = area.min.y + faces().title.size * 1.5f;
  const bool notes = model.notes;
  const float column = notes ? width * 0.62f : width;
  const float strip = faces().body.size * 1.35f;
  // The largest type in which the words have room above the line that tells of now.
  Face face = faces().body;
  const float room = area.max.y - strip - px(8) - top;
  for (const float larger : {1.2f, 1.1f}) {
    Face tried = faces().body;
    tried.size *= larger;
    const auto lines = static_cast<float>(wrap_text(tried, told.text, column).size());
    if (lines * tried.size * 1.42f > room) continue;
    face = tried;
    break;
  }
  const float words = draw_wrapped(list, face, {left, top}, colors().text, told.text, column);
  if (words <= room && !model.dock_shown)
    draw_now(model, {{left, area.max.y - strip}, {left + column, area.max.y}});
  if (!notes) return;
  const float x = left + column + px(20);
  draw_text(list, faces().small_bold, {x, top}, colors().warn,
            elide(faces().small_bold, say("notes", model.lang()), area.max.x - x));
  draw_wrapped(list, faces().small, {x, top + px(22)}, colors().text,
               told.notes.empty() ? say("notes.none", model.lang()) : told.notes, area.max.x - x,
               1.35f);
}

}  // namespace posthorn::viz
