// The stage: zones, links, hosts, what they say, and what is on its way between them.
#include "viz/panels/stage.hpp"

#include <algorithm>
#include <cmath>

#include "viz/model/layout.hpp"
#include "viz/text/text.hpp"

namespace posthorn::viz {
namespace {

using trace::HostKind;

class Stage {
 public:
  Stage(const Model& model, const Rect& area, Commands& commands)
      : model_(model),
        area_(area),
        commands_(commands),
        list_(ImGui::GetWindowDrawList()),
        layout_(lay_out(model.scene())) {
    inner_ = {{area.min.x + px(8), area.min.y + px(34)}, {area.max.x - px(8), area.max.y - px(24)}};
    card_ = {std::min(px(132), inner_.width() / static_cast<float>(layout_.columns) - px(18)),
             std::min(px(100), inner_.height() / static_cast<float>(layout_.rows) - px(20))};
    card_.x = std::max(card_.x, px(40));
    card_.y = std::max(card_.y, px(30));
  }

  void draw() {
    for (const Zone& zone : layout_.zones) draw_zone(zone);
    for (std::size_t i = 0; i < model_.scene().links.size(); ++i) draw_link(i);
    for (const auto& [id, conn] : model_.now.conns) draw_connection(conn);
    for (std::size_t i = 0; i < model_.scene().hosts.size(); ++i) draw_host(i);
    for (const auto& [id, flight] : model_.now.flights) draw_flight(flight);
    draw_speech();
  }

 private:
  [[nodiscard]] ImVec2 place(std::size_t index) const {
    const auto& at = layout_.hosts[index];
    const float x = inner_.min.x + card_.x / 2 + px(4);
    const float y = inner_.min.y + card_.y / 2;
    return {x + static_cast<float>(at[0]) * (inner_.width() - card_.x - px(8)),
            y + static_cast<float>(at[1]) * (inner_.height() - card_.y)};
  }
  [[nodiscard]] ImVec2 place(HostId id) const { return place(id.value - 1); }
  [[nodiscard]] Rect card(std::size_t index) const { return Rect::around(place(index), card_); }

  [[nodiscard]] ImU32 zone_color(const std::string& domain) const {
    constexpr Protocol cycle[] = {Protocol::smtp, Protocol::imap, Protocol::pop3,
                                  Protocol::submission};
    for (std::size_t i = 0; i < layout_.zones.size(); ++i)
      if (layout_.zones[i].domain == domain) return colors().of(cycle[i % 4]);
    return colors().of(Protocol::dns);
  }

  void draw_zone(const Zone& zone) {
    const auto corner = [&](const std::array<double, 2>& at) {
      return ImVec2{
          inner_.min.x + card_.x / 2 + px(4) +
              static_cast<float>(at[0]) * (inner_.width() - card_.x - px(8)),
          inner_.min.y + card_.y / 2 + static_cast<float>(at[1]) * (inner_.height() - card_.y)};
    };
    const ImVec2 a = corner(zone.min), b = corner(zone.max);
    const Rect r{{std::max(a.x - card_.x / 2 - px(8), area_.min.x + px(1)),
                  std::max(a.y - card_.y / 2 - px(28), area_.min.y + px(2))},
                 {std::min(b.x + card_.x / 2 + px(8), area_.max.x - px(1)),
                  std::min(b.y + card_.y / 2 + px(20), area_.max.y - px(2))}};
    const ImU32 color = zone_color(zone.domain);
    list_->AddRectFilled(r.min, r.max, fade(color, 0.10f), px(12));
    list_->AddRect(r.min, r.max, fade(color, 0.55f), px(12), 0, px(1.2f));
    draw_text(list_, faces().small_bold, {r.min.x + px(10), r.min.y + px(6)}, color,
              elide(faces().small_bold, zone.domain, r.width() - px(20)));
  }

  void draw_link(std::size_t index) {
    const trace::SceneLink& link = model_.scene().links[index];
    const ImVec2 a = place(link.a), b = place(link.b);
    if (model_.now.links_up[index]) {
      list_->AddLine(a, b, colors().wire, px(2.2f));
      return;
    }
    const float dx = b.x - a.x, dy = b.y - a.y, length = std::hypot(dx, dy);
    for (float at = 0; at < length; at += px(14)) {
      const float end = std::min(at + px(7), length);
      list_->AddLine({a.x + dx * at / length, a.y + dy * at / length},
                     {a.x + dx * end / length, a.y + dy * end / length}, colors().bad, px(2.2f));
    }
    draw_icon(list_, Icon::cross, {(a.x + b.x) / 2, (a.y + b.y) / 2}, px(26), colors().bad);
  }

