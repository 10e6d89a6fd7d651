#include "viz/panels/stage_hosts.hpp"

#include <algorithm>

#include "text/text.hpp"

namespace posthorn::viz {

using namespace texts;
namespace {

using trace::HostKind;
using trace::HostState;
using trace::SceneHost;

/// As a card says them; submission is SMTP at another counter.
constexpr std::pair<std::string_view, std::string_view> kServices[] = {
    {"smtp", "SMTP"}, {"pop3", "POP3"}, {"imap", "IMAP"}, {"dns", "DNS"}};

Icon icon_of(const SceneHost& host) {
  switch (host.kind) {
    case HostKind::client:
      return host.name.find("phone") != std::string::npos ? Icon::phone : Icon::laptop;
    case HostKind::mail_server:
      return Icon::server;
    case HostKind::name_server:
      return Icon::globe;
    case HostKind::router:
      break;
  }
  return Icon::router;
}

std::string label_of(const SceneHost& host, Lang lang) {
  const std::string& label = host.label.in(lang);
  if (label != host.name) return label;
  const std::size_t dot = host.name.find('.');  // "mail.sakura.example" stands in its zone
  return host.domain.empty() ? host.name : host.name.substr(0, dot);
}

std::string caption_of(const SceneHost& host) {
  if (!host.user.empty()) return host.user;
  std::string services;
  for (const auto& [name, shown] : kServices)
    if (std::ranges::count(host.services, name) > 0)
      services += (services.empty() ? "" : " · ") + std::string(shown);
  return services;
}

std::size_t kept_by(const HostState& state) {
  std::size_t kept = 0;
  for (const auto& [name, box] : state.boxes) kept += box.size();
  return kept;
}

class HostCard {
 public:
  HostCard(const Model& model, const StageMap& map, HostId id, const RoomUse& use)
      : model_(model),
        host_(model.scene().host(id)),
        state_(model.now.host(id)),
        use_(use),
        r_(map.card(id)),
        list_(ImGui::GetWindowDrawList()) {
    color_ = state_.up ? map.color_of(host_.domain) : colors().muted;
    under_ = state_.up ? caption_of(host_) : std::string(say("host-down", model.lang()));
    ink_ = state_.up ? colors().muted : colors().bad;
  }

  void draw(bool selected) {
    if (state_.up)
      draw_card(list_, r_, px(10));
    else
      list_->AddRectFilled(r_.min, r_.max, mix(colors().card, colors().bad, 0.10f), px(10));
    if (!state_.up) list_->AddRect(r_.min, r_.max, colors().bad, px(10), 0, px(1.6f));
    if (selected) list_->AddRect(r_.min, r_.max, colors().primary, px(10), 0, px(2.4f));
    const bool rooms = host_.kind == HostKind::mail_server && state_.up && r_.height() >= px(100) &&
                       r_.width() >= px(136);
    if (rooms) {
      beside({r_.min, {r_.max.x, r_.max.y - px(r_.width() >= px(185) ? 48 : 33)}});
      draw_rooms();
      return;
    }
    if (r_.height() >= px(84))
      above();
    else
      beside(r_);
    badges();
  }

 private:
  void disc(ImVec2 at, float radius) {
    list_->AddCircleFilled(at, radius, colors().tint(color_, 0.16f), 32);
    draw_icon(list_, icon_of(host_), at, radius * 1.2f, color_);
    if (!state_.up) draw_icon(list_, Icon::cross, at, radius * 1.7f, colors().bad);
  }

  /// Letters a little smaller where a single one would be left for the last line.
  static Face face_for(std::string_view label, float width) {
    Face face = faces().small_bold;
    const float smallest = face.size * 0.8f;
    const auto lonely = [](std::string_view line) {
      std::size_t next = 1;
      while (next < line.size() && (static_cast<unsigned char>(line[next]) & 0xC0) == 0x80) ++next;
      return next >= line.size();
    };
    while (face.size * 0.94f >= smallest) {
      const auto lines = wrap_text(face, label, width);
      if (lines.size() < 2 || !lonely(lines.back())) return face;
      face.size *= 0.94f;
    }
    return faces().small_bold;
  }

