// Finding many messages of a mailbox in ascending order of UID without starting afresh each time.
#pragma once

#include <algorithm>
#include <cstddef>

#include "protocols/mail/mail_store.hpp"

namespace posthorn::imap {

class MessageCursor {
 public:
  /// nullptr: a mailbox without messages. It must not lose or gain messages meanwhile.
  explicit MessageCursor(const mail::StoredMailbox* box) : box_(box) {}
  [[nodiscard]] const mail::StoredMailbox* box() const { return box_; }

  /// nullptr where there is none. Cheap when the UID asked for is the one after the last.
  const mail::StoredMessage* find(std::uint32_t uid) {
    if (box_ == nullptr) return nullptr;
    const auto& messages = box_->messages;
    if (at_ >= messages.size() || messages[at_].uid != uid) {
      const auto found =
          std::lower_bound(messages.begin(), messages.end(), uid,
                           [](const mail::StoredMessage& m, std::uint32_t u) { return m.uid < u; });
      at_ = static_cast<std::size_t>(found - messages.begin());
    }
    if (at_ >= messages.size() || messages[at_].uid != uid) return nullptr;
    return &messages[at_++];
  }

 private:
  const mail::StoredMailbox* box_;
  std::size_t at_ = 0;  ///< one past the message found last
};

}  // namespace posthorn::imap
