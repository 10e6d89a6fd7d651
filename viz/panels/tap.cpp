// The eavesdropper's view: what crosses a link, packet by packet, and beside it what the two ends
// see. Any link can be tapped, whether the story puts a listener there or not.
#include <algorithm>
#include <cmath>

#include "text/text.hpp"
#include "viz/model/decode.hpp"
#include "viz/model/tap.hpp"
#include "viz/panels/views.hpp"

namespace posthorn::viz {

using namespace texts;
namespace {

using namespace trace;

/// What crosses a link, and what of it the search lets through; made piece by piece.
struct TapList {
  std::uint64_t digest = 0;
  std::size_t records = ~std::size_t{0}, searched = 0;
  LinkId link;
  std::string filter;
  bool filtered = false;
  Lang lang = Lang::en;
  std::vector<Overheard> all, rows;

  void follow(const Model& model, LinkId wanted) {
    const Trace& trace = *model.trace;
    const bool other = digest != trace.digest() || records != trace.size() || link != wanted;
    if (other) {
      digest = trace.digest();
      records = trace.size();
      link = wanted;
      all = tap_rows(trace, wanted);
    }
    if (other || filter != model.filter || filtered != model.filtered() || lang != model.lang()) {
      filter = model.filter;
      filtered = model.filtered();
      lang = model.lang();
      rows.clear();
      searched = 0;
    }
    constexpr std::size_t kInOneGo = 20000;
    const std::size_t end = filtered ? std::min(all.size(), searched + kInOneGo) : all.size();
    for (; searched < end; ++searched)
      if (!filtered || fits(trace, all[searched], model.query)) rows.push_back(all[searched]);
  }

  [[nodiscard]] bool fits(const Trace& trace, const Overheard& packet, const Query& query) const {
    TranscriptRow row = packet_row(trace, packet.sent);
    row.text = seen_on_line(trace, packet);
    if (matches(trace, row, query, lang)) return true;
    const RecordId cause = trace[packet.sent].cause;
    return cause && has_row(trace, cause) &&
           matches(trace, transcript_row(trace, cause), query, lang);
  }
};

class Tap {
 public:
  Tap(const Model& model, LinkId link, const TapList& list, const Rect& area, Commands& commands)
      : model_(model), link_(link), list_(list), area_(area), commands_(commands) {}

  void draw() {
    const float top = head();
    const Rect body{{area_.min.x, top}, area_.max};
    if (list_.rows.empty()) return draw_nothing_found(model_, body, say("tap.none", model_.lang()));
    const PanelScope scope("tap-list", body);
    const float height = std::round(px(30));
    follow_row(current(), height);
    ImGui::PushStyleVar(ImGuiStyleVar_ItemSpacing, ImVec2(0, 0));
    ImGuiListClipper clipper;
    clipper.Begin(static_cast<int>(list_.rows.size()), height);
    while (clipper.Step())
      for (int i = clipper.DisplayStart; i < clipper.DisplayEnd; ++i) row(i, height);
    ImGui::PopStyleVar();
  }

 private:
  /// The packet that crossed last, or the chosen one.
  [[nodiscard]] int current() const {
    const std::uint32_t here =
        model_.selection.record ? model_.selection.record.value : model_.head.count;
    const auto next = std::partition_point(list_.rows.begin(), list_.rows.end(),
                                           [&](const Overheard& p) { return p.hop.value <= here; });
    return static_cast<int>(next - list_.rows.begin()) - 1;
  }
  [[nodiscard]] float split() const { return area_.min.x + std::round(area_.width() * 0.56f); }

