// BODY and BODYSTRUCTURE (RFC 3501 §7.4.2): a message's tree of parts without their contents.
#pragma once

#include <string>

#include "protocols/mail/message.hpp"

namespace posthorn::imap {

/// `extended`: BODYSTRUCTURE, with the extension data (disposition, language, ...).
std::string body_structure(const mail::Part& part, bool extended);

}  // namespace posthorn::imap
