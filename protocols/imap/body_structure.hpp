// BODY and BODYSTRUCTURE (RFC 3501 §7.4.2): a message's tree of parts without their contents.
#pragma once

#include <string>

#include "protocols/mail/message.hpp"

namespace posthorn::imap {

struct StructureForm {
  bool extended = false;  ///< BODYSTRUCTURE, with the extension data (disposition, language, ...)
  bool international = false;  ///< message/global is told like message/rfc822 (RFC 9051 §9,
                               ///< media-message); IMAP4rev1's grammar has it among the others
};

std::string body_structure(const mail::Part& part, StructureForm form);

}  // namespace posthorn::imap
