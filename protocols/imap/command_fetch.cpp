// FETCH (RFC 3501 §6.4.5, RFC 3516 §4, RFC 7162 §3.1.4).
#include <algorithm>
#include <utility>

#include "protocols/imap/body_structure.hpp"
#include "protocols/imap/envelope.hpp"
#include "protocols/imap/execution.hpp"
#include "protocols/imap/message_cursor.hpp"
#include "protocols/mail/date.hpp"

namespace posthorn::imap {

/// One FETCH command.
struct Execution::Fetching {
  std::vector<FetchItem> items;
  std::optional<std::uint64_t> changed_since;
  std::size_t budget = 0;       ///< octets that may still be answered
  std::uint64_t decodable = 0;  ///< octets of messages that may still be decoded for BINARY
  bool unknown_encoding = false;
  bool too_much = false;
  MessageCursor cursor{nullptr};

  [[nodiscard]] bool asks_for(FetchItem::Kind kind) const {
    return std::any_of(items.begin(), items.end(),
                       [kind](const FetchItem& item) { return item.kind == kind; });
  }
  void ask_first_for(FetchItem::Kind kind, std::string_view name) {
    if (asks_for(kind)) return;
    FetchItem item;
    item.kind = kind;
    item.name = std::string(name);
    items.insert(items.begin(), std::move(item));
  }
};

namespace {

using Kind = FetchItem::Kind;
using mail::SystemFlag;

bool is_whole(const FetchItem& item, std::size_t size) {
  if (!item.is_content() || !item.section.whole_message()) return false;
  return !item.partial || (item.partial->first == 0 && item.partial->second >= size);
}

/// The octets that `<first.count>` leaves; empty when it begins behind the end.
std::string_view cut(std::string_view bytes, const FetchItem& item) {
  if (!item.partial) return bytes;
  return bytes.substr(std::min<std::uint64_t>(item.partial->first, bytes.size()),
                      item.partial->second);
}

void put_content(ResponseText& out, std::string_view bytes) {
  out.text += "{" + std::to_string(bytes.size()) + "}\r\n";
  out.contents.push_back({out.text.size(), out.text.size() + bytes.size()});
  out.text += bytes;
}

/// " (CHANGEDSINCE n)" at the end, or nothing. False: malformed, or a modifier not known here.
bool parse_modifiers(Parser& args, std::optional<std::uint64_t>& changed_since) {
  if (args.at_end()) return true;
  if (!args.accept_word(" (CHANGEDSINCE ")) return false;
  changed_since = args.number64();
  return changed_since && args.accept(')') && args.at_end();
}

}  // namespace

void Execution::fetch() {
  const auto indexes = chosen_argument();
  if (!indexes) return;
  auto items = args.space() ? parse_fetch_items(args) : std::nullopt;
  Fetching job;
  if (!items || !parse_modifiers(args, job.changed_since))
    return bad("the items to fetch are malformed");
  job.items = std::move(*items);
  if (job.changed_since) job.ask_first_for(Kind::change, "MODSEQ");
  if (uid) job.ask_first_for(Kind::uid, "UID");  // RFC 3501 §6.4.8
  if (job.asks_for(Kind::change)) self.enable_condstore(store);
  job.budget = self.config_.max_response;
  job.decodable = self.config_.max_search_octets;
  job.cursor = MessageCursor(box());
  if (job.cursor.box() != nullptr) self.tell_keywords(*job.cursor.box());
  bool missing = false;
  for (const std::size_t index : *indexes) {
    missing = !fetch_one(index, job) || missing;
    if (job.too_much) return no("[LIMIT] that is too much for one command");
  }
  if (job.unknown_encoding) return no("[UNKNOWN-CTE] a transfer encoding is not known here");
  missing_or_ok(missing);
}

/// False when the message is gone.
bool Execution::fetch_one(std::size_t index, Fetching& job) {
  MailboxView::Entry& entry = self.view_->entries[index];
  const mail::StoredMessage* message = job.cursor.find(entry.uid);
  if (message == nullptr) return false;
  if (job.changed_since && message->changed <= *job.changed_since) return true;
  const bool becomes_seen = look_at(index, *message, job);
  ResponseText out{std::to_string(index + 1) + " FETCH (", {}};
  const std::size_t beginning = out.text.size();
  const auto separate = [&] { out.text += out.text.size() == beginning ? "" : " "; };
  for (const FetchItem& item : job.items) {
    const std::size_t before = out.text.size();
    separate();
    if (!put_item(out, item, *message, entry.recent)) {
      job.unknown_encoding = true;
      out.text.resize(before);
    }
    // BINARY.SIZE answers little, and is much work.
    const std::uint64_t decoded = item.is_binary() ? message->content->size() : 0;
    job.too_much = out.text.size() > job.budget || decoded > job.decodable;
    job.decodable -= std::min(job.decodable, decoded);
    if (job.too_much) return true;  // not sent: half a response would be none
  }
  const bool flags = job.asks_for(Kind::flags);
  if (becomes_seen && !flags) separate(), out.text += self.flags_of(*message, entry.recent);
  if (becomes_seen || flags) {  // this is how the client hears of the change: RFC 7162 §3.1
    if (self.enabled_.condstore && !job.asks_for(Kind::change))
      out.text += " MODSEQ (" + std::to_string(message->changed) + ")";
    entry.changed = message->changed;
  }
  if (out.text.size() == beginning) return true;  // nothing is left to say
  out.text += ")";
  job.budget -= std::min(job.budget, out.text.size());
  send(out);
  return true;
}

/// Tells the host of a look into the content; true if that makes the message \Seen.
bool Execution::look_at(std::size_t index, const mail::StoredMessage& message,
                        const Fetching& job) {
  const auto any_item = [&job](auto predicate) {
    return std::any_of(job.items.begin(), job.items.end(), predicate);
  };
  const std::size_t size = message.content->size();
  if (any_item([](const FetchItem& item) { return item.is_content(); }))
    self.out_.emit(MessageFetched{
        box()->name, message.uid,
        any_item([size](const FetchItem& item) { return is_whole(item, size); }), message.tag});
  const bool sees = any_item([](const FetchItem& item) { return !item.peek; });
  if (!sees || self.view_->read_only || message.flags.has(SystemFlag::seen)) return false;
  set_flags(index, message, mail::Flags(message.flags).add(SystemFlag::seen));
  return true;
}

/// The message's tree, kept for the next item or command: large parts are fetched piece by piece.
const mail::Message& Execution::parsed(const mail::StoredMessage& message) {
  if (self.parsed_ == nullptr || self.parsed_->bytes != message.content)
    self.parsed_ = std::make_shared<const mail::Message>(mail::parse_message(message.content));
  return *self.parsed_;
}

/// False where a transfer encoding is unknown.
bool Execution::put_item(ResponseText& out, const FetchItem& item,
                         const mail::StoredMessage& message, bool recent) {
  if (item.kind == Kind::flags) {
    out.text += self.flags_of(message, recent);
    return true;
  }
  if (item.kind == Kind::binary || item.kind == Kind::binary_size)
    return put_binary(out, item, message);
  out.text += item.name + " ";
  std::string scratch;
  switch (item.kind) {
    case Kind::uid:
      out.text += std::to_string(message.uid);
      break;
    case Kind::internal_date:
      out.text += "\"" + mail::format_imap(message.internal_date) + "\"";
      break;
    case Kind::size:
      out.text += std::to_string(message.content->size());
      break;
    case Kind::change:
      out.text += "(" + std::to_string(message.changed) + ")";
      break;
    case Kind::envelope:  // only what the header section tells
      out.text += envelope(mail::parse_header(*message.content));
      break;
    case Kind::body:
    case Kind::body_structure:
      out.text += body_structure(parsed(message).root,
                                 {item.kind == Kind::body_structure, self.enabled_.utf8_names()});
      break;
    default: {
      const auto bytes = item.section.whole_message()
                             ? std::optional<std::string_view>(*message.content)
                             : section_bytes(parsed(message), item.section, scratch);
      if (bytes) {
        put_content(out, cut(*bytes, item));
      } else {
        out.text += "NIL";
      }
    }
  }
  return true;
}

/// RFC 3516 §4.2: the content behind the transfer encoding; what holds NUL goes as a literal8.
bool Execution::put_binary(ResponseText& out, const FetchItem& item,
                           const mail::StoredMessage& message) {
  const mail::Part* part = mail::find_part(parsed(message).root, item.section.path);
  if (part != nullptr && part->encoding == mail::TransferEncoding::unknown) return false;
  out.text += item.name + " ";
  std::string bytes;
  if (item.section.whole_message()) {
    bytes = *message.content;
  } else if (part != nullptr) {
    bytes = mail::decoded_bytes(parsed(message), *part);
  }
  if (item.kind == Kind::binary_size) {
    out.text += std::to_string(bytes.size());
  } else if (part == nullptr) {
    out.text += "NIL";
  } else {
    const std::string_view piece = cut(bytes, item);
    if (piece.find('\0') != std::string_view::npos) out.text += "~";
    put_content(out, piece);
  }
  return true;
}

void Execution::send(const ResponseText& response) {
  const std::uint64_t begin = self.out_.position() + 2;  // behind "* "
  self.untagged(response.text, "FETCH");
  for (const ByteRange& content : response.contents)
    self.out_.note(NoteKind::content, Flow::sent, begin + content.begin, begin + content.end, "",
                   rule.rule);
}

}  // namespace posthorn::imap
