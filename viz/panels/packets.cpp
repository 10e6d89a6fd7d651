// The packets: a list that follows the playhead; beside it the chosen packet taken apart, and its
// octets. What the pointer is on, in the one or in the other, is marked in both.
#include <algorithm>
#include <cmath>
#include <cstdio>

#include "text/text.hpp"
#include "viz/model/decode.hpp"
#include "viz/panels/views.hpp"

namespace posthorn::viz {

using namespace texts;
namespace {

using namespace trace;

/// The packets of a trace, and those that the search lets through; made piece by piece.
struct PacketList {
  std::uint64_t digest = 0;
  std::size_t records = ~std::size_t{0};
  std::string filter;
  bool only_hits = true;
  Lang lang = Lang::en;
  std::vector<PacketRow> rows;
  std::vector<std::uint32_t> visible;  ///< indices of rows
  std::size_t searched = 0;

  void follow(const Model& model) {
    const Trace& trace = *model.trace;
    const bool other = digest != trace.digest() || records != trace.size();
    if (other) {
      rows = packet_rows(trace);
      digest = trace.digest();
      records = trace.size();
    }
    if (other || filter != model.filter || only_hits != model.only_hits || lang != model.lang()) {
      filter = model.filter;
      only_hits = model.only_hits;
      lang = model.lang();
      visible.clear();
      searched = 0;
    }
    const Query& query = model.query;
    const bool all = !model.filtered();
    constexpr std::size_t kInOneGo = 20000;
    const std::size_t end = all ? rows.size() : std::min(rows.size(), searched + kInOneGo);
    for (; searched < end; ++searched)
      if (all || fits(trace, rows[searched].record, query))
        visible.push_back(static_cast<std::uint32_t>(searched));
  }

  /// By itself, or as what carries a line that fits.
  [[nodiscard]] bool fits(const Trace& trace, RecordId packet, const Query& query) const {
    TranscriptRow row = packet_row(trace, packet);
    const std::string summary = packet_summary(trace, packet);
    row.text = {summary, summary};
    if (matches(trace, row, query, lang)) return true;
    const RecordId cause = trace[packet].cause;
    return cause && has_row(trace, cause) &&
           matches(trace, transcript_row(trace, cause), query, lang);
  }
};

/// The packet that is explained: the chosen one, or the last that left.
int current_packet(const Model& model, const PacketList& list) {
  const std::uint32_t here =
      model.selection.record ? model.selection.record.value : model.head.count;
  const auto next =
      std::partition_point(list.visible.begin(), list.visible.end(),
                           [&](std::uint32_t i) { return list.rows[i].record.value <= here; });
  return static_cast<int>(next - list.visible.begin()) - 1;
}

class PacketTable {
 public:
  PacketTable(const Model& model, const PacketList& list, const Rect& area, int current,
              Commands& commands)
      : model_(model),
        list_(list),
        area_(area),
        current_(current),
        commands_(commands),
        two_lines_(area.width() < px(400)) {}

  void draw() {
    const PanelScope scope("packet-list", area_);
    const float height = std::round(px(two_lines_ ? 46 : 26));
    follow_row(current_, height);
    ImGui::PushStyleVar(ImGuiStyleVar_ItemSpacing, ImVec2(0, 0));
    ImGuiListClipper clipper;
    clipper.Begin(static_cast<int>(list_.visible.size()), height);
    while (clipper.Step())
      for (int i = clipper.DisplayStart; i < clipper.DisplayEnd; ++i) row(i, height);
    ImGui::PopStyleVar();
  }

 private:
  void row(int index, float height) {
    const std::uint32_t number = list_.visible[static_cast<std::size_t>(index)];
    const PacketRow& packet = list_.rows[number];
    const ImVec2 at = ImGui::GetCursorScreenPos();
    const float right = area_.max.x - px(14);
    const Rect r{at, {right, at.y + height}};
    ImGui::PushID(index);
    if (ImGui::InvisibleButton("packet", r.size()))
      commands_.push_back(SelectRecord{packet.record});
    copy_on_right_click(model_, packet.record, commands_);
    ImGui::PopID();
    mark("packet-" + std::to_string(index));
    ImDrawList* draw = ImGui::GetWindowDrawList();
    if (index == current_)
      draw->AddRectFilled(r.min, r.max, colors().soft, px(6));
    else if (ImGui::IsItemHovered())
      draw->AddRectFilled(r.min, r.max, colors().field, px(6));
    else if (index % 2 == 1)
      draw->AddRectFilled(r.min, r.max, colors().row);
    cells(packet, r);
  }

