// What became of each message, and how long each of its hops took: for tables.
#pragma once

#include <cstddef>
#include <functional>
#include <map>
#include <optional>
#include <set>
#include <string>

#include "export/selection.hpp"

namespace posthorn::exporting {

struct Letter {
  std::string from, to, subject;      ///< as composed; else as the letter itself says
  std::optional<Instant> sent;        ///< Send was pressed; a report: a server took it
  std::optional<Instant> first_kept;  ///< in a mailbox
  std::optional<Instant> first_read;  ///< on a screen
  std::set<std::string> boxes;
  std::size_t hops = 0;  ///< servers that took responsibility for it
};

/// The messages that the selected records are about; of each all that is known.
std::map<MessageId, Letter> letters_of(const trace::Trace& trace, const Filter& wanted);

/// One recipient of an entry of a queue has a result.
struct Delivery {
  Instant accepted{};   ///< when the server took the message
  Instant attempted{};  ///< when it began this attempt; without one, this run of its queue
  Instant at{};         ///< when the result was known
  HostId host;
  QueueId entry;
  MessageId message;
  TextId recipient, target, reply;
  /// 0, and no target: no server was asked. The mailbox is here, or DNS knew none, or the last one
  /// was out of reach a moment ago.
  std::uint32_t attempt = 0;
  trace::RecipientOutcome outcome{};
};

/// In the order of the trace.
void each_delivery(const trace::Trace& trace, const Filter& wanted,
                   const std::function<void(const Delivery&)>& take);

}  // namespace posthorn::exporting
