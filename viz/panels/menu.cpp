#include "viz/panels/menu.hpp"

#include <algorithm>

#include "export/formats.hpp"
#include "text/text.hpp"

namespace posthorn::viz {

using namespace texts;
namespace {

/// What to save, as a term of the export room's selection.
std::string selection_of(const Model& model) {
  if (model.save_what == 1)
    if (const ConnId conn = model.conversation()) return "connection=" + std::to_string(conn.value);
  if (model.save_what == 2)
    if (const MessageId letter = model.letter()) return "message=" + std::to_string(letter.value);
  return {};
}

void format_item(const exporting::Format& format, const Model& model, float width,
                 Commands& commands) {
  ImDrawList* list = ImGui::GetWindowDrawList();
  const ImVec2 at = ImGui::GetCursorScreenPos();
  const float height = px(34);
  const std::string name(format.name);
  if (hit_area("save-" + name, {width, height})) {
    commands.push_back(Ask{Export{name, selection_of(model)}});
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
  const auto count = static_cast<float>(exporting::formats().size());
  const Rect card =
      Rect::around(window.center(), {std::min(px(620), window.width() - px(16)),
                                     std::min(px(36) * count + px(180), window.height() - px(16))});
  draw_card(back, card);
  ImGui::SetCursorScreenPos(window.min);
  const Rect area = card.inset(px(24));
  {
    const PanelScope scope("menu-panel", area);
    ImGui::PushStyleVar(ImGuiStyleVar_ItemSpacing, ImVec2(0, px(2)));
    wrapped_item(faces().title, colors().text, say("export", model.lang()), 1.5f);
    const std::vector<Segment> parts = {
        {"all", std::string(say("save-all", model.lang())), ""},
        {"talk", std::string(say("save-talk", model.lang())), ""},
        {"letter", std::string(say("save-letter", model.lang())), ""}};
    const int clicked =
        segments("save-what", parts, model.save_what, px(36), area.width() - px(14));
    if (clicked >= 0) commands.push_back(SetSaveWhat{clicked});
    ImGui::Dummy({1, px(6)});
    for (const exporting::Format& format : exporting::formats())
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
