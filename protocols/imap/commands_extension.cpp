// Commands of extensions: IDLE (RFC 2177), NAMESPACE (2342), ID (2971), UNSELECT (3691),
// UIDPLUS (4315), MOVE (6851).
#include <algorithm>
#include <utility>

#include "protocols/imap/execution.hpp"

namespace posthorn::imap {

/// "2:4,7": ascending UIDs, runs joined (RFC 4315 §4, uid-set).
std::string uid_set(const std::vector<std::uint32_t>& uids) {
  std::string text;
  for (std::size_t i = 0; i < uids.size();) {
    std::size_t end = i + 1;
    while (end < uids.size() && uids[end] == uids[end - 1] + 1) ++end;
    text += (text.empty() ? "" : ",") + std::to_string(uids[i]);
    if (end - i > 1) text += ":" + std::to_string(uids[end - 1]);
    i = end;
  }
  return text;
}

/// Until the client says DONE, updates are told as they happen.
void Execution::idle() {
  if (!args.at_end()) return bad("IDLE has no arguments");
  self.out_.transmit("+ idling\r\n", NoteKind::continuation, "+", rule.rule);
  self.idle_tag_ = tag;
  update(true);
}

void Execution::name_space() {
  if (!args.at_end()) return bad("NAMESPACE has no arguments");
  self.untagged("NAMESPACE ((\"\" \"/\")) NIL NIL", "NAMESPACE");
  ok();
}

/// ID (list or NIL): politeness; nothing depends on it.
void Execution::identify() {
  if (!args.space() || !args.skip_value() || !args.at_end())
    return bad("ID needs a list of fields and values, or NIL");
  self.untagged("ID (\"name\" \"Posthorn\")", "ID");
  ok();
}

/// CLOSE that deletes nothing.
void Execution::unselect() {
  if (!args.at_end()) return bad("UNSELECT has no arguments");
  self.view_.reset();
  self.state_ = ServerState::authenticated;
  ok();
}

/// UID EXPUNGE set: only those of the set that are marked.
void Execution::expunge_set() {
  auto set = args.space() ? args.sequence_set() : std::nullopt;
  if (!set || !args.at_end()) return bad("UID EXPUNGE needs a set of UIDs");
  if (self.view_->read_only) return no("the mailbox is open for reading only");
  const auto indexes = chosen(std::move(*set));
  if (!indexes) return;
  const mail::StoredMailbox* box = selected_box();
  if (box == nullptr) return no("the mailbox was deleted");
  std::vector<std::uint32_t> uids;
  for (const std::size_t index : *indexes) {
    const mail::StoredMessage* message = box->find(self.view_->entries[index].uid);
    if (message != nullptr && message->flags.has(mail::SystemFlag::deleted))
      uids.push_back(message->uid);
  }
  expunge_uids(uids);
  ok();
}

void Execution::expunge_uids(const std::vector<std::uint32_t>& uids) {
  const std::string name = selected_box()->name;
  for (const std::uint32_t gone : uids) {
    const mail::StoredMessage* message = selected_box()->find(gone);
    if (message == nullptr) continue;
    const std::uint32_t message_tag = message->tag;
    store.expunge(self.account_, name, gone);
    self.out_.emit(Expunged{name, gone, message_tag});
  }
}

/// MOVE set mailbox: a COPY and an EXPUNGE of the same messages, which nobody sees in between.
void Execution::move() {
  if (self.view_->read_only) return no("the mailbox is open for reading only");
  const auto moved = copy_messages("MOVE");
  if (!moved) return;
  if (!moved->code.empty()) self.untagged("OK [" + moved->code + "] moved", "OK");
  expunge_uids(moved->from);
  update(true);
  self.tagged(tag, "OK", verb + " completed", rule.rule);
}

}  // namespace posthorn::imap
