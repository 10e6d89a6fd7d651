// The overlay with the keys.
#include "text/text.hpp"
#include "viz/panels/panels.hpp"

namespace posthorn::viz {

using namespace texts;
namespace {

constexpr std::pair<const char*, const char*> kKeys[] = {
    {"Space", "help.space"},
    {"←  →", "help.arrows"},
    {"Shift ←  →", "help.shift-arrows"},
    {"Home  End", "help.home-end"},
    {"+  −", "help.plus-minus"},
    {"L", "help.l"},
    {"T", "help.t"},
    {"?", "help.question"},
};

void draw_key_row(const Model& model, const char* keys, const char* what) {
  ImDrawList* list = ImGui::GetWindowDrawList();
  const ImVec2 at = ImGui::GetCursorScreenPos();
  const float height = px(36);
  const Face& mono = faces().mono_small;
  const ImVec2 size = {text_size(mono, keys).x + px(22), px(28)};
  const Rect cap = {{at.x, at.y + px(4)}, {at.x + size.x, at.y + px(4) + size.y}};
  list->AddRectFilled(cap.min, cap.max, colors().field, px(7));
  draw_text_centered(list, mono, cap.center(), colors().text, keys);
  draw_text(list, faces().body, {at.x + px(150), cap.center().y - faces().body.size / 2},
            colors().text, say(what, model.lang));
  ImGui::Dummy({1, height});
}

}  // namespace

void draw_help(const Model& model, const Rect& window, Commands& commands) {
  ImDrawList* back = ImGui::GetWindowDrawList();
  back->AddRectFilled(window.min, window.max, fade(rgb(0x0B111E), 0.45f));
  const Rect card = Rect::around(window.center(), {px(600), px(520)});
  draw_card(back, card);
  ImGui::SetCursorScreenPos(window.min);
  {
    const PanelScope scope("help-panel", card.inset(px(26)), ImGuiWindowFlags_NoScrollbar);
    ImGui::PushStyleVar(ImGuiStyleVar_ItemSpacing, ImVec2(0, px(4)));
    wrapped_item(faces().title, colors().text, say("help-title", model.lang), 1.5f);
    for (const auto& [keys, what] : kKeys) draw_key_row(model, keys, what);
    ImGui::Dummy({1, px(6)});
    wrapped_item(faces().small, colors().muted, say("help.about", model.lang), 1.45f);
    ImGui::PopStyleVar();
    ImGui::SetCursorScreenPos({card.max.x - px(26) - px(38), card.min.y + px(22)});
    if (icon_button("help-close", Icon::cross, say("close", model.lang), px(38), ButtonKind::ghost))
      commands.push_back(ToggleHelp{});
  }
  mark_rect("help-card", card.min, card.max, true);
}

}  // namespace posthorn::viz