  /// Icon above, then the label on one line or two, then the caption.
  void above() {
    const float width = r_.width() - px(10), x = r_.center().x;
    const std::string label = label_of(host_, model_.lang());
    const Face bold = face_for(label, width);
    auto lines = wrap_text(bold, label, width);
    keep_lines(lines, 2, label);
    const bool two = lines.size() == 2;
    const float pitch = bold.size * 1.22f;
    const float words =
        pitch * static_cast<float>(lines.size()) + (under_.empty() ? 0 : faces().small.size * 1.3f);
    const float radius = std::clamp((r_.height() - words - px(22)) / 2, px(11), px(two ? 19 : 23));
    const float whole = radius * 2 + px(7) + words;
    float y = r_.center().y - whole / 2 + radius;
    disc({x, y}, radius);
    y += radius + px(7) + pitch / 2;
    for (const std::string_view line : lines) {
      draw_text_centered(list_, bold, {x, y}, colors().text, elide(bold, line, width));
      y += pitch;
    }
    caption({x, y}, width);
  }

  /// Who uses it, or what it serves, centred; smaller letters come before dots.
  void caption(ImVec2 at, float width) {
    const Face face = fitted(faces().small, under_, width);
    draw_text_centered(list_, face, at, ink_, elide(face, under_, width));
  }

  /// The last line that has room takes the rest, to be shortened where it meets the edge.
  static void keep_lines(std::vector<std::string_view>& lines, std::size_t most,
                         std::string_view label) {
    if (lines.size() <= most) return;
    lines.resize(most);
    lines.back() = label.substr(static_cast<std::size_t>(lines.back().data() - label.data()));
  }

  /// Icon on the left, the words beside it; a long caption has the whole width below them.
  void beside(Rect r) {
    const float whole = r.width() - px(12), radius_most = px(17);
    const bool below = r.height() >= px(58) && !under_.empty() &&
                       text_size(faces().small, under_).x > whole - radius_most * 2 - px(7);
    if (below) {
      const float strip = faces().small.size * 1.3f;
      caption({r.center().x, r.max.y - px(4) - strip / 2}, whole);
      r.max.y -= strip;
    }
    const float radius = std::min(radius_most, r.height() * 0.34f), y = r.center().y;
    disc({r.min.x + radius + px(7), y}, radius);
    // The queue's number stands on the upper right corner.
    const float badge = state_.queue.empty() || r.height() > px(70) ? px(5) : px(17);
    const float x = r.min.x + radius * 2 + px(14), width = r.max.x - x - badge;
    const std::string label = label_of(host_, model_.lang());
    const Face bold = face_for(label, width);
    auto lines = wrap_text(bold, label, width);
    const bool caption = !below && !under_.empty() && r.height() >= px(40);
    const float pitch = bold.size * 1.16f;
    const auto most = static_cast<std::size_t>(
        std::max(1.0f, (r.height() - px(2) - (caption ? faces().small.size * 1.2f : 0)) / pitch));
    keep_lines(lines, most, label);
    const float words =
        pitch * static_cast<float>(lines.size()) + (caption ? faces().small.size * 1.15f : 0);
    float at = y - words / 2;
    for (const std::string_view line : lines) {
      const Face face = fitted(bold, line, width);
      draw_text(list_, face, {x, at}, colors().text, elide(face, line, width));
      at += pitch;
    }
    if (!caption) return;
    const Face small = fitted(faces().small, under_, width);
    draw_text(list_, small, {x, at}, ink_, elide(small, under_, width));
  }