  /// An open connection is a line in its protocol's colour between the two who talk.
  void draw_connection(const trace::ConnState& conn) {
    const ImVec2 a = place(conn.who.client), b = place(conn.who.server);
    const ImU32 color = colors().of(conn.who.protocol);
    const bool open = conn.phase == trace::ConnState::Phase::open;
    const ImVec2 bend{0, -px(26)};
    list_->AddBezierCubic(a, {a.x + bend.x, a.y + bend.y}, {b.x + bend.x, b.y + bend.y}, b,
                          fade(color, open ? 0.9f : 0.45f), px(open ? 3.4f : 2), 24);
  }

  [[nodiscard]] static Icon icon_of(HostKind kind) {
    switch (kind) {
      case HostKind::client:
        return Icon::laptop;
      case HostKind::mail_server:
        return Icon::server;
      case HostKind::name_server:
        return Icon::globe;
      case HostKind::router:
        break;
    }
    return Icon::router;
  }

  void draw_host(std::size_t index) {
    const trace::SceneHost& host = model_.scene().hosts[index];
    const HostId id{static_cast<std::uint32_t>(index + 1)};
    const trace::HostState& state = model_.now.host(id);
    const Rect r = card(index);
    const ImU32 color = state.up ? zone_color(host.domain) : colors().muted;
    draw_card(list_, r, px(10));
    if (model_.selection.host == id)
      list_->AddRect(r.min, r.max, colors().primary, px(10), 0, px(2.4f));
    // Icon, label and caption share the card's height; a low card goes without its caption.
    const bool caption = card_.y >= px(84);
    const ImVec2 top{r.center().x, r.min.y + card_.y * (caption ? 0.30f : 0.36f)};
    const float disc = std::min(px(22), card_.y * 0.26f);
    list_->AddCircleFilled(top, disc, colors().tint(color, 0.16f), 32);
    draw_icon(list_, icon_of(host.kind), top, disc * 1.2f, color);
    const float width = card_.x - px(10);
    draw_text_centered(list_, faces().small_bold,
                       {r.center().x, r.min.y + card_.y * (caption ? 0.66f : 0.80f)}, colors().text,
                       elide(faces().small_bold, label_of(host), width));
    const std::string under =
        state.up ? caption_of(host) : std::string(say("host-down", model_.lang));
    if (caption || !state.up)
      draw_text_centered(list_, faces().small, {r.center().x, r.min.y + card_.y * 0.86f},
                         state.up ? colors().muted : colors().bad,
                         elide(faces().small, under, width));
    if (!state.up) draw_icon(list_, Icon::cross, top, disc * 1.7f, colors().bad);
    draw_counts(state, r);
    click(host, id, r);
  }

  [[nodiscard]] std::string label_of(const trace::SceneHost& host) const {
    const std::string& label = host.label.in(model_.lang);
    if (label != host.name) return label;
    const std::size_t dot = host.name.find('.');  // "mail.sakura.example" stands in its zone
    return host.domain.empty() ? host.name : host.name.substr(0, dot);
  }

  [[nodiscard]] static std::string caption_of(const trace::SceneHost& host) {
    if (!host.user.empty()) return host.user;
    std::string services;
    for (const std::string& service : host.services)
      services += (services.empty() ? "" : " ") + (service == "submission" ? "send" : service);
    return services.empty() ? host.name : services;
  }

  /// Letters that wait: in the queue (upper right, warm), in the mailboxes (lower right).
  void draw_counts(const trace::HostState& state, const Rect& r) {
    if (!state.queue.empty())
      draw_badge(list_, {r.max.x - px(4), r.min.y + px(4)}, colors().warn,
                 std::to_string(state.queue.size()));
    std::size_t kept = 0;
    for (const auto& [name, box] : state.boxes) kept += box.size();
    for (const trace::InboxItem& item : state.screen.inbox) kept += item.item != 0;
    const std::size_t shown = std::min<std::size_t>(kept, 4);
    for (std::size_t i = 0; i < shown; ++i)
      draw_envelope(list_, {r.max.x - px(10) - static_cast<float>(i) * px(16), r.max.y}, px(20),
                    colors().good);
    if (kept > shown) draw_badge(list_, {r.max.x, r.max.y}, colors().good, std::to_string(kept));
  }

