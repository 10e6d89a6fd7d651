#include "viz/panels/stage_traffic.hpp"

#include <algorithm>
#include <array>
#include <cmath>
#include <map>
#include <set>
#include <string>

#include "text/text.hpp"

namespace posthorn::viz {

using namespace texts;
namespace {

using trace::Flight;

/// More packets than this at once are shown as bundles.
constexpr std::size_t kMostSingle = 80;
/// Segments with so many octets of a letter's connection carry (a piece of) it.
constexpr std::uint16_t kLetterOctets = 300;

bool carries_letter(const Flight& flight) {
  return flight.message && flight.length >= kLetterOctets;
}

struct Way {
  ImVec2 a, b;
  [[nodiscard]] ImVec2 at(float t) const { return {a.x + (b.x - a.x) * t, a.y + (b.y - a.y) * t}; }
};

/// From card to card, so that nothing on them is covered.
Way way_of(const StageMap& map, HostId from, HostId to) {
  return {map.edge(from, map.place(to)), map.edge(to, map.place(from))};
}

/// How far a packet is, 0..1; below 0 for one that is not on a link.
float progress(const Model& model, const Flight& flight) {
  const auto whole = static_cast<double>((flight.arrives - flight.left).count());
  const auto passed = static_cast<double>((model.head.at - flight.left).count());
  if (whole <= 0 || !flight.from || !flight.to) return -1;
  return static_cast<float>(std::clamp(passed / whole, 0.0, 1.0));
}

void draw_single(const Model& model, const StageMap& map, const Flight& flight) {
  const float t = progress(model, flight);
  if (t < 0) return;
  ImDrawList* list = ImGui::GetWindowDrawList();
  const Way way = way_of(map, flight.from, flight.to);
  const ImVec2 at = way.at(t);
  const ImU32 color = colors().of(flight.protocol);
  if (carries_letter(flight)) {
    if (!model.likes.calm)  // a trail says where it comes from
      for (int i = 3; i >= 1; --i) {
        const ImVec2 past = way.at(std::max(0.0f, t - 0.035f * static_cast<float>(i)));
        list->AddCircleFilled(past, px(7.0f - static_cast<float>(i)), fade(color, 0.30f), 16);
      }
    draw_envelope(list, at, px(34), color);
  } else if (flight.protocol == Protocol::dns) {
    list->AddCircleFilled(at, px(10), color, 24);
    list->AddCircle(at, px(10), colors().card, 24, px(1.5f));
    draw_text_centered(list, faces().small_bold, at, colors().on_badge, "?");
  } else if (flight.length > 0) {
    // A line of the conversation: a small parcel.
    const float half = px(7.5f);
    list->AddRectFilled({at.x - half, at.y - half}, {at.x + half, at.y + half}, color, px(3));
    list->AddRect({at.x - half, at.y - half}, {at.x + half, at.y + half}, colors().card, px(3), 0,
                  px(1.5f));
    list->AddLine({at.x, at.y - half}, {at.x, at.y + half}, colors().card, px(1.5f));
    list->AddLine({at.x - half, at.y}, {at.x + half, at.y}, colors().card, px(1.5f));
  } else {
    // An empty packet (handshake, acknowledgement): a dot.
    list->AddCircleFilled(at, px(4), color, 16);
    list->AddCircle(at, px(4), colors().card, 16, px(1));
  }
}

/// Packets of one link and direction, in a few places along it.
struct Bundle {
  static constexpr std::size_t kPlaces = 5;
  std::array<std::uint32_t, kPlaces> packets{}, letters{};
  std::array<Protocol, kPlaces> protocol{};
};

void draw_bundles(const Model& model, const StageMap& map) {
  std::map<std::pair<HostId, HostId>, Bundle> bundles;
  for (const auto& [id, flight] : model.now.flights) {
    const float t = progress(model, flight);
    if (t < 0) continue;
    Bundle& bundle = bundles[{flight.from, flight.to}];
    const auto place = std::min(static_cast<std::size_t>(t * Bundle::kPlaces), Bundle::kPlaces - 1);
    ++bundle.packets[place];
    if (carries_letter(flight)) ++bundle.letters[place];
    if (bundle.letters[place] <= 1) bundle.protocol[place] = flight.protocol;
  }
  ImDrawList* list = ImGui::GetWindowDrawList();
  for (const auto& [ends, bundle] : bundles) {
    const Way way = way_of(map, ends.first, ends.second);
    for (std::size_t i = 0; i < Bundle::kPlaces; ++i) {
      if (bundle.packets[i] == 0) continue;
      const ImVec2 at = way.at((static_cast<float>(i) + 0.5f) / Bundle::kPlaces);
      const ImU32 color = colors().of(bundle.protocol[i]);
      if (bundle.letters[i] == 0) {
        const float grown = std::min(4.0f, std::log2(static_cast<float>(bundle.packets[i]) + 1));
        list->AddCircleFilled(at, px(3 + grown), color, 20);
        continue;
      }
      draw_envelope(list, at, px(30), color);
      if (bundle.letters[i] > 1)
        draw_badge(list, {at.x + px(15), at.y - px(11)}, colors().warn,
                   std::to_string(bundle.letters[i]));
    }
  }
}

}  // namespace

void tap_links(const Model& model, const StageMap& map, Commands& commands) {
  const auto& links = model.scene().links;
  constexpr std::size_t kMost = 60;  // beyond that nobody can hit one
  if (links.size() > kMost) return;
  for (std::size_t i = 0; i < links.size(); ++i) {
    const ImVec2 a = map.place(links[i].a), b = map.place(links[i].b);
    const ImVec2 middle{(a.x + b.x) / 2, (a.y + b.y) / 2};
    if (!map.area().contains(middle) || std::hypot(b.x - a.x, b.y - a.y) < px(80)) continue;
    const float side = px(22);
    ImGui::SetCursorScreenPos({middle.x - side / 2, middle.y - side / 2});
    if (hit_area("link-" + std::to_string(i + 1), {side, side})) {
      commands.push_back(TapLink{LinkId{static_cast<std::uint32_t>(i + 1)}});
      commands.push_back(SetView{View::tap});
    }
    if (!ImGui::IsItemHovered()) continue;
    ImDrawList* list = ImGui::GetWindowDrawList();
    list->AddCircleFilled(middle, px(13), colors().card, 24);
    list->AddCircle(middle, px(13), colors().primary, 24, px(2));
    draw_icon(list, Icon::eye, middle, px(16), colors().primary);
    tooltip_for_last(say("tap.here", model.lang()));
  }
}

void draw_links(const Model& model, const StageMap& map) {
  ImDrawList* list = ImGui::GetWindowDrawList();
  const auto& links = model.scene().links;
  for (std::size_t i = 0; i < links.size(); ++i) {
    const ImVec2 a = map.place(links[i].a), b = map.place(links[i].b);
    if (model.now.links_up[i]) {
      list->AddLine(a, b, colors().wire, px(2.2f));
      continue;
    }
    const float dx = b.x - a.x, dy = b.y - a.y, length = std::max(1.0f, std::hypot(dx, dy));
    for (float at = 0; at < length; at += px(14)) {
      const float end = std::min(at + px(7), length);
      list->AddLine({a.x + dx * at / length, a.y + dy * at / length},
                    {a.x + dx * end / length, a.y + dy * end / length}, colors().bad, px(2.2f));
    }
    draw_icon(list, Icon::cross, {(a.x + b.x) / 2, (a.y + b.y) / 2}, px(26), colors().bad);
  }
}

void draw_connections(const Model& model, const StageMap& map) {
  ImDrawList* list = ImGui::GetWindowDrawList();
  struct Band {
    HostId from, to;
    Protocol protocol;
    bool open, sealed;
    auto operator<=>(const Band&) const = default;
  };
  std::set<Band> bands;  // thousands of connections are a few bands
  for (const auto& [id, conn] : model.now.conns)
    if (conn.who.client && conn.who.server)
      bands.insert({conn.who.client, conn.who.server, conn.who.protocol,
                    conn.phase == trace::ConnState::Phase::open, conn.sealed});
  for (const Band& band : bands) {
    const std::vector<HostId>& way = map.way(band.from, band.to);
    for (std::size_t i = 0; i + 1 < way.size(); ++i)
      list->AddLine(map.place(way[i]), map.place(way[i + 1]),
                    fade(colors().of(band.protocol), band.open ? 0.85f : 0.4f),
                    px(band.open ? 5 : 3));
    if (!band.sealed || way.size() < 2) continue;
    // A lock where the connection begins: whoever listens on the way hears nothing.
    const ImVec2 a = map.place(way[0]), b = map.place(way[1]);
    const ImVec2 at{(a.x + b.x) / 2, (a.y + b.y) / 2 - px(12)};  // faults have their place below
    list->AddCircleFilled(at, px(13), colors().card, 24);
    list->AddCircle(at, px(13), colors().of(band.protocol), 24, px(2));
    draw_icon(list, Icon::lock, {at.x, at.y - px(0.5f)}, px(15), colors().of(band.protocol));
  }
}

namespace {
/// The trace tells details in one language for all ("loss 10%"): the words among them are ours.
std::string fault_words(const Model& model, const trace::FaultBegan& fault) {
  std::string_view detail = model.trace->text(fault.detail);
  if (fault.kind != trace::FaultKind::slow && fault.kind != trace::FaultKind::bad_line)
    return std::string(detail);
  std::string out;
  while (!detail.empty()) {
    const std::size_t end = std::min(detail.find_first_of(" ,"), detail.size());
    const std::string key = "fault." + std::string(detail.substr(0, end));
    const std::string_view word = texts::say(key, model.lang());
    out += word == key ? detail.substr(0, end) : word;
    detail.remove_prefix(end);
    if (detail.empty()) break;
    out += detail.front();
    detail.remove_prefix(1);
  }
  return out;
}
}  // namespace

void draw_faults(const Model& model, const StageMap& map) {
  ImDrawList* list = ImGui::GetWindowDrawList();
  std::map<std::pair<HostId, LinkId>, int> signs;  // several at one place stand below each other
  for (const trace::FaultBegan& fault : model.now.faults) {
    if (!fault.host && !fault.link) continue;
    ImVec2 at;
    if (fault.host && model.now.has(fault.host)) {
      const Rect card = map.card(fault.host);
      at = {card.min.x + px(4), card.min.y + px(2)};
    } else if (fault.link && fault.link.value <= model.scene().links.size()) {
      const trace::SceneLink& link = model.scene().link(fault.link);
      const ImVec2 a = map.place(link.a), b = map.place(link.b);
      at = {(a.x + b.x) / 2, (a.y + b.y) / 2 + px(18)};
    } else {
      continue;
    }
    at.y += px(24) * static_cast<float>(signs[{fault.host, fault.link}]++);
    list->AddCircleFilled(at, px(11), colors().bad, 24);
    const bool listens = fault.kind == trace::FaultKind::listener;
    draw_icon(list, listens ? Icon::eye : Icon::warning, at, px(13), colors().on_badge);
    const std::string detail = listens ? std::string() : fault_words(model, fault);
    if (detail.empty()) continue;
    const std::string text = elide(faces().small_bold, detail, px(150));
    const float width = text_size(faces().small_bold, text).x + px(16);
    const Rect r{{at.x + px(13), at.y - px(11)}, {at.x + px(13) + width, at.y + px(11)}};
    list->AddRectFilled(r.min, r.max, colors().tint(colors().bad, 0.18f), px(8));
    draw_text_centered(list, faces().small_bold, r.center(), colors().bad, text);
  }
}

void draw_flights(const Model& model, const StageMap& map) {
  if (model.now.flights.size() > kMostSingle) return draw_bundles(model, map);
  for (const auto& [id, flight] : model.now.flights) draw_single(model, map, flight);
}

}  // namespace posthorn::viz
