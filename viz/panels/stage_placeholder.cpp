// Stands in until the stage and the client windows are drawn.
#include "viz/panels/client.hpp"
#include "viz/panels/stage.hpp"

namespace posthorn::viz {

void draw_stage(const Model& model, const Rect& area, Commands&) {
  ImDrawList* list = ImGui::GetWindowDrawList();
  float x = area.min.x + px(80);
  for (const trace::SceneHost& host : model.scene().hosts) {
    const Rect r = Rect::around({x, area.center().y}, {px(130), px(80)});
    draw_card(list, r, px(10));
    draw_text_centered(list, faces().small, r.center(), colors().text, host.label.in(model.lang));
    x += px(150);
  }
}

void draw_client(const Model& model, const Rect& area, Commands& commands) {
  if (!model.waits_for_send()) return;
  ImGui::SetCursorScreenPos({area.min.x + px(40), area.max.y - px(70)});
  if (button("send", "Send", {0, 0}, ButtonKind::primary)) commands.push_back(PressSend{HostId{1}});
}

}  // namespace posthorn::viz
