// A message as a tree of parts over its untouched bytes (RFC 5322, 2045, 2046).
#pragma once

#include <cstdint>
#include <memory>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "protocols/mail/address.hpp"
#include "protocols/mail/date.hpp"
#include "protocols/mail/header.hpp"
#include "protocols/mail/transfer_encoding.hpp"

namespace posthorn::mail {

/// One body part, or the message itself. All ranges are offsets into Message::bytes, also
/// inside attached messages. [header.range.begin, header.range.end) and [body) always adjoin.
struct Part {
  Header header;                 ///< header.range includes the empty line (IMAP [HEADER], [n.MIME])
  ByteRange body;                ///< without the line end that belongs to the next delimiter
  std::uint32_t body_lines = 0;  ///< of text, messages and undivided multiparts: line ends in body

  std::string type = "text";        ///< lower case; "text/plain" where absent or malformed, and
  std::string subtype = "plain";    ///< "message/rfc822" inside multipart/digest
  ParameterizedValue content_type;  ///< its parameters; value may differ if malformed
  ParameterizedValue content_disposition;  ///< value empty if the field is absent
  TransferEncoding encoding = TransferEncoding::seven_bit;

  /// multipart: its parts. message/rfc822 (not encoded): exactly one, the enclosed message, whose
  /// range is this part's body.
  std::vector<Part> children;

  [[nodiscard]] ByteRange range() const { return {header.range.begin, body.end}; }
  /// A part that *is* divided; one that only claims to be (no boundary found, or inside a
  /// transfer encoding) is a leaf with type "multipart" or "message".
  [[nodiscard]] bool is_multipart() const { return type == "multipart" && !children.empty(); }
  [[nodiscard]] bool is_message() const { return type == "message" && !children.empty(); }
  [[nodiscard]] std::string media_type() const { return type + "/" + subtype; }
  /// Content-ID, Content-Description, ... as sent (unfolded); empty where absent.
  [[nodiscard]] std::string_view id() const { return header.value("Content-ID"); }
  [[nodiscard]] std::string_view description() const { return header.value("Content-Description"); }
  /// Decoded filename of Content-Disposition, else name of Content-Type; no directories in it.
  [[nodiscard]] std::string filename() const;
};

struct Message {
  std::shared_ptr<const std::string> bytes;  ///< never null
  Part root;

  [[nodiscard]] std::string_view text() const { return *bytes; }
};

/// Never fails: the best tree for whatever the bytes are. Bounded: 32 levels, 1,000 parts; what
/// lies beyond stays undivided in its parent.
[[nodiscard]] Message parse_message(std::shared_ptr<const std::string> bytes);
[[nodiscard]] Message parse_message(std::string_view bytes);

/// RFC 3501 §6.4.5 part numbers: {1} of a message without parts is the message itself, and {2,1}
/// also reaches into an attached message's parts. nullptr if there is no such part. An empty
/// path is the root.
[[nodiscard]] const Part* find_part(const Part& root, std::span<const std::uint32_t> path);

/// The part's bytes with the transfer encoding undone.
[[nodiscard]] std::string decoded_bytes(const Message& message, const Part& part);
/// The same for text: in UTF-8, lines ended by LF. Honours charset, format=flowed not undone.
[[nodiscard]] std::string decoded_text(const Message& message, const Part& part);
/// What a reader is shown: the first text/plain that is no attachment, else text/html with its
/// tags taken out, else empty. Paragraphs of format=flowed are whole again.
[[nodiscard]] std::string best_text(const Message& message);

struct Attachment {
  std::string filename;      ///< UTF-8; "" if the sender named none
  std::string content_type;  ///< "application/pdf"
  std::size_t size = 0;      ///< of `bytes`
  std::string bytes;         ///< decoded
};
/// Leaves (and attached messages, whole) that are not the displayed text or its alternatives.
/// In the order of the tree.
[[nodiscard]] std::vector<Attachment> attachments(const Message& message);

/// The message's own fields, decoded to UTF-8.
[[nodiscard]] std::string subject(const Message& message);
[[nodiscard]] std::vector<Mailbox> from(const Message& message);
[[nodiscard]] std::vector<Mailbox> to(const Message& message);
[[nodiscard]] std::vector<Mailbox> cc(const Message& message);
[[nodiscard]] std::vector<Mailbox> reply_to(const Message& message);
[[nodiscard]] std::optional<DateTime> date(const Message& message);
/// With its angle brackets, as in "<a@b>"; empty if absent.
[[nodiscard]] std::string message_id(const Message& message);
/// The message-ids of References (or In-Reply-To), each with its angle brackets.
[[nodiscard]] std::vector<std::string> references(const Message& message);
[[nodiscard]] std::vector<std::string> parse_message_ids(std::string_view field_body);

}  // namespace posthorn::mail
