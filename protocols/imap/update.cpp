// Telling a client what changed in its mailbox, by whomever, since it was last told.
#include <algorithm>

#include "protocols/imap/execution.hpp"

namespace posthorn::imap {

const mail::StoredMailbox* Execution::selected_box() const {
  return self.view_ ? store.find(self.account_, self.view_->uid_validity) : nullptr;
}

std::string Execution::flags_of(const mail::StoredMessage& message, bool recent) const {
  std::string text = message.flags.to_string();
  if (recent) text += text.empty() ? "\\Recent" : " \\Recent";
  return "FLAGS (" + text + ")";
}

/// RFC 3501 §5.2 and §7: may be called whenever no command is half answered. Expunges wait where
/// message sequence numbers are in use.
void Execution::update(bool expunges_allowed) {
  if (!self.view_) return;
  const mail::StoredMailbox* box = selected_box();
  if (expunges_allowed) tell_expunged(box);
  if (box == nullptr) return;
  MailboxView& view = *self.view_;
  view.name = box->name;  // it may have been renamed
  if (view.changes == box->changes) return;
  tell_new(*box);
  tell_flags(*box);
  view.changes = box->changes;
}

/// From the highest number down, so that each number is still right when it is told.
void Execution::tell_expunged(const mail::StoredMailbox* box) {
  std::vector<MailboxView::Entry>& entries = self.view_->entries;
  const bool unchanged = box != nullptr && box->changes == self.view_->changes &&
                         box->messages.size() == entries.size();
  if (unchanged) return;
  for (std::size_t i = entries.size(); i-- > 0;) {
    if (box != nullptr && box->find(entries[i].uid) != nullptr) continue;
    entries.erase(entries.begin() + static_cast<std::ptrdiff_t>(i));
    self.untagged(std::to_string(i + 1) + " EXPUNGE", "EXPUNGE");
  }
}

void Execution::tell_new(const mail::StoredMailbox& box) {
  MailboxView& view = *self.view_;
  if (view.uid_next == box.uid_next) return;
  const std::uint32_t recent_from =
      view.read_only ? box.recent_from : store.claim_recent(self.account_, box.name);
  const std::size_t before = view.entries.size();
  for (const mail::StoredMessage& message : box.messages)
    if (message.uid >= view.uid_next)
      view.entries.push_back({message.uid, message.changed, message.uid >= recent_from});
  view.uid_next = box.uid_next;
  if (view.entries.size() == before) return;
  const auto recent = std::count_if(view.entries.begin(), view.entries.end(),
                                    [](const MailboxView::Entry& e) { return e.recent; });
  self.untagged(std::to_string(view.entries.size()) + " EXISTS", "EXISTS");
  self.untagged(std::to_string(recent) + " RECENT", "RECENT");
}

void Execution::tell_flags(const mail::StoredMailbox& box) {
  std::vector<MailboxView::Entry>& entries = self.view_->entries;
  for (std::size_t i = 0; i < entries.size(); ++i) {
    const mail::StoredMessage* message = box.find(entries[i].uid);
    if (message == nullptr || message->changed == entries[i].changed) continue;
    entries[i].changed = message->changed;
    const std::string also_uid = uid ? "UID " + std::to_string(message->uid) + " " : "";
    self.untagged(
        std::to_string(i + 1) + " FETCH (" + also_uid + flags_of(*message, entries[i].recent) + ")",
        "FETCH");
  }
}

}  // namespace posthorn::imap
