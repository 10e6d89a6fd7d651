// FETCH (RFC 3501 §6.4.5).
#include <algorithm>
#include <utility>

#include "protocols/imap/body_structure.hpp"
#include "protocols/imap/envelope.hpp"
#include "protocols/imap/execution.hpp"
#include "protocols/mail/date.hpp"

namespace posthorn::imap {

namespace {

using Kind = FetchItem::Kind;
using mail::SystemFlag;

bool asks_for_all(const FetchItem& item, std::size_t size) {
  if (item.kind != Kind::section || !item.section.whole_message()) return false;
  return !item.partial || (item.partial->first == 0 && item.partial->second >= size);
}

/// The octets that `<first.count>` leaves; empty when it begins behind the end.
std::string_view cut(std::string_view bytes, const FetchItem& item) {
  if (!item.partial) return bytes;
  return bytes.substr(std::min<std::size_t>(item.partial->first, bytes.size()),
                      item.partial->second);
}

void put_content(ResponseText& out, std::string_view bytes) {
  out.text += "{" + std::to_string(bytes.size()) + "}\r\n";
  out.contents.push_back({out.text.size(), out.text.size() + bytes.size()});
  out.text += bytes;
}

/// Only what the header section tells: its parse is enough.
std::string header_envelope(const mail::StoredMessage& message,
                            const std::optional<mail::Message>& parsed) {
  return envelope(parsed ? parsed->root.header : mail::parse_header(*message.content));
}

}  // namespace

void Execution::fetch() {
  auto set = args.space() ? args.sequence_set() : std::nullopt;
  if (!set || !args.space()) return bad("FETCH needs a sequence set and items");
  auto items = parse_fetch_items(args);
  if (!items || !args.at_end()) return bad("the items to fetch are malformed");
  const bool names_uid = std::any_of(items->begin(), items->end(),
                                     [](const FetchItem& i) { return i.kind == Kind::uid; });
  if (uid && !names_uid) {  // RFC 3501 §6.4.8: the answer always has the UID
    FetchItem item;
    item.kind = Kind::uid;
    item.name = "UID";
    items->insert(items->begin(), std::move(item));
  }
  const auto indexes = chosen(std::move(*set));
  if (!indexes) return;
  bool missing = false;
  std::size_t budget = self.config_.max_response;
  for (std::size_t index : *indexes) {
    missing = !fetch_one(index, *items, budget) || missing;
    if (budget == 0) return no("[LIMIT] that is too much for one command");
  }
  if (missing) return no("[EXPUNGEISSUED] some of the messages no longer exist");
  ok();
}

bool Execution::fetch_one(std::size_t index, const std::vector<FetchItem>& items,
                          std::size_t& budget) {
  MailboxView::Entry& entry = self.view_->entries[index];
  const mail::StoredMailbox* box = selected_box();
  const mail::StoredMessage* message = box == nullptr ? nullptr : box->find(entry.uid);
  if (message == nullptr) return false;
  bool content = false;
  bool whole = false;
  bool sees = false;
  bool flags = false;
  for (const FetchItem& item : items) {
    content = content || item.kind == Kind::section;
    whole = whole || asks_for_all(item, message->content->size());
    sees = sees || !item.peek;
    flags = flags || item.kind == Kind::flags;
  }
  if (content) self.out_.emit(MessageFetched{box->name, entry.uid, whole, message->tag});
  const bool becomes_seen = sees && !self.view_->read_only && !message->flags.has(SystemFlag::seen);
  if (becomes_seen) set_flags(index, *message, mail::Flags(message->flags).add(SystemFlag::seen));
  ResponseText out{std::to_string(index + 1) + " FETCH (", {}};
  std::optional<mail::Message> parsed;
  for (const FetchItem& item : items) {
    if (&item != &items.front()) out.text += " ";
    put_item(out, item, *message, entry.recent, parsed);
    if (out.text.size() > budget) break;
  }
  if (out.text.size() > budget) {  // not sent: half a response would be none
    budget = 0;
    return true;
  }
  if (becomes_seen && !flags) out.text += " " + flags_of(*message, entry.recent);
  if (becomes_seen || flags) entry.changed = message->changed;
  out.text += ")";
  budget -= std::min(budget, out.text.size());
  send(out);
  return true;
}

void Execution::put_item(ResponseText& out, const FetchItem& item,
                         const mail::StoredMessage& message, bool recent,
                         std::optional<mail::Message>& parsed) {
  const auto tree = [&]() -> const mail::Message& {
    if (!parsed) parsed = mail::parse_message(message.content);
    return *parsed;
  };
  if (item.kind == Kind::flags) {
    out.text += flags_of(message, recent);
    return;
  }
  out.text += item.name + " ";
  switch (item.kind) {
    case Kind::uid:
      out.text += std::to_string(message.uid);
      return;
    case Kind::internal_date:
      out.text += "\"" + mail::format_imap({message.internal_date, 0}) + "\"";
      return;
    case Kind::size:
      out.text += std::to_string(message.content->size());
      return;
    case Kind::envelope:
      out.text += header_envelope(message, parsed);
      return;
    case Kind::body:
    case Kind::body_structure:
      out.text += body_structure(tree().root, item.kind == Kind::body_structure);
      return;
    default:
      break;
  }
  if (item.section.whole_message()) return put_content(out, cut(*message.content, item));
  const auto bytes = section_bytes(tree(), item.section);
  if (!bytes) {
    out.text += "NIL";
    return;
  }
  put_content(out, cut(*bytes, item));
}

void Execution::send(const ResponseText& response) {
  const std::uint64_t begin = self.out_.position() + 2;  // behind "* "
  self.untagged(response.text, "FETCH");
  for (const ByteRange& content : response.contents)
    self.out_.note(NoteKind::content, Flow::sent, begin + content.begin, begin + content.end, "",
                   rule.rule);
}

}  // namespace posthorn::imap
