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

/// What the two ends of the current connection said last: lines that were sent together stand
/// together.
class Speech {
 public:
  Speech(const Model& model, const StageMap& map) : model_(model), map_(map) {
    // The signs on lines are to be seen: who listens, and what is wrong there.
    for (const trace::FaultBegan& fault : model.now.faults) {
      if (!fault.link || fault.link.value > model.scene().links.size()) continue;
      const trace::SceneLink& link = model.scene().link(fault.link);
      const ImVec2 a = map.place(link.a), b = map.place(link.b);
      taken_.push_back(Rect::around({(a.x + b.x) / 2, (a.y + b.y) / 2 + px(9)}, {px(34), px(44)}));
    }
  }

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
      if (last && model_.now.has(host)) place(host, line->conn, said(last, focus), side == speaker);
    }
    // What was said last lies above the other's beak.
    for (auto bubble = bubbles_.rbegin(); bubble != bubbles_.rend(); ++bubble) draw(*bubble);
  }

 private:
  struct Said {
    std::string text;
    bool focus = false;  ///< this is what is explained
  };

  /// The line, and those of the same speaker in the same instant.
  [[nodiscard]] std::vector<Said> said(RecordId last, RecordId focus) const {
    constexpr std::size_t kMost = 5;
    const trace::Trace& trace = *model_.trace;
    const auto& line = std::get<trace::Line>(trace[last].fact);
    std::vector<Said> out;
    for (std::uint32_t id = last.value; id >= 1 && trace[RecordId{id}].at == trace[last].at; --id) {
      const auto* one = std::get_if<trace::Line>(&trace[RecordId{id}].fact);
      if (one == nullptr || one->conn != line.conn || one->flow != Flow::sent ||
          one->speaker != line.speaker)
        continue;
      out.push_back({words_of(*one), RecordId{id} == focus});
      if (one->kind == NoteKind::content) break;
    }
    std::ranges::reverse(out);
    if (out.size() <= kMost) return out;
    // The first and the last ones, and what is explained.
    const std::size_t gone = out.size() - kMost + 1;
    const auto chosen = std::ranges::find(out, true, &Said::focus);
    Said middle{"… " + std::to_string(gone), false};
    if (chosen != out.end() && chosen - out.begin() >= 2 && out.end() - chosen > 2)
      middle = *chosen;
    std::vector<Said> few{out[0], out[1], middle};
    few.insert(few.end(), out.end() - 2, out.end());
    return few;
  }

  /// Its first line; of what a server offers, that it can encrypt, too.
  [[nodiscard]] std::string words_of(const trace::Line& line) const {
    if (line.kind == NoteKind::content) return spoken_text(*model_.trace, line).in(model_.lang());
    const std::string all = model_.trace->line_text(line);
    std::string text = one_line(std::string_view(all).substr(0, all.find_first_of("\r\n")));
    constexpr std::string_view kOffer = "STARTTLS";
    const std::size_t at = all.find(kOffer);
    if (line.kind == NoteKind::reply && at != std::string::npos && at > text.size())
      text += " … " + std::string(kOffer);
    return text;
  }

  struct Bubble {
    Rect card, rect;
    std::vector<Said> lines;
    ConnId conn;
    bool current = false;
  };

  void place(HostId host, ConnId conn, const std::vector<Said>& lines, bool current) {
    if (lines.empty()) return;
    const Rect card = map_.card(host);
    const Face& face = faces().mono_small;
    const float widest = std::min(px(330), map_.area().width() * 0.36f);
    const float height = face.size * kTall, pitch = face.size * kPitch, unit = px(1) * px(1);
    Place best;
    std::vector<Said> shown;
    // Where room is scarce, fewer words; and then only the line that is explained.
    const auto chosen = std::ranges::find(lines, true, &Said::focus);
    const std::vector<Said> one{chosen != lines.end() ? *chosen : lines.back()};
    for (const std::vector<Said>* which : {&lines, &one}) {
      if (which == &one && lines.size() == 1) break;
      const float dropped = static_cast<float>(lines.size() - which->size()) * 2600 * unit;
      for (const float part : {1.0f, 0.75f, 0.55f}) {
        std::vector<Said> words;
        float width = 0;
        bool shorter = false;
        for (const Said& line : *which) {
          words.push_back({elide(face, line.text, widest * part), line.focus});
          width = std::max(width, text_size(face, words.back().text).x);
          shorter = shorter || text_size(face, line.text).x > widest * part;
        }
        if (part < 1 && !shorter) break;
        const float loss = dropped + (1 - part) * 900 * unit;
        const ImVec2 size{width + px(20), height + pitch * static_cast<float>(words.size() - 1)};
        const Place place = room_for(size, card, loss);
        if (!shown.empty() && place.cost >= best.cost) continue;
        best = place;
        shown = std::move(words);
      }
    }
    taken_.push_back(best.rect);
    bubbles_.push_back({card, best.rect, std::move(shown), conn, current});
  }

  void draw(const Bubble& bubble) const {
    ImDrawList* list = ImGui::GetWindowDrawList();
    const Face& face = faces().mono_small;
    const auto& [card, r, shown, conn, current] = bubble;
    const trace::ConnectionOpening* who = model_.trace->connection(conn);
    const ImU32 color = colors().of(who != nullptr ? who->protocol : Protocol::none);
    const ImU32 ground = current ? color : colors().card;
    const ImU32 ink = current ? colors().on_badge : colors().text;
    // A beak towards the one who speaks.
    const bool below = r.min.y >= card.max.y;
    const float x = std::clamp(card.center().x, r.min.x + px(16), r.max.x - px(16));
    const float y = below ? r.min.y + px(1) : r.max.y - px(1);
    const ImVec2 tip(std::clamp(x, card.min.x + px(12), card.max.x - px(12)),
                     below ? std::min(card.max.y, y - px(8)) : std::max(card.min.y, y + px(8)));
    list->AddTriangleFilled({x - px(7), y}, {x + px(7), y}, tip, color);
    list->AddRectFilled(r.min, r.max, ground, px(9));
    list->AddRect(r.min, r.max, color, px(9), 0, px(1.5f));
    float at = r.min.y + face.size * (kTall - 1) / 2;
    for (const Said& line : shown) {
      if (line.focus && shown.size() > 1)  // a bar before it: not by colour alone
        list->AddRectFilled({r.min.x + px(3), at}, {r.min.x + px(6), at + face.size}, ink,
                            px(1.5f));
      draw_text(list, face, {r.min.x + px(10), at}, ink, line.text);
      at += face.size * kPitch;
    }
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
          // A beak that runs across another card seems to come from there.
          const bool above = r.max.y <= card.min.y;
          const float middle = std::clamp(card.center().x, r.min.x + px(16), r.max.x - px(16));
          const Rect beak{{middle - px(7), above ? r.max.y : card.max.y + 1},
                          {middle + px(7), above ? card.min.y - 1 : r.min.y}};
          if (beak.height() > px(10)) sum += 8 * map_.covered_by(beak);
          for (const Rect& other : taken_) sum += 4 * shared(r, other);
          if (sum < best.cost) best = {r, sum};
        }
    return best;
  }

  static constexpr float kTall = 1.86f, kPitch = 1.42f;  ///< of the letters' size
  const Model& model_;
  const StageMap& map_;
  std::vector<Rect> taken_;
  std::vector<Bubble> bubbles_;
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
