// Commands about messages: APPEND, and those of the selected state (RFC 3501 §6.3.11, §6.4).
#include <algorithm>
#include <utility>

#include "protocols/imap/execution.hpp"
#include "protocols/mail/date.hpp"

namespace posthorn::imap {

using mail::SystemFlag;

/// APPEND mailbox [(flags)] ["date-time"] {literal}
void Execution::append() {
  const auto name = args.space() ? args.astring() : std::nullopt;
  if (!name || !args.space()) return bad("APPEND needs a mailbox and a message");
  mail::StoredMessage message;
  message.internal_date =
      self.config_.epoch + std::chrono::floor<std::chrono::seconds>(now.time_since_epoch());
  if (args.peek() == '(') {
    auto flags = args.flag_list();
    if (!flags || !args.space()) return bad("the flags are malformed");
    message.flags = std::move(*flags);
  }
  if (args.peek() == '"') {
    const auto text = args.string();
    const auto date = text ? mail::parse_imap(*text) : std::nullopt;
    if (!date || !args.space()) return bad("the date-time is malformed");
    message.internal_date = date->instant;
  }
  const auto content = args.literal();
  if (!content || !args.at_end()) return bad("APPEND ends with the message as a literal");
  if (content->size() > self.config_.max_message) return no("[LIMIT] the message is too large");
  if (message.flags.keywords.size() > self.config_.max_keywords)
    return no("[LIMIT] too many keywords");
  const mail::StoredMailbox* box = store.find(self.account_, *name);
  if (box == nullptr || !box->selectable) return no("[TRYCREATE] there is no such mailbox");
  message.content = std::make_shared<const std::string>(*content);
  const auto uid_given = store.append(self.account_, *name, std::move(message));
  if (!uid_given) return no(uid_given.error().message);
  self.out_.emit(Appended{box->name, *uid_given, 0});
  ok("APPENDUID " + std::to_string(box->uid_validity) + " " + std::to_string(*uid_given));
}

/// Leaves the mailbox; what is marked goes without a word (RFC 3501 §6.4.2).
void Execution::close() {
  if (!args.at_end()) return bad("CLOSE has no arguments");
  const mail::StoredMailbox* box = selected_box();
  if (box != nullptr && !self.view_->read_only) expunge_uids(marked_uids(*box));
  self.view_.reset();
  self.state_ = ServerState::authenticated;
  ok();
}

/// Those that this session knows of and that are marked \Deleted.
std::vector<std::uint32_t> Execution::marked_uids(const mail::StoredMailbox& box) const {
  std::vector<std::uint32_t> uids;
  for (const MailboxView::Entry& entry : self.view_->entries)
    if (const mail::StoredMessage* message = box.find(entry.uid))
      if (message->flags.has(SystemFlag::deleted)) uids.push_back(entry.uid);
  return uids;
}

void Execution::expunge() {
  if (uid) return expunge_set();
  if (!args.at_end()) return bad("EXPUNGE has no arguments");
  if (self.view_->read_only) return no("the mailbox is open for reading only");
  const mail::StoredMailbox* box = selected_box();
  if (box == nullptr) return no("the mailbox was deleted");
  expunge_uids(marked_uids(*box));
  ok();  // its update tells the numbers
}

void Execution::search() {
  if (!args.space()) return bad("SEARCH needs a criterion");
  auto parsed = parse_search(args);
  if (const auto* problem = std::get_if<SearchProblem>(&parsed)) {
    if (*problem == SearchProblem::charset)
      return no("[BADCHARSET (US-ASCII UTF-8 ISO-2022-JP)] unknown charset");
    return bad("the search criteria are malformed");
  }
  SearchKey& key = std::get<SearchRequest>(parsed).key;
  const std::vector<MailboxView::Entry>& entries = self.view_->entries;
  resolve_sets(key, static_cast<std::uint32_t>(entries.size()),
               entries.empty() ? 0 : entries.back().uid);
  const mail::StoredMailbox* box = selected_box();
  std::string found = "SEARCH";
  for (std::size_t i = 0; box != nullptr && i < entries.size(); ++i) {
    SearchSubject subject{box->find(entries[i].uid), static_cast<std::uint32_t>(i + 1),
                          entries[i].recent};
    if (subject.stored == nullptr || !matches(key, subject)) continue;
    found += " " + std::to_string(uid ? entries[i].uid : i + 1);
  }
  self.untagged(found, "SEARCH");
  ok();
}

std::optional<std::vector<std::size_t>> Execution::chosen(SequenceSet set) {
  const std::vector<MailboxView::Entry>& entries = self.view_->entries;
  const auto count = static_cast<std::uint32_t>(entries.size());
  set.resolve(uid ? (entries.empty() ? 0 : entries.back().uid) : count);
  if (!uid)
    for (const auto& [first, last] : set.ranges())
      if (first == 0 || last > count) {
        bad("there is no message of that number");
        return std::nullopt;
      }
  std::vector<std::size_t> indexes;
  for (std::size_t i = 0; i < entries.size(); ++i)
    if (set.contains(uid ? entries[i].uid : static_cast<std::uint32_t>(i + 1)))
      indexes.push_back(i);
  return indexes;
}

/// Changes the flags and remembers that this client knows of it.
void Execution::set_flags(std::size_t index, const mail::StoredMessage& message,
                          const mail::Flags& flags) {
  MailboxView::Entry& entry = self.view_->entries[index];
  const mail::StoredMailbox* box = selected_box();
  // A change by another session that this client has not been told of is still to be told.
  const bool knows = entry.changed == message.changed;
  if (!store.set_flags(self.account_, box->name, entry.uid, flags)) return;
  if (knows) entry.changed = message.changed;
  self.out_.emit(FlagsChanged{box->name, entry.uid, flags, message.tag});
}

/// STORE set [+-]FLAGS[.SILENT] flags
void Execution::store_flags() {
  auto set = args.space() ? args.sequence_set() : std::nullopt;
  if (!set || !args.space()) return bad("STORE needs a sequence set");
  const bool add = args.accept('+');
  const bool remove = !add && args.accept('-');
  const auto item = args.item_name();
  const bool silent = item && *item == "FLAGS.SILENT";
  if (!item || (!silent && *item != "FLAGS") || !args.space())
    return bad("only FLAGS can be stored");
  const auto flags = args.peek() == '(' ? args.flag_list() : args.flags_bare();
  if (!flags || !args.at_end()) return bad("the flags are malformed");
  const auto indexes = chosen(std::move(*set));
  if (!indexes) return;
  const mail::StoredMailbox* box = selected_box();
  if (self.view_->read_only || box == nullptr) return no("the mailbox is open for reading only");
  bool missing = false;
  for (std::size_t index : *indexes) {
    MailboxView::Entry& entry = self.view_->entries[index];
    const mail::StoredMessage* message = box->find(entry.uid);
    missing = missing || message == nullptr;
    if (message == nullptr) continue;
    mail::Flags wanted = add || remove ? message->flags : *flags;
    if (add) wanted.add(*flags);
    if (remove) wanted.remove(*flags);
    if (wanted.keywords.size() > self.config_.max_keywords) return no("[LIMIT] too many keywords");
    set_flags(index, *message, wanted);
    if (silent) continue;
    entry.changed = message->changed;
    const std::string also_uid = uid ? "UID " + std::to_string(entry.uid) + " " : "";
    self.untagged(
        std::to_string(index + 1) + " FETCH (" + also_uid + flags_of(*message, entry.recent) + ")",
        "FETCH");
  }
  if (missing) return no("[EXPUNGEISSUED] some of the messages no longer exist");
  ok();
}

/// COPY set mailbox: all of them, or none.
void Execution::copy() {
  if (const auto copied = copy_messages("COPY")) ok(copied->code);
}

std::optional<Execution::Copied> Execution::copy_messages(std::string_view what) {
  const auto refused = [this](const std::string& text) {
    no(text);
    return std::nullopt;
  };
  auto set = args.space() ? args.sequence_set() : std::nullopt;
  const auto name = set && args.space() ? args.astring() : std::nullopt;
  if (!name || !args.at_end()) {
    bad(std::string(what) + " needs a sequence set and a mailbox");
    return std::nullopt;
  }
  const auto indexes = chosen(std::move(*set));
  if (!indexes) return std::nullopt;
  const mail::StoredMailbox* to = store.find(self.account_, *name);
  if (to == nullptr || !to->selectable) return refused("[TRYCREATE] there is no such mailbox");
  const mail::StoredMailbox* from = selected_box();
  std::vector<mail::StoredMessage> copies;
  for (std::size_t index : *indexes) {
    const mail::StoredMessage* message =
        from == nullptr ? nullptr : from->find(self.view_->entries[index].uid);
    if (message == nullptr) return refused("[EXPUNGEISSUED] some of the messages no longer exist");
    copies.push_back(*message);
  }
  Copied done;
  std::vector<std::uint32_t> given;
  for (mail::StoredMessage& copied : copies) {
    const std::uint32_t message_tag = copied.tag;
    done.from.push_back(copied.uid);
    const auto uid_given = store.append(self.account_, *name, std::move(copied));
    if (!uid_given) return refused(uid_given.error().message);
    given.push_back(*uid_given);
    self.out_.emit(Appended{to->name, *uid_given, message_tag});
  }
  if (!given.empty())
    done.code = "COPYUID " + std::to_string(to->uid_validity) + " " + uid_set(done.from) + " " +
                uid_set(given);
  return done;
}

}  // namespace posthorn::imap
