// A mail program's window: the letter being written, the inbox, the letter read. Two panes, as
// mail programs have them: on the left who and what, on the right the words.
#include "viz/panels/client.hpp"

#include <algorithm>
#include <cmath>

#include "protocols/mail/message.hpp"
#include "text/text.hpp"
#include "viz/model/letter.hpp"
#include "viz/panels/panels.hpp"

namespace posthorn::viz {

using namespace texts;
namespace {

using trace::ClientScreen;

bool writes(const ClientScreen& screen) {
  return screen.mode == ClientScreen::Mode::composing ||
         screen.mode == ClientScreen::Mode::sending || screen.mode == ClientScreen::Mode::sent;
}

/// What an attachment is called; parts without a name are not shown to readers.
bool is_attachment(const LetterPart& part) { return part.note.find('.') != std::string::npos; }

class ClientWindow {
 public:
  ClientWindow(const Model& model, HostId host, const Rect& frame, Commands& commands)
      : model_(model),
        host_(host),
        screen_(model.now.host(host).screen),
        frame_(frame),
        commands_(commands),
        list_(ImGui::GetWindowDrawList()) {}

  void draw() {
    draw_card(list_, frame_, px(12));
    mark_rect("client-window", frame_.min, frame_.max, true);
    const Rect bar{frame_.min, {frame_.max.x, frame_.min.y + px(34)}};
    list_->AddRectFilled(bar.min, bar.max, colors().soft, px(12), ImDrawFlags_RoundCornersTop);
    draw_icon(list_, writes(screen_) ? Icon::pencil : Icon::inbox,
              {bar.min.x + px(20), bar.center().y}, px(18), colors().primary);
    draw_text(list_, faces().bold, {bar.min.x + px(36), bar.min.y + px(6)}, colors().text,
              elide(faces().bold, title(), bar.width() - px(50)));
    bar_ = bar;
    Rect body{{frame_.min.x + px(14), bar.max.y + px(8)},
              {frame_.max.x - px(14), frame_.max.y - px(10)}};
    if (screen_.problem) problem(body);
    const float divide = body.min.x + std::round(body.width() * 0.40f);
    left_ = {body.min, {divide - px(12), body.max.y}};
    right_ = {{divide + px(2), body.min.y}, body.max};
    list_->AddLine({divide - px(5), body.min.y - px(8)}, {divide - px(5), frame_.max.y},
                   colors().line, px(1));
    if (writes(screen_))
      compose();
    else
      inbox();
  }

 private:
  [[nodiscard]] std::string_view word(std::string_view key) const {
    return say(key, model_.lang());
  }

  [[nodiscard]] std::string title() const {
    const trace::SceneHost& host = model_.scene().host(host_);
    std::string name = host.label.in(model_.lang());
    for (const trace::SceneAccount& account : model_.scene().accounts)
      if (account.address == host.user) name = account.display.in(model_.lang());
    const auto devices =
        std::ranges::count(model_.scene().hosts, host.user, &trace::SceneHost::user);
    if (devices > 1) name = host.label.in(model_.lang());
    return name + " – " + std::string(word(writes(screen_) ? "client-compose" : "client-inbox"));
  }

  void problem(Rect& body) {
    const Rect r{body.min, {body.max.x, body.min.y + px(30)}};
    list_->AddRectFilled(r.min, r.max, colors().tint(colors().bad, 0.16f), px(7));
    const std::string words = texts::reason(model_.trace->text(screen_.problem)).in(model_.lang());
    draw_text(list_, faces().small_bold, {r.min.x + px(8), r.min.y + px(7)}, colors().bad,
              elide(faces().small_bold, words, r.width() - px(16)));
    body.min.y = r.max.y + px(6);
  }

  void field(Rect& pane, std::string_view key, std::string_view value) {
    const float indent = px(66);
    draw_text(list_, faces().small, {pane.min.x, pane.min.y + px(2)}, colors().muted, word(key));
    const Face face = fitted(faces().body, value, pane.width() - indent);
    draw_text(list_, face, {pane.min.x + indent, pane.min.y}, colors().text,
              elide(face, value, pane.width() - indent));
    pane.min.y += px(26);
  }