  void cells(const PacketRow& packet, const Rect& r) {
    ImDrawList* draw = ImGui::GetWindowDrawList();
    const TranscriptRow row = packet_row(*model_.trace, packet.record);
    const bool past = packet.record.value <= model_.head.count;
    const ImU32 ink = past ? colors().text : colors().muted;
    const Face &mono = faces().mono_small, &small = faces().small;
    const float middle = two_lines_ ? r.min.y + px(14) : r.center().y;
    const std::string time = clock_column(row.at);
    float x = r.min.x + px(70);
    draw_text(draw, mono, {x - text_size(mono, time).x, middle - mono.size / 2}, colors().muted,
              time);
    x += px(10);
    const ImU32 tone = colors().of(row.protocol);
    draw->AddRectFilled({x, middle - px(5)}, {x + px(10), middle + px(5)}, tone, px(3));
    x += px(18);
    const float ends = two_lines_ ? r.max.x - x : std::clamp(r.width() * 0.36f, px(120), px(300));
    const std::string who = std::string(host_label(model_.scene(), row.from, model_.lang())) +
                            " → " + std::string(host_label(model_.scene(), row.to, model_.lang()));
    draw_text(draw, small, {x, middle - small.size / 2}, ink, elide(small, who, ends - px(8)));
    // Where there is no room for both beside each other, what it says stands below.
    if (two_lines_)
      summary(packet, {{r.min.x + px(12), r.min.y + px(34)}, r.max}, ink);
    else
      summary(packet, {{x + ends, middle}, r.max}, ink);
  }

  /// From the left end of `r`, with its middle at the upper edge.
  void summary(const PacketRow& packet, const Rect& r, ImU32 ink) {
    ImDrawList* draw = ImGui::GetWindowDrawList();
    const Face& mono = faces().mono_small;
    const bool lost = packet.fate == Fate::lost;
    ImVec2 at = r.min;
    // Lost ones are crossed, repeated ones bear an arrow that goes round: not by colour alone.
    if (lost || packet.again) {
      draw_icon(draw, lost ? Icon::cross : Icon::restart, {at.x + px(7), at.y}, px(15),
                lost ? colors().bad : colors().warn);
      at.x += px(18);
    }
    draw_text(draw, mono, {at.x, at.y - mono.size / 2}, lost ? colors().bad : ink,
              elide(mono, packet_summary(*model_.trace, packet.record), r.max.x - at.x - px(4)));
  }

  const Model& model_;
  const PacketList& list_;
  Rect area_;
  int current_;
  Commands& commands_;
  bool two_lines_;
};

/// What the pointer or a click has marked, in the packet on display.
struct Marked {
  RecordId packet;
  const ImGuiContext* window = nullptr;
  int hovered = -1;  ///< of the frame before: both sides are drawn from it
  int pinned = -1;
};

class PacketView {
 public:
  PacketView(const Model& model, const Decoded& decoded, Marked& marked)
      : model_(model), decoded_(decoded), marked_(marked) {}

  void draw(const Rect& area) {
    const bool beside = area.width() > px(560) && area.height() < px(420);
    const float hint = px(44);
    const Rect body{area.min, {area.max.x, area.max.y - hint}};
    const float split = beside ? body.min.x + body.width() * 0.52f : 0;
    const float middle = body.min.y + body.height() * 0.56f;
    next_ = -1;
    tree(beside ? Rect{body.min, {split - px(8), body.max.y}}
                : Rect{body.min, {body.max.x, middle - px(6)}});
    octets(beside ? Rect{{split, body.min.y}, body.max} : Rect{{body.min.x, middle}, body.max});
    marked_.hovered = next_;
    explain({{area.min.x, area.max.y - hint + px(4)}, area.max});
  }

 private:
  [[nodiscard]] int shown() const {
    return marked_.hovered >= 0 ? marked_.hovered : marked_.pinned;
  }

  void tree(const Rect& area) {
    const PanelScope scope("packet-tree", area);
    ImGui::PushStyleVar(ImGuiStyleVar_ItemSpacing, ImVec2(0, 0));
    const float height = std::round(px(22));
    ImGuiListClipper clipper;
    clipper.Begin(static_cast<int>(decoded_.fields.size()), height);
    while (clipper.Step())
      for (int i = clipper.DisplayStart; i < clipper.DisplayEnd; ++i) field(i, height);
    ImGui::PopStyleVar();
  }

