// The stage: zones, links, hosts, what they say, and what is on its way between them.
#include "viz/panels/stage.hpp"

#include <algorithm>
#include <cmath>
#include <utility>

#include "text/text.hpp"
#include "viz/panels/stage_hosts.hpp"
#include "viz/panels/stage_traffic.hpp"

namespace posthorn::viz {

using namespace texts;
namespace {

/// The ground: a quiet grid, so that zooming and moving are felt.
void draw_ground(const Rect& area) {
  ImDrawList* list = ImGui::GetWindowDrawList();
  const float pitch = px(26), half = std::max(0.75f, px(1));
  for (float y = area.min.y + pitch / 2; y < area.max.y; y += pitch)
    for (float x = area.min.x + pitch / 2; x < area.max.x; x += pitch)
      list->AddRectFilled({x - half, y - half}, {x + half, y + half}, colors().dot);
}

void draw_zones(const StageMap& map) {
  ImDrawList* list = ImGui::GetWindowDrawList();
  for (const Zone& zone : map.zones()) {
    const Rect r = map.zone(zone);
    if (r.width() <= 0 || r.height() <= 0) continue;
    const ImU32 color = map.color_of(zone.domain);
    list->AddRectFilled(r.min, r.max, fade(color, 0.10f), px(12));
    list->AddRect(r.min, r.max, fade(color, 0.55f), px(12), 0, px(1.2f));
    draw_text(list, faces().small_bold, map.zone_name(zone).min, color,
              elide(faces().small_bold, zone.domain, r.width() - px(20)));
  }
}

/// What the two ends of the current connection said last.
class Speech {
 public:
  Speech(const Model& model, const StageMap& map) : model_(model), map_(map) {}

  void draw() {
    const RecordId focus = model_.focus();
    if (!focus || focus.value > model_.trace->size()) return;
    const auto* line = std::get_if<trace::Line>(&(*model_.trace)[focus].fact);
    if (line == nullptr || !model_.among.has(line->conn)) return;
    const auto found = model_.now.conns.find(line->conn);
    if (found == model_.now.conns.end()) return;
    // What was said last gets the better place.
    const Side speaker = line->speaker;
    for (const Side side : {speaker, other(speaker)}) {
      const RecordId last = found->second.last_line[static_cast<int>(side)];
      const HostId host =
          side == Side::client ? found->second.who.client : found->second.who.server;
      if (last && model_.now.has(host))
        bubble(host, std::get<trace::Line>((*model_.trace)[last].fact), last == focus);
    }
  }

 private:
  void bubble(HostId host, const trace::Line& line, bool current) {
    ImDrawList* list = ImGui::GetWindowDrawList();
    std::string text = spoken_text(*model_.trace, line).in(model_.lang());
    if (line.kind != NoteKind::content) {
      const std::string all = model_.trace->line_text(line);
      text = one_line(std::string_view(all).substr(0, all.find_first_of("\r\n")));
    }
    const Rect card = map_.card(host);
    const Face& face = faces().mono_small;
    const float widest = std::min(px(330), map_.area().width() * 0.36f), height = face.size * 1.86f;
    const std::string whole = std::exchange(text, {});
    Place best;
    for (const float part : {1.0f, 0.75f, 0.55f}) {  // where room is scarce, fewer words
      const std::string words = elide(face, whole, widest * part);
      if (words == text) continue;
      const float loss = text.empty() ? 0 : (1 - part) * 900 * px(1) * px(1);
      const Place place = room_for({text_size(face, words).x + px(20), height}, card, loss);
      if (!text.empty() && place.cost >= best.cost) continue;
      best = place;
      text = words;
    }
    const Rect r = best.rect;
    taken_.push_back(r);
    const trace::ConnectionOpening* who = model_.trace->connection(line.conn);
    const ImU32 color = colors().of(who != nullptr ? who->protocol : Protocol::none);
    const ImU32 ground = current ? color : colors().card;
    // A beak towards the one who speaks.
    const bool below = r.min.y >= card.max.y;
    const float x = std::clamp(card.center().x, r.min.x + px(16), r.max.x - px(16));
    const float y = below ? r.min.y + px(1) : r.max.y - px(1);
    const ImVec2 tip(std::clamp(x, card.min.x + px(12), card.max.x - px(12)),
                     below ? std::min(card.max.y, y - px(8)) : std::max(card.min.y, y + px(8)));
    list->AddTriangleFilled({x - px(7), y}, {x + px(7), y}, tip, color);
    list->AddRectFilled(r.min, r.max, ground, px(9));
    list->AddRect(r.min, r.max, color, px(9), 0, px(1.5f));
    draw_text(list, face, {r.min.x + px(10), r.center().y - face.size / 2},
              current ? colors().on_badge : colors().text, text);
  }

