// What just happened, or what was chosen: explained, with its rule, its causes and its letter.
#include <algorithm>

#include "text/text.hpp"
#include "viz/model/letter.hpp"
#include "viz/panels/host_details.hpp"
#include "viz/panels/panels.hpp"

namespace posthorn::viz {

using namespace texts;
namespace {

using namespace trace;

/// Records worth naming in a chain of causes, newest first, without the event itself.
std::vector<RecordId> causes_of(const Trace& trace, RecordId id, std::size_t limit) {
  std::vector<RecordId> out;
  for (RecordId at = trace[id].cause; at && out.size() < limit; at = trace[at].cause)
    if (is_meaningful(trace[at].fact)) out.push_back(at);
  return out;
}

void head_item(const Model& model, std::string_view key) {
  ImGui::Dummy({1, px(6)});
  wrapped_item(faces().bold, colors().text, say(key, model.lang()));
}

void who_item(const Model& model, const Record& record) {
  std::string who;
  if (const auto* line = std::get_if<Line>(&record.fact)) {
    const auto [from, to] = ends_of(*model.trace, *line);
    who = std::string(host_label(model.scene(), from, model.lang())) + " → " +
          std::string(host_label(model.scene(), to, model.lang()));
  } else {
    who = host_label(model.scene(), host_of(*model.trace, record.fact), model.lang());
  }
  if (!who.empty()) pair_item(say("who", model.lang()), who);
}

/// The bytes of a line in a quiet box, at most six rows of them.
void bytes_item(const Model& model, const Line& line) {
  std::string text = spoken_text(*model.trace, line).in(model.lang());
  if (text.empty()) return;
  const Face& face = faces().mono_small;
  const float width = ImGui::GetContentRegionAvail().x, pad = px(11);
  auto lines = wrap_text(face, text, width - pad * 2);
  constexpr std::size_t kMost = 6;
  if (lines.size() > kMost) lines.resize(kMost);
  const float pitch = face.size * 1.36f;
  const float height = pitch * static_cast<float>(lines.size()) + pad * 2 - (pitch - face.size);
  const ImVec2 at = ImGui::GetCursorScreenPos();
  ImDrawList* list = ImGui::GetWindowDrawList();
  list->AddRectFilled(at, {at.x + width, at.y + height}, colors().field, px(9));
  float y = at.y + pad;
  for (const std::string_view row : lines) {
    draw_text(list, face, {at.x + pad, y}, colors().text, row);
    y += pitch;
  }
  ImGui::Dummy({width, height});
}

/// A message of the TLS handshake, field by field: what it says, and what for.
void handshake_items(const Model& model, const TlsMessage& message) {
  for (const TlsField& field : tls_fields(*model.trace, message)) {
    if (field.words == nullptr) continue;
    wrapped_item(faces().small_bold, colors().text, field.words->title.in(model.lang()));
    wrapped_item(faces().mono_small, colors().text, field.value, 1.3f);
    wrapped_item(faces().small, colors().muted, field.words->at(model.likes.level).in(model.lang()),
                 1.35f);
  }
}

void why_items(const Model& model, RecordId id, Commands& commands) {
  const std::vector<RecordId> causes = causes_of(*model.trace, id, 4);
  if (causes.empty()) return;
  head_item(model, "why");
  ImDrawList* list = ImGui::GetWindowDrawList();
  const Face& face = faces().small;
  for (std::size_t i = 0; i < causes.size(); ++i) {
    const ImVec2 at = ImGui::GetCursorScreenPos();
    const float width = ImGui::GetContentRegionAvail().x, height = face.size * 1.75f;
    const std::string name = "cause-" + std::to_string(i);
    if (hit_area(name, {width, height})) commands.push_back(SelectRecord{causes[i]});
    if (ImGui::IsItemHovered())
      list->AddRectFilled(at, {at.x + width, at.y + height}, colors().row, px(7));
    const float middle = at.y + height / 2;
    list->AddCircleFilled({at.x + px(7), middle}, px(3.5f), colors().primary, 16);
    if (i + 1 < causes.size())
      list->AddLine({at.x + px(7), middle + px(6)}, {at.x + px(7), middle + height - px(6)},
                    colors().line, px(2));
    draw_text(list, face, {at.x + px(22), middle - face.size / 2}, colors().text,
              elide(face, title_of(model, causes[i]), width - px(26)));
  }
}

void part_items(const Letter& letter) {
  ImDrawList* list = ImGui::GetWindowDrawList();
  const Face& face = faces().small;
  const ImU32 tones[] = {colors().of(Protocol::smtp), colors().of(Protocol::imap),
                         colors().of(Protocol::dns), colors().of(Protocol::pop3)};
  for (const LetterPart& part : letter.parts) {
    const ImVec2 at = ImGui::GetCursorScreenPos();
    const float width = ImGui::GetContentRegionAvail().x, height = face.size * 1.6f;
    const float x = at.x + px(20) * static_cast<float>(std::min(part.depth, 5));
    const float middle = at.y + height / 2;
    if (part.depth > 0) {
      list->AddLine({x - px(14), at.y - px(3)}, {x - px(14), middle}, colors().line, px(2));
      list->AddLine({x - px(14), middle}, {x - px(4), middle}, colors().line, px(2));
    }
    const Rect dot = Rect::around({x + px(5), middle}, {px(10), px(10)});
    list->AddRectFilled(dot.min, dot.max, tones[part.depth % 4], px(3));
    const float text_x = x + px(18);
    draw_text(list, face, {text_x, middle - face.size / 2}, colors().text, part.type);
    const float note_x = text_x + text_size(face, part.type).x + px(10);
    draw_text(list, face, {note_x, middle - face.size / 2}, colors().muted,
              elide(face, part.note, at.x + width - note_x));
    ImGui::Dummy({width, height});
  }
}

void letter_items(const Model& model, MessageId message) {
  const RecordId last = model.stations.last(message, model.head.count);
  if (!last) return;
  const BlobId content = content_in((*model.trace)[last].fact);
  const Letter& letter = letter_of(model.trace->blob(content));
  head_item(model, "letter");
  pair_item(say("from", model.lang()), letter.from);
  pair_item(say("to", model.lang()), letter.to);
  pair_item(say("subject", model.lang()), letter.subject);
  pair_item(say("size", model.lang()),
            std::to_string(letter.size) + " " + std::string(say("octets", model.lang())));
  head_item(model, "structure");
  part_items(letter);
}

/// For whom it is explained.
void level_item(const Model& model, Commands& commands) {
  std::vector<Segment> choices;
  for (const char* name : {"office", "student", "admin"}) {
    const std::string key = name;
    choices.push_back({key, std::string(say("level." + key, model.lang())),
                       std::string(say("level-tip." + key, model.lang()))});
  }
  const int clicked = segments("level", choices, static_cast<int>(model.likes.level), px(32),
                               ImGui::GetContentRegionAvail().x);
  if (clicked >= 0) commands.push_back(SetLevel{static_cast<Level>(clicked)});
}

void event_items(const Model& model, RecordId id, Commands& commands) {
  const Record& record = (*model.trace)[id];
  wrapped_item(faces().title, colors().text, title_of(model, id), 1.18f);
  const auto* line = std::get_if<Line>(&record.fact);
  if (line != nullptr) bytes_item(model, *line);
  wrapped_item(faces().body, colors().muted,
               explain(*model.trace, record).at(model.likes.level).in(model.lang()), 1.45f);
  if (const auto* shake = std::get_if<TlsMessage>(&record.fact)) handshake_items(model, *shake);
  ImGui::Dummy({1, px(2)});
  pair_item(say("time", model.lang()), moment_text(record.at));
  who_item(model, record);
  if (line != nullptr && line->rule)
    pair_item(say("rule", model.lang()), model.trace->text(line->rule));
  why_items(model, id, commands);
  letter_items(model, model.letter());
}

}  // namespace

std::string title_of(const Model& model, RecordId id) {
  const Record& record = (*model.trace)[id];
  const std::string& title = explain(*model.trace, record).title.in(model.lang());
  if (const auto* line = std::get_if<Line>(&record.fact); line != nullptr && line->verb) {
    const std::string verb(model.trace->text(line->verb));
    if (title.find(verb) == std::string::npos) {
      // "UID FETCH" with "FETCH: …": not both.
      const std::size_t colon = title.find(": ");
      if (colon != std::string::npos && verb.ends_with(" " + title.substr(0, colon)))
        return verb + title.substr(colon);
      return verb + ": " + title;
    }
  }
  return title;
}

void pair_item(std::string_view name, std::string_view value) {
  const Face& face = faces().small;
  const ImVec2 at = ImGui::GetCursorScreenPos();
  const float width = ImGui::GetContentRegionAvail().x, indent = px(78);
  ImDrawList* list = ImGui::GetWindowDrawList();
  draw_text(list, face, at, colors().muted, name);
  const float height =
      draw_wrapped(list, face, {at.x + indent, at.y}, colors().text, value, width - indent, 1.3f);
  ImGui::Dummy({width, std::max(height, face.size * 1.3f)});
}

void draw_details(const Model& model, const Rect& area, Commands& commands) {
  const PanelScope scope("details", area);
  scroll_by_keys(true);
  ImGui::PushStyleVar(ImGuiStyleVar_ItemSpacing, ImVec2(0, px(6)));
  if (model.selection.host) {
    draw_host_details(model, model.selection.host, commands);
  } else {
    wrapped_item(faces().small_bold, colors().primary, say("details", model.lang()));
    level_item(model, commands);
    if (const RecordId id = model.focus())
      event_items(model, id, commands);
    else
      wrapped_item(faces().body, colors().muted, say("details-none", model.lang()), 1.5f);
  }
  ImGui::PopStyleVar();
}

}  // namespace posthorn::viz