  void field(int index, float height) {
    const Field& f = decoded_.fields[static_cast<std::size_t>(index)];
    const ImVec2 at = ImGui::GetCursorScreenPos();
    const float width = ImGui::GetContentRegionAvail().x - px(4);
    ImGui::PushID(index);
    if (ImGui::InvisibleButton("field", {width, height}))
      marked_.pinned = marked_.pinned == index ? -1 : index;
    ImGui::PopID();
    mark("field-" + std::to_string(index));
    if (ImGui::IsItemHovered()) next_ = index;
    ImDrawList* draw = ImGui::GetWindowDrawList();
    const Rect r{at, {at.x + width, at.y + height}};
    if (index == shown())
      draw->AddRectFilled(r.min, r.max, colors().tint(colors().warn, 0.28f), px(5));
    else if (f.depth == 0)
      draw->AddRectFilled(r.min, r.max, colors().row, px(5));
    const bool layer = f.depth == 0;
    const Face& face = layer ? faces().small_bold : faces().small;
    const float x = at.x + px(6) + px(14) * static_cast<float>(f.depth);
    const float middle = r.center().y, room = r.max.x - x - px(6);
    const std::string label = elide(face, f.label.in(model_.lang()), layer ? room : room * 0.5f);
    draw_text(draw, face, {x, middle - face.size / 2}, layer ? colors().primary : colors().muted,
              label);
    const Face& mono = faces().mono_small;
    const float value = layer ? x + text_size(face, label).x + px(10)
                              : std::max(x + text_size(face, label).x + px(10),
                                         at.x + std::min(px(190), width * 0.42f));
    draw_text(draw, mono, {value, middle - mono.size / 2}, f.bad ? colors().bad : colors().text,
              elide(mono, f.value, r.max.x - value - px(4)));
  }

  void octets(const Rect& area) {
    const PanelScope scope("packet-octets", area);
    const Face& mono = faces().mono_small;
    const float cell = text_size(mono, "00").x + px(6), glyph = text_size(mono, "0").x;
    const float offset = glyph * 5;
    const float room = area.width() - px(16) - offset;
    const auto fits = [&](int n) {
      return room >= cell * static_cast<float>(n) + glyph * static_cast<float>(n + 1);
    };
    const int columns = fits(16) ? 16 : fits(8) ? 8 : 4;
    const float pitch = std::round(mono.size * 1.4f);
    const int rows =
        static_cast<int>((decoded_.frame.size() + static_cast<std::size_t>(columns) - 1) /
                         static_cast<std::size_t>(columns));
    scroll_to_pin(columns, pitch, area.height());
    ImGui::PushStyleVar(ImGuiStyleVar_ItemSpacing, ImVec2(0, 0));
    ImGuiListClipper clipper;
    clipper.Begin(rows, pitch);
    while (clipper.Step())
      for (int row = clipper.DisplayStart; row < clipper.DisplayEnd; ++row)
        octet_row(row, columns, cell, glyph, offset, pitch);
    ImGui::PopStyleVar();
  }

  /// A field that was chosen in the tree comes into view among the octets.
  void scroll_to_pin(int columns, float pitch, float height) {
    static std::pair<RecordId, int> former{RecordId{}, -1};
    const std::pair here{marked_.packet, marked_.pinned};
    if (former == here) return;
    former = here;
    if (marked_.pinned < 0) return;
    const Field& f = decoded_.fields[static_cast<std::size_t>(marked_.pinned)];
    const float y = static_cast<float>(f.begin / static_cast<std::uint32_t>(columns)) * pitch;
    ImGui::SetScrollY(std::max(0.0f, y - height * 0.3f));
  }

  void octet_row(int row, int columns, float cell, float glyph, float offset, float pitch) {
    const Face& mono = faces().mono_small;
    const ImVec2 at = ImGui::GetCursorScreenPos();
    const float width =
        offset + cell * static_cast<float>(columns) + glyph * static_cast<float>(columns + 1);
    ImGui::PushID(row);
    const bool clicked = ImGui::InvisibleButton("octets", {width, pitch});
    ImGui::PopID();
    if (row == 0) mark("octets-first");
    ImDrawList* draw = ImGui::GetWindowDrawList();
    const auto first = static_cast<std::uint32_t>(row * columns);
    const float ascii = at.x + offset + cell * static_cast<float>(columns) + glyph;
    if (ImGui::IsItemHovered()) hover(at, first, columns, cell, glyph, offset, ascii, clicked);
    char text[8];
    std::snprintf(text, sizeof text, "%04x", first);
    draw_text(draw, mono, {at.x, at.y + px(2)}, colors().muted, text);
    const Field* f = shown() >= 0 ? &decoded_.fields[static_cast<std::size_t>(shown())] : nullptr;
    for (int i = 0; i < columns; ++i) {
      const std::uint32_t octet = first + static_cast<std::uint32_t>(i);
      if (octet >= decoded_.frame.size()) break;
      const auto value = static_cast<unsigned char>(decoded_.frame[octet]);
      const float x = at.x + offset + cell * static_cast<float>(i);
      const float a = ascii + glyph * static_cast<float>(i);
      if (f != nullptr && octet >= f->begin && octet < f->end) {
        const ImU32 ground = colors().tint(colors().warn, 0.34f);
        draw->AddRectFilled({x - px(2), at.y}, {x + cell - px(3), at.y + pitch}, ground, px(3));
        draw->AddRectFilled({a, at.y}, {a + glyph, at.y + pitch}, ground);
      }
      std::snprintf(text, sizeof text, "%02x", value);
      draw_text(draw, mono, {x, at.y + px(2)}, colors().text, text);
      const char shown_as[2] = {static_cast<char>(value >= 0x20 && value < 0x7F ? value : '.'), 0};
      draw_text(draw, mono, {a, at.y + px(2)}, colors().muted, shown_as);
    }
  }

