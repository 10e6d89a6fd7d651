// One connection as a conversation: what the client says stands left, what the server answers
// right of it, and beside each line what it means.
#include <algorithm>
#include <cmath>
#include <optional>

#include "text/text.hpp"
#include "viz/panels/views.hpp"

namespace posthorn::viz {

using namespace texts;
namespace {

using namespace trace;

/// Whether somebody on the way made something else of it.
bool is_heard_otherwise(const Trace& trace, const Line& line) {
  if (line.flow != Flow::received || !trace.is_altered(line.conn, line.speaker)) return false;
  Line said = line;
  said.flow = Flow::sent;
  return trace.line_text(said) != trace.line_text(line);
}

/// Who says it; nullopt for what is not spoken on this connection.
std::optional<Side> speaker_of(const Trace& trace, const Fact& fact, ConnId conn) {
  if (const auto* line = std::get_if<Line>(&fact); line != nullptr && line->conn == conn)
    if (line->flow == Flow::sent || is_heard_otherwise(trace, *line)) return line->speaker;
  if (const auto* shake = std::get_if<TlsMessage>(&fact))
    if (shake->conn == conn && shake->flow == Flow::sent) return shake->side;
  return std::nullopt;
}

/// The lines spoken on a connection and the messages of its handshake, and those of them that the
/// search lets through; found once.
struct TalkLines {
  ConnId conn;
  std::uint64_t digest = 0;
  std::size_t seen = 0, hits = 0;
  bool filtered = false;
  std::vector<RecordId> all, lines;

  void follow(const Model& model, ConnId wanted) {
    const Trace& trace = *model.trace;
    const bool other = conn != wanted || seen != trace.size() || digest != trace.digest();
    if (other) {
      all.clear();
      for (std::uint32_t i = 1; i <= trace.size(); ++i)
        if (speaker_of(trace, trace[RecordId{i}].fact, wanted)) all.push_back(RecordId{i});
      conn = wanted;
      seen = trace.size();
      digest = trace.digest();
    }
    if (!other && filtered == model.filtered() && hits == model.hits.size() &&
        filter_ == model.filter)
      return;
    filtered = model.filtered();
    hits = model.hits.size();
    filter_ = model.filter;
    lines = all;
    if (filtered) std::erase_if(lines, [&](RecordId id) { return !model.is_hit(id); });
  }

 private:
  std::string filter_;
};

const std::vector<RecordId>& lines_of(const Model& model, ConnId conn) {
  static TalkLines talk;
  talk.follow(model, conn);
  return talk.lines;
}

class Talk {
 public:
  Talk(const Model& model, ConnId conn, const Rect& area, Commands& commands)
      : model_(model),
        trace_(*model.trace),
        who_(*trace_.connection(conn)),
        lines_(lines_of(model, conn)),
        area_(area),
        commands_(commands) {}

  void draw() {
    head();
    const Rect body{{area_.min.x, area_.min.y + px(32)}, area_.max};
    if (lines_.empty()) return draw_nothing_found(model_, body, say("talk.none", model_.lang()));
    const PanelScope scope("talk-lines", body);
    width_ = ImGui::GetWindowWidth() - px(16);
    two_ = width_ > px(560);  // room for the explanation beside it
    const Tops& tops = measure();
    const RecordId here{model_.selection.record ? model_.selection.record.value
                                                : model_.head.count};
    const auto next = std::ranges::upper_bound(lines_, here);
    const std::ptrdiff_t current = next - lines_.begin() - 1;
    follow(tops, current);
    // Only what is in view is drawn: a busy connection has thousands of lines.
    const float top = ImGui::GetScrollY();
    const ImVec2 origin = ImGui::GetCursorScreenPos();
    const auto first = std::ranges::upper_bound(tops.at, top) - tops.at.begin() - 1;
    for (auto i = std::max<std::ptrdiff_t>(first, 0);
         i < std::ssize(lines_) && tops.at[static_cast<std::size_t>(i)] < top + body.height();
         ++i) {
      const auto index = static_cast<std::size_t>(i);
      ImGui::SetCursorScreenPos({origin.x, origin.y + tops.at[index]});
      line(lines_[index], i == current, lines_[index].value <= model_.head.count);
    }
    ImGui::SetCursorScreenPos(origin);
    ImGui::Dummy({1, tops.at.back()});
  }

