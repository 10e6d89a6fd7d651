#include <cmath>
#include <cstdio>

#include "text/text.hpp"
#include "viz/panels/panels.hpp"

namespace posthorn::viz {

using namespace texts;

PanelScope::PanelScope(const char* name, const Rect& area, ImGuiWindowFlags flags) {
  ImGui::SetCursorScreenPos(area.min);
  begin_child(name, area.size(), flags | ImGuiWindowFlags_NoNav);
}
PanelScope::~PanelScope() { ImGui::EndChild(); }

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

std::string speed_text(double speed, Lang lang) {
  const bool ja = lang == Lang::ja;
  char buffer[64];
  const double ms = speed * 1000;
  if (ms < 9.5)
    std::snprintf(buffer, sizeof buffer, ja ? "1秒 = %.1f ミリ秒" : "1 s = %.1f ms", ms);
  else if (ms < 999.5)
    std::snprintf(buffer, sizeof buffer, ja ? "1秒 = %.0f ミリ秒" : "1 s = %.0f ms", ms);
  else
    std::snprintf(buffer, sizeof buffer, ja ? "1秒 = %.1f 秒" : "1 s = %.1f s", speed);
  return buffer;
}

}  // namespace posthorn::viz