  void hover(ImVec2 at, std::uint32_t first, int columns, float cell, float glyph, float offset,
             float ascii, bool clicked) {
    const float x = ImGui::GetIO().MousePos.x;
    const int column = x >= ascii ? static_cast<int>((x - ascii) / glyph)
                                  : static_cast<int>((x - at.x - offset) / cell);
    if (column < 0 || column >= columns) return;
    const int found = field_at(decoded_.fields, first + static_cast<std::uint32_t>(column));
    if (found < 0) return;
    next_ = found;
    if (clicked) marked_.pinned = marked_.pinned == found ? -1 : found;
    const Field& f = decoded_.fields[static_cast<std::size_t>(found)];
    tooltip_for_last(f.label.in(model_.lang()) + (f.value.empty() ? "" : "  " + f.value));
  }

  /// The marked field in a sentence; of a part the sentence of the whole.
  void explain(const Rect& area) {
    ImDrawList* draw = ImGui::GetWindowDrawList();
    draw->AddLine(area.min, {area.max.x, area.min.y}, colors().line, px(1));
    int index = shown();
    if (index < 0) {
      draw_text(draw, faces().small, {area.min.x + px(4), area.min.y + px(10)}, colors().muted,
                elide(faces().small, say("packet-hint", model_.lang()), area.width() - px(8)));
      return;
    }
    const Field& f = decoded_.fields[static_cast<std::size_t>(index)];
    const Field* from = &f;
    while (from->hint.empty() && index > 0) {
      --index;
      const Field& before = decoded_.fields[static_cast<std::size_t>(index)];
      if (before.depth < from->depth || (before.depth == 0 && before.end >= f.end)) from = &before;
    }
    const std::string place = "[" + std::to_string(f.begin) + " … " + std::to_string(f.end) + ")";
    const std::string head = f.label.in(model_.lang()) + "  " + place;
    draw_text(draw, faces().small_bold, {area.min.x + px(4), area.min.y + px(3)}, colors().primary,
              elide(faces().small_bold, head, area.width() - px(8)));
    draw_text(draw, faces().small, {area.min.x + px(4), area.min.y + px(21)}, colors().text,
              elide(faces().small, from->hint.in(model_.lang()), area.width() - px(8)));
  }

  const Model& model_;
  const Decoded& decoded_;
  Marked& marked_;
  int next_ = -1;
};

}  // namespace

void draw_packets(const Model& model, const Rect& area, Commands& commands) {
  static PacketList list;
  static Marked marked;
  static Decoded decoded;
  static std::uint64_t digest = 0;
  list.follow(model);
  if (list.visible.empty()) {
    draw_nothing_found(model, area, say("packet-none", model.lang()));
    return;
  }
  const int current = current_packet(model, list);
  const float share = std::clamp(area.width() * 0.42f, px(250), px(640));
  const Rect left{area.min, {area.min.x + share, area.max.y}};
  PacketTable(model, list, left, current, commands).draw();
  const Rect right{{left.max.x + px(10), area.min.y}, area.max};
  const RecordId packet =
      list.rows[list.visible[static_cast<std::size_t>(std::max(current, 0))]].record;
  const ImGuiContext* here = ImGui::GetCurrentContext();
  if (marked.packet != packet || marked.window != here || digest != model.trace->digest()) {
    marked = {packet, here, -1, -1};
    digest = model.trace->digest();
    decoded = decode_packet(*model.trace, packet);
  }
  const PanelScope scope("packet-view", right, ImGuiWindowFlags_NoScrollbar);
  PacketView(model, decoded, marked).draw(right);
}

}  // namespace posthorn::viz
