// "What if…": a place, how long, and what goes wrong there; and what has gone wrong by hand.
#include <algorithm>
#include <cmath>

#include "text/text.hpp"
#include "viz/panels/panels.hpp"

namespace posthorn::viz {

using namespace texts;
namespace {

using namespace trace;

std::string place_name(const Model& model, const Spot& place) {
  const Scene& scene = model.scene();
  if (place.host) return std::string(host_label(scene, place.host, model.lang()));
  const SceneLink& link = scene.link(place.link);
  return std::string(host_label(scene, link.a, model.lang())) + " – " +
         std::string(host_label(scene, link.b, model.lang()));
}

/// "host-mail.kaede.example", "link-3": for the widgets' names.
std::string place_key(const Model& model, const Spot& place) {
  if (place.host) return "host-" + model.scene().host(place.host).name;
  return "link-" + std::to_string(place.link.value);
}

class WhatIf {
 public:
  WhatIf(const Model& model, Commands& commands) : model_(model), commands_(commands) {
    place_ = model.what_if_place;
    if (place_.host.value > model.scene().hosts.size()) place_ = {};
    if (place_.link.value > model.scene().links.size()) place_ = {};
    if (place_ == Spot{}) place_ = usual();
  }

  void draw() {
    wrapped_item(faces().small, colors().muted, word(model_.live ? "what-if.live" : "what-if.how"),
                 1.45f);
    if (!model_.live && !model_.may_change)
      return wrapped_item(faces().body, colors().warn, word("what-if-recorded"), 1.45f);
    caused();
    places();
    title("what-if.long");
    std::vector<Segment> choices;
    for (const Lasting& lasting : lastings())
      choices.push_back({lasting.key + 8, std::string(word(lasting.key)), ""});
    const int clicked = segments("lasting", choices, static_cast<int>(model_.lasting), px(36),
                                 ImGui::GetContentRegionAvail().x - px(14));
    if (clicked >= 0) commands_.push_back(SetLasting{static_cast<std::size_t>(clicked)});
    mishaps();
  }

 private:
  [[nodiscard]] std::string_view word(std::string_view key) const {
    return say(key, model_.lang());
  }
  void title(std::string_view key) const {
    ImGui::Dummy({1, px(6)});
    wrapped_item(faces().small_bold, colors().primary, word(key));
  }

  /// The host that is selected, or a server at which letters arrive.
  [[nodiscard]] Spot usual() const {
    if (model_.selection.host && !mishaps_of(model_.scene(), {model_.selection.host, {}}).empty())
      return {model_.selection.host, {}};
    Spot last{HostId{1}, {}};
    for (std::uint32_t i = 1; i <= model_.scene().hosts.size(); ++i)
      if (model_.scene().host(HostId{i}).kind == HostKind::mail_server) last.host = HostId{i};
    return last;
  }

  /// What has gone wrong by hand, with a way to end it and a way to undo it.
  void caused() {
    if (model_.live) return in_force();
    if (model_.by_hand.empty()) return;
    title("what-if.caused");
    for (std::size_t i = 0; i < model_.by_hand.size(); ++i) {
      const HandFault& fault = model_.by_hand[i];
      const std::string number = std::to_string(i + 1);
      const bool holds = fault.holds(model_.head.at);
      std::string when = moment_text(fault.at) + " – ";
      if (fault.until) when += moment_text(*fault.until);
      std::vector<std::pair<std::string, std::string_view>> ways;
      if (holds) ways.push_back({"mend-" + number, word("what-if.mend")});
      ways.push_back({"undo-" + number, word("what-if.undo")});
      const int pressed = item(
          place_name(model_, fault.place) + ": " + std::string(word("mishap." + fault.what.key)),
          when, holds, ways);
      if (pressed >= 0)
        commands_.push_back(EndFault{i, static_cast<std::size_t>(pressed) + 1 == ways.size()});
    }
  }

  /// In a running world: all that goes wrong now.
  void in_force() {
    if (model_.now.faults.empty()) return;
    title("what-if.caused");
    for (const FaultBegan& fault : model_.now.faults) {
      const std::string number = std::to_string(fault.fault);
      Record record;
      record.fact = fault;
      std::string what = explain(*model_.trace, record).title.in(model_.lang());
      if (fault.host || fault.link)
        what = place_name(model_, {fault.host, fault.link}) + ": " + what;
      if (item(what, std::string(model_.trace->text(fault.detail)), true,
               {{"mend-" + number, word("what-if.mend")}}) == 0)
        commands_.push_back(Ask{Obey{"repair " + number}});
    }
  }