  /// Which link, and what the columns mean. Returns where the rows begin.
  float head() {
    ImDrawList* list = ImGui::GetWindowDrawList();
    const auto links = static_cast<std::uint32_t>(model_.scene().links.size());
    const float size = px(28);
    const auto step = [&](const char* name, Icon icon, std::uint32_t by) {
      if (icon_button(name, icon, say("tap.other", model_.lang()), size, ButtonKind::quiet))
        commands_.push_back(TapLink{LinkId{(link_.value - 1 + by) % links + 1}});
    };
    ImGui::SetCursorScreenPos(area_.min);
    step("tap-former", Icon::step_back, links - 1);
    ImGui::SetCursorScreenPos({area_.min.x + size + px(4), area_.min.y});
    step("tap-next", Icon::step_forward, 1);
    const float middle = area_.min.y + size / 2;
    float x = area_.min.x + size * 2 + px(16);
    draw_icon(list, Icon::eye, {x + px(8), middle}, px(18), colors().text);
    x += px(24);
    const SceneLink& link = model_.scene().link(link_);
    const std::string ends = std::string(host_label(model_.scene(), link.a, model_.lang())) +
                             " – " + std::string(host_label(model_.scene(), link.b, model_.lang()));
    draw_text(list, faces().bold, {x, middle - faces().bold.size / 2}, colors().text,
              elide(faces().bold, ends, area_.max.x - x));
    const float y = area_.min.y + size + px(4);
    const auto title = [&](float at, const char* key, float room) {
      draw_text(list, faces().small_bold, {at, y}, colors().muted,
                elide(faces().small_bold, say(key, model_.lang()), room));
    };
    title(area_.min.x + px(80), "tap.line", split() - area_.min.x - px(90));
    title(split() + px(8), "tap.ends", area_.max.x - split() - px(12));
    return y + faces().small_bold.size * 1.5f;
  }

  void row(int index, float height) {
    const Overheard& packet = list_.rows[static_cast<std::size_t>(index)];
    const Trace& trace = *model_.trace;
    const ImVec2 at = ImGui::GetCursorScreenPos();
    const Rect r{at, {area_.max.x - px(14), at.y + height}};
    ImGui::PushID(index);
    if (ImGui::InvisibleButton("tapped", r.size())) commands_.push_back(SelectRecord{packet.hop});
    copy_on_right_click(model_, packet.sent, commands_);
    ImGui::PopID();
    mark("tap-" + std::to_string(index));
    ImDrawList* draw = ImGui::GetWindowDrawList();
    if (index == current())
      draw->AddRectFilled(r.min, r.max, colors().soft, px(6));
    else if (ImGui::IsItemHovered())
      draw->AddRectFilled(r.min, r.max, colors().field, px(6));
    else if (index % 2 == 1)
      draw->AddRectFilled(r.min, r.max, colors().row);
    const bool past = packet.hop.value <= model_.head.count;
    const ImU32 ink = past ? colors().text : colors().muted;
    const Face& mono = faces().mono_small;
    const Face& small = faces().small;
    const float middle = r.center().y, y = middle - mono.size / 2;
    const std::string time = clock_column(trace[packet.hop].at);
    float x = r.min.x + px(70);
    draw_text(draw, mono, {x - text_size(mono, time).x, y}, colors().muted, time);
    x += px(10);
    // Sealed or open: by shape and by word, not by colour alone.
    const float mark_size = px(16);
    draw_icon(draw, packet.sealed ? Icon::lock : Icon::eye, {x + mark_size / 2, middle}, mark_size,
              packet.sealed ? colors().good : colors().bad);
    x += mark_size + px(8);
    const auto& hop = std::get<PacketHop>(trace[packet.hop].fact);
    const std::string arrow = " →";
    const float room = std::min(px(150), (split() - x) * 0.36f);
    const std::string who = elide(small, host_label(model_.scene(), hop.from, model_.lang()),
                                  room - text_size(small, arrow).x - px(6));
    draw_text(draw, small, {x, middle - small.size / 2}, colors().muted, who + arrow);
    x += room;
    const std::string line = seen_on_line(trace, packet).in(model_.lang());
    draw_text(draw, mono, {x, y}, packet.sealed ? colors().muted : ink,
              elide(mono, line, split() - x - px(8)));
    const std::string ends = seen_at_ends(trace, packet).in(model_.lang());
    draw_text(draw, mono, {split() + px(8), y}, ink, elide(mono, ends, r.max.x - split() - px(12)));
    draw->AddLine({split(), r.min.y}, {split(), r.max.y}, colors().wire, 1);
  }

  const Model& model_;
  LinkId link_;
  const TapList& list_;
  Rect area_;
  Commands& commands_;
};

}  // namespace

void draw_tap(const Model& model, const Rect& area, Commands& commands) {
  static TapList list;
  const auto links = model.scene().links.size();
  const LinkId link = model.tapped && model.tapped.value <= links
                          ? model.tapped
                          : tapped_link(*model.trace, model.now);
  if (!link) return draw_nothing_found(model, area, say("tap.no-link", model.lang()));
  list.follow(model, link);
  Tap(model, link, list, area, commands).draw();
}

}  // namespace posthorn::viz
