// STORE (RFC 3501 §6.4.6) and conditional STORE (RFC 7162 §3.1.3).
#include <utility>

#include "protocols/imap/execution.hpp"
#include "protocols/imap/message_cursor.hpp"

namespace posthorn::imap {

namespace {

struct StoreRequest {
  enum class How : std::uint8_t { replace, add, remove };
  How how = How::replace;
  bool silent = false;
  std::optional<std::uint64_t> unchanged_since;
  mail::Flags flags;

  [[nodiscard]] mail::Flags applied_to(mail::Flags old) const {
    if (how == How::replace) return flags;
    if (how == How::add) old.add(flags);
    if (how == How::remove) old.remove(flags);
    return old;
  }
};

/// [(UNCHANGEDSINCE n)] [+-]FLAGS[.SILENT] flags
std::optional<StoreRequest> parse(Parser& args) {
  StoreRequest request;
  if (args.accept_word("(UNCHANGEDSINCE ")) {
    request.unchanged_since = args.number64();
    if (!request.unchanged_since || !args.accept(')') || !args.space()) return std::nullopt;
  }
  if (args.accept('+')) {
    request.how = StoreRequest::How::add;
  } else if (args.accept('-')) {
    request.how = StoreRequest::How::remove;
  }
  const auto item = args.item_name();
  request.silent = item == "FLAGS.SILENT";
  if ((!request.silent && item != "FLAGS") || !args.space()) return std::nullopt;
  auto flags = args.peek() == '(' ? args.flag_list() : args.flags_bare();
  if (!flags || !args.at_end()) return std::nullopt;
  request.flags = std::move(*flags);
  return request;
}

}  // namespace

/// Changes the flags and remembers that this client knows of it. True if they became different.
bool Execution::set_flags(std::size_t index, const mail::StoredMessage& message,
                          const mail::Flags& flags) {
  MailboxView& view = *self.view_;
  MailboxView::Entry& entry = view.entries[index];
  const mail::StoredMailbox& in = *box();
  const std::uint64_t before = in.changes;
  // A change by another session that this client has not been told of is still to be told.
  const bool knows = entry.changed == message.changed;
  if (!store.set_flags(self.account_, in.name, entry.uid, flags)) return false;
  self.tell_keywords(in);
  if (knows) entry.changed = message.changed;
  if (view.changes == before) view.changes = in.changes;  // nothing else to look for
  self.out_.emit(FlagsChanged{in.name, entry.uid, message.flags, message.tag});
  return true;
}

void Execution::store_flags() {
  const auto indexes = chosen_argument();
  if (!indexes) return;
  if (!args.space()) return bad("STORE needs flags");
  const auto request = parse(args);
  if (!request) return bad("the flags to store are malformed");
  if (!writable()) return;
  if (request->how != StoreRequest::How::remove &&
      too_many_keywords(*box(), request->flags.keywords))
    return no("[LIMIT] too many keywords, or one that is too long");
  if (request->unchanged_since) self.enable_condstore(store);
  self.tell_keywords(*box());
  bool missing = false;
  SequenceSet modified;
  MessageCursor cursor(box());
  mail::Flags before, after = request->applied_to(before);  // most messages have the same flags
  for (const std::size_t index : *indexes) {
    const MailboxView::Entry& entry = self.view_->entries[index];
    const mail::StoredMessage* message = cursor.find(entry.uid);
    missing = missing || message == nullptr;
    if (message == nullptr) continue;
    if (request->unchanged_since && message->changed > *request->unchanged_since) {
      modified.append(uid ? entry.uid : static_cast<std::uint32_t>(index + 1));
      continue;
    }
    if (before != message->flags) {
      before = message->flags;
      after = request->applied_to(before);
    }
    const bool changed = set_flags(index, *message, after);
    // RFC 7162 §3.1.3: the new MODSEQ is told even where silence was asked for.
    const bool tell_change = self.enabled_.condstore && (changed || request->unchanged_since);
    if (!request->silent || tell_change)
      self.tell_message(index, *message, uid,
                        !request->silent || entry.changed != message->changed);
  }
  missing_or_ok(missing, modified.empty() ? "" : "MODIFIED " + modified.to_string());
}

}  // namespace posthorn::imap
