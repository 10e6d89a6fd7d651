// The stage: zones, links, hosts, what they say, and what is on its way between them.
#include "viz/panels/stage.hpp"

#include <algorithm>
#include <cmath>

#include "text/text.hpp"
#include "viz/model/layout.hpp"

namespace posthorn::viz {

using namespace texts;
namespace {

using trace::HostKind;

/// As a card says them; submission is SMTP at another counter.
constexpr std::pair<std::string_view, std::string_view> kServices[] = {
    {"smtp", "SMTP"}, {"pop3", "POP3"}, {"imap", "IMAP"}, {"dns", "DNS"}};

class Stage {
 public:
  Stage(const Model& model, const Rect& area, Commands& commands)
      : model_(model),
        area_(area),
        commands_(commands),
        list_(ImGui::GetWindowDrawList()),
        layout_(lay_out(model.scene())) {
    inner_ = {{area.min.x + px(8), area.min.y + px(34)}, {area.max.x - px(8), area.max.y - px(24)}};
    card_ = {std::min(px(156), inner_.width() / static_cast<float>(layout_.columns) - px(18)),
             std::min(px(104), inner_.height() / static_cast<float>(layout_.rows) - px(20))};
    for (std::size_t i = 0; i < layout_.hosts.size(); ++i)
      for (std::size_t k = 0; k < i; ++k) keep_apart(i, k);
  }

  void draw() {
    for (const Zone& zone : layout_.zones) draw_zone(zone);
    for (std::size_t i = 0; i < model_.scene().links.size(); ++i) draw_link(i);
    for (const auto& [id, conn] : model_.now.conns) draw_connection(conn);
    for (std::size_t i = 0; i < model_.scene().hosts.size(); ++i)
      if (model_.now.has(HostId{static_cast<std::uint32_t>(i + 1)})) draw_host(i);
    for (const auto& [id, flight] : model_.now.flights) draw_flight(flight);
    draw_speech();
  }

 private:
  /// Makes the cards as small as two hosts need, in the direction where it costs less. Zones want
  /// room for their name.
  void keep_apart(std::size_t i, std::size_t k) {
    const auto &a = layout_.hosts[i], &b = layout_.hosts[k];
    const float dx = static_cast<float>(std::abs(a[0] - b[0]));
    const float dy = static_cast<float>(std::abs(a[1] - b[1]));
    const bool zones = model_.scene().hosts[i].domain != model_.scene().hosts[k].domain;
    const float wide = (dx * (inner_.width() - px(8)) - px(6)) / (1 + dx);
    const float high = (dy * inner_.height() - (zones ? px(44) : px(10))) / (1 + dy);
    if (card_.x <= wide || card_.y <= high) return;
    if (high / card_.y >= wide / card_.x)
      card_.y = std::max(high, px(26));
    else
      card_.x = std::max(wide, px(26));
  }

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

  /// An open connection is a band in its protocol's colour along the way that its packets take.
  void draw_connection(const trace::ConnState& conn) {
    if (!conn.who.client || !conn.who.server) return;
    const ImU32 color = colors().of(conn.who.protocol);
    const bool open = conn.phase == trace::ConnState::Phase::open;
    const std::vector<HostId> way =
        way_between(model_.scene(), model_.now.links_up, conn.who.client, conn.who.server);
    for (std::size_t i = 0; i + 1 < way.size(); ++i)
      list_->AddLine(place(way[i]), place(way[i + 1]), fade(color, open ? 0.85f : 0.4f),
                     px(open ? 5 : 3));
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
    const std::string under =
        state.up ? caption_of(host) : std::string(say("host-down", model_.lang()));
    const ImU32 ink = state.up ? colors().muted : colors().bad;
    if (card_.y >= px(84))
      draw_tall(host, r, color, under, ink, state.up);
    else
      draw_low(host, r, color, under, ink, state.up);
    draw_counts(state, r);
    click(host, id, r);
  }

  void draw_disc(const trace::SceneHost& host, ImVec2 at, float radius, ImU32 color, bool up) {
    list_->AddCircleFilled(at, radius, colors().tint(color, 0.16f), 32);
    draw_icon(list_, icon_of(host.kind), at, radius * 1.2f, color);
    if (!up) draw_icon(list_, Icon::cross, at, radius * 1.7f, colors().bad);
  }

  /// Icon above, then the label on one line or two, then the caption.
  void draw_tall(const trace::SceneHost& host, const Rect& r, ImU32 color, const std::string& under,
                 ImU32 ink, bool up) {
    const float width = card_.x - px(8), x = r.center().x;
    const std::string label = label_of(host);
    auto lines = wrap_text(faces().small_bold, label, width);
    if (lines.size() > 2) lines.resize(2);
    const bool two = lines.size() == 2;
    draw_disc(host, {x, r.min.y + card_.y * (two ? 0.25f : 0.30f)},
              std::min(px(two ? 18 : 22), card_.y * 0.26f), color, up);
    float y = r.min.y + card_.y * (two ? 0.55f : 0.66f);
    for (const std::string_view line : lines) {
      draw_text_centered(list_, faces().small_bold, {x, y}, colors().text,
                         elide(faces().small_bold, line, width));
      y += card_.y * 0.17f;
    }
    draw_text_centered(list_, faces().small, {x, r.min.y + card_.y * (two ? 0.89f : 0.86f)}, ink,
                       elide(faces().small, under, width));
  }

