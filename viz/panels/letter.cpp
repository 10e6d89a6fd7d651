// The letter on its way: the stations on the left; on the right what lies on the counter there,
// envelope, header and body, with what this station changed.
#include <algorithm>
#include <map>

#include "text/text.hpp"
#include "viz/model/changes.hpp"
#include "viz/model/copy.hpp"
#include "viz/model/letter.hpp"
#include "viz/panels/views.hpp"

namespace posthorn::viz {

using namespace texts;
namespace {

using namespace trace;

/// The lines of a station compared with the one before; made once for each pair.
const std::vector<ChangedLine>& changes_between(const Blob& before, const Blob& after) {
  static std::map<std::pair<Blob, Blob>, std::vector<ChangedLine>> known;
  if (known.size() > 64) known.clear();
  const auto key = std::pair(before, after);
  const auto found = known.find(key);
  if (found != known.end()) return found->second;
  static const std::string nothing;
  return known
      .emplace(key, changed_lines(before == nullptr ? std::string_view(*after) : *before, *after))
      .first->second;
}

class LetterView {
 public:
  LetterView(const Model& model, MessageId message, Commands& commands)
      : model_(model),
        message_(message),
        trace_(*model.trace),
        stations_(model.stations.of(message)),
        commands_(commands) {}

  void draw(const Rect& area) {
    const float side = std::clamp(area.width() * 0.28f, px(170), px(300));
    current_ = model_.stations.last(trace_[stations_.front()].message,
                                    std::max(model_.head.count, stations_.front().value));
    const Rect bar{area.min, {area.min.x + side, area.min.y + px(28)}};
    which(bar);
    {
      const PanelScope scope("stations",
                             {{area.min.x, bar.max.y + px(4)}, {area.min.x + side, area.max.y}});
      ImGui::PushStyleVar(ImGuiStyleVar_ItemSpacing, ImVec2(0, px(2)));
      for (std::size_t i = 0; i < stations_.size(); ++i) station(i);
      ImGui::PopStyleVar();
    }
    const Rect right{{area.min.x + side + px(14), area.min.y}, area.max};
    ImGui::GetWindowDrawList()->AddLine({right.min.x - px(7), area.min.y},
                                        {right.min.x - px(7), area.max.y}, colors().line, px(1));
    const PanelScope scope("parcel", right);
    scroll_by_keys(true);
    ImGui::PushStyleVar(ImGuiStyleVar_ItemSpacing, ImVec2(0, px(4)));
    parcel();
    ImGui::PopStyleVar();
  }

 private:
  /// Which letter, the way to the others, and a copy of it.
  void which(const Rect& bar) {
    int by = 0;
    const std::string place = "#" + std::to_string(message_.value);
    former_next_item(model_, "letter", {bar.min, {bar.max.x - bar.height(), bar.max.y}}, place, by);
    if (by != 0)
      if (const MessageId other = model_.other_letter(message_, by > 0))
        commands_.push_back(SelectMessage{other});
    ImGui::SetCursorScreenPos({bar.max.x - bar.height() - px(6), bar.min.y});
    if (icon_button("copy-letter", Icon::copy, say("copy-letter", model_.lang()), bar.height(),
                    ButtonKind::ghost))
      commands_.push_back(Ask{CopyText{letter_to_copy(model_)}});
  }

  void station(std::size_t i) {
    const RecordId id = stations_[i];
    const Record& record = trace_[id];
    const bool now = id == current_, past = id.value <= model_.head.count;
    const ImVec2 at = ImGui::GetCursorScreenPos();
    const float width = ImGui::GetContentRegionAvail().x - px(4), height = px(46);
    if (hit_area("station-" + std::to_string(i), {width, height})) {
      commands_.push_back(SelectRecord{id});
      commands_.push_back(SelectMessage{message_});
    }
    ImDrawList* list = ImGui::GetWindowDrawList();
    const Rect r{at, {at.x + width, at.y + height}};
    if (now || ImGui::IsItemHovered())
      list->AddRectFilled(r.min, r.max, now ? colors().soft : colors().row, px(8));
    const float x = at.x + px(16);
    if (i + 1 < stations_.size())
      list->AddLine({x, at.y + px(23)}, {x, at.y + px(71)}, colors().line, px(2));
    list->AddCircleFilled({x, at.y + px(23)}, px(7), past ? colors().primary : colors().card, 20);
    list->AddCircle({x, at.y + px(23)}, px(7), past ? colors().primary : colors().faint, 20, px(2));
    const float text_x = at.x + px(34), room = width - px(38);
    const HostId host = host_of(trace_, record.fact);
    draw_text(list, faces().small_bold, {text_x, at.y + px(5)},
              past ? colors().text : colors().muted,
              elide(faces().small_bold, host_label(model_.scene(), host, model_.lang()), room));
    const std::string what =
        std::string(say("station." + std::string(name_of(record.fact)), model_.lang())) + "  " +
        moment_text(record.at);
    draw_text(list, faces().small, {text_x, at.y + px(24)}, colors().muted,
              elide(faces().small, what, room));
  }