  /// Attachments, one chip beside the other, on the pane's lower edge.
  void attachments(const Rect& pane, const Letter& letter) {
    float x = pane.min.x;
    for (const LetterPart& part : letter.parts) {
      if (!is_attachment(part) || x > pane.max.x - px(60)) continue;
      std::string name = part.note.substr(0, part.note.find(", "));
      if (part.octets > 0)
        name += "  " + std::to_string(part.octets) + " " + std::string(word("octets"));
      x += draw_chip(list_, {x, pane.max.y - px(12)}, colors().primary,
                     elide(faces().small_bold, name, pane.max.x - x - px(20)), px(22)) +
           px(6);
    }
    const auto shown = std::ranges::find_if(
        letter.parts, [](const LetterPart& part) { return part.picture != nullptr; });
    if (shown != letter.parts.end())
      picture({pane.min, {pane.max.x, pane.max.y - px(30)}}, *shown->picture);
  }

  /// On the lower edge of what room there is; not at all where there is none.
  void picture(const Rect& room, const Picture& shown) {
    const float columns = static_cast<float>(shown.width), rows = static_cast<float>(shown.height);
    const float most = std::min({room.height() / rows, room.width() / columns, px(110) / rows});
    if (most < 0.5f) return;
    const float cell = most < 3 ? most : std::floor(most);  // large ones all alike
    const ImVec2 at{room.min.x, std::floor(room.max.y - rows * cell)};
    mark_rect("client-picture", at, {at.x + columns * cell, at.y + rows * cell}, true);
    for (int row = 0; row < shown.height; ++row)
      for (int column = 0; column < shown.width;) {  // a run of one colour is one rectangle
        const std::uint32_t* line = shown.pixels.data() + row * shown.width;
        int end = column + 1;
        while (end < shown.width && line[end] == line[column]) ++end;
        const ImVec2 min{at.x + static_cast<float>(column) * cell,
                         at.y + static_cast<float>(row) * cell};
        list_->AddRectFilled(min, {at.x + static_cast<float>(end) * cell, min.y + cell},
                             line[column]);
        column = end;
      }
  }

  /// What stands in the letter; longer ones can be scrolled.
  static void words(const Rect& pane, std::string_view text) {
    mark_rect("client-words", pane.min, pane.max, true);
    const PanelScope scope("client-words", pane);
    wrapped_item(faces().body, colors().text, text, 1.34f);
  }

  /// The header as it came, field by field; pointing at one says what it is for.
  void header_fields(const Rect& pane, const Letter& letter) {
    mark_rect("client-header", pane.min, pane.max, true);
    const PanelScope scope("client-header", pane);
    ImGui::PushStyleVar(ImGuiStyleVar_ItemSpacing, ImVec2(0, px(2)));
    for (const std::string& field : letter.header) {
      ImGui::BeginGroup();
      for (std::string_view rest = field; !rest.empty();) {
        const std::string_view row = rest.substr(0, rest.find('\n'));
        wrapped_item(faces().mono_small, colors().text, one_line(row, 2000), 1.36f);
        rest.remove_prefix(std::min(row.size() + 1, rest.size()));
      }
      ImGui::EndGroup();
      if (ImGui::IsItemHovered()) header_tip(model_, field);
    }
    ImGui::PopStyleVar();
  }

  /// In the title bar: the letter as people read it, or with its header.
  void headers_switch() {
    const std::string_view label = word(model_.headers ? "client-body" : "client-headers");
    const float width = text_size(faces().body, label).x + px(28), height = px(26);
    ImGui::SetCursorScreenPos({bar_.max.x - width - px(6), bar_.center().y - height / 2});
    if (button("client-headers", label, {width, height}, ButtonKind::quiet))
      commands_.push_back(ToggleHeaders{});
  }

