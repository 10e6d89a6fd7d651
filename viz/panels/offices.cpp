// What every server keeps at this instant: its clock, its queue with the next attempts, its
// mailboxes as POP3 and as IMAP see them, and the names that it remembers.
#include <algorithm>

#include "text/text.hpp"
#include "viz/model/clocks.hpp"
#include "viz/model/letter.hpp"
#include "viz/panels/views.hpp"

namespace posthorn::viz {

using namespace texts;
namespace {

using namespace trace;

class Office {
 public:
  Office(const Model& model, HostId id, float width, Commands& commands)
      : model_(model),
        trace_(*model.trace),
        host_(model.scene().host(id)),
        state_(model.now.host(id)),
        id_(id),
        width_(width),
        commands_(commands) {}

  void draw() {
    title();
    queue();
    boxes();
    cache();
  }

 private:
  [[nodiscard]] std::string_view word(std::string_view key) const {
    return say(key, model_.lang());
  }

  void title() {
    const ImVec2 at = ImGui::GetCursorScreenPos();
    ImDrawList* list = ImGui::GetWindowDrawList();
    const float height = px(46);
    if (hit_area("office-" + host_.name, {width_, height})) commands_.push_back(SelectHost{id_});
    if (model_.selection.host == id_ || ImGui::IsItemHovered())
      list->AddRectFilled(at, {at.x + width_, at.y + height}, colors().soft, px(8));
    const ImU32 tone = state_.up ? colors().primary : colors().bad;
    draw_icon(list, host_.kind == HostKind::name_server ? Icon::globe : Icon::server,
              {at.x + px(20), at.y + px(23)}, px(24), tone);
    draw_text(list, faces().bold, {at.x + px(42), at.y + px(3)}, colors().text,
              elide(faces().bold, host_label(model_.scene(), id_, model_.lang()), width_ - px(50)));
    // Its own clock, which may be wrong.
    const Duration error = clock_error(model_.now, trace_, id_);
    const bool right = error == Duration{};
    const std::string clock = state_.up ? date_text(model_.scene(), model_.head.at + error)
                                        : std::string(word("host-down"));
    draw_text(list, faces().mono_small, {at.x + px(42), at.y + px(26)},
              state_.up && right ? colors().muted : colors().bad,
              elide(faces().mono_small, clock, width_ - px(46)));
    if (!state_.up || right) return;
    const bool ahead = error > Duration{};
    wrapped_line(faces().small, colors().bad, px(42),
                 duration_text(ahead ? error : -error, model_.lang()) + " " +
                     std::string(word(ahead ? "office.clock-ahead" : "office.clock-behind")));
  }

  /// All of it, on as many lines as it needs.
  void wrapped_line(const Face& face, ImU32 color, float indent, std::string_view text) const {
    const ImVec2 at = ImGui::GetCursorScreenPos();
    const float height = draw_wrapped(ImGui::GetWindowDrawList(), face, {at.x + indent, at.y},
                                      color, text, width_ - indent - px(4), 1.3f);
    ImGui::Dummy({width_, height});
  }

  void head(std::string_view key, std::size_t count) {
    ImGui::Dummy({1, px(4)});
    const std::string text =
        std::string(word(key)) + "  " +
        (count == 0 ? std::string(word("office.empty")) : std::to_string(count));
    const ImVec2 at = ImGui::GetCursorScreenPos();
    draw_text(ImGui::GetWindowDrawList(), faces().small_bold, at,
              count == 0 ? colors().muted : colors().primary,
              elide(faces().small_bold, text, width_));
    ImGui::Dummy({width_, faces().small_bold.size * 1.5f});
  }
  void small_line(ImU32 color, std::string_view text) const {
    wrapped_line(faces().small, color, px(10), text);
  }

  void queue() {
    if (host_.kind != HostKind::mail_server) return;
    head("office.queue", state_.queue.size());
    constexpr std::size_t kMost = 12;
    for (std::size_t i = 0; i < std::min(state_.queue.size(), kMost); ++i) {
      const QueueItem& item = state_.queue[i];
      const Letter& letter = letter_of(trace_.blob(item.content));
      const ImVec2 at = ImGui::GetCursorScreenPos();
      ImDrawList* list = ImGui::GetWindowDrawList();
      draw_envelope(list, {at.x + px(20), at.y + px(10)}, px(20), colors().warn);
      draw_text(list, faces().small_bold, {at.x + px(38), at.y + px(1)}, colors().text,
                elide(faces().small_bold, letter.subject, width_ - px(42)));
      if (hit_area("queued-" + host_.name + "-" + std::to_string(item.entry.value),
                   {width_, faces().small.size * 1.5f}))
        commands_.push_back(SelectMessage{item.message});
      small_line(colors().text, "→ " + std::string(trace_.text(item.recipients)));
      if (!item.reason) {
        small_line(colors().muted, word("office.now"));
        continue;
      }
      small_line(colors().warn, trace_.text(item.reason));
      const Duration wait = Duration(item.next_try - model_.head.at);
      const std::string when = wait <= Duration{} ? std::string(word("office.now"))
                                                  : std::string(word("office.next-try")) + " " +
                                                        duration_text(wait, model_.lang());
      const bool one = item.attempts == 1 && model_.lang() == Lang::en;
      const std::string gap = model_.lang() == Lang::en ? " " : "";
      small_line(colors().muted, when + "  (" + std::string(word("office.so-far")) + gap +
                                     std::to_string(item.attempts) + gap +
                                     std::string(word(one ? "office.try" : "office.tries")) + ")");
    }
    if (state_.queue.size() > kMost)
      small_line(colors().muted, "+ " + std::to_string(state_.queue.size() - kMost));
  }

