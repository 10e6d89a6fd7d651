// What a person likes, in one place: everything that keys and buttons elsewhere switch, too.
#include <algorithm>
#include <cmath>

#include "text/text.hpp"
#include "viz/panels/panels.hpp"

namespace posthorn::viz {

using namespace texts;
namespace {

class SettingsItems {
 public:
  SettingsItems(const Model& model, Commands& commands) : model_(model), commands_(commands) {}

  void draw() {
    const Preferences& likes = model_.likes;
    if (choose("set.language", "set-language", {"ja", "en"}, likes.lang == Lang::ja ? 0 : 1))
      commands_.push_back(ToggleLang{});
    if (choose("set.theme", "set-theme", {"light", "dark"}, likes.dark ? 1 : 0))
      commands_.push_back(ToggleTheme{});
    text_size_item();
    const int level = pick("set.level", "set-level", {"office", "student", "admin"},
                           static_cast<int>(likes.level));
    if (level >= 0) commands_.push_back(SetLevel{static_cast<Level>(level)});
    if (choose("set.motion", "set-motion", {"full", "calm"}, likes.calm ? 1 : 0))
      commands_.push_back(ToggleCalm{});
    if (choose("set.sound", "set-sound", {"off", "on"}, likes.sound ? 1 : 0))
      commands_.push_back(ToggleSound{});
    if (choose("set.laser", "set-laser", {"off", "on"}, model_.laser ? 1 : 0))
      commands_.push_back(ToggleLaser{});
    if (choose("set.notes", "set-notes", {"off", "on"}, model_.notes ? 1 : 0))
      commands_.push_back(ToggleNotes{});
    const int stride = pick("set.stride", "set-stride", {"story", "hop", "command", "packet"},
                            static_cast<int>(model_.stride));
    if (stride >= 0) commands_.push_back(SetStride{static_cast<Stride>(stride)});
    speed_item();
    ImGui::Dummy({1, px(6)});
    wrapped_item(faces().small, colors().muted, say("set.kept", model_.lang()), 1.45f);
  }

 private:
  void title(std::string_view key) const {
    wrapped_item(faces().small_bold, colors().primary, say(key, model_.lang()));
  }
  [[nodiscard]] float width() const { return ImGui::GetContentRegionAvail().x - px(14); }

  /// The one that was clicked, or -1. The words are "set-theme.light", …
  int pick(std::string_view key, const std::string& name, const std::vector<std::string>& values,
           int chosen) {
    title(key);
    std::vector<Segment> choices;
    for (const std::string& value : values)
      choices.push_back(
          {value, std::string(say(std::string(key) + "." + value, model_.lang())), ""});
    const int clicked = segments(name, choices, chosen, px(36), width());
    ImGui::Dummy({1, px(6)});
    return clicked;
  }
  /// Of two: whether it is to become the other.
  bool choose(std::string_view key, const std::string& name, const std::vector<std::string>& values,
              int chosen) {
    const int clicked = pick(key, name, values, chosen);
    return clicked >= 0 && clicked != chosen;
  }

  /// "− 100 % +": less, what it is (pressed: as usual), more.
  void less_more(const char* less, const char* usual, const char* more, const std::string& value,
                 float room, Command one, Command two, Command three) {
    const float side = px(36), gap = px(8);
    const ImVec2 at = ImGui::GetCursorScreenPos();
    if (icon_button(less, Icon::minus, say(less, model_.lang()), side)) commands_.push_back(one);
    ImGui::SetCursorScreenPos({at.x + side + gap, at.y});
    if (button(usual, value, {room, side})) commands_.push_back(two);
    ImGui::SetCursorScreenPos({at.x + side + gap * 2 + room, at.y});
    if (icon_button(more, Icon::plus, say(more, model_.lang()), side)) commands_.push_back(three);
    ImGui::SetCursorScreenPos(at);
    ImGui::Dummy({width(), side});
    ImGui::Dummy({1, px(6)});
  }

  void text_size_item() {
    title("set.text");
    constexpr float kStep = 1.1f;
    const float scale = model_.likes.text_scale;
    less_more("text-smaller", "text-usual", "text-larger",
              std::to_string(std::lround(scale * 100)) + " %", px(110), SetTextScale{scale / kStep},
              SetTextScale{1}, SetTextScale{scale * kStep});
  }
  void speed_item() {
    title("set.speed");
    less_more("slower", "speed-usual", "faster", speed_text(model_.head.speed, model_.lang()),
              px(200), Slower{}, SetSpeed{model_.track.speed}, Faster{});
  }

  const Model& model_;
  Commands& commands_;
};

}  // namespace

void draw_settings(const Model& model, const Rect& window, Commands& commands) {
  const OverlayScope card("settings", say("settings", model.lang()), window, {px(560), px(920)},
                          model, ToggleSettings{}, commands);
  ImGui::PushStyleVar(ImGuiStyleVar_ItemSpacing, ImVec2(0, px(4)));
  SettingsItems(model, commands).draw();
  ImGui::PopStyleVar();
}

}  // namespace posthorn::viz
