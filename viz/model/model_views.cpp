// What the views ask the model: which line, letter and connection are on show.
#include <algorithm>

#include "viz/model/model.hpp"

namespace posthorn::viz {
namespace {

using namespace trace;

bool is_telling(const Fact& fact) {
  return std::holds_alternative<NarrationShown>(fact) || std::holds_alternative<StepReached>(fact);
}

std::uint32_t beside(std::uint32_t n, bool forward) { return forward ? n + 1 : n - 1; }

}  // namespace

RecordId Model::focus() const {
  if (selection.record) return selection.record;
  auto next = std::upper_bound(track.events.begin(), track.events.end(), head.count);
  if (next == track.events.begin()) return {};
  const RecordId last{*(next - 1)};
  // What the lesson tells and which step is reached stand elsewhere: the event that they are about
  // is what is worth explaining.
  while (next != track.events.begin() && is_telling((*trace)[RecordId{*(next - 1)}].fact)) --next;
  return next == track.events.begin() ? last : refusal_near(RecordId{*(next - 1)});
}

/// Replies to commands that were sent together come in one instant. Who does not stand on one of
/// them by a step sees the refusal among them, not the last one ("554 no valid recipients").
RecordId Model::refusal_near(RecordId event) const {
  const Record& at = (*trace)[event];
  const auto* line = std::get_if<Line>(&at.fact);
  if (event.value == head.count || line == nullptr || line->kind != NoteKind::reply) return event;
  RecordId found = event;
  for (std::uint32_t id = event.value; id >= 1 && (*trace)[RecordId{id}].at == at.at; --id) {
    const auto* one = std::get_if<Line>(&(*trace)[RecordId{id}].fact);
    if (one == nullptr || one->conn != line->conn || one->flow != Flow::sent) continue;
    if (one->speaker != line->speaker) break;
    const std::string_view code = trace->text(one->verb);
    if (code.size() == 3 && (code[0] == '4' || code[0] == '5')) found = RecordId{id};
  }
  return found;
}

MessageId Model::letter() const {
  if (selection.message) return selection.message;
  const RecordId focused = focus();
  if (focused && (*trace)[focused].message && among.has((*trace)[focused].message))
    return (*trace)[focused].message;
  if (among.has(now.message)) return now.message;
  return other_letter(MessageId{}, true);
}

ConnId Model::conversation() const {
  if (const RecordId focused = focus())
    for (RecordId id = focused; id; id = (*trace)[id].cause) {
      const ConnId conn = conn_in((*trace)[id].fact);
      if (conn && among.has(conn)) return conn;
      if (conn) break;
    }
  for (std::uint32_t id = head.count; id >= 1; --id) {
    if (head.count - id > 4096) break;
    const auto* line = std::get_if<Line>(&(*trace)[RecordId{id}].fact);
    if (line != nullptr && among.has(line->conn)) return line->conn;
  }
  return filtered() ? other_conversation(ConnId{}, true) : ConnId{};
}

bool Model::is_hit(RecordId row) const { return std::ranges::binary_search(hits, row); }

ConnId Model::other_conversation(ConnId from, bool forward) const {
  for (std::uint32_t n = beside(from.value, forward); n != 0; n = beside(n, forward)) {
    if (trace->connection(ConnId{n}) == nullptr) break;
    if (among.has(ConnId{n})) return ConnId{n};
  }
  return {};
}

MessageId Model::other_letter(MessageId from, bool forward) const {
  const auto most = static_cast<std::uint32_t>(stations.messages());
  for (std::uint32_t n = beside(from.value, forward); n != 0 && n <= most; n = beside(n, forward))
    if (!stations.of(MessageId{n}).empty() && among.has(MessageId{n})) return MessageId{n};
  return {};
}

bool Model::waits_for_send() const {
  if (head.playing) return false;
  return std::any_of(now.hosts.begin(), now.hosts.end(), [](const HostState& host) {
    return host.screen.mode == ClientScreen::Mode::composing;
  });
}

bool Model::at_opening() const {
  const std::uint32_t opening = track.opening;
  if (head.playing || opening == 0 || head.count < opening) return false;
  return head.at == trace->records()[opening - 1].at &&
         now.host(track.writer).screen.mode == ClientScreen::Mode::composing;
}

int Model::visible_row(RecordId record) const {
  const auto next = std::upper_bound(visible.begin(), visible.end(), record);
  return static_cast<int>(next - visible.begin()) - 1;
}

int Model::current_row() const {
  return visible_row(selection.record ? selection.record : RecordId{head.count});
}

}  // namespace posthorn::viz
