#include "viz/panels/menu.hpp"

#include <algorithm>

#include "export/transcript.hpp"
#include "text/text.hpp"
#include "viz/model/saving.hpp"

namespace posthorn::viz {

using namespace texts;
namespace {

/// The choice of a part, and in a line what that is now: which host, which span.
void choose_part(const Model& model, float width, Commands& commands) {
  std::vector<Segment> parts;
  for (const char* part : {"all", "talk", "letter", "host", "time"})
    parts.push_back({part, std::string(say(std::string("save-") + part, model.lang())), ""});
  const int clicked = segments("save-what", parts, model.save_what, px(36), width);
  if (clicked >= 0) commands.push_back(SetSaveWhat{clicked});
  const Export wanted = what_to_save(model, model.save_what == save_host ? "pcapng" : "text");
  std::string line = !wanted.host.empty() ? wanted.host : wanted.only;
  if (model.save_what == save_time) {
    const auto [from, to] = time_to_save(model);
    line = exporting::format_time(from) + " – " + exporting::format_time(to);
  }
  ImGui::Dummy({1, px(2)});
  if (!line.empty()) wrapped_item(faces().small, colors().muted, line, 1.3f);
}

void format_item(std::string_view format, const Model& model, float width, Commands& commands) {
  ImDrawList* list = ImGui::GetWindowDrawList();
  const ImVec2 at = ImGui::GetCursorScreenPos();
  const float height = px(34);
  const std::string name(format);
  if (hit_area("save-" + name, {width, height})) {
    commands.push_back(Ask{what_to_save(model, name)});
    commands.push_back(ToggleMenu{});
  }
  if (ImGui::IsItemHovered())
    list->AddRectFilled(at, {at.x + width, at.y + height}, colors().field, px(8));
  const float middle = at.y + height / 2;
  draw_text(list, faces().mono, {at.x + px(10), middle - faces().mono.size / 2}, colors().primary,
            name);
  const float x = at.x + px(158);
  draw_text(list, faces().small, {x, middle - faces().small.size / 2}, colors().text,
            elide(faces().small, say("save." + name, model.lang()), at.x + width - x - px(6)));
}

}  // namespace

void draw_menu(const Model& model, const Rect& window, Commands& commands) {
  ImDrawList* back = ImGui::GetWindowDrawList();
  back->AddRectFilled(window.min, window.max, fade(rgb(0x0B111E), 0.45f));
  const auto count = static_cast<float>(forms_to_save().size());
  const Rect card =
      Rect::around(window.center(), {std::min(px(620), window.width() - px(16)),
                                     std::min(px(36) * count + px(200), window.height() - px(16))});
  draw_card(back, card);
  ImGui::SetCursorScreenPos(window.min);
  const Rect area = card.inset(px(24));
  {
    const PanelScope scope("menu-panel", area);
    ImGui::PushStyleVar(ImGuiStyleVar_ItemSpacing, ImVec2(0, px(2)));
    wrapped_item(faces().title, colors().text, say("export", model.lang()), 1.5f);
    choose_part(model, area.width() - px(14), commands);
    ImGui::Dummy({1, px(6)});
    for (const std::string_view format : forms_to_save())
      format_item(format, model, area.width() - px(14), commands);
    ImGui::Dummy({1, px(8)});
    // It knows no parts: it stands apart from what the choice above is about.
    if (button("copy-picture", say("copy-picture", model.lang()),
               {area.width() - px(14), px(38)})) {
      commands.push_back(Ask{CopyPicture{}});
      commands.push_back(ToggleMenu{});
    }
    ImGui::PopStyleVar();
    ImGui::SetCursorScreenPos({area.max.x - px(44), area.min.y});
    if (icon_button("menu-close", Icon::cross, say("close", model.lang()), px(38),
                    ButtonKind::ghost))
      commands.push_back(ToggleMenu{});
  }
  mark_rect("menu-card", card.min, card.max, true);
}

}  // namespace posthorn::viz