  struct Place {
    Rect rect{};
    float cost = 0;  ///< area that it covers, and what else speaks against it
  };

  /// Above the card or below it, near or some lines away, moved sidewards: where the least is
  /// covered.
  [[nodiscard]] Place room_for(ImVec2 size, const Rect& card, float cost) const {
    const Rect& area = map_.area();
    const float unit = px(1) * px(1), line = size.y + px(6);
    Place best{{}, 1e12f};
    for (const float lines : {0.0f, 1.0f, 2.0f, 3.0f})
      for (const float y :
           {card.min.y - size.y - px(6) - lines * line, card.max.y + px(8) + lines * line})
        for (const float shift : {0.0f, -0.25f, 0.25f, -0.5f, 0.5f, -0.75f, 0.75f}) {
          float x = card.center().x - size.x / 2 + shift * size.x;
          x = std::clamp(x, area.min.x + px(4),
                         std::max(area.min.x + px(4), area.max.x - size.x - px(4)));
          const Rect r{{x, y}, {x + size.x, y + size.y}};
          float sum = cost + std::abs(shift) * 60 * unit + lines * 250 * unit;
          if (r.min.y < area.min.y || r.max.y > area.max.y) sum += 1e9f;
          sum += map_.covered_by(r);
          for (const Rect& other : taken_) sum += 4 * shared(r, other);
          if (sum < best.cost) best = {r, sum};
        }
    return best;
  }

  const Model& model_;
  const StageMap& map_;
  std::vector<Rect> taken_;
};

/// The wheel zooms where the pointer is; dragging the ground moves it.
void move_camera(const Model& model, const StageMap& map, Commands& commands) {
  ImGui::SetCursorScreenPos(map.area().min);
  ImGui::InvisibleButton("stage-ground", map.area().size());
  mark("stage-ground");
  const ImGuiIO& io = ImGui::GetIO();
  Camera camera = model.camera;
  if (ImGui::IsWindowHovered(ImGuiHoveredFlags_ChildWindows) && io.MouseWheel != 0) {
    const ImVec2 before = map.unit_at(io.MousePos);
    const float zoom =
        std::clamp(camera.zoom * (io.MouseWheel > 0 ? 1.2f : 1 / 1.2f), 1.0f, kNearest);
    // The point below the pointer stays there.
    camera.x = before.x + (camera.x - before.x) * camera.zoom / zoom;
    camera.y = before.y + (camera.y - before.y) * camera.zoom / zoom;
    camera.zoom = zoom;
    return commands.push_back(SetCamera{camera});
  }
  if (ImGui::IsItemActive() && camera.zoom > 1 && (io.MouseDelta.x != 0 || io.MouseDelta.y != 0)) {
    camera.x -= io.MouseDelta.x / (map.area().width() * camera.zoom);
    camera.y -= io.MouseDelta.y / (map.area().height() * camera.zoom);
    commands.push_back(SetCamera{camera});
  }
  if (ImGui::IsItemHovered() && ImGui::IsMouseDoubleClicked(0)) commands.push_back(SetCamera{});
}

void draw_live(const Model& model, const Rect& area) {
  if (!model.live) return;
  ImDrawList* list = ImGui::GetWindowDrawList();
  draw_chip(list, {area.min.x + px(10), area.min.y + px(16)},
            model.following ? colors().bad : colors().muted, say("live", model.lang()), px(22));
}

}  // namespace

void draw_stage(const Model& model, const Rect& area, Commands& commands) {
  ImDrawList* list = ImGui::GetWindowDrawList();
  list->PushClipRect(area.min, area.max, true);
  const StageMap map(model, area);
  draw_ground(area);
  draw_zones(map);
  draw_links(model, map);
  draw_connections(model, map);
  const std::vector<RoomUse> use = rooms_in_use(model);
  for (std::uint32_t i = 1; i <= std::min(model.now.hosts.size(), model.scene().hosts.size()); ++i)
    draw_host_card(model, map, HostId{i}, use[i], commands);
  draw_flights(model, map);
  draw_faults(model, map);
  tap_links(model, map, commands);
  Speech(model, map).draw();
  draw_live(model, area);
  move_camera(model, map, commands);
  list->PopClipRect();
}

}  // namespace posthorn::viz
