// What STATUS tells of a mailbox (RFC 3501 §6.3.10, and the extensions that added items).
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "protocols/imap/syntax.hpp"
#include "protocols/mail/mail_store.hpp"

namespace posthorn::imap {

struct StatusRequest {
  std::vector<std::string> items;  ///< known ones, in upper case

  /// HIGHESTMODSEQ shows a client that knows of CONDSTORE (RFC 7162 §3.1).
  [[nodiscard]] bool asks_for_changes() const;
  /// "MESSAGES 3 UNSEEN 1"
  [[nodiscard]] std::string answer(const mail::StoredMailbox& box,
                                   std::uint64_t append_limit) const;
};

/// "(MESSAGES UNSEEN)"; nullopt where it is malformed or an item is unknown.
std::optional<StatusRequest> parse_status_items(Parser& parser);

}  // namespace posthorn::imap