  void parcel() {
    const Record& record = trace_[current_];
    envelope(record);
    const Blob& after = trace_.blob(content_in(record.fact));
    const RecordId from = model_.stations.before(trace_, message_, current_);
    const bool first = !from;
    const Blob& before = first ? after : trace_.blob(content_in(trace_[from].fact));
    const std::vector<ChangedLine>& lines = changes_between(before, after);
    const bool same = std::ranges::all_of(
        lines, [](const ChangedLine& line) { return line.kind == ChangedLine::Kind::same; });
    if (!first && same)
      wrapped_item(faces().small, colors().muted, say("parcel.same", model_.lang()));
    bool body = false;
    heading("parcel.header");
    constexpr std::size_t kMost = 400;
    std::size_t shown = 0;
    for (const ChangedLine& line : lines) {
      if (!line.header && !body) {
        body = true;
        heading("parcel.body");
        if (line.text.empty()) continue;
      }
      if (++shown > kMost) {
        wrapped_item(faces().small, colors().muted, "…");
        break;
      }
      text_line(line);
    }
  }

  void heading(std::string_view key) {
    ImGui::Dummy({1, px(3)});
    wrapped_item(faces().small_bold, colors().primary, say(key, model_.lang()));
  }

  void envelope(const Record& record) {
    wrapped_item(faces().small_bold, colors().primary, say("parcel.envelope", model_.lang()));
    const auto* accepted = std::get_if<QueueAccepted>(&record.fact);
    if (accepted == nullptr)
      return wrapped_item(faces().small, colors().muted, say("parcel.no-envelope", model_.lang()));
    const ImVec2 at = ImGui::GetCursorScreenPos();
    const float width = std::min(ImGui::GetContentRegionAvail().x - px(8), px(620));
    const std::string sender = accepted->sender
                                   ? "<" + std::string(trace_.text(accepted->sender)) + ">"
                                   : "<>  " + std::string(say("parcel.null-path", model_.lang()));
    const std::string to(trace_.text(accepted->recipients));
    const Face& mono = faces().mono_small;
    const auto rows = wrap_text(mono, to, width - px(84));
    const float height =
        px(36) + mono.size * 1.4f * static_cast<float>(std::max<std::size_t>(rows.size(), 1));
    ImDrawList* list = ImGui::GetWindowDrawList();
    const Rect r{at, {at.x + width, at.y + height}};
    list->AddRectFilled(r.min, r.max, colors().tint(colors().warn, 0.12f), px(6));
    list->AddRect(r.min, r.max, fade(colors().warn, 0.6f), px(6), 0, px(1.2f));
    draw_text(list, mono, {at.x + px(10), at.y + px(7)}, colors().muted, "FROM");
    draw_text(list, mono, {at.x + px(64), at.y + px(7)}, colors().text,
              elide(mono, sender, width - px(74)));
    draw_text(list, mono, {at.x + px(10), at.y + px(27)}, colors().muted, "TO");
    float y = at.y + px(27);
    for (const std::string_view row : rows) {
      draw_text(list, mono, {at.x + px(64), y}, colors().text, row);
      y += mono.size * 1.4f;
    }
    ImGui::Dummy({width, height});
  }

  void text_line(const ChangedLine& line) {
    const Face& mono = faces().mono_small;
    const float width = ImGui::GetContentRegionAvail().x - px(8), indent = px(20);
    const std::string clean = one_line(line.text, 2000);
    const auto rows = wrap_text(mono, clean, width - indent);
    const float pitch = mono.size * 1.36f;
    const float height = pitch * static_cast<float>(std::max<std::size_t>(rows.size(), 1));
    const ImVec2 at = ImGui::GetCursorScreenPos();
    ImGui::Dummy({width, height});
    if (!ImGui::IsItemVisible()) return;
    ImDrawList* list = ImGui::GetWindowDrawList();
    const bool added = line.kind == ChangedLine::Kind::added;
    const bool removed = line.kind == ChangedLine::Kind::removed;
    const ImU32 tone = added ? colors().good : colors().bad;
    if (added || removed) {
      list->AddRectFilled({at.x, at.y - px(1)}, {at.x + width, at.y + height + px(1)},
                          colors().tint(tone, 0.16f), px(4));
      draw_text(list, faces().mono, {at.x + px(5), at.y - px(1)}, tone, added ? "+" : "−");
    }
    float y = at.y;
    for (const std::string_view row : rows) {
      draw_text(list, mono, {at.x + indent, y}, removed ? colors().muted : colors().text, row);
      if (removed)  // a line through what is gone
        list->AddLine({at.x + indent, y + mono.size * 0.6f},
                      {at.x + indent + text_size(mono, row).x, y + mono.size * 0.6f},
                      colors().muted, px(1));
      y += pitch;
    }
    if (line.header && ImGui::IsItemHovered()) header_tip(model_, line.text);
  }

  const Model& model_;
  MessageId message_;
  const Trace& trace_;
  const std::vector<RecordId>& stations_;
  Commands& commands_;
  RecordId current_;
};

}  // namespace

void draw_letter(const Model& model, const Rect& area, Commands& commands) {
  MessageId message = model.letter();
  if (model.stations.of(message).empty() && model.among.has(model.now.message))
    message = model.now.message;
  if (model.stations.of(message).empty()) message = model.other_letter(MessageId{}, true);
  if (model.stations.of(message).empty())
    return draw_nothing_found(model, area, say("parcel.none", model.lang()));
  LetterView(model, message, commands).draw(area);
}

}  // namespace posthorn::viz