  /// A post office's rooms: the counter, the shelf of what waits, the postman, the boxes.
  void draw_rooms() {
    const std::size_t kept = kept_by(state_);
    struct Room {
      const char* key;
      Icon icon;
      bool lit;
      std::size_t count;
      ImU32 tone;
    };
    const Room rooms[] = {
        {"room.counter", Icon::person, use_.counter, 0, colors().of(Protocol::submission)},
        {"room.queue", Icon::queue, !state_.queue.empty(), state_.queue.size(), colors().warn},
        {"room.delivery", Icon::envelope, use_.delivery, 0, colors().of(Protocol::smtp)},
        {"room.boxes", Icon::mailbox, use_.boxes || kept > 0, kept, colors().good}};
    const float gap = px(3), width = (r_.width() - px(12) - gap * 3) / 4;
    float x = r_.min.x + px(6);
    const bool words = width >= px(41);
    const float foot = r_.max.y - px(6), top = foot - px(words ? 42 : 27);
    for (const Room& room : rooms) {
      const Rect cell{{x, top}, {x + width, foot}};
      list_->AddRectFilled(cell.min, cell.max,
                           room.lit ? colors().tint(room.tone, 0.24f) : colors().field, px(6));
      const ImU32 ink = room.lit ? room.tone : colors().muted;
      if (room.count > 0) {
        const std::string number = std::to_string(room.count);
        const float w = text_size(faces().small_bold, number).x, all = px(15) + px(3) + w;
        const float left = cell.center().x - all / 2;
        draw_icon(list_, room.icon, {left + px(7), top + px(13)}, px(15), ink);
        draw_text(list_, faces().small_bold, {left + px(18), top + px(6)}, colors().text,
                  elide(faces().small_bold, number, width - px(18)));
      } else {
        draw_icon(list_, room.icon, {cell.center().x, top + px(13)}, px(15), ink);
      }
      const std::string_view word = say(room.key, model_.lang());
      if (!words) {
        x += width + gap;
        continue;
      }
      draw_text_centered(list_, faces().small_bold, {cell.center().x, foot - px(10)},
                         room.lit ? colors().text : colors().muted,
                         elide(faces().small_bold, word, width - px(2)));
      x += width + gap;
    }
  }

  /// Letters that wait: in the queue (upper right, warm), in the mailboxes (lower right).
  void badges() {
    if (!state_.queue.empty())
      draw_badge(list_, {r_.max.x - px(4), r_.min.y + px(4)}, colors().warn,
                 std::to_string(state_.queue.size()));
    std::size_t kept = kept_by(state_);
    for (const trace::InboxItem& item : state_.screen.inbox) kept += item.item != 0;
    const std::size_t shown = std::min<std::size_t>(kept, 4);
    for (std::size_t i = 0; i < shown; ++i)
      draw_envelope(list_, {r_.max.x - px(14) - static_cast<float>(i) * px(16), r_.max.y + px(4)},
                    px(20), colors().good);
    if (kept > shown) draw_badge(list_, {r_.max.x, r_.max.y}, colors().good, std::to_string(kept));
  }

  const Model& model_;
  const SceneHost& host_;
  const HostState& state_;
  const RoomUse& use_;
  Rect r_;
  ImDrawList* list_;
  ImU32 color_ = 0, ink_ = 0;
  std::string under_;
};

}  // namespace

std::vector<RoomUse> rooms_in_use(const Model& model) {
  std::vector<RoomUse> use(model.scene().hosts.size() + 1);
  const auto room = [&](HostId id) -> RoomUse& {
    return use[id.value < use.size() ? id.value : 0];
  };
  for (const auto& [id, conn] : model.now.conns) {
    if (conn.phase == trace::ConnState::Phase::closed) continue;
    switch (conn.who.protocol) {
      case Protocol::smtp:
      case Protocol::lmtp:
      case Protocol::submission:
        room(conn.who.server).counter = true;
        room(conn.who.client).delivery = true;
        break;
      case Protocol::pop3:
      case Protocol::imap:
        room(conn.who.server).boxes = true;
        break;
      default:
        break;
    }
  }
  return use;
}

void draw_host_card(const Model& model, const StageMap& map, HostId id, const RoomUse& use,
                    Commands& commands) {
  const Rect r = map.card(id);
  if (!map.seen(r)) return;
  HostCard(model, map, id, use).draw(model.selection.host == id);
  const SceneHost& host = model.scene().host(id);
  if (!model.among.has(id)) {  // the filter is about others
    ImGui::GetWindowDrawList()->AddRectFilled(r.min, r.max, fade(colors().background, 0.55f),
                                              px(10));
    mark_rect("veil:" + host.name, r.min, r.max, true);
  }
  ImGui::SetCursorScreenPos(r.min);
  if (hit_area("host:" + host.name, r.size())) commands.push_back(SelectHost{id});
  tooltip_for_last(host.name + (host.addresses.empty()
                                    ? std::string()
                                    : "  " + host.addresses.front().to_string()));
}

}  // namespace posthorn::viz
