// The sequence diagram: a column for every host that takes part, time downwards, an arrow for
// every line. Rows have the same height whatever time passes between them; quiet time is written.
#include <algorithm>
#include <cmath>

#include "text/text.hpp"
#include "viz/model/layout.hpp"
#include "viz/panels/views.hpp"

namespace posthorn::viz {

using namespace texts;
namespace {

using namespace trace;

/// Hosts that take part in what is visible, from left to right as they stand on the stage.
const std::vector<HostId>& columns_of(const Model& model) {
  static std::vector<HostId> columns;
  static std::uint64_t digest = 0;
  static std::size_t size = ~std::size_t{0};
  static std::string filter;
  static bool only = true;
  if (digest == model.trace->digest() && size == model.visible.size() && filter == model.filter &&
      only == model.only_hits)
    return columns;
  digest = model.trace->digest();
  size = model.visible.size();
  filter = model.filter;
  only = model.only_hits;
  std::vector<bool> used(model.scene().hosts.size() + 1);
  constexpr std::size_t kLooked = 50000;  // enough to meet everybody
  for (std::size_t i = 0; i < std::min(model.visible.size(), kLooked); ++i) {
    const TranscriptRow row = transcript_row(*model.trace, model.visible[i]);
    for (const HostId id : {row.from, row.to})
      if (id && id.value < used.size()) used[id.value] = true;
  }
  columns.clear();
  for (std::uint32_t i = 1; i < used.size(); ++i)
    if (used[i]) columns.push_back(HostId{i});
  const StageLayout stage = lay_out(model.scene());
  std::ranges::stable_sort(columns, {}, [&](HostId id) { return stage.hosts[id.value - 1][0]; });
  return columns;
}

class Ladder {
 public:
  Ladder(const Model& model, const Rect& area, float pitch, Commands& commands)
      : model_(model),
        columns_(columns_of(model)),
        area_(area),
        pitch_(pitch),
        commands_(commands) {
    left_ = area.min.x + px(84);
    width_ = (area.max.x - px(14) - left_) /
             static_cast<float>(std::max<std::size_t>(columns_.size(), 1));
  }

  void heads(const Rect& bar) const {
    ImDrawList* list = ImGui::GetWindowDrawList();
    for (std::size_t i = 0; i < columns_.size(); ++i) {
      const HostId id = columns_[i];
      const float x = x_of(i), w = std::min(width_ - px(8), px(210));
      const Rect r{{x - w / 2, bar.min.y}, {x + w / 2, bar.max.y}};
      const bool up = model_.now.host(id).up;
      const bool chosen = model_.selection.host == id;
      list->AddRectFilled(r.min, r.max, chosen ? colors().soft : colors().field, px(8));
      draw_text_centered(
          list, faces().small_bold, r.center(), up ? colors().text : colors().bad,
          elide(faces().small_bold, host_label(model_.scene(), id, model_.lang()), w - px(8)));
      ImGui::SetCursorScreenPos(r.min);
      if (hit_area("head-" + model_.scene().host(id).name, r.size()))
        commands_.push_back(SelectHost{id});
      tooltip_for_last(model_.scene().host(id).name);
    }
  }

  void row(int index, int current) const {
    const RecordId id = model_.visible[static_cast<std::size_t>(index)];
    const TranscriptRow row = transcript_row(*model_.trace, id);
    const ImVec2 at = ImGui::GetCursorScreenPos();
    const Rect r{at, {area_.max.x - px(12), at.y + pitch_}};
    ImGui::PushID(index);
    if (ImGui::InvisibleButton("rung", r.size())) commands_.push_back(SelectRecord{id});
    copy_on_right_click(model_, id, commands_);
    ImGui::PopID();
    mark("rung-" + std::to_string(index));
    ImDrawList* list = ImGui::GetWindowDrawList();
    const bool now = index == current, past = id.value <= model_.head.count;
    if (now || ImGui::IsItemHovered())
      list->AddRectFilled(r.min, r.max, now ? colors().soft : colors().row, px(6));
    for (std::size_t i = 0; i < columns_.size(); ++i)
      list->AddLine({x_of(i), r.min.y}, {x_of(i), r.max.y}, colors().line, px(1.4f));
    time(index, row, r);
    const ImU32 color = past ? row_color(row) : mix(row_color(row), colors().card, 0.45f);
    const ImU32 ink = past ? colors().text : colors().muted;
    const std::size_t from = column(row.from), to = column(row.to);
    if (from < columns_.size() && to < columns_.size() && from != to)
      arrow(row, r, from, to, color, ink);
    else if (const std::size_t here = std::min(from, to); here < columns_.size())
      note(row, r, here, color, ink);
  }

 private:
  [[nodiscard]] float x_of(std::size_t column) const {
    return left_ + width_ * (static_cast<float>(column) + 0.5f);
  }
  [[nodiscard]] std::size_t column(HostId id) const {
    return static_cast<std::size_t>(std::ranges::find(columns_, id) - columns_.begin());
  }