  /// Where cards must be low: icon on the left, the words beside it.
  void draw_low(const trace::SceneHost& host, const Rect& r, ImU32 color, const std::string& under,
                ImU32 ink, bool up) {
    const float radius = std::min(px(15), card_.y * 0.34f), y = r.center().y;
    draw_disc(host, {r.min.x + radius + px(5), y}, radius, color, up);
    const float x = r.min.x + radius * 2 + px(10), width = r.max.x - x - px(4);
    const bool both = !under.empty() && card_.y >= px(40);
    const float size = faces().small_bold.size;
    draw_text(list_, faces().small_bold, {x, y - (both ? size * 1.05f : size / 2)}, colors().text,
              elide(faces().small_bold, label_of(host), width));
    if (both)
      draw_text(list_, faces().small, {x, y + px(1)}, ink, elide(faces().small, under, width));
  }

  [[nodiscard]] std::string label_of(const trace::SceneHost& host) const {
    const std::string& label = host.label.in(model_.lang());
    if (label != host.name) return label;
    const std::size_t dot = host.name.find('.');  // "mail.sakura.example" stands in its zone
    return host.domain.empty() ? host.name : host.name.substr(0, dot);
  }

  [[nodiscard]] static std::string caption_of(const trace::SceneHost& host) {
    if (!host.user.empty()) return host.user;
    std::string services;
    for (const auto& [name, shown] : kServices)
      if (std::ranges::count(host.services, name) > 0)
        services += (services.empty() ? "" : " · ") + std::string(shown);
    return services;
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
      draw_envelope(list_, {r.max.x - px(14) - static_cast<float>(i) * px(16), r.max.y + px(4)},
                    px(20), colors().good);
    if (kept > shown) draw_badge(list_, {r.max.x, r.max.y}, colors().good, std::to_string(kept));
  }

  void click(const trace::SceneHost& host, HostId id, const Rect& r) {
    ImGui::SetCursorScreenPos(r.min);
    const std::string name = "host:" + host.name;
    if (hit_area(name, r.size())) commands_.push_back(SelectHost{id});
    tooltip_for_last(host.name + (host.addresses.empty()
                                      ? std::string()
                                      : "  " + host.addresses.front().to_string()));
  }

  /// Where the straight line from a host's middle towards `target` leaves its card.
  [[nodiscard]] ImVec2 edge(HostId host, ImVec2 target) const {
    const ImVec2 c = place(host), d{target.x - c.x, target.y - c.y};
    const float x = std::abs(d.x) < 1 ? 1e6f : (card_.x / 2 + px(8)) / std::abs(d.x);
    const float y = std::abs(d.y) < 1 ? 1e6f : (card_.y / 2 + px(8)) / std::abs(d.y);
    const float t = std::min({x, y, 0.48f});
    return {c.x + d.x * t, c.y + d.y * t};
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
    // From card to card, so that nothing on them is covered.
    const ImVec2 a = edge(flight.from, place(flight.to)), b = edge(flight.to, place(flight.from));
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
    const ImVec2 at = room_for({text_size(face, text).x + px(18), px(26)}, r);
    const ImVec2 end{at.x + text_size(face, text).x + px(18), at.y + px(26)};
    bubbles_.push_back({at, end});
    const trace::ConnectionOpening* who = model_.trace->connection(line.conn);
    const ImU32 color = colors().of(who != nullptr ? who->protocol : Protocol::none);
    list_->AddRectFilled(at, end, current ? color : colors().card, px(8));
    list_->AddRect(at, end, color, px(8), 0, px(1.4f));
    draw_text(list_, face, {at.x + px(9), at.y + px(5)},
              current ? colors().on_badge : colors().text, text);
  }

  /// A place beside a card where a bubble covers the least: above it, below it, and sidewards.
  [[nodiscard]] ImVec2 room_for(ImVec2 size, const Rect& card_rect) const {
    ImVec2 best{};
    float least = 1e12f;
    for (const float y : {card_rect.min.y - size.y - px(5), card_rect.max.y + px(7)})
      for (const float x :
           {card_rect.center().x - size.x / 2, card_rect.max.x - size.x, card_rect.min.x,
            card_rect.max.x - size.x * 0.75f, card_rect.min.x - size.x * 0.25f}) {
        const ImVec2 at{std::clamp(x, area_.min.x + px(2),
                                   std::max(area_.min.x + px(2), area_.max.x - size.x - px(2))),
                        std::clamp(y, area_.min.y + px(2), area_.max.y - size.y - px(2))};
        const Rect r{at, {at.x + size.x, at.y + size.y}};
        float covered = 0;
        for (std::size_t i = 0; i < layout_.hosts.size(); ++i) covered += shared(r, card(i));
        for (const Rect& other : bubbles_) covered += 4 * shared(r, other);
        if (covered >= least) continue;
        least = covered;
        best = at;
      }
    return best;
  }

  [[nodiscard]] static float shared(const Rect& a, const Rect& b) {
    const float x = std::min(a.max.x, b.max.x) - std::max(a.min.x, b.min.x);
    const float y = std::min(a.max.y, b.max.y) - std::max(a.min.y, b.min.y);
    return x > 0 && y > 0 ? x * y : 0;
  }

  const Model& model_;
  Rect area_, inner_;
  Commands& commands_;
  ImDrawList* list_;
  StageLayout layout_;
  ImVec2 card_{};
  std::vector<Rect> bubbles_;
};

}  // namespace

void draw_stage(const Model& model, const Rect& area, Commands& commands) {
  Stage(model, area, commands).draw();
}

}  // namespace posthorn::viz
