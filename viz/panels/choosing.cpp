// Whom and what to show: a click puts "host:…", "protocol:…", "letter:…" or "connection:…" into the
// search field, which all views obey.
#include <algorithm>
#include <cmath>

#include "text/text.hpp"
#include "viz/model/letter.hpp"
#include "viz/panels/panels.hpp"

namespace posthorn::viz {

using namespace texts;
namespace {

using namespace trace;

/// The connections of a trace; found once.
const std::vector<ConnId>& connections_of(const Trace& trace) {
  static std::vector<ConnId> conns;
  static std::uint64_t digest = 0;
  static std::size_t size = ~std::size_t{0};
  if (digest == trace.digest() && size == trace.size()) return conns;
  digest = trace.digest();
  size = trace.size();
  conns.clear();
  for (std::uint32_t n = 1; trace.connection(ConnId{n}) != nullptr; ++n) conns.push_back(ConnId{n});
  return conns;
}

class Choices {
 public:
  Choices(const Model& model, Commands& commands)
      : model_(model), trace_(*model.trace), commands_(commands) {}

  void draw() {
    wrapped_item(faces().small, colors().muted, word("only.how"), 1.45f);
    if (!model_.filter.empty()) {
      ImGui::Dummy({1, px(2)});
      if (button("only-all", word("only.all"))) commands_.push_back(SetFilter{});
    }
    hosts();
    protocols();
    letters();
    connections();
  }

 private:
  [[nodiscard]] std::string_view word(std::string_view key) const {
    return say(key, model_.lang());
  }
  void title(std::string_view key) const {
    ImGui::Dummy({1, px(6)});
    wrapped_item(faces().small_bold, colors().primary, word(key));
  }

  void chip(ChipRow& row, const std::string& name, std::string_view label,
            const std::string& term) {
    if (row.chip(name, label, has_term(model_.filter, term))) commands_.push_back(ToggleTerm{term});
  }

  void hosts() {
    title("only.hosts");
    ChipRow row;
    for (std::uint32_t i = 1; i <= model_.scene().hosts.size(); ++i) {
      const SceneHost& host = model_.scene().host(HostId{i});
      if (host.kind == HostKind::router) continue;
      chip(row, "only-host-" + host.name, host_label(model_.scene(), HostId{i}, model_.lang()),
           quoted_term("host", host.name));
    }
  }

  void protocols() {
    title("only.protocols");
    ChipRow row;
    bool used[8] = {};
    for (const ConnId conn : connections_of(trace_))
      used[static_cast<std::size_t>(trace_.connection(conn)->protocol)] = true;
    for (const SceneHost& host : model_.scene().hosts)
      if (host.kind == HostKind::name_server) used[static_cast<std::size_t>(Protocol::dns)] = true;
    constexpr std::pair<Protocol, const char*> kNames[] = {{Protocol::smtp, "smtp"},
                                                           {Protocol::submission, "submission"},
                                                           {Protocol::pop3, "pop3"},
                                                           {Protocol::imap, "imap"},
                                                           {Protocol::dns, "dns"}};
    for (const auto& [protocol, name] : kNames)
      if (used[static_cast<std::size_t>(protocol)])
        chip(row, std::string("only-protocol-") + name, protocol_name(protocol),
             std::string("protocol:") + name);
  }

  /// A line of a list: what it is, and whether it is chosen.
  void line(const std::string& name, const std::string& number, const std::string& text,
            const std::string& term, float height) {
    const ImVec2 at = ImGui::GetCursorScreenPos();
    const float width = ImGui::GetContentRegionAvail().x - px(10);
    if (hit_area(name, {width, height})) commands_.push_back(ToggleTerm{term});
    const bool on = has_term(model_.filter, term), hot = ImGui::IsItemHovered();
    ImDrawList* list = ImGui::GetWindowDrawList();
    if (on || hot)
      list->AddRectFilled(at, {at.x + width, at.y + height}, on ? colors().soft : colors().field,
                          px(7));
    const float middle = at.y + height / 2;
    if (on) draw_icon(list, Icon::check, {at.x + px(12), middle}, px(16), colors().primary);
    const Face& mono = faces().mono_small;
    draw_text(list, mono, {at.x + px(26), middle - mono.size / 2}, colors().muted, number);
    const float x = at.x + px(80);
    draw_text(list, faces().small, {x, middle - faces().small.size / 2}, colors().text,
              elide(faces().small, text, at.x + width - x - px(6)));
  }

  /// Long lists are drawn as far as they are seen; the keyboard reaches what is seen.
  template <class Line>
  void lines(std::size_t count, const Line& one) {
    const float height = std::round(px(30));
    ImGui::PushStyleVar(ImGuiStyleVar_ItemSpacing, ImVec2(0, 0));
    constexpr std::size_t kShort = 100;
    if (count <= kShort) {
      for (std::size_t i = 0; i < count; ++i) one(i, height);
    } else {
      ImGuiListClipper clipper;
      clipper.Begin(static_cast<int>(count), height);
      while (clipper.Step())
        for (int i = clipper.DisplayStart; i < clipper.DisplayEnd; ++i)
          one(static_cast<std::size_t>(i), height);
    }
    ImGui::PopStyleVar();
  }

  void letters() {
    const std::size_t count = model_.stations.messages();
    if (count == 0) return;
    title("only.letters");
    lines(count, [&](std::size_t i, float height) {
      const MessageId id{static_cast<std::uint32_t>(i + 1)};
      const auto& stations = model_.stations.of(id);
      std::string text;
      if (!stations.empty()) {
        const Letter& letter = letter_of(trace_.blob(content_in(trace_[stations.front()].fact)));
        text = letter.subject + "   " + letter.from + " → " + letter.to;
      }
      const std::string number = std::to_string(id.value);
      line("only-letter-" + number, "#" + number, one_line(text), "letter:" + number, height);
    });
  }

  void connections() {
    const auto& conns = connections_of(trace_);
    if (conns.empty()) return;
    title("only.connections");
    lines(conns.size(), [&](std::size_t i, float height) {
      const ConnectionOpening& who = *trace_.connection(conns[i]);
      const std::string number = std::to_string(conns[i].value);
      const std::string text = std::string(protocol_name(who.protocol)) + "   " +
                               std::string(host_label(model_.scene(), who.client, model_.lang())) +
                               " → " +
                               std::string(host_label(model_.scene(), who.server, model_.lang()));
      line("only-connection-" + number, "#" + number, text, "connection:" + number, height);
    });
  }

  const Model& model_;
  const Trace& trace_;
  Commands& commands_;
};

}  // namespace

void draw_choosing(const Model& model, const Rect& window, Commands& commands) {
  const OverlayScope card("only", say("only", model.lang()), window, {px(680), px(640)}, model,
                          ToggleChoosing{}, commands);
  ImGui::PushStyleVar(ImGuiStyleVar_ItemSpacing, ImVec2(0, px(4)));
  Choices(model, commands).draw();
  ImGui::PopStyleVar();
}

}  // namespace posthorn::viz
