// One connection as a conversation: what the client says stands left, what the server answers
// right of it, and beside each line what it means.
#include <algorithm>
#include <cmath>

#include "text/text.hpp"
#include "viz/panels/views.hpp"

namespace posthorn::viz {

using namespace texts;
namespace {

using namespace trace;

/// The lines spoken on a connection, found once.
const std::vector<RecordId>& lines_of(const Trace& trace, ConnId conn) {
  static std::vector<RecordId> lines;
  static ConnId of;
  static std::size_t seen = 0;
  static std::uint64_t digest = 0;
  if (of == conn && seen == trace.size() && digest == trace.digest()) return lines;
  lines.clear();
  for (std::uint32_t i = 1; i <= trace.size(); ++i) {
    const auto* line = std::get_if<Line>(&trace[RecordId{i}].fact);
    if (line != nullptr && line->conn == conn && line->flow == Flow::sent)
      lines.push_back(RecordId{i});
  }
  of = conn;
  seen = trace.size();
  digest = trace.digest();
  return lines;
}

class Talk {
 public:
  Talk(const Model& model, ConnId conn, const Rect& area, Commands& commands)
      : model_(model),
        trace_(*model.trace),
        who_(*trace_.connection(conn)),
        lines_(lines_of(trace_, conn)),
        area_(area),
        commands_(commands) {}

  void draw() {
    head();
    const Rect body{{area_.min.x, area_.min.y + px(32)}, area_.max};
    const PanelScope scope("talk-lines", body);
    ImGui::PushStyleVar(ImGuiStyleVar_ItemSpacing, ImVec2(0, px(3)));
    const RecordId here{model_.selection.record ? model_.selection.record.value
                                                : model_.head.count};
    const auto next = std::ranges::upper_bound(lines_, here);
    const std::size_t current = next == lines_.begin()
                                    ? lines_.size()
                                    : static_cast<std::size_t>(next - lines_.begin() - 1);
    for (std::size_t i = 0; i < lines_.size(); ++i) {
      const bool now = i == current;
      line(lines_[i], now, lines_[i].value <= model_.head.count);
      if (now) follow();
    }
    ImGui::PopStyleVar();
  }

 private:
  void head() {
    ImDrawList* list = ImGui::GetWindowDrawList();
    const float middle = area_.min.y + px(14);
    float x = area_.min.x + px(4);
    x += draw_chip(list, {x, middle}, colors().of(who_.protocol), protocol_name(who_.protocol),
                   px(22), px(76)) +
         px(12);
    const std::string ends = std::string(host_label(model_.scene(), who_.client, model_.lang())) +
                             " : " + std::to_string(who_.client_port) + "  →  " +
                             std::string(host_label(model_.scene(), who_.server, model_.lang())) +
                             " : " + std::to_string(who_.server_port);
    draw_text(list, faces().bold, {x, middle - faces().bold.size / 2}, colors().text,
              elide(faces().bold, ends, area_.max.x - x));
  }

  void line(RecordId id, bool now, bool past) {
    const Record& record = trace_[id];
    const auto& said = std::get<Line>(record.fact);
    const bool client = said.speaker == Side::client;
    const Face& mono = faces().mono;
    const Face& small = faces().small;
    const ImVec2 at = ImGui::GetCursorScreenPos();
    const float width = ImGui::GetContentRegionAvail().x - px(6);
    const bool two = width > px(560);  // room for the explanation beside it
    const float spoken = two ? width * 0.58f : width;
    const float indent = client ? 0 : px(26), pad = px(9), chip = px(26);
    const std::string text = text_of(said);
    auto rows = wrap_text(mono, text, spoken - indent - chip - pad * 2);
    constexpr std::size_t kMost = 12;
    if (rows.size() > kMost) rows.resize(kMost);
    const std::string& meaning = explain(trace_, record).at(model_.likes.level).in(model_.lang());
    const float room = two ? width - spoken - px(16) : width - chip;
    const auto notes =
        two || now ? wrap_text(small, meaning, room) : std::vector<std::string_view>{};
    const float pitch = mono.size * 1.36f, small_pitch = small.size * 1.36f;
    const float said_height =
        pitch * static_cast<float>(std::max<std::size_t>(rows.size(), 1)) + px(10);
    const float note_height = small_pitch * static_cast<float>(notes.size()) + px(8);
    const float height = two ? std::max(said_height, note_height) : said_height + note_height;
    ImGui::PushID(static_cast<int>(id.value));
    if (ImGui::InvisibleButton("line", {width, height})) commands_.push_back(SelectRecord{id});
    ImGui::PopID();
    mark("talk-" + std::to_string(id.value));
    ImDrawList* list = ImGui::GetWindowDrawList();
    if (!ImGui::IsItemVisible()) return;
    const ImU32 tone = colors().of(who_.protocol);
    const Rect bubble{{at.x + indent, at.y}, {at.x + spoken, at.y + said_height}};
    list->AddRectFilled(bubble.min, bubble.max,
                        now                      ? colors().tint(tone, 0.30f)
                        : ImGui::IsItemHovered() ? colors().field_hover
                        : client                 ? colors().tint(tone, 0.12f)
                                                 : colors().field,
                        px(9));
    if (now) list->AddRect(bubble.min, bubble.max, tone, px(9), 0, px(1.6f));
    draw_text(list, faces().small_bold, {bubble.min.x + pad, at.y + px(7)},
              past ? colors().text : colors().muted, client ? "C:" : "S:");
    float y = at.y + px(5);
    for (const std::string_view row : rows) {
      draw_text(list, mono, {bubble.min.x + pad + chip, y}, past ? colors().text : colors().muted,
                row);
      y += pitch;
    }
    float x = two ? at.x + spoken + px(16) : at.x + chip;
    y = two ? at.y + px(5) : at.y + said_height + px(3);
    for (const std::string_view row : notes) {
      draw_text(list, small, {x, y}, now ? colors().text : colors().muted, row);
      y += small_pitch;
    }
  }

  /// All its lines; of a letter's content the beginning.
  [[nodiscard]] std::string text_of(const Line& said) const {
    if (said.kind == NoteKind::content) return spoken_text(trace_, said).in(model_.lang());
    if (said.speaker == Side::client || said.length > 2000)
      return spoken_text(trace_, said).in(model_.lang());
    std::string out, bytes = trace_.line_text(said);
    std::size_t begin = 0;
    while (begin < bytes.size()) {
      const std::size_t end = std::min(bytes.find('\n', begin), bytes.size());
      if (!out.empty()) out += '\n';
      out += one_line(std::string_view(bytes).substr(begin, end - begin));
      begin = end + 1;
    }
    return out;
  }

  void follow() {
    static RecordId former;
    static float height = 0;
    const RecordId here = model_.focus();
    if (former == here && height == area_.height()) return;
    former = here;
    height = area_.height();
    ImGui::SetScrollHereY(0.7f);
  }

  const Model& model_;
  const Trace& trace_;
  const ConnectionOpening& who_;
  const std::vector<RecordId>& lines_;
  Rect area_;
  Commands& commands_;
};

}  // namespace

void draw_talk(const Model& model, const Rect& area, Commands& commands) {
  const ConnId conn = model.conversation();
  if (!conn || model.trace->connection(conn) == nullptr) {
    draw_text_centered(ImGui::GetWindowDrawList(), faces().body, area.center(), colors().muted,
                       say("talk.none", model.lang()));
    return;
  }
  Talk(model, conn, area, commands).draw();
}

}  // namespace posthorn::viz
