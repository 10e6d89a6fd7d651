// COPY, MOVE (RFC 6851) and EXPUNGE, with the UIDs that RFC 4315 tells.
#include <utility>

#include "protocols/imap/execution.hpp"
#include "protocols/imap/message_cursor.hpp"

namespace posthorn::imap {

void Execution::copy() { copy_or_move(false); }
void Execution::move() { copy_or_move(true); }

/// All of the messages, or none.
void Execution::copy_or_move(bool moving) {
  const auto indexes = chosen_argument();
  if (!indexes) return;
  const auto name = only_mailbox();
  if (!name || (moving && !writable())) return;
  const mail::StoredMailbox* into = target(*name);
  if (into == nullptr) return;
  const mail::StoredMailbox* from = box();
  if (from == nullptr) return no("[NONEXISTENT] the mailbox was deleted");
  std::vector<std::uint32_t> uids;
  std::vector<std::uint32_t> tags;
  mail::Keywords keywords;
  MessageCursor cursor(from);
  for (const std::size_t index : *indexes) {
    const mail::StoredMessage* message = cursor.find(self.view_->entries[index].uid);
    if (message == nullptr && uid) continue;  // as if it had never been named
    if (message == nullptr) return no("[EXPUNGEISSUED] some of the messages no longer exist");
    uids.push_back(message->uid);
    tags.push_back(message->tag);
    for (const std::string& keyword : message->flags.keywords) keywords.learn(keyword);
  }
  if (uids.empty()) return ok();
  if (refuse_overflow(*into, uids.size(), keywords)) return;
  const auto given = moving ? store.move(self.account_, from->name, uids, into->name)
                            : store.copy(self.account_, from->name, uids, into->name);
  if (!given) return refuse(given.error());
  SequenceSet old_uids;
  SequenceSet new_uids;
  for (std::size_t i = 0; i < uids.size(); ++i) {
    old_uids.append(uids[i]);
    new_uids.append((*given)[i]);
    self.out_.emit(Appended{into->name, (*given)[i], tags[i]});
    if (moving) self.out_.emit(Expunged{from->name, uids[i], tags[i]});
  }
  const std::string code = "COPYUID " + std::to_string(into->uid_validity) + " " +
                           old_uids.to_string() + " " + new_uids.to_string();
  if (!moving) return ok(code);
  // RFC 6851 §4.3: before the EXPUNGE responses, so that the client can follow its messages.
  self.untagged("OK [" + code + "] moved", "OK");
  ok();
}

/// EXPUNGE, or UID EXPUNGE set (RFC 4315 §2.1). Its update tells the numbers.
void Execution::expunge() {
  std::optional<SequenceSet> only;
  if (uid) {
    only = args.space() ? args.sequence_set() : std::nullopt;
    if (!only) return bad("UID EXPUNGE needs UIDs");
  }
  if (!args.at_end()) return bad("EXPUNGE has no arguments");
  if (!writable()) return;
  if (only && only->is_saved_result()) {
    only.emplace();
    for (const std::uint32_t saved : self.view_->saved) only->append(saved);
  }
  const auto& entries = self.view_->entries;
  if (only) only->resolve(entries.empty() ? 0 : entries.back().uid);
  expunge_deleted(only ? &*only : nullptr);
  ok();
}

}  // namespace posthorn::imap
