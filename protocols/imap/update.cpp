// Telling a client what changed in its mailbox, by whomever, since it was last told.
#include <algorithm>
#include <iterator>

#include "protocols/imap/message_cursor.hpp"
#include "protocols/imap/server.hpp"

namespace posthorn::imap {

const mail::StoredMailbox* Server::selected_box(const mail::MailStore& store) const {
  if (!view_) return nullptr;
  const mail::StoredMailbox* box = store.find(account_, view_->name);
  if (box != nullptr && box->uid_validity == view_->uid_validity) return box;
  return store.find(account_, view_->uid_validity);  // renamed meanwhile
}

/// RFC 9051 knows no \Recent.
std::string Server::flags_of(const mail::StoredMessage& message, bool recent) const {
  std::string text = message.flags.to_string();
  if (recent && !enabled_.rev2) text += text.empty() ? "\\Recent" : " \\Recent";
  return "FLAGS (" + text + ")";
}

void Server::tell_message(std::size_t index, const mail::StoredMessage& message, bool uid,
                          bool flags) {
  MailboxView::Entry& entry = view_->entries[index];
  std::string items = uid ? "UID " + std::to_string(entry.uid) : "";
  const auto add = [&](const std::string& item) { items += (items.empty() ? "" : " ") + item; };
  if (flags) add(flags_of(message, entry.recent));
  if (enabled_.condstore) add("MODSEQ (" + std::to_string(message.changed) + ")");
  entry.changed = message.changed;
  untagged(std::to_string(index + 1) + " FETCH (" + items + ")", "FETCH");
}

/// RFC 3501 §5.2 and §7: may be called whenever no command is half answered. Expunges wait where
/// message sequence numbers are in use.
void Server::tell_updates(mail::MailStore& store, Telling how) {
  if (!view_) return;
  const mail::StoredMailbox* box = selected_box(store);
  const bool only_more = box != nullptr && only_appended(*box);
  if (how.expunges && !only_more) tell_expunged(box);
  if (box == nullptr) return;
  view_->name = box->name;  // it may have been renamed
  if (view_->changes == box->changes) return;
  tell_keywords(*box);
  tell_new(*box, store);
  if (!only_more) tell_flags(*box, how.uids);
  view_->changes = box->changes;
}

/// Mail that comes in is nearly all that happens to a mailbox, and costs no walk through it. Each
/// appended message is one change and one UID; what is gone and not told yet shows in the sizes.
bool Server::only_appended(const mail::StoredMailbox& box) const {
  const std::uint64_t more = box.uid_next - view_->uid_next;
  return box.changes - view_->changes == more &&
         view_->entries.size() + more == box.messages.size();
}

/// RFC 3501 §7.2.6: a keyword is announced before it is used.
void Server::tell_keywords(const mail::StoredMailbox& box) {
  if (view_->keywords == box.keywords.size()) return;
  view_->keywords = box.keywords.size();
  const std::string flags = mail::Flags{mail::all_system_flags, box.keywords}.to_string();
  untagged("FLAGS (" + flags + ")", "FLAGS");
  if (!view_->read_only) untagged("OK [" + permanent_flags(box) + "] flags are kept", "OK");
}

std::string Server::permanent_flags(const mail::StoredMailbox& box) const {
  const std::string flags = mail::Flags{mail::all_system_flags, box.keywords}.to_string();
  const bool room = box.keywords.size() < config_.max_keywords;
  return "PERMANENTFLAGS (" + flags + (room ? " \\*)" : ")");
}

/// From the highest number down, so that each number is still right when it is told.
void Server::tell_expunged(const mail::StoredMailbox* box) {
  std::vector<MailboxView::Entry>& entries = view_->entries;
  const bool unchanged =
      box != nullptr && box->changes == view_->changes && box->messages.size() == entries.size();
  if (unchanged) return;
  std::vector<std::size_t> gone;
  std::vector<MailboxView::Entry> left;
  MessageCursor cursor(box);
  for (std::size_t i = 0; i < entries.size(); ++i) {
    if (cursor.find(entries[i].uid) != nullptr) {
      left.push_back(entries[i]);
    } else {
      gone.push_back(i);
      view_->recent -= entries[i].recent ? 1 : 0;
    }
  }
  if (gone.empty()) return;
  entries = std::move(left);
  for (auto index = gone.rbegin(); index != gone.rend(); ++index)
    untagged(std::to_string(*index + 1) + " EXPUNGE", "EXPUNGE");
}

void Server::tell_new(const mail::StoredMailbox& box, mail::MailStore& store) {
  MailboxView& view = *view_;
  if (view.uid_next == box.uid_next) return;
  const std::uint32_t recent_from =
      view.read_only ? box.recent_from : store.claim_recent(account_, box.name);
  const std::size_t before = view.entries.size();
  auto message =
      std::lower_bound(box.messages.begin(), box.messages.end(), view.uid_next,
                       [](const mail::StoredMessage& m, std::uint32_t uid) { return m.uid < uid; });
  for (; message != box.messages.end(); ++message) {
    view.entries.push_back({message->uid, message->changed, message->uid >= recent_from});
    view.recent += message->uid >= recent_from ? 1 : 0;
  }
  view.uid_next = box.uid_next;
  if (view.entries.size() == before) return;
  untagged(std::to_string(view.entries.size()) + " EXISTS", "EXISTS");
  if (enabled_.rev2) return;  // RFC 9051 knows no RECENT
  untagged(std::to_string(view.recent) + " RECENT", "RECENT");
}

void Server::tell_flags(const mail::StoredMailbox& box, bool uids) {
  MessageCursor cursor(&box);
  for (std::size_t i = 0; i < view_->entries.size(); ++i) {
    const mail::StoredMessage* message = cursor.find(view_->entries[i].uid);
    if (message != nullptr && message->changed != view_->entries[i].changed)
      tell_message(i, *message, uids, true);
  }
}

/// RFC 7162 §3.1: from now on every FETCH response about flags also tells the MODSEQ.
void Server::enable_condstore(const mail::MailStore& store) {
  if (enabled_.condstore) return;
  enabled_.condstore = true;
  if (const mail::StoredMailbox* box = selected_box(store))
    untagged("OK [HIGHESTMODSEQ " + std::to_string(box->changes) + "] CONDSTORE is on", "OK");
}

}  // namespace posthorn::imap
