// ENVELOPE (RFC 3501 §7.4.2): a message's header as a fixed list.
#pragma once

#include <string>

#include "protocols/mail/header.hpp"

namespace posthorn::imap {

/// (date subject from sender reply-to to cc bcc in-reply-to message-id)
std::string envelope(const mail::Header& header);

}  // namespace posthorn::imap
