// The overlay with the keys.
#include <algorithm>

#include "text/text.hpp"
#include "viz/app/keys.hpp"
#include "viz/panels/panels.hpp"

namespace posthorn::viz {

using namespace texts;
namespace {

void draw_key_row(const Model& model, const KeyHelp& key, ImVec2 at, float width) {
  ImDrawList* list = ImGui::GetWindowDrawList();
  const Face& mono = faces().mono_small;
  const float caps = px(124);
  const Rect cap = {{at.x, at.y + px(3)},
                    {at.x + text_size(mono, key.caps).x + px(18), at.y + px(29)}};
  list->AddRectFilled(cap.min, cap.max, colors().field, px(7));
  draw_text_centered(list, mono, cap.center(), colors().text, key.caps);
  const auto lines = wrap_text(faces().small, say(key.word, model.lang()), width - caps);
  const float pitch = faces().small.size * 1.2f;
  float y = cap.center().y - pitch * static_cast<float>(lines.size()) / 2;
  for (const std::string_view line : lines) {
    draw_text(list, faces().small, {at.x + caps, y}, colors().text, line);
    y += pitch;
  }
}

}  // namespace

void draw_help(const Model& model, const Rect& window, Commands& commands) {
  const OverlayScope card("help", say("help-title", model.lang()), window, {px(940), px(680)},
                          model, ToggleHelp{}, commands);
  const float room = ImGui::GetContentRegionAvail().x;
  const ImVec2 top = ImGui::GetCursorScreenPos();
  const auto& keys = key_help();
  const std::size_t columns = room >= px(720) ? 2 : 1;
  const std::size_t rows = (keys.size() + columns - 1) / columns;
  const float width = room / static_cast<float>(columns), pitch = px(40);
  for (std::size_t i = 0; i < keys.size(); ++i)
    draw_key_row(model, keys[i],
                 {top.x + width * static_cast<float>(i / rows),
                  top.y + pitch * static_cast<float>(i % rows)},
                 width - px(16));
  ImGui::Dummy({1, pitch * static_cast<float>(rows)});
  wrapped_item(faces().small, colors().muted, say("help.about", model.lang()), 1.45f);
}

}  // namespace posthorn::viz