  void time(int index, const TranscriptRow& row, const Rect& r) const {
    ImDrawList* list = ImGui::GetWindowDrawList();
    const Face& face = faces().mono_small;
    const std::string text = clock_column(row.at);
    draw_text(list, face, {left_ - px(12) - text_size(face, text).x, r.center().y - face.size / 2},
              colors().muted, text);
    if (index == 0) return;
    const Instant former = (*model_.trace)[model_.visible[static_cast<std::size_t>(index - 1)]].at;
    constexpr auto kQuiet = std::chrono::seconds(1);
    if (row.at - former < kQuiet) return;
    // A broken line says that time has passed.
    for (float x = left_; x < r.max.x; x += px(10))
      list->AddLine({x, r.min.y}, {std::min(x + px(5), r.max.x), r.min.y}, colors().warn, px(1.2f));
    const std::string gap = model_.lang() == Lang::ja
                                ? duration_text(row.at - former, model_.lang()) + "後"
                                : duration_text(row.at - former, model_.lang()) + " later";
    const float w = text_size(faces().small_bold, gap).x;
    list->AddRectFilled({r.max.x - w - px(16), r.min.y - px(8)}, {r.max.x - px(4), r.min.y + px(9)},
                        colors().card, px(6));
    draw_text(list, faces().small_bold, {r.max.x - w - px(10), r.min.y - px(7)}, colors().warn,
              gap);
  }

  void arrow(const TranscriptRow& row, const Rect& r, std::size_t from, std::size_t to, ImU32 color,
             ImU32 ink) const {
    ImDrawList* list = ImGui::GetWindowDrawList();
    const float a = x_of(from), b = x_of(to), y = r.max.y - px(7), tip = b > a ? -px(8) : px(8);
    const bool reply = is_reply(*model_.trace, row);
    if (reply)  // an answer is a broken arrow, as in every sequence diagram
      for (float x = std::min(a, b); x < std::max(a, b) - px(4); x += px(9))
        list->AddLine({x, y}, {x + px(5), y}, color, px(1.8f));
    else
      list->AddLine({a, y}, {b, y}, color, px(1.8f));
    list->AddTriangleFilled({b, y}, {b + tip, y - px(4.5f)}, {b + tip, y + px(4.5f)}, color);
    const float room = std::abs(b - a) - px(16);
    const float left = std::min(a, b) + px(8);
    const Face& face = faces().mono_small;
    const std::string text = elide(face, row.text.in(model_.lang()), std::max(room, px(40)));
    const float middle = left + std::max(0.0f, (room - text_size(face, text).x) / 2);
    draw_text(list, face, {middle, y - face.size - px(4)}, ink, text);
  }

  /// What happens inside one host: a dot on its line, the words beside it.
  void note(const TranscriptRow& row, const Rect& r, std::size_t here, ImU32 color,
            ImU32 ink) const {
    ImDrawList* list = ImGui::GetWindowDrawList();
    const float x = x_of(here);
    list->AddCircleFilled({x, r.center().y}, px(5), color, 20);
    const Face& face = faces().small;
    const bool leftwards = here + 1 == columns_.size() && columns_.size() > 1;
    const float room = (leftwards ? x - left_ : area_.max.x - px(20) - x) - px(16);
    const std::string text =
        elide(face, row.text.in(model_.lang()),
              std::max(px(60), std::min(room, std::max(width_ * 1.9f, px(420)))));
    const float w = text_size(face, text).x;
    const float tx = leftwards ? x - px(12) - w : x + px(12);
    const Rect ground{{tx - px(5), r.center().y - px(10)}, {tx + w + px(5), r.center().y + px(10)}};
    list->AddRectFilled(ground.min, ground.max, colors().tint(color, 0.14f), px(6));
    draw_text(list, face, {tx, r.center().y - face.size / 2}, ink, text);
  }

  const Model& model_;
  const std::vector<HostId>& columns_;
  Rect area_;
  float pitch_, left_ = 0, width_ = 0;
  Commands& commands_;
};

/// Ctrl and the wheel make the rows higher or lower, and so do two buttons.
void zoom_items(const Model& model, const Rect& bar, Commands& commands) {
  constexpr float kStep = 1.15f;
  const ImGuiIO& io = ImGui::GetIO();
  if (io.KeyCtrl && io.MouseWheel != 0 && ImGui::IsWindowHovered(ImGuiHoveredFlags_ChildWindows))
    commands.push_back(SetLadderZoom{model.ladder_zoom * (io.MouseWheel > 0 ? kStep : 1 / kStep)});
  const float side = bar.height();
  const auto item = [&](const char* name, Icon icon, float x, float factor) {
    ImGui::SetCursorScreenPos({x, bar.min.y});
    if (icon_button(name, icon, say(name, model.lang()), side, ButtonKind::ghost))
      commands.push_back(SetLadderZoom{model.ladder_zoom * factor});
  };
  item("ladder-lower", Icon::minus, bar.min.x, 1 / kStep);
  item("ladder-higher", Icon::plus, bar.min.x + side + px(2), kStep);
}

}  // namespace

void draw_ladder(const Model& model, const Rect& area, Commands& commands) {
  if (model.visible.empty()) {
    draw_nothing_found(model, area, say("ladder.nothing", model.lang()));
    return;
  }
  const PanelScope scope("ladder", area,
                         ImGuiWindowFlags_NoScrollbar | ImGuiWindowFlags_NoScrollWithMouse);
  const float pitch = std::round(px(32) * model.ladder_zoom);
  const Ladder ladder(model, area, pitch, commands);
  const Rect bar{area.min, {area.max.x, area.min.y + px(28)}};
  zoom_items(model, bar, commands);
  ladder.heads(bar);
  const Rect body{{area.min.x, bar.max.y + px(2)}, area.max};
  const PanelScope rows("rungs", body);
  const int current = model.current_row();
  follow_row(current, pitch);
  ImGui::PushStyleVar(ImGuiStyleVar_ItemSpacing, ImVec2(0, 0));
  ImGuiListClipper clipper;
  clipper.Begin(static_cast<int>(model.visible.size()), pitch);
  while (clipper.Step())
    for (int i = clipper.DisplayStart; i < clipper.DisplayEnd; ++i) ladder.row(i, current);
  ImGui::PopStyleVar();
}

}  // namespace posthorn::viz
