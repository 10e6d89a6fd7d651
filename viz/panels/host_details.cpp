#include "viz/panels/host_details.hpp"

#include <algorithm>

#include "text/text.hpp"
#include "viz/model/letter.hpp"
#include "viz/panels/panels.hpp"

namespace posthorn::viz {

using namespace texts;
namespace {

using namespace trace;

void head_item(const Model& model, std::string_view key) {
  ImGui::Dummy({1, px(6)});
  wrapped_item(faces().bold, colors().text, say(key, model.lang()));
}

std::string join(const std::vector<std::string>& words) {
  std::string out;
  for (const std::string& word : words) out += (out.empty() ? "" : ", ") + word;
  return out;
}

void about_items(const Model& model, const SceneHost& host, const HostState& state) {
  std::vector<std::string> addresses;
  for (const IpAddress& address : host.addresses) addresses.push_back(address.to_string());
  wrapped_item(faces().mono_small, colors().muted, host.name);
  if (!state.up) wrapped_item(faces().bold, colors().bad, say("host-down", model.lang()));
  if (!host.user.empty()) pair_item(say("user", model.lang()), host.user);
  if (!host.services.empty()) pair_item(say("services", model.lang()), join(host.services));
  if (!addresses.empty()) pair_item(say("address", model.lang()), join(addresses));
}

void queue_items(const Model& model, const HostState& state) {
  if (state.queue.empty()) return;
  head_item(model, "host-queue");
  for (const QueueItem& item : state.queue) {
    const Letter& letter = letter_of(model.trace->blob(item.content));
    wrapped_item(faces().small, colors().text, letter.subject, 1.35f);
    pair_item(say("to", model.lang()), model.trace->text(item.recipients));
    if (item.reason)
      wrapped_item(faces().small, colors().warn, model.trace->text(item.reason), 1.35f);
  }
}

void mailbox_items(const Model& model, const HostState& state) {
  bool headed = false;
  for (const auto& [key, messages] : state.boxes) {
    if (messages.empty()) continue;
    if (!headed) head_item(model, "host-mailboxes");
    headed = true;
    wrapped_item(faces().small, colors().muted, key.first + " / " + key.second, 1.35f);
    for (const BoxMessage& message : messages)
      wrapped_item(faces().small, colors().text,
                   letter_of(model.trace->blob(message.content)).subject, 1.35f);
  }
}

void cache_items(const Model& model, const HostState& state) {
  if (state.cache.empty()) return;
  head_item(model, "host-cache");
  for (const CacheItem& item : state.cache) {
    wrapped_item(faces().mono_small, colors().muted, model.trace->text(item.question), 1.3f);
    wrapped_item(faces().mono_small, colors().text, model.trace->text(item.answer), 1.3f);
  }
}

bool keeps_nothing(const HostState& state) {
  for (const auto& [key, messages] : state.boxes)
    if (!messages.empty()) return false;
  return state.queue.empty() && state.cache.empty();
}

}  // namespace

void draw_host_details(const Model& model, HostId id, Commands& commands) {
  const SceneHost& host = model.scene().host(id);
  const HostState& state = model.now.host(id);
  const float side = px(30);
  const ImVec2 top = ImGui::GetCursorScreenPos();
  const float right = top.x + ImGui::GetContentRegionAvail().x - side;
  const std::string kind = "host-kind." + std::to_string(static_cast<int>(host.kind));
  wrapped_item(faces().small_bold, colors().primary, say(kind, model.lang()));
  wrapped_item(faces().title, colors().text, host_label(model.scene(), id, model.lang()), 1.18f);
  about_items(model, host, state);
  queue_items(model, state);
  mailbox_items(model, state);
  cache_items(model, state);
  if ((model.live || model.may_change) && !mishaps_of(model.scene(), {id, {}}).empty()) {
    ImGui::Dummy({1, px(4)});
    if (what_if_button(model, "what-if-here", {std::min(px(190), right - top.x), px(36)}))
      commands.push_back(ChooseWhatIf{{id, {}}});
  }
  if (keeps_nothing(state) && host.kind != HostKind::client) {
    ImGui::Dummy({1, px(4)});
    wrapped_item(faces().small, colors().muted, say("host-empty", model.lang()));
  }
  ImGui::SetCursorScreenPos({right, top.y - px(6)});
  if (icon_button("details-close", Icon::cross, say("close", model.lang()), side,
                  ButtonKind::ghost))
    commands.push_back(SelectHost{});
}

}  // namespace posthorn::viz
