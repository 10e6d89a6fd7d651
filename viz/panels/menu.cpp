#include "viz/panels/menu.hpp"

#include <algorithm>

#include "export/transcript.hpp"
#include "text/text.hpp"
#include "viz/model/copy.hpp"
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
  const float x = at.x + px(142);
  draw_text(list, faces().small, {x, middle - faces().small.size / 2}, colors().text,
            elide(faces().small, say("save." + name, model.lang()), at.x + width - x - px(6)));
}

}  // namespace

void draw_menu(const Model& model, const Rect& window, Commands& commands) {
  // Two columns where there is room, so that nothing has to be looked for by scrolling.
  const std::size_t columns = window.width() > px(900) ? 2 : 1;
  const std::size_t rows = (forms_to_save().size() + columns - 1) / columns;
  const float high = px(36) * static_cast<float>(rows) + px(290);
  const OverlayScope card("menu", say("export", model.lang()), window,
                          {px(columns == 2 ? 860 : 620), high}, model, ToggleMenu{}, commands);
  const float width = ImGui::GetContentRegionAvail().x - px(14);
  ImGui::PushStyleVar(ImGuiStyleVar_ItemSpacing, ImVec2(0, px(2)));
  choose_part(model, width, commands);
  ImGui::Dummy({1, px(6)});
  const ImVec2 top = ImGui::GetCursorScreenPos();
  const float column = width / static_cast<float>(columns);
  for (std::size_t i = 0; i < forms_to_save().size(); ++i) {
    ImGui::SetCursorScreenPos({top.x + column * static_cast<float>(i / rows),
                               top.y + px(36) * static_cast<float>(i % rows)});
    format_item(forms_to_save()[i], model, column - px(6), commands);
  }
  ImGui::SetCursorScreenPos({top.x, top.y + px(36) * static_cast<float>(rows) + px(8)});
  // To the clipboard: apart from what the choice above is about.
  const auto copying = [&](const char* name, auto request) {
    if (button(name, say(name, model.lang()), {width, px(36)})) {
      commands.push_back(Ask{request()});
      commands.push_back(ToggleMenu{});
    }
    ImGui::Dummy({1, px(4)});
  };
  copying("copy-line", [&]() -> Request { return CopyText{line_to_copy(model)}; });
  copying("copy-whole-letter", [&]() -> Request { return CopyText{letter_to_copy(model)}; });
  copying("copy-picture", []() -> Request { return CopyPicture{}; });
  ImGui::PopStyleVar();
}

}  // namespace posthorn::viz