  /// A line with a sign, what it is, a note below, and buttons at its end; which one was pressed.
  int item(const std::string& what, const std::string& note, bool holds,
           const std::vector<std::pair<std::string, std::string_view>>& ways) {
    const float height = std::round(px(48)), gap = px(6), side = px(34);
    const ImVec2 at = ImGui::GetCursorScreenPos();
    const float width = ImGui::GetContentRegionAvail().x - px(14);
    ImDrawList* list = ImGui::GetWindowDrawList();
    list->AddRectFilled(at, {at.x + width, at.y + height - gap},
                        holds ? colors().tint(colors().bad, 0.12f) : colors().field, px(9));
    const float middle = at.y + (height - gap) / 2;
    draw_icon(list, Icon::storm, {at.x + px(20), middle}, px(20),
              holds ? colors().bad : colors().muted);
    float right = at.x + width - px(6);
    int pressed = -1;
    for (std::size_t i = ways.size(); i-- > 0;) {
      const float room = text_size(faces().body, ways[i].second).x + px(24);
      right -= room;
      ImGui::SetCursorScreenPos({right, middle - side / 2});
      if (button(ways[i].first, ways[i].second, {room, side})) pressed = static_cast<int>(i);
      right -= gap;
    }
    const float x = at.x + px(40), room = right - x - px(4);
    draw_text(list, faces().small_bold, {x, middle - px(19)}, colors().text,
              elide(faces().small_bold, what, room));
    draw_text(list, faces().mono_small, {x, middle + px(1)}, colors().muted,
              elide(faces().mono_small, note, room));
    ImGui::SetCursorScreenPos(at);
    ImGui::Dummy({width, height});
    return pressed;
  }

  void places() {
    title("what-if.where");
    ChipRow row;
    const Scene& scene = model_.scene();
    for (std::uint32_t i = 1; i <= scene.hosts.size(); ++i)
      if (scene.host(HostId{i}).kind != HostKind::router) chip(row, {HostId{i}, {}});
    // Of many lines the ones at the chosen host.
    constexpr std::size_t kFew = 8;
    for (std::uint32_t i = 1; i <= scene.links.size(); ++i) {
      const SceneLink& link = scene.link(LinkId{i});
      const bool near = link.a == place_.host || link.b == place_.host || place_.link == LinkId{i};
      if (scene.links.size() <= kFew || near) chip(row, {{}, LinkId{i}});
    }
  }
  void chip(ChipRow& row, const Spot& place) {
    const auto icon = place.link ? std::optional(Icon::link) : std::nullopt;
    if (row.chip("what-if-" + place_key(model_, place), place_name(model_, place), place == place_,
                 icon))
      commands_.push_back(ChooseWhatIf{place});
  }

  /// What can go wrong there, each with a sentence about what it means.
  void mishaps() {
    title("what-if.what");
    const Face &head = faces().bold, &small = faces().small;
    for (const Mishap& mishap : mishaps_of(model_.scene(), place_)) {
      const ImVec2 at = ImGui::GetCursorScreenPos();
      const float width = ImGui::GetContentRegionAvail().x - px(14), indent = px(46);
      const auto lines =
          wrap_text(small, word("mishap-tip." + mishap.key), width - indent - px(14));
      const float pitch = small.size * 1.4f;
      const float height =
          px(12) + head.size * 1.3f + pitch * static_cast<float>(lines.size()) + px(8);
      if (hit_area("mishap-" + mishap.key, {width, height}))
        commands_.push_back(CauseFault{mishap, place_});
      const bool hot = ImGui::IsItemHovered();
      ImDrawList* list = ImGui::GetWindowDrawList();
      list->AddRectFilled(at, {at.x + width, at.y + height},
                          hot ? colors().field_hover : colors().field, px(10));
      draw_icon(list, Icon::storm, {at.x + px(23), at.y + height / 2}, px(22), colors().warn);
      float y = at.y + px(9);
      draw_text(list, head, {at.x + indent, y}, colors().text,
                elide(head, word("mishap." + mishap.key), width - indent - px(10)));
      y += head.size * 1.35f;
      for (const std::string_view line : lines) {
        draw_text(list, small, {at.x + indent, y}, colors().muted, line);
        y += pitch;
      }
      ImGui::SetCursorScreenPos(at);
      ImGui::Dummy({width, height + px(3)});
    }
  }

  const Model& model_;
  Commands& commands_;
  Spot place_;
};

}  // namespace

void draw_what_if(const Model& model, const Rect& window, Commands& commands) {
  const OverlayScope card("what-if", say("what-if", model.lang()), window, {px(760), px(800)},
                          model, ToggleWhatIf{}, commands);
  ImGui::PushStyleVar(ImGuiStyleVar_ItemSpacing, ImVec2(0, px(4)));
  WhatIf(model, commands).draw();
  ImGui::PopStyleVar();
}

bool what_if_button(const Model& model, const std::string& name, ImVec2 size) {
  return icon_text_button(name, Icon::storm, say("what-if", model.lang()), size, ButtonKind::quiet);
}

}  // namespace posthorn::viz
