// A mail program's window on the stage: the letter being written, the inbox, the letter read.
#include "viz/panels/client.hpp"

#include <algorithm>

#include "protocols/mail/message.hpp"
#include "viz/model/letter.hpp"
#include "viz/text/text.hpp"

namespace posthorn::viz {
namespace {

using trace::ClientScreen;

/// The client that is selected, or whose screen changed last; none while nothing happened.
HostId chosen_client(const Model& model) {
  HostId best;
  for (std::size_t i = 0; i < model.now.hosts.size(); ++i) {
    const HostId id{static_cast<std::uint32_t>(i + 1)};
    if (model.scene().host(id).kind != trace::HostKind::client) continue;
    if (model.selection.host == id) return id;
    const ClientScreen& screen = model.now.host(id).screen;
    if (screen.mode == ClientScreen::Mode::idle) continue;
    if (!best || screen.since >= model.now.host(best).screen.since) best = id;
  }
  return best;
}

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
    draw_icon(list_, Icon::envelope, {bar.min.x + px(20), bar.center().y}, px(18),
              colors().primary);
    draw_text(list_, faces().bold, {bar.min.x + px(36), bar.min.y + px(6)}, colors().text,
              elide(faces().bold, title(), bar.width() - px(50)));
    body_ = {{frame_.min.x + px(14), bar.max.y + px(8)},
             {frame_.max.x - px(14), frame_.max.y - px(10)}};
    list_->PushClipRect(body_.min, body_.max, true);
    if (screen_.problem) problem();
    switch (screen_.mode) {
      case ClientScreen::Mode::composing:
      case ClientScreen::Mode::sending:
      case ClientScreen::Mode::sent:
        compose();
        break;
      case ClientScreen::Mode::reading:
        reading();
        break;
      default:
        inbox();
    }
    list_->PopClipRect();
  }

 private:
  [[nodiscard]] std::string_view word(std::string_view key) const { return say(key, model_.lang); }

  [[nodiscard]] std::string title() const {
    const trace::SceneHost& host = model_.scene().host(host_);
    std::string name = host.label.in(model_.lang);
    for (const trace::SceneAccount& account : model_.scene().accounts)
      if (account.address == host.user) name = account.display.in(model_.lang);
    const bool writing = screen_.mode == ClientScreen::Mode::composing ||
                         screen_.mode == ClientScreen::Mode::sending ||
                         screen_.mode == ClientScreen::Mode::sent;
    return name + " – " + std::string(word(writing ? "client-compose" : "client-inbox"));
  }

  void line(const Face& face, ImU32 color, std::string_view text) {
    draw_text(list_, face, body_.min, color, elide(face, text, body_.width()));
    body_.min.y += px(24);
  }
  void field(std::string_view key, std::string_view value) {
    draw_text(list_, faces().small, {body_.min.x, body_.min.y + px(2)}, colors().muted, word(key));
    const float indent = px(66);
    draw_text(list_, faces().body, {body_.min.x + indent, body_.min.y}, colors().text,
              elide(faces().body, value, body_.width() - indent));
    body_.min.y += px(25);
  }
  void rule() {
    body_.min.y += px(3);
    list_->AddLine(body_.min, {body_.max.x, body_.min.y}, colors().line, px(1));
    body_.min.y += px(7);
  }
  void problem() {
    const Rect r{body_.min, {body_.max.x, body_.min.y + px(30)}};
    list_->AddRectFilled(r.min, r.max, colors().tint(colors().bad, 0.16f), px(7));
    draw_text(list_, faces().small_bold, {r.min.x + px(8), r.min.y + px(7)}, colors().bad,
              elide(faces().small_bold, model_.trace->text(screen_.problem), r.width() - px(16)));
    body_.min.y = r.max.y + px(6);
  }
  void letter(BlobId content, float bottom) {
    const Letter& letter = letter_of(model_.trace->blob(content));
    field("from", letter.from);
    field("to", letter.to);
    field("subject", letter.subject);
    rule();
    float chips = 0;
    for (const LetterPart& part : letter.parts)
      if (part.note.find('.') != std::string::npos) chips = px(28);
    list_->PushClipRect(body_.min, {body_.max.x, bottom - chips}, true);
    draw_wrapped(list_, faces().body, body_.min, colors().text, letter.body, body_.width());
    list_->PopClipRect();
    float x = body_.min.x;
    for (const LetterPart& part : letter.parts)
      if (part.note.find('.') != std::string::npos && x < body_.max.x - px(80))
        x += draw_chip(list_, {x, bottom - px(14)}, colors().primary,
                       elide(faces().small_bold, part.note, body_.max.x - x - px(20)), px(22)) +
             px(6);
  }

  void compose() {
    letter(screen_.content, body_.max.y - px(42));
    const float height = px(34);
    if (screen_.mode == ClientScreen::Mode::composing) {
      ImGui::SetCursorScreenPos({body_.min.x, body_.max.y - height});
      if (button("send", word("client-send"), {px(130), height}, ButtonKind::primary))
        commands_.push_back(PressSend{host_});
      return;
    }
    const bool sent = screen_.mode == ClientScreen::Mode::sent;
    draw_icon(list_, sent ? Icon::check : Icon::clock,
              {body_.min.x + px(10), body_.max.y - height / 2}, px(18),
              sent ? colors().good : colors().muted);
    draw_text(list_, faces().bold, {body_.min.x + px(26), body_.max.y - height / 2 - px(11)},
              sent ? colors().good : colors().muted, word(sent ? "client-sent" : "client-sending"));
  }

  void reading() {
    for (const trace::InboxItem& item : screen_.inbox)
      if (item.item == screen_.reading) letter(item.content, body_.max.y);
  }

  void inbox() {
    if (screen_.mode == ClientScreen::Mode::fetching)
      line(faces().small, colors().muted, word("client-fetching"));
    if (screen_.inbox.empty()) return line(faces().body, colors().muted, word("client-empty"));
    for (auto item = screen_.inbox.rbegin(); item != screen_.inbox.rend(); ++item) {
      const Letter& letter = letter_of(model_.trace->blob(item->content));
      if (!item->seen)
        list_->AddCircleFilled({body_.min.x + px(5), body_.min.y + px(11)}, px(4.5f),
                               colors().primary, 16);
      const ImVec2 left{body_.min.x + px(16), body_.min.y};
      const float width = body_.width() - px(16);
      const Face& face = item->seen ? faces().body : faces().bold;
      draw_text(list_, face, left, colors().text, elide(face, letter.subject, width));
      draw_text(list_, faces().small, {left.x, left.y + px(22)}, colors().muted,
                elide(faces().small, letter.from, width));
      body_.min.y += px(46);
      rule();
    }
  }

  const Model& model_;
  HostId host_;
  const ClientScreen& screen_;
  Rect frame_, body_;
  Commands& commands_;
  ImDrawList* list_;
};

}  // namespace

void draw_client(const Model& model, const Rect& area, Commands& commands) {
  const HostId host = chosen_client(model);
  if (!host) return;
  ClientWindow(model, host, area, commands).draw();
}

}  // namespace posthorn::viz