  void click(const trace::SceneHost& host, HostId id, const Rect& r) {
    ImGui::SetCursorScreenPos(r.min);
    const std::string name = "host:" + host.name;
    if (ImGui::InvisibleButton(name.c_str(), r.size())) commands_.push_back(SelectHost{id});
    mark(name);
    tooltip_for_last(host.name + (host.addresses.empty()
                                      ? std::string()
                                      : "  " + host.addresses.front().to_string()));
  }

  /// Does this packet carry (a piece of) a letter?
  [[nodiscard]] bool carries_letter(const trace::Flight& flight) const {
    return flight.message && flight.length >= 300;
  }

  void draw_flight(const trace::Flight& flight) {
    const auto whole = static_cast<double>((flight.arrives - flight.left).count());
    const auto passed = static_cast<double>((model_.head.at - flight.left).count());
    if (whole <= 0 || !flight.from || !flight.to) return;
    const auto t = static_cast<float>(std::clamp(passed / whole, 0.0, 1.0));
    const ImVec2 a = place(flight.from), b = place(flight.to);
    const ImVec2 at{a.x + (b.x - a.x) * t, a.y + (b.y - a.y) * t};
    const ImU32 color = colors().of(flight.protocol);
    if (carries_letter(flight)) {
      draw_envelope(list_, at, px(34), color);
    } else if (flight.protocol == Protocol::dns) {
      list_->AddCircleFilled(at, px(9), color, 24);
      list_->AddCircle(at, px(9), colors().card, 24, px(1.5f));
      draw_text_centered(list_, faces().small_bold, at, colors().on_badge, "?");
    } else {
      const float half = px(flight.length > 0 ? 7 : 4);
      list_->AddRectFilled({at.x - half, at.y - half}, {at.x + half, at.y + half}, color, px(2));
      list_->AddRect({at.x - half, at.y - half}, {at.x + half, at.y + half}, colors().card, px(2));
    }
  }

  /// What the two ends of the current connection said last.
  void draw_speech() {
    const RecordId focus = model_.focus();
    if (!focus || focus.value > model_.trace->size()) return;
    const auto* line = std::get_if<trace::Line>(&(*model_.trace)[focus].fact);
    if (line == nullptr) return;
    const auto found = model_.now.conns.find(line->conn);
    if (found == model_.now.conns.end()) return;
    for (const Side side : {Side::client, Side::server}) {
      const RecordId last = found->second.last_line[static_cast<int>(side)];
      const HostId host =
          side == Side::client ? found->second.who.client : found->second.who.server;
      if (last) bubble(host, std::get<trace::Line>((*model_.trace)[last].fact), last == focus);
    }
  }

  void bubble(HostId host, const trace::Line& line, bool current) {
    std::string text = model_.trace->line_text(line);
    text = text.substr(0, text.find_first_of("\r\n"));
    const Rect r = card(host.value - 1);
    const Face& face = faces().mono_small;
    text = elide(face, text, std::min(px(300), area_.width() * 0.42f));
    const ImVec2 size{text_size(face, text).x + px(18), px(26)};
    ImVec2 at{r.center().x - size.x / 2, r.min.y - size.y - px(5)};
    at.x = std::clamp(at.x, area_.min.x + px(2),
                      std::max(area_.min.x + px(2), area_.max.x - size.x - px(2)));
    at.y = std::max(at.y, area_.min.y + px(2));
    const ImVec2 end{at.x + size.x, at.y + size.y};
    const trace::ConnectionOpening* who = model_.trace->connection(line.conn);
    const ImU32 color = colors().of(who != nullptr ? who->protocol : Protocol::none);
    list_->AddRectFilled(at, end, current ? color : colors().card, px(8));
    list_->AddRect(at, end, color, px(8), 0, px(1.4f));
    draw_text(list_, face, {at.x + px(9), at.y + px(5)},
              current ? colors().on_badge : colors().text, text);
  }

  const Model& model_;
  Rect area_, inner_;
  Commands& commands_;
  ImDrawList* list_;
  StageLayout layout_;
  ImVec2 card_{};
};

}  // namespace

void draw_stage(const Model& model, const Rect& area, Commands& commands) {
  Stage(model, area, commands).draw();
}

}  // namespace posthorn::viz
