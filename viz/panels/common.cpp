#include <algorithm>
#include <cmath>

#include "text/text.hpp"
#include "viz/panels/panels.hpp"

namespace posthorn::viz {

using namespace texts;

PanelScope::PanelScope(const char* name, const Rect& area, ImGuiWindowFlags flags) {
  ImGui::SetCursorScreenPos(area.min);
  begin_child(name, area.size(), flags | ImGuiWindowFlags_NoNav);
}
PanelScope::~PanelScope() { ImGui::EndChild(); }

void follow_row(int current, float row_height) {
  ImGuiStorage* memory = ImGui::GetStateStorage();
  int& former = *memory->GetIntRef(ImGui::GetID("followed-row"), -2);
  float& former_room = *memory->GetFloatRef(ImGui::GetID("followed-room"), 0);
  const float room = ImGui::GetWindowHeight();
  if (current == former && room == former_room) return;
  former = current;
  former_room = room;
  const float top = static_cast<float>(std::max(current, 0)) * row_height;
  const float scroll = ImGui::GetScrollY();
  const float low = top - room + row_height * 2.2f;  // one row of the future stays visible
  if (scroll < low) ImGui::SetScrollY(std::ceil(low / row_height) * row_height);  // whole rows
  if (scroll > top - row_height) ImGui::SetScrollY(std::max(0.0f, top - row_height));
}

ImU32 row_color(const TranscriptRow& row) {
  if (row.protocol != Protocol::none) return colors().of(row.protocol);
  const std::string_view chip = row.chip == nullptr ? "" : row.chip;
  if (chip == "client") return colors().primary;
  if (chip == "mailbox") return colors().good;
  if (chip == "queue") return colors().warn;
  return colors().muted;
}

std::string_view row_chip(const TranscriptRow& row, Lang lang) {
  if (row.protocol == Protocol::submission) return "SMTP";
  if (row.protocol != Protocol::none) return protocol_name(row.protocol);
  return row.chip == nullptr ? std::string_view() : say(row.chip, lang);
}

void header_tip(const Model& model, std::string_view line) {
  const std::size_t colon = line.find(':');
  if (colon == std::string_view::npos || line.front() == ' ' || line.front() == '\t') return;
  const std::string field(line.substr(0, colon));
  const Explanation* found = explain_header(field);
  if (found == nullptr) return;
  ImGui::PushStyleVar(ImGuiStyleVar_WindowPadding, ImVec2(px(12), px(9)));
  ImGui::BeginTooltip();
  ImGui::Dummy({px(360), 0});
  wrapped_item(faces().small_bold, colors().primary, field);
  wrapped_item(faces().small, colors().text, found->at(model.likes.level).in(model.lang()), 1.4f);
  ImGui::EndTooltip();
  ImGui::PopStyleVar();
}

std::string speed_text(double speed, Lang lang) {
  return std::string(say("speed-word", lang)) + " " +
         duration_text(std::chrono::duration_cast<Duration>(std::chrono::duration<double>(speed)),
                       lang);
}

}  // namespace posthorn::viz
