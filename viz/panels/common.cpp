#include <algorithm>
#include <cmath>
#include <utility>

#include "text/text.hpp"
#include "viz/model/copy.hpp"
#include "viz/panels/panels.hpp"

namespace posthorn::viz {

using namespace texts;

PanelScope::PanelScope(const char* name, const Rect& area, ImGuiWindowFlags flags) {
  ImGui::SetCursorScreenPos(area.min);
  begin_child(name, area.size(), flags | ImGuiWindowFlags_NoNav);
}
PanelScope::~PanelScope() { ImGui::EndChild(); }

OverlayScope::OverlayScope(std::string name, std::string_view title, const Rect& window,
                           ImVec2 size, const Model& model, Command close, Commands& commands)
    : name_(std::move(name)),
      card_(Rect::around(window.center(), {std::min(size.x, window.width() - px(16)),
                                           std::min(size.y, window.height() - px(16))})),
      area_(card_.inset(px(22))),
      model_(model),
      close_(std::move(close)),
      commands_(commands) {
  ImDrawList* back = ImGui::GetWindowDrawList();
  back->AddRectFilled(window.min, window.max, fade(rgb(0x0B111E), 0.45f));
  draw_card(back, card_);
  mark_rect(name_ + "-card", card_.min, card_.max, true);
  draw_text(back, faces().title, area_.min, colors().text,
            elide(faces().title, title, area_.width() - px(50)));
  ImGui::SetCursorScreenPos({area_.max.x - px(38), area_.min.y - px(4)});
  if (icon_button(name_ + "-close", Icon::cross, say("close", model_.lang()), px(38),
                  ButtonKind::ghost))
    commands_.push_back(close_);
  const float top = area_.min.y + faces().title.size * 1.5f;
  ImGui::SetCursorScreenPos({area_.min.x, top});
  begin_child((name_ + "-panel").c_str(), {area_.width(), area_.max.y - top},
              ImGuiWindowFlags_NoNav);
  scroll_by_keys(false);
}
void scroll_by_keys(bool with_ctrl) {
  const ImGuiIO& io = ImGui::GetIO();
  if (io.WantTextInput || io.KeyCtrl != with_ctrl) return;
  const float page = ImGui::GetWindowHeight() * 0.8f, at = ImGui::GetScrollY();
  if (key_pressed(Key::page_down, true))
    ImGui::SetScrollY(std::min(ImGui::GetScrollMaxY(), at + page));
  if (key_pressed(Key::page_up, true)) ImGui::SetScrollY(std::max(0.0f, at - page));
}
OverlayScope::~OverlayScope() { ImGui::EndChild(); }

namespace {
float chip_height() { return px(32); }
}  // namespace

ChipRow::ChipRow()
    : from_(ImGui::GetCursorScreenPos()),
      at_(from_),
      room_(ImGui::GetContentRegionAvail().x - px(14)) {}
ChipRow::~ChipRow() {
  ImGui::SetCursorScreenPos(from_);
  ImGui::Dummy({room_, at_.y - from_.y + chip_height() + px(2)});
}
bool ChipRow::chip(const std::string& name, std::string_view label, bool on,
                   std::optional<Icon> icon) {
  const Face& face = faces().small;
  const float height = chip_height(), gap = px(6), pad = px(12), sign = icon ? px(20) : 0;
  const std::string text = elide(face, label, room_ - pad * 2 - sign);
  const float width = text_size(face, text).x + pad * 2 + sign;
  if (at_.x > from_.x && at_.x + width > from_.x + room_) at_ = {from_.x, at_.y + height + gap};
  ImGui::SetCursorScreenPos(at_);
  const bool clicked = hit_area(name, {width, height}), hot = ImGui::IsItemHovered();
  ImDrawList* list = ImGui::GetWindowDrawList();
  list->AddRectFilled(at_, {at_.x + width, at_.y + height},
                      on    ? colors().primary
                      : hot ? colors().field_hover
                            : colors().field,
                      height / 2);
  const ImU32 ink = on ? colors().on_primary : colors().text;
  const float middle = at_.y + height / 2;
  if (icon) draw_icon(list, *icon, {at_.x + pad + px(6), middle}, px(14), ink);
  draw_text(list, face, {at_.x + pad + sign, middle - face.size / 2}, ink, text);
  at_.x += width + gap;
  return clicked;
}

void copy_on_right_click(const Model& model, RecordId record, Commands& commands) {
  if (ImGui::IsItemClicked(ImGuiMouseButton_Right))
    commands.push_back(Ask{CopyText{line_to_copy(model, record)}});
}

float former_next_item(const Model& model, std::string_view name, const Rect& bar,
                       std::string_view place, int& by) {
  const float side = bar.height();
  float x = bar.min.x;
  const auto item = [&](const char* way, Icon icon, int step) {
    const std::string whole = std::string(name) + "-" + way;
    ImGui::SetCursorScreenPos({x, bar.min.y});
    if (icon_button(whole, icon, say(whole, model.lang()), side, ButtonKind::quiet)) by = step;
    x += side + px(4);
  };
  item("former", Icon::step_back, -1);
  item("next", Icon::step_forward, 1);
  const Face& face = faces().mono_small;
  draw_text(ImGui::GetWindowDrawList(), face, {x + px(2), bar.center().y - face.size / 2},
            colors().muted, place);
  return x + px(4) + text_size(face, place).x;
}

std::string_view switch_language_word(Lang lang, bool whole) {
  if (whole) return say("switch-language", lang);
  return say("switch-language-short", lang);
}

std::string query_doubt(const Model& model) {
  if (model.query.doubts.empty()) return {};
  const QueryDoubt& doubt = model.query.doubts.front();
  constexpr const char* kWords[] = {"doubt.key", "doubt.word", "doubt.quote", "doubt.number",
                                    "doubt.protocol"};
  const std::string_view said = say(kWords[static_cast<std::size_t>(doubt.kind)], model.lang());
  std::string out(said);
  if (const std::size_t at = out.find("{}"); at != std::string::npos)
    out.replace(at, 2, doubt.word);
  return out;
}

void draw_nothing_found(const Model& model, const Rect& area, std::string_view otherwise) {
  const bool searching = model.filtered();
  const std::string_view first = searching ? say("nothing-found", model.lang()) : otherwise;
  const std::string doubt = searching ? query_doubt(model) : std::string();
  const std::string second = !searching       ? std::string()
                             : !doubt.empty() ? doubt
                                              : std::string(say("search-tip", model.lang()));
  ImDrawList* list = ImGui::GetWindowDrawList();
  const float width = std::min(area.width() - px(20), px(640));
  const auto lines = wrap_text(faces().body, first, width);
  const auto more = wrap_text(faces().small, second, width);
  const float pitch = faces().body.size * 1.4f, small = faces().small.size * 1.4f;
  float y =
      area.center().y -
      (pitch * static_cast<float>(lines.size()) + small * static_cast<float>(more.size())) / 2 +
      pitch / 2;
  for (const std::string_view line : lines) {
    draw_text_centered(list, faces().body, {area.center().x, y}, colors().muted, line);
    y += pitch;
  }
  for (const std::string_view line : more) {
    draw_text_centered(list, faces().small, {area.center().x, y},
                       doubt.empty() ? colors().muted : colors().warn, line);
    y += small;
  }
}

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