  /// A field that the person at the window may change.
  void own_field(Rect& pane, std::string_view key, std::string& value, bool& changed) {
    const float indent = px(66), height = px(28);
    draw_text(list_, faces().small, {pane.min.x, pane.min.y + px(5)}, colors().muted, word(key));
    const Rect r{{pane.min.x + indent, pane.min.y - px(1)},
                 {pane.max.x, pane.min.y - px(1) + height}};
    ImGui::SetCursorScreenPos(r.min);
    changed |= text_field("own-" + std::string(key), "", value, r.size());
    pane.min.y += px(32);
    // Until it is typed into, all of it can be read, on two lines if need be.
    const float room = r.width() - px(20);
    if (ImGui::IsItemActive() || text_size(faces().body, value).x <= room) return;
    const auto lines = wrap_text(faces().small, value, room);
    Rect shown = r;
    if (lines.size() > 1) shown.max.y = r.min.y + px(46);
    list_->AddRectFilled(shown.min, shown.max, colors().field, px(9));
    const float step = px(19);
    float y = shown.center().y - (lines.size() > 1 ? step : 0) / 2 - faces().small.size / 2;
    for (std::size_t i = 0; i < std::min<std::size_t>(2, lines.size()); ++i, y += step)
      draw_text(list_, faces().small, {r.min.x + px(10), y}, colors().text,
                i == 0
                    ? std::string(lines[0])
                    : elide(faces().small,
                            value.substr(static_cast<std::size_t>(lines[1].data() - value.data())),
                            room));
    if (lines.size() > 1) pane.min.y += px(18);
  }

  /// The scripted letter, or what has been written in its place.
  void own_letter(const Letter& letter) {
    OwnLetter own = model_.own.value_or(
        OwnLetter{std::string(model_.trace->text(screen_.to)), letter.subject, letter.typed});
    bool changed = false;
    own_field(left_, "to", own.to, changed);
    own_field(left_, "subject", own.subject, changed);
    ImGui::SetCursorScreenPos(right_.min);
    changed |= text_field("own-text", "", own.text, right_.size(), true);
    if (!ImGui::IsItemActive()) broken_to_fit(own.text);
    if (changed) commands_.push_back(Write{own});
  }

  /// The field that is typed into has lines as long as they are; until then they are broken, so
  /// that nothing is cut off.
  void broken_to_fit(std::string_view text) {
    const float width = right_.width() - px(20);
    if (text_size(faces().body, text).x <= width) return;
    const PanelScope scope("own-text-shown", right_, ImGuiWindowFlags_NoInputs);
    ImDrawList* list = ImGui::GetWindowDrawList();
    list->AddRectFilled(right_.min, right_.max, colors().field, px(9));
    draw_wrapped(list, faces().body, {right_.min.x + px(10), right_.min.y + px(6)}, colors().text,
                 text, width, 1.0f);
  }

  [[nodiscard]] bool may_write() const {
    return model_.may_write && host_ == model_.track.writer && model_.at_opening();
  }

  /// Several of them on two lines, if one is too short.
  void to_field(std::string_view to) {
    const float indent = px(66), room = left_.width() - indent;
    const auto lines = wrap_text(faces().body, to, room);
    if (lines.size() < 2 || left_.height() < px(150)) return field(left_, "to", to);
    draw_text(list_, faces().small, {left_.min.x, left_.min.y + px(2)}, colors().muted, word("to"));
    const std::string rest(to.substr(static_cast<std::size_t>(lines[1].data() - to.data())));
    draw_text(list_, faces().body, {left_.min.x + indent, left_.min.y}, colors().text, lines[0]);
    draw_text(list_, faces().body, {left_.min.x + indent, left_.min.y + px(22)}, colors().text,
              elide(faces().body, rest, room));
    left_.min.y += px(48);
  }

