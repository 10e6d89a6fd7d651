#include "protocols/imap/status_items.hpp"

#include <algorithm>
#include <cstdint>

namespace posthorn::imap {

namespace {

using mail::StoredMailbox;
using mail::StoredMessage;
using mail::SystemFlag;

template <class Predicate>
std::uint64_t count(const StoredMailbox& box, Predicate predicate) {
  return static_cast<std::uint64_t>(
      std::count_if(box.messages.begin(), box.messages.end(), predicate));
}

bool is_deleted(const StoredMessage& message) { return message.flags.has(SystemFlag::deleted); }

std::uint64_t deleted_octets(const StoredMailbox& box) {
  std::uint64_t octets = 0;
  for (const StoredMessage& message : box.messages)
    if (is_deleted(message)) octets += message.content->size();
  return octets;
}

struct Item {
  std::string_view name;
  std::uint64_t (*value)(const StoredMailbox&);  ///< nullptr: the same for all mailboxes
};
constexpr Item known[] = {
    {"MESSAGES", [](const StoredMailbox& box) -> std::uint64_t { return box.messages.size(); }},
    {"UIDNEXT", [](const StoredMailbox& box) -> std::uint64_t { return box.uid_next; }},
    {"UIDVALIDITY", [](const StoredMailbox& box) -> std::uint64_t { return box.uid_validity; }},
    {"RECENT",
     [](const StoredMailbox& box) {
       return count(box, [&](const StoredMessage& m) { return m.uid >= box.recent_from; });
     }},
    {"UNSEEN",
     [](const StoredMailbox& box) {
       return count(box, [](const StoredMessage& m) { return !m.flags.has(SystemFlag::seen); });
     }},
    {"SIZE", [](const StoredMailbox& box) { return box.octets; }},                 // RFC 8438
    {"HIGHESTMODSEQ", [](const StoredMailbox& box) { return box.changes; }},       // RFC 7162
    {"DELETED", [](const StoredMailbox& box) { return count(box, is_deleted); }},  // RFC 9208
    {"DELETED-STORAGE", deleted_octets},                                           // RFC 9208
    {"APPENDLIMIT", nullptr},                                                      // RFC 7889
};

const Item* find(std::string_view name) {
  const auto* found = std::find_if(std::begin(known), std::end(known),
                                   [&](const Item& item) { return item.name == name; });
  return found == std::end(known) ? nullptr : found;
}

}  // namespace

bool StatusRequest::asks_for_changes() const {
  return std::find(items.begin(), items.end(), "HIGHESTMODSEQ") != items.end();
}

std::string StatusRequest::answer(const StoredMailbox& box, std::uint64_t append_limit) const {
  std::string text;
  for (const std::string& item : items) {
    const auto value = find(item)->value;
    text += (text.empty() ? "" : " ") + item + " " +
            std::to_string(value != nullptr ? value(box) : append_limit);
  }
  return text;
}

std::optional<StatusRequest> parse_status_items(Parser& parser) {
  if (!parser.accept('(')) return std::nullopt;
  StatusRequest request;
  do {
    auto item = parser.keyword();
    if (!item || find(*item) == nullptr || request.items.size() == std::size(known))
      return std::nullopt;
    request.items.push_back(std::move(*item));
  } while (parser.space());
  if (!parser.accept(')')) return std::nullopt;
  return request;
}

}  // namespace posthorn::imap
