// SELECT, EXAMINE, CLOSE, UNSELECT: which mailbox the commands about messages mean.
#include <algorithm>
#include <utility>

#include "protocols/imap/execution.hpp"

namespace posthorn::imap {

using mail::SystemFlag;

/// [" (CONDSTORE)"] (RFC 4466 §2.1, RFC 7162 §3.1.8). False: malformed or not known here.
bool Execution::select_parameters() {
  if (args.at_end()) return true;
  if (!args.space() || !args.accept('(')) return false;
  do {
    if (args.keyword() != "CONDSTORE") return false;
  } while (args.space());
  if (!args.accept(')') || !args.at_end()) return false;
  self.enabled_.condstore = true;  // SELECT tells HIGHESTMODSEQ in any case
  return true;
}

void Execution::open(bool read_only) {
  const auto name = mailbox(verb + " needs a mailbox name");
  if (!name) return;
  if (!select_parameters()) return bad(verb + " knows no such parameter");
  // RFC 9051 §7.1: what is said from here on is about another mailbox, even if this fails.
  if (self.view_) self.untagged("OK [CLOSED] the mailbox before is closed", "OK");
  self.view_.reset();
  self.state_ = ServerState::authenticated;
  const mail::StoredMailbox* box = store.find(self.account_, *name);
  if (box == nullptr) return no("[NONEXISTENT] there is no such mailbox");
  if (!box->selectable) return no("[CANNOT] that is only a level of the hierarchy");
  MailboxView view;
  view.name = box->name;
  view.uid_validity = box->uid_validity;
  view.read_only = read_only;
  view.uid_next = box->uid_next;
  view.changes = box->changes;
  view.keywords = box->keywords.size();
  const std::uint32_t recent_from =
      read_only ? box->recent_from : store.claim_recent(self.account_, *name);
  view.entries.reserve(box->messages.size());
  for (const mail::StoredMessage& message : box->messages) {
    view.entries.push_back({message.uid, message.changed, message.uid >= recent_from});
    view.recent += message.uid >= recent_from ? 1 : 0;
  }
  describe(*box, view);
  self.view_ = std::move(view);
  self.state_ = ServerState::selected;
  self.out_.emit(MailboxSelected{box->name, read_only});
  ok(read_only ? "READ-ONLY" : "READ-WRITE");
}

/// The untagged responses of SELECT: RFC 3501 §6.3.1, or RFC 9051 §6.3.2.
void Execution::describe(const mail::StoredMailbox& box, const MailboxView& view) {
  const std::string flags = mail::Flags{mail::all_system_flags, box.keywords}.to_string();
  const auto say_ok = [this](const std::string& code, std::string_view text) {
    self.untagged("OK [" + code + "] " + std::string(text), "OK");
  };
  self.untagged("FLAGS (" + flags + ")", "FLAGS");
  self.untagged(std::to_string(box.messages.size()) + " EXISTS", "EXISTS");
  if (!self.enabled_.rev2) {
    self.untagged(std::to_string(view.recent) + " RECENT", "RECENT");
    const auto unseen =
        std::find_if(box.messages.begin(), box.messages.end(),
                     [](const mail::StoredMessage& m) { return !m.flags.has(SystemFlag::seen); });
    if (unseen != box.messages.end())
      say_ok("UNSEEN " + std::to_string(unseen - box.messages.begin() + 1), "first unseen message");
  }
  if (view.read_only) {
    say_ok("PERMANENTFLAGS ()", "nothing can be changed");
  } else {
    say_ok(self.permanent_flags(box), "flags are kept");
  }
  say_ok("UIDVALIDITY " + std::to_string(box.uid_validity), "UIDs are valid");
  say_ok("UIDNEXT " + std::to_string(box.uid_next), "predicted next UID");
  say_ok("HIGHESTMODSEQ " + std::to_string(box.changes), "number of the last change");
  if (self.enabled_.rev2) list_selected(box);
}

/// What is marked \Deleted goes; with `only`, where its UID is among them (RFC 4315 §2.1).
void Execution::expunge_deleted(const SequenceSet* only) {
  const mail::StoredMailbox* from = box();
  std::vector<std::uint32_t> uids;
  for (const mail::StoredMessage& message : from->messages) {
    const bool told = message.uid < self.view_->uid_next;  // no others: RFC 2180 §4.4
    if (!told || !message.flags.has(SystemFlag::deleted)) continue;
    if (only != nullptr && !only->contains(message.uid)) continue;
    uids.push_back(message.uid);
    self.out_.emit(Expunged{from->name, message.uid, message.tag});
  }
  store.expunge(self.account_, from->name, uids);
}

/// Leaves the mailbox; what is marked goes without a word (RFC 3501 §6.4.2).
void Execution::close() {
  if (!args.at_end()) return bad("CLOSE has no arguments");
  if (!self.view_->read_only && box() != nullptr) expunge_deleted(nullptr);
  unselect();
}

void Execution::unselect() {
  if (!args.at_end()) return bad("UNSELECT has no arguments");
  self.view_.reset();
  self.state_ = ServerState::authenticated;
  ok();
}

}  // namespace posthorn::imap