  /// Whom the envelope names and the header does not.
  [[nodiscard]] std::string blind_copies(const Letter& letter) const {
    std::string out;
    std::string_view rest = model_.trace->text(screen_.to);
    while (!rest.empty()) {
      const std::size_t comma = std::min(rest.find(','), rest.size());
      std::string_view one = rest.substr(0, comma);
      rest.remove_prefix(std::min(comma + 1, rest.size()));
      while (one.starts_with(' ')) one.remove_prefix(1);
      if (!one.empty() && std::ranges::find(letter.addressees, one) == letter.addressees.end())
        out += (out.empty() ? "" : ", ") + std::string(one);
    }
    return out;
  }

  /// Says so before Send is pressed in vain.
  void wrong_address() {
    if (!model_.own) return;
    std::string_view rest = model_.own->to;
    while (!rest.empty()) {
      const std::size_t comma = std::min(rest.find(','), rest.size());
      std::string_view one = rest.substr(0, comma);
      rest.remove_prefix(std::min(comma + 1, rest.size()));
      while (one.starts_with(' ')) one.remove_prefix(1);
      while (one.ends_with(' ')) one.remove_suffix(1);
      if (one.empty() || mail::AddrSpec::parse(one)) continue;
      const std::string text =
          "“" + std::string(one) + "” " + std::string(word("own-wrong-address"));
      const Face face = fitted(faces().small_bold, text, left_.width());
      draw_text(list_, face, left_.min, colors().bad, elide(face, text, left_.width()));
      mark_rect("own-wrong-address", left_.min, {left_.max.x, left_.min.y + face.size}, true);
      return;
    }
  }

  void compose() {
    const Letter& letter = letter_of(model_.trace->blob(screen_.content));
    field(left_, "from", letter.from);
    if (may_write()) {
      own_letter(letter);
      wrong_address();
    } else {
      to_field(letter.to);
      if (!letter.cc.empty()) field(left_, "cc", letter.cc);
      if (const std::string hidden = blind_copies(letter); !hidden.empty())
        field(left_, "bcc", hidden);
      field(left_, "subject", letter.subject);
      words(right_, letter.typed);
    }
    const float height = px(34);
    Rect above{left_.min, {left_.max.x, left_.max.y - height - px(12)}};
    attachments(above, letter);
    if (screen_.mode == ClientScreen::Mode::composing) {
      ImGui::SetCursorScreenPos({left_.min.x, left_.max.y - height});
      if (button("send", word("client-send"), {px(130), height}, ButtonKind::primary))
        commands_.push_back(PressSend{host_});
      return;
    }
    const bool sent = screen_.mode == ClientScreen::Mode::sent;
    const ImU32 color = sent ? colors().good : colors().muted;
    const float middle = left_.max.y - height / 2;
    const bool failed = !sent && screen_.problem;
    const ImU32 ink = failed ? colors().bad : color;
    draw_icon(list_,
              sent     ? Icon::check
              : failed ? Icon::cross
                       : Icon::clock,
              {left_.min.x + px(10), middle}, px(18), ink);
    draw_text(list_, faces().bold, {left_.min.x + px(26), middle - px(11)}, ink,
              word(sent     ? "client-sent"
                   : failed ? "client-not-sent"
                            : "client-sending"));
  }

  /// The letter that is open: the one somebody clicked on, or the one that the story's reader
  /// reads.
  [[nodiscard]] std::uint32_t open_item() const {
    const auto& opened = model_.open_letter;
    if (opened && opened->host == host_ && opened->since == screen_.since) return opened->item;
    return screen_.mode == ClientScreen::Mode::reading ? screen_.reading : 0;
  }

  /// The list, newest first, and beside it the letter that is open.
  void inbox() {
    if (screen_.mode == ClientScreen::Mode::fetching) {
      draw_text(list_, faces().small, left_.min, colors().muted, word("client-fetching"));
      left_.min.y += px(26);
    }
    if (screen_.inbox.empty())
      return draw_text(list_, faces().body, left_.min, colors().muted, word("client-empty"));
    const trace::InboxItem* open = nullptr;
    list_->PushClipRect(left_.min, left_.max, true);
    for (auto item = screen_.inbox.rbegin(); item != screen_.inbox.rend(); ++item) {
      const bool is_open = item->item == open_item();
      if (is_open) open = &*item;
      row(*item, is_open);
    }
    list_->PopClipRect();
    if (open != nullptr)
      reading(*open);
    else
      draw_text_centered(list_, faces().body, right_.center(), colors().muted,
                         word("client-choose"));
  }

