#include "viz/panels/stage_traffic.hpp"

#include <algorithm>
#include <array>
#include <cmath>
#include <map>
#include <optional>
#include <set>
#include <string>

#include "sim/scenario/units.hpp"
#include "sim/trace/names.hpp"
#include "text/text.hpp"

namespace posthorn::viz {

using namespace texts;
namespace {

using trace::Flight;

/// More packets than this at once are shown as bundles.
constexpr std::size_t kMostSingle = 80;
/// Segments with so many octets of a letter's connection carry (a piece of) it.
constexpr std::uint16_t kLetterOctets = 300;

/// What the client said last on the packet's connection is about the letter itself: not a greeting,
/// a handshake or a list, which may be as long.
bool speaks_of_letter(const Model& model, const Flight& flight) {
  const auto conn = model.now.conns.find(flight.conn);
  if (conn == model.now.conns.end()) return false;
  const RecordId last = conn->second.last_line[static_cast<int>(Side::client)];
  if (!last || last.value > model.trace->size()) return false;
  const auto* line = std::get_if<trace::Line>(&(*model.trace)[last].fact);
  if (line == nullptr) return false;
  if (line->kind == NoteKind::content) return true;
  const std::string_view verb = model.trace->text(line->verb);
  for (const char* word : {"DATA", "BDAT", "RETR", "TOP", "FETCH", "UID FETCH", "APPEND"})
    if (verb == word) return true;
  return false;
}

bool carries_letter(const Model& model, const Flight& flight) {
  return flight.message && flight.length >= kLetterOctets && speaks_of_letter(model, flight);
}

struct Way {
  ImVec2 a, b;
  [[nodiscard]] ImVec2 at(float t) const { return {a.x + (b.x - a.x) * t, a.y + (b.y - a.y) * t}; }
};

/// From card to card, so that nothing on them is covered.
Way way_of(const StageMap& map, HostId from, HostId to) {
  return {map.edge(from, map.place(to)), map.edge(to, map.place(from))};
}

/// Whether the filter lets a packet through: its connection, or for a datagram both its ends.
bool on_show(const Model& model, const Flight& flight) {
  if (flight.conn) return model.among.has(flight.conn);
  return model.among.has(flight.from) || model.among.has(flight.to);
}

/// How far a packet is, 0..1; below 0 for one that is not on a link, or not to be shown.
float progress(const Model& model, const Flight& flight) {
  if (!on_show(model, flight)) return -1;
  const auto whole = static_cast<double>((flight.arrives - flight.left).count());
  const auto passed = static_cast<double>((model.head.at - flight.left).count());
  if (whole <= 0 || !flight.from || !flight.to) return -1;
  return static_cast<float>(std::clamp(passed / whole, 0.0, 1.0));
}

Parcel parcel_of(const Model& model, const Flight& flight) {
  if (carries_letter(model, flight)) return Parcel::letter;
  if (flight.protocol == Protocol::dns) return Parcel::question;
  return flight.length > 0 ? Parcel::line : Parcel::empty;
}

void draw_single(const Model& model, const StageMap& map, const Flight& flight) {
  const float t = progress(model, flight);
  if (t < 0) return;
  ImDrawList* list = ImGui::GetWindowDrawList();
  const Way way = way_of(map, flight.from, flight.to);
  const ImU32 color = colors().of(flight.protocol);
  const Parcel parcel = parcel_of(model, flight);
  if (parcel == Parcel::letter && !model.likes.calm)  // a trail says where it comes from
    for (int i = 3; i >= 1; --i) {
      const ImVec2 past = way.at(std::max(0.0f, t - 0.035f * static_cast<float>(i)));
      list->AddCircleFilled(past, px(7.0f - static_cast<float>(i)), fade(color, 0.30f), 16);
    }
  draw_parcel(list, parcel, way.at(t), color);
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
    if (carries_letter(model, flight)) ++bundle.letters[place];
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

void draw_parcel(ImDrawList* list, Parcel parcel, ImVec2 at, ImU32 color) {
  const float half = px(7.5f);
  switch (parcel) {
    case Parcel::letter:
      return draw_envelope(list, at, px(34), color);
    case Parcel::question:
      list->AddCircleFilled(at, px(10), color, 24);
      list->AddCircle(at, px(10), colors().card, 24, px(1.5f));
      return draw_text_centered(list, faces().small_bold, at, colors().on_badge, "?");
    case Parcel::line:
      list->AddRectFilled({at.x - half, at.y - half}, {at.x + half, at.y + half}, color, px(3));
      list->AddRect({at.x - half, at.y - half}, {at.x + half, at.y + half}, colors().card, px(3), 0,
                    px(1.5f));
      list->AddLine({at.x, at.y - half}, {at.x, at.y + half}, colors().card, px(1.5f));
      list->AddLine({at.x - half, at.y}, {at.x + half, at.y}, colors().card, px(1.5f));
      return;
    case Parcel::empty:
      list->AddCircleFilled(at, px(4), color, 16);
      list->AddCircle(at, px(4), colors().card, 16, px(1));
      return;
  }
}

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

namespace {

/// Whether a link or a sign on one runs through a place.
bool crossed(const Model& model, const StageMap& map, const Rect& r) {
  constexpr int kSteps = 24;
  for (const trace::SceneLink& link : model.scene().links) {
    const Way way = way_of(map, link.a, link.b);
    for (int i = 0; i <= kSteps; ++i)
      if (r.contains(way.at(static_cast<float>(i) / kSteps))) return true;
  }
  return std::ranges::any_of(model.now.faults, [&](const trace::FaultBegan& fault) {
    if (!fault.link || fault.link.value > model.scene().links.size()) return false;
    const trace::SceneLink& link = model.scene().link(fault.link);
    const Way way{map.place(link.a), map.place(link.b)};
    const ImVec2 at = way.at(0.5f);
    return shared(r, Rect::around(at, {px(44), px(64)})) > 0;
  });
}

/// How far it is: what a packet takes to cross the link, beside its middle, where nothing is
/// covered.
void draw_distance(const Model& model, const StageMap& map, const trace::SceneLink& link) {
  const Way way = way_of(map, link.a, link.b);
  const float dx = way.b.x - way.a.x, dy = way.b.y - way.a.y, length = std::hypot(dx, dy);
  const std::string text = duration_text(link.latency, model.lang());
  const Face& face = faces().small;
  const ImVec2 size = text_size(face, text);
  if (link.latency <= Duration{} || length < size.x + px(28)) return;
  // Below a level line, to the right of a steep one.
  ImVec2 aside{-dy / length, dx / length};
  if (aside.y < 0 || (aside.y < 0.3f && aside.x < 0)) aside = {-aside.x, -aside.y};
  const float off = px(9) + std::abs(aside.x) * size.x / 2 + std::abs(aside.y) * size.y / 2;
  const ImVec2 middle = way.at(0.5f);
  const ImVec2 at{middle.x + aside.x * off, middle.y + aside.y * off};
  const Rect r = Rect::around(at, {size.x + px(6), size.y});
  if (map.covered_by(r) > 0 || crossed(model, map, r)) return;
  draw_text_centered(ImGui::GetWindowDrawList(), face, at, colors().muted, text);
}

}  // namespace

void draw_links(const Model& model, const StageMap& map) {
  constexpr std::size_t kMostTold = 16;  // more than that are no help but clutter
  ImDrawList* list = ImGui::GetWindowDrawList();
  const auto& links = model.scene().links;
  for (std::size_t i = 0; i < links.size(); ++i) {
    const ImVec2 a = map.place(links[i].a), b = map.place(links[i].b);
    if (model.now.links_up[i]) {
      list->AddLine(a, b, colors().wire, px(2.2f));
      if (links.size() <= kMostTold) draw_distance(model, map, links[i]);
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

namespace {
/// Near the end where it begins: the middle belongs to listeners and packets. Short links have no
/// room for one, but the first one bears it.
void draw_lock(const Way& way, bool always, ImU32 color) {
  const float length = std::hypot(way.b.x - way.a.x, way.b.y - way.a.y);
  if (length < px(90) && !always) return;
  ImDrawList* list = ImGui::GetWindowDrawList();
  const ImVec2 on = way.at(std::min(0.5f, px(26) / std::max(px(26), length)));
  const ImVec2 at{on.x, on.y - px(12)};
  list->AddCircleFilled(at, px(13), colors().card, 24);
  list->AddCircle(at, px(13), color, 24, px(2));
  draw_icon(list, Icon::lock, {at.x, at.y - px(0.5f)}, px(15), color);
}
}  // namespace

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
    if (conn.who.client && conn.who.server && model.among.has(id))
      bands.insert({conn.who.client, conn.who.server, conn.who.protocol,
                    conn.phase == trace::ConnState::Phase::open, conn.sealed});
  for (const Band& band : bands) {
    const std::vector<HostId>& way = map.way(band.from, band.to);
    for (std::size_t i = 0; i + 1 < way.size(); ++i)
      list->AddLine(map.place(way[i]), map.place(way[i + 1]),
                    fade(colors().of(band.protocol), band.open ? 0.85f : 0.4f),
                    px(band.open ? 5 : 3));
    if (!band.sealed) continue;
    // A lock on every link: whoever listens on the way hears nothing.
    for (std::size_t i = 0; i + 1 < way.size(); ++i)
      draw_lock({map.edge(way[i], map.place(way[i + 1])), map.edge(way[i + 1], map.place(way[i]))},
                i == 0, colors().of(band.protocol));
  }
}

namespace {
/// The trace tells details in one language for all ("loss 10%"): the words among them are ours.
std::string fault_words(const Model& model, const trace::FaultBegan& fault) {
  std::string_view detail = model.trace->text(fault.detail);
  const std::string kind = "fault-kind." + std::string(trace::to_string(fault.kind));
  if (const std::string_view word = texts::say(kind, model.lang()); word != kind)
    return std::string(word) + " " + std::string(detail);
  if (fault.kind != trace::FaultKind::slow && fault.kind != trace::FaultKind::bad_line)
    return std::string(detail);
  std::string out;
  while (!detail.empty()) {
    const std::size_t end = std::min(detail.find_first_of(" ,"), detail.size());
    const std::string key = "fault." + std::string(detail.substr(0, end));
    const std::string_view word = texts::say(key, model.lang());
    // "11m" in words, too.
    const std::string_view token = detail.substr(0, end);
    const auto time = word == key ? scenario::parse_duration(token) : std::nullopt;
    out += time ? duration_text(*time, model.lang()) : std::string(word == key ? token : word);
    detail.remove_prefix(end);
    if (detail.empty()) break;
    out += detail.front();
    detail.remove_prefix(1);
  }
  return out;
}

/// A sign and the words beside it.
struct Sign {
  ImVec2 at;
  Rect words{};
};

/// Where a sign covers the least: near `anchor`, with its words on the side that is free.
Sign place_sign(const StageMap& map, ImVec2 anchor, float width, const std::vector<Rect>& taken) {
  const float high = px(22), beside = px(13);
  Sign best;
  float least = 1e12f;
  for (const float down : {0.0f, 1.0f, -1.0f, 2.0f, -2.0f, 3.0f, -3.0f, 4.0f})
    for (const bool left : {false, true}) {
      const ImVec2 at{anchor.x, anchor.y + down * px(24)};
      const float x = left ? at.x - beside - width : at.x + beside;
      const Rect words{{x, at.y - high / 2}, {x + width, at.y + high / 2}};
      const Rect whole{{std::min(x, at.x - high / 2), words.min.y},
                       {std::max(x + width, at.x + high / 2), words.max.y}};
      float cost = std::abs(down) * 130 * px(1) * px(1) + map.covered_by(whole);
      for (const Rect& other : taken) cost += 4 * shared(whole, other);
      const Rect& area = map.area();
      if (whole.min.x < area.min.x || whole.max.x > area.max.x || whole.min.y < area.min.y ||
          whole.max.y > area.max.y)
        cost += 1e9f;
      if (cost >= least) continue;
      least = cost;
      best = {at, words};
    }
  return best;
}

/// At the corner of the host, or at the middle of the link; nothing for what has no place.
std::optional<ImVec2> anchor_of(const Model& model, const StageMap& map,
                                const trace::FaultBegan& fault) {
  if (fault.host && model.now.has(fault.host)) {
    const Rect card = map.card(fault.host);
    return ImVec2{card.min.x + px(4), card.min.y + px(2)};
  }
  if (!fault.link || fault.link.value > model.scene().links.size()) return std::nullopt;
  const trace::SceneLink& link = model.scene().link(fault.link);
  const ImVec2 a = map.place(link.a), b = map.place(link.b);
  return ImVec2{(a.x + b.x) / 2, (a.y + b.y) / 2 + px(18)};
}
}  // namespace

void draw_faults(const Model& model, const StageMap& map) {
  ImDrawList* list = ImGui::GetWindowDrawList();
  std::vector<Rect> taken;
  for (const trace::FaultBegan& fault : model.now.faults) {
    const std::optional<ImVec2> anchor = anchor_of(model, map, fault);
    if (!anchor) continue;
    const bool listens = fault.kind == trace::FaultKind::listener;
    const std::string detail = listens ? std::string() : fault_words(model, fault);
    const std::string text = elide(faces().small_bold, detail, px(190));
    const float width = text.empty() ? 0 : text_size(faces().small_bold, text).x + px(16);
    const Sign sign = place_sign(map, *anchor, width, taken);
    list->AddCircleFilled(sign.at, px(11), colors().bad, 24);
    draw_icon(list, listens ? Icon::eye : Icon::warning, sign.at, px(13), colors().on_badge);
    taken.push_back(Rect::around(sign.at, {px(22), px(22)}));
    if (text.empty()) continue;
    taken.push_back(sign.words);
    list->AddRectFilled(sign.words.min, sign.words.max, colors().tint(colors().bad, 0.18f), px(8));
    draw_text_centered(list, faces().small_bold, sign.words.center(), colors().bad, text);
  }
}

void draw_flights(const Model& model, const StageMap& map) {
  if (model.now.flights.size() > kMostSingle) return draw_bundles(model, map);
  for (const auto& [id, flight] : model.now.flights) draw_single(model, map, flight);
}

}  // namespace posthorn::viz