 private:
  /// Which connection, and the way to the others.
  void head() {
    ImDrawList* list = ImGui::GetWindowDrawList();
    const float middle = area_.min.y + px(14);
    int by = 0;
    const std::string place = "#" + std::to_string(who_.conn.value);
    float x = former_next_item(model_, "talk", {area_.min, {area_.max.x, area_.min.y + px(28)}},
                               place, by) +
              px(12);
    if (by != 0)
      if (const ConnId other = model_.other_conversation(who_.conn, by > 0))
        commands_.push_back(SelectConversation{other});
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

  /// Where each line begins, and where the last one ends; measured once for a width.
  struct Tops {
    std::vector<float> at{0};
    ConnId conn;
    RecordId first, last;
    std::uint64_t digest = 0;
    float width = 0, scale = 0;
    Preferences likes;
  };
  const Tops& measure() {
    static Tops tops;
    const bool same = tops.conn == who_.conn && tops.digest == trace_.digest() &&
                      tops.width == width_ && tops.scale == look().scale &&
                      tops.likes == model_.likes && tops.at.size() == lines_.size() + 1 &&
                      tops.first == lines_.front() && tops.last == lines_.back();
    if (same) return tops;
    tops = {{0},    who_.conn,    lines_.front(), lines_.back(), trace_.digest(),
            width_, look().scale, model_.likes};
    for (const RecordId id : lines_) tops.at.push_back(tops.at.back() + height_of(id) + px(3));
    return tops;
  }

  /// A line broken to the width there is, with its meaning.
  struct Shape {
    std::string text;
    std::string meaning;
    std::vector<std::string_view> rows, notes;  ///< views of both
    float said_height = 0, height = 0;
  };
  [[nodiscard]] float spoken_width() const { return two_ ? width_ * 0.58f : width_; }
  [[nodiscard]] bool by_client(RecordId id) const {
    return speaker_of(trace_, trace_[id].fact, who_.conn) == Side::client;
  }
  /// What arrived is not what was said: an attacker's work.
  [[nodiscard]] bool is_false(RecordId id) const {
    const auto* line = std::get_if<Line>(&trace_[id].fact);
    return line != nullptr && line->flow == Flow::received;
  }
  static float indent_of(bool client) { return client ? 0 : px(26); }
  void fill(Shape& out, RecordId id) const {
    const Record& record = trace_[id];
    out.text = text_of(record.fact);
    out.rows = wrap_text(faces().mono, out.text,
                         spoken_width() - indent_of(by_client(id)) - px(26) - px(9) * 2);
    constexpr std::size_t kMost = 12;
    if (out.rows.size() > kMost) out.rows.resize(kMost);
    out.meaning = is_false(id) ? std::string(say("talk.heard", model_.lang()))
                               : explain(trace_, record).at(model_.likes.level).in(model_.lang());
    out.notes = wrap_text(faces().small, out.meaning,
                          two_ ? width_ - spoken_width() - px(16) : width_ - px(26));
    const auto rows = static_cast<float>(std::max<std::size_t>(out.rows.size(), 1));
    out.said_height = faces().mono.size * 1.36f * rows + px(10);
    const float notes = faces().small.size * 1.36f * static_cast<float>(out.notes.size()) + px(8);
    out.height = two_ ? std::max(out.said_height, notes) : out.said_height + notes;
  }
  [[nodiscard]] float height_of(RecordId id) const {
    Shape out;
    fill(out, id);
    return out.height;
  }

  void line(RecordId id, bool now, bool past) {
    const bool client = by_client(id);
    const Face& mono = faces().mono;
    const Face& small = faces().small;
    const ImVec2 at = ImGui::GetCursorScreenPos();
    Shape shape;
    fill(shape, id);  // in place: its rows are views of its text
    const float spoken = spoken_width(), indent = indent_of(client), pad = px(9), chip = px(26);
    const auto& rows = shape.rows;
    const auto& notes = shape.notes;
    const float pitch = mono.size * 1.36f, small_pitch = small.size * 1.36f;
    const float said_height = shape.said_height, width = width_, height = shape.height;
    const bool two = two_;
    ImGui::PushID(static_cast<int>(id.value));
    if (ImGui::InvisibleButton("line", {width, height})) commands_.push_back(SelectRecord{id});
    copy_on_right_click(model_, id, commands_);
    ImGui::PopID();
    mark("talk-" + std::to_string(id.value));
    ImDrawList* list = ImGui::GetWindowDrawList();
    if (!ImGui::IsItemVisible()) return;
    const ImU32 tone = colors().of(who_.protocol);
    const Rect bubble{{at.x + indent, at.y}, {at.x + spoken, at.y + said_height}};
    list->AddRectFilled(bubble.min, bubble.max,
                        is_false(id)             ? colors().tint(colors().bad, 0.16f)
                        : now                    ? colors().tint(tone, 0.30f)
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
  [[nodiscard]] std::string text_of(const Fact& fact) const {
    if (const auto* shake = std::get_if<TlsMessage>(&fact)) {
      std::string out = "TLS " + tls_title(trace_, *shake);
      for (const TlsField& field : tls_fields(trace_, *shake))
        out += "\n" + (field.words == nullptr ? field.name : field.words->title.in(model_.lang())) +
               ": " + field.value;
      return out;
    }
    const auto& said = std::get<Line>(fact);
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

  /// The current line comes into view when it has changed.
  void follow(const Tops& tops, std::ptrdiff_t current) {
    ImGuiStorage* memory = ImGui::GetStateStorage();
    int& former = *memory->GetIntRef(ImGui::GetID("followed-line"), -1);
    float& height = *memory->GetFloatRef(ImGui::GetID("followed-height"), 0);
    const auto here = static_cast<int>(model_.focus().value);
    if (former == here && height == area_.height()) return;
    former = here;
    height = area_.height();
    if (current < 0) return ImGui::SetScrollY(0);
    const float end = tops.at[static_cast<std::size_t>(current) + 1];
    ImGui::SetScrollY(std::max(0.0f, end - ImGui::GetWindowHeight() * 0.72f));
  }

  const Model& model_;
  const Trace& trace_;
  const ConnectionOpening& who_;
  const std::vector<RecordId>& lines_;
  Rect area_;
  Commands& commands_;
  float width_ = 0;
  bool two_ = false;
};

}  // namespace

void draw_talk(const Model& model, const Rect& area, Commands& commands) {
  const ConnId conn = model.conversation();
  if (!conn || model.trace->connection(conn) == nullptr) {
    draw_nothing_found(model, area, say("talk.none", model.lang()));
    return;
  }
  Talk(model, conn, area, commands).draw();
}

}  // namespace posthorn::viz