  void row(const trace::InboxItem& item, bool open) {
    const Letter& letter = letter_of(model_.trace->blob(item.content));
    const Rect r{{left_.min.x - px(6), left_.min.y - px(3)},
                 {left_.max.x + px(2), left_.min.y + px(45)}};
    if (open) list_->AddRectFilled(r.min, r.max, colors().soft, px(7));
    if (!item.seen)
      list_->AddCircleFilled({left_.min.x + px(5), left_.min.y + px(11)}, px(4.5f),
                             colors().primary, 16);
    const ImVec2 at{left_.min.x + px(16), left_.min.y};
    const float width = left_.width() - px(20);
    const Face& face = item.seen ? faces().body : faces().bold;
    draw_text(list_, face, at, colors().text, elide(face, letter.subject, width));
    draw_text(list_, faces().small, {at.x, at.y + px(22)}, colors().muted,
              elide(faces().small, letter.from, width));
    ImGui::SetCursorScreenPos(r.min);
    if (r.max.y <= left_.max.y && hit_area("letter-" + std::to_string(item.item), r.size()))
      commands_.push_back(OpenLetter{host_, item.item});
    left_.min.y += px(52);
  }

  void reading(const trace::InboxItem& item) {
    const Letter& letter = letter_of(model_.trace->blob(item.content));
    draw_text(list_, faces().bold, right_.min, colors().text,
              elide(faces().bold, letter.subject, right_.width()));
    right_.min.y += px(26);
    const std::string who = letter.from + "  " + std::string(word("client-for")) + "  " + letter.to;
    draw_text(list_, faces().small, right_.min, colors().muted,
              elide(faces().small, who, right_.width()));
    right_.min.y += px(24);
    list_->AddLine(right_.min, {right_.max.x, right_.min.y}, colors().line, px(1));
    right_.min.y += px(6);
    attachments(left_, letter);
    if (model_.headers)
      header_fields(right_, letter);
    else
      words(right_, letter.body);
    headers_switch();
  }

  const Model& model_;
  HostId host_;
  const ClientScreen& screen_;
  Rect frame_, bar_, left_, right_;
  Commands& commands_;
  ImDrawList* list_;
};

}  // namespace

HostId client_on_stage(const Model& model) {
  // In a crowd many write at once: then it is the stage that tells the story, and a mail program
  // opens when it is asked for, or while the letter still waits for Send.
  constexpr std::size_t kCrowd = 5;
  const auto people = std::ranges::count_if(model.scene().hosts, [](const trace::SceneHost& host) {
    return host.kind == trace::HostKind::client && !host.user.empty();
  });
  const bool crowd =
      static_cast<std::size_t>(people) > kCrowd && model.head.count > model.track.opening;
  HostId best;
  for (std::size_t i = 0; i < model.now.hosts.size(); ++i) {
    const HostId id{static_cast<std::uint32_t>(i + 1)};
    const trace::SceneHost& host = model.scene().host(id);
    if (host.kind != trace::HostKind::client || host.user.empty()) continue;
    if (model.selection.host == id) return id;
    const ClientScreen& screen = model.now.host(id).screen;
    if (crowd || screen.mode == ClientScreen::Mode::idle) continue;
    // What has left the writer's hands is on the stage; the window makes room for it.
    if (screen.mode == ClientScreen::Mode::sent && model.now.step > 2) continue;
    if (!best || screen.since >= model.now.host(best).screen.since) best = id;
  }
  return best;
}

void draw_client(const Model& model, HostId host, const Rect& area, Commands& commands) {
  ClientWindow(model, host, area, commands).draw();
}

}  // namespace posthorn::viz
