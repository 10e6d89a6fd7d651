#include "viz/panels/stage_map.hpp"

#include <algorithm>
#include <cmath>

namespace posthorn::viz {
namespace {

/// The layout of a scene, made again only when the scene is another or has grown.
const StageLayout& layout_of(const trace::Scene& scene) {
  static trace::Scene known;
  static StageLayout layout;
  static bool made = false;
  const bool same = made && known.hosts.size() == scene.hosts.size() && known.hosts == scene.hosts;
  if (!same) {
    layout = lay_out(scene);
    known = scene;
    made = true;
  }
  return layout;
}

}  // namespace

float shared(const Rect& a, const Rect& b) {
  const float x = std::min(a.max.x, b.max.x) - std::max(a.min.x, b.min.x);
  const float y = std::min(a.max.y, b.max.y) - std::max(a.min.y, b.min.y);
  return x > 0 && y > 0 ? x * y : 0;
}

StageMap::StageMap(const Model& model, const Rect& area)
    : model_(model), area_(area), layout_(layout_of(model.scene())) {
  inner_ = {{area.min.x + px(8), area.min.y + px(34)}, {area.max.x - px(8), area.max.y - px(24)}};
  const float zoom = std::sqrt(model.camera.zoom);
  card_ = {
      std::min(px(206) * zoom,
               inner_.width() * model.camera.zoom / static_cast<float>(layout_.columns) - px(18)),
      std::min(px(122) * zoom,
               inner_.height() * model.camera.zoom / static_cast<float>(layout_.rows) - px(20))};
  card_.x = std::max(card_.x, px(26));
  card_.y = std::max(card_.y, px(26));
  for (std::size_t i = 0; i < layout_.hosts.size(); ++i)
    for (std::size_t k = 0; k < i; ++k) keep_apart(i, k);
}

/// Makes the cards as small as two hosts need, in the direction where it costs less. Zones want
/// room for their name.
void StageMap::keep_apart(std::size_t i, std::size_t k) {
  const auto &a = layout_.hosts[i], &b = layout_.hosts[k];
  const float zoom = model_.camera.zoom;
  const float dx = static_cast<float>(std::abs(a[0] - b[0]));
  const float dy = static_cast<float>(std::abs(a[1] - b[1]));
  const bool zones = model_.scene().hosts[i].domain != model_.scene().hosts[k].domain;
  const float width = inner_.width() - px(8), height = inner_.height();
  const float wide = (dx * zoom * width - px(6)) / (1 + dx * zoom);
  const float high = (dy * zoom * height - (zones ? px(50) : px(10))) / (1 + dy * zoom);
  if (card_.x <= wide || card_.y <= high) return;
  if (high / card_.y >= wide / card_.x)
    card_.y = std::max(high, px(26));
  else
    card_.x = std::max(wide, px(26));
}

ImVec2 StageMap::to_screen(double x, double y) const {
  const Camera& camera = model_.camera;
  const float u = (static_cast<float>(x) - camera.x) * camera.zoom + 0.5f;
  const float v = (static_cast<float>(y) - camera.y) * camera.zoom + 0.5f;
  const float left = inner_.min.x + card_.x / 2 + px(4), top = inner_.min.y + card_.y / 2;
  return {left + u * (inner_.width() - card_.x - px(8)), top + v * (inner_.height() - card_.y)};
}

ImVec2 StageMap::unit_at(ImVec2 screen) const {
  const Camera& camera = model_.camera;
  const float left = inner_.min.x + card_.x / 2 + px(4), top = inner_.min.y + card_.y / 2;
  const float u = (screen.x - left) / std::max(1.0f, inner_.width() - card_.x - px(8));
  const float v = (screen.y - top) / std::max(1.0f, inner_.height() - card_.y);
  return {(u - 0.5f) / camera.zoom + camera.x, (v - 0.5f) / camera.zoom + camera.y};
}

ImVec2 StageMap::place(HostId id) const {
  if (!id || id.value > layout_.hosts.size()) return area_.center();
  const auto& at = layout_.hosts[id.value - 1];
  return to_screen(at[0], at[1]);
}

Rect StageMap::zone(const Zone& zone) const {
  Rect r = whole_zone(zone);
  // Where rows are close, what is left free below the cards ends where the next zone begins.
  const float least = r.max.y - px(16);
  for (const Zone& below : layout_.zones) {
    const Rect next = whole_zone(below);
    const bool beside = next.max.x <= r.min.x || next.min.x >= r.max.x;
    if (!beside && next.min.y > r.min.y + px(28) && next.min.y < r.max.y)
      r.max.y = std::max(least, next.min.y - px(3));
  }
  return r;
}

Rect StageMap::whole_zone(const Zone& zone) const {
  const ImVec2 a = to_screen(zone.min[0], zone.min[1]), b = to_screen(zone.max[0], zone.max[1]);
  return {{std::max(a.x - card_.x / 2 - px(8), area_.min.x + px(1)),
           std::max(a.y - card_.y / 2 - px(28), area_.min.y + px(2))},
          {std::min(b.x + card_.x / 2 + px(8), area_.max.x - px(1)),
           std::min(b.y + card_.y / 2 + px(20), area_.max.y - px(2))}};
}

Rect StageMap::zone_name(const Zone& z) const {
  const Rect r = zone(z);
  const float width = std::min(text_size(faces().small_bold, z.domain).x, r.width() - px(20));
  return {{r.min.x + px(10), r.min.y + px(6)},
          {r.min.x + px(10) + std::max(width, 0.0f), r.min.y + px(6) + faces().small_bold.size}};
}

float StageMap::covered_by(const Rect& r) const {
  float sum = 0;
  for (std::uint32_t i = 1; i <= layout_.hosts.size(); ++i) sum += shared(r, card(HostId{i}));
  for (const Zone& zone : layout_.zones) sum += 3 * shared(r, zone_name(zone));
  return sum;
}

ImU32 StageMap::color_of(const std::string& domain) const {
  constexpr Protocol cycle[] = {Protocol::smtp, Protocol::imap, Protocol::pop3,
                                Protocol::submission};
  for (std::size_t i = 0; i < layout_.zones.size(); ++i)
    if (layout_.zones[i].domain == domain) return colors().of(cycle[i % 4]);
  return colors().of(Protocol::dns);
}

ImVec2 StageMap::edge(HostId host, ImVec2 target) const {
  const ImVec2 c = place(host), d{target.x - c.x, target.y - c.y};
  const float x = std::abs(d.x) < 1 ? 1e6f : (card_.x / 2 + px(8)) / std::abs(d.x);
  const float y = std::abs(d.y) < 1 ? 1e6f : (card_.y / 2 + px(8)) / std::abs(d.y);
  const float t = std::min({x, y, 0.48f});
  return {c.x + d.x * t, c.y + d.y * t};
}

const std::vector<HostId>& StageMap::way(HostId from, HostId to) const {
  auto& known = ways_[{from, to}];
  if (known.empty()) known = way_between(model_.scene(), model_.now.links_up, from, to);
  return known;
}

}  // namespace posthorn::viz
