// From what a person wrote to the bytes that SMTP carries (RFC 5322, 2045-2047, 2231).
#pragma once

#include <string>
#include <vector>

#include "protocols/mail/address.hpp"
#include "protocols/mail/date.hpp"
#include "protocols/mail/encoded_word.hpp"

namespace posthorn::mail {

struct DraftAttachment {
  std::string filename;      ///< UTF-8
  std::string content_type;  ///< "application/pdf"; empty: guessed from the filename
  std::string bytes;
};

struct Draft {
  std::vector<Mailbox> from, to, cc;
  std::vector<Mailbox> bcc;  ///< envelope only: never written
  std::string subject;       ///< UTF-8; line ends become spaces (no header injection)
  std::string text;          ///< UTF-8, any line ends
  std::string html;          ///< empty: no alternative
  std::vector<DraftAttachment> attachments;
  std::string in_reply_to;              ///< "<id@host>" or empty
  std::vector<std::string> references;  ///< likewise, oldest first
  DateTime date;
  std::string message_id;  ///< with or without angle brackets; empty: no field
  WireCharset charset = WireCharset::utf8;
  std::string user_agent;  ///< empty: no field
};

/// The whole message: CRLF line ends, lines of at most 998 octets, fields folded at 78 columns,
/// ASCII only (unless an address itself is not). A function of the draft alone: boundaries are
/// derived from the message-id and never occur in the content.
[[nodiscard]] std::string compose(const Draft& draft);

/// "Re: x" once, whatever the original's prefix ("RE:", "Re[2]:", "返信:").
[[nodiscard]] std::string reply_subject(std::string_view original);

/// Every bare CR or LF as CRLF.
[[nodiscard]] std::string to_crlf(std::string_view text);

}  // namespace posthorn::mail