  void boxes() {
    std::size_t total = 0;
    for (const auto& [key, messages] : state_.boxes) total += messages.size();
    if (host_.kind != HostKind::mail_server) return;
    head("office.boxes", total);
    for (const auto& [key, messages] : state_.boxes)
      if (!messages.empty()) box(key.first, key.second, messages);
  }

  void box(const std::string& account, const std::string& name,
           const std::vector<BoxMessage>& messages) {
    small_line(colors().text, account + " / " + name);
    constexpr std::size_t kMost = 8;
    const std::size_t from = messages.size() > kMost ? messages.size() - kMost : 0;
    for (std::size_t i = from; i < messages.size(); ++i) {
      const BoxMessage& message = messages[i];
      const Letter& letter = letter_of(trace_.blob(message.content));
      const std::string_view flags = trace_.text(message.flags);
      const bool seen = flags.find("\\Seen") != std::string_view::npos;
      const ImVec2 at = ImGui::GetCursorScreenPos();
      ImDrawList* list = ImGui::GetWindowDrawList();
      if (!seen) list->AddCircleFilled({at.x + px(16), at.y + px(9)}, px(4), colors().primary, 16);
      const Face& face = seen ? faces().small : faces().small_bold;
      draw_text(list, face, {at.x + px(26), at.y}, colors().text,
                elide(face, letter.subject, width_ - px(30)));
      if (hit_area("kept-" + account + "-" + name + "-" + std::to_string(message.uid),
                   {width_, faces().small.size * 1.36f}))
        commands_.push_back(SelectMessage{message.message});
      as_protocols_see_it(message, letter, name, i + 1);
    }
    if (from > 0) small_line(colors().muted, "+ " + std::to_string(from));
  }
  /// POP3 numbers the letters of the inbox, forgets the numbers, and knows no flags (RFC 1939 §4);
  /// IMAP knows every mailbox, a number that stays, and flags (RFC 9051 §2.3).
  void as_protocols_see_it(const BoxMessage& message, const Letter& letter,
                           const std::string& mailbox, std::size_t number) const {
    const std::string size = std::to_string(letter.size) + " " + std::string(word("octets"));
    const std::string_view flags = trace_.text(message.flags);
    mono_line("IMAP  UID " + std::to_string(message.uid) + "  " + size + "  " +
              (flags.empty() ? std::string(word("office.unseen")) : std::string(flags)));
    if (mailbox == "INBOX" || mailbox == "inbox")
      mono_line("POP3  " + std::string(word("office.number")) + " " + std::to_string(number) +
                "  " + size);
    else
      mono_line("POP3  " + std::string(word("office.not-in-pop3")));
  }
  void mono_line(std::string_view text) const {
    wrapped_line(faces().mono_small, colors().muted, px(26), text);
  }

  void cache() {
    const bool asks = host_.kind == HostKind::mail_server || !state_.cache.empty();
    if (!asks) return;
    head("office.cache", state_.cache.size());
    for (const CacheItem& item : state_.cache) {
      const bool old = item.expires <= model_.head.at;
      const std::string left =
          old ? std::string(word("office.expired"))
              : std::string(word("office.ttl")) + " " +
                    duration_text(item.expires - model_.head.at, model_.lang());
      mono_line(std::string(trace_.text(item.question)) + " = " +
                one_line(trace_.text(item.answer)));
      wrapped_line(faces().small, old ? colors().bad : colors().muted, px(36), left);
    }
  }

  const Model& model_;
  const Trace& trace_;
  const SceneHost& host_;
  const HostState& state_;
  HostId id_;
  float width_;
  Commands& commands_;
};

}  // namespace

void draw_offices(const Model& model, const Rect& area, Commands& commands) {
  std::vector<HostId> servers;
  for (std::uint32_t i = 1; i <= model.scene().hosts.size(); ++i) {
    const HostKind kind = model.scene().host(HostId{i}).kind;
    if ((kind == HostKind::mail_server || kind == HostKind::name_server) &&
        model.among.has(HostId{i}))
      servers.push_back(HostId{i});
  }
  if (servers.empty())
    return draw_nothing_found(model, area, say("office.no-server", model.lang()));
  // Those that keep something come first; name servers stand at the end.
  std::ranges::stable_sort(
      servers, {}, [&](HostId id) { return model.scene().host(id).kind == HostKind::name_server; });
  const PanelScope scope("offices", area);
  scroll_by_keys(false);
  // As many beside each other as there is room for, the others below them.
  const float gap = px(16), room = area.width() - px(14);
  const auto columns = std::clamp<std::size_t>(
      static_cast<std::size_t>((room + gap) / (px(250) + gap)), 1, servers.size());
  const float width = std::min(room / static_cast<float>(columns) - gap, px(420));
  ImVec2 top = ImGui::GetCursorScreenPos();
  const ImVec2 first = top;
  float height = 0;
  ImGui::PushStyleVar(ImGuiStyleVar_ItemSpacing, ImVec2(0, px(2)));
  for (std::size_t i = 0; i < servers.size(); ++i) {
    if (i > 0 && i % columns == 0) {
      top.y += height + px(20);
      height = 0;
    }
    const ImVec2 at{top.x + (width + gap) * static_cast<float>(i % columns), top.y};
    ImGui::SetCursorScreenPos(at);
    ImGui::BeginGroup();
    ImGui::PushTextWrapPos(at.x + width);
    Office(model, servers[i], width, commands).draw();
    ImGui::PopTextWrapPos();
    ImGui::EndGroup();
    height = std::max(height, ImGui::GetItemRectSize().y);
  }
  ImGui::SetCursorScreenPos(first);
  ImGui::Dummy({1, top.y - first.y + height});
  ImGui::PopStyleVar();
}

}  // namespace posthorn::viz
