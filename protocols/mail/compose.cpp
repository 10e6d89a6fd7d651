#include "protocols/mail/compose.hpp"

#include <algorithm>
#include <array>
#include <cstdint>
#include <utility>

#include "protocols/mail/ascii.hpp"
#include "protocols/mail/attachment_fields.hpp"
#include "protocols/mail/charset.hpp"
#include "protocols/mail/fold.hpp"
#include "protocols/mail/message.hpp"
#include "protocols/mail/transfer_encoding.hpp"

namespace posthorn::mail {
namespace {

/// A body part in the making: its MIME fields, each with CRLF, and its body.
struct Entity {
  std::string fields;
  std::string body;  ///< ends with CRLF unless it is empty
};

std::string without_controls(std::string_view text) {
  std::string out;
  for (const char c : text)
    if (!is_ctl(c)) out += c;
  return out;
}

/// Whether text with CRLF line ends may be sent as 7bit (RFC 2045 §2.7).
bool fits_7bit(std::string_view text) {
  constexpr std::size_t longest_line = 998;  // RFC 5322 §2.1.1
  std::size_t length = 0;
  for (std::size_t at = 0; at < text.size(); ++at) {
    const char c = text[at];
    if (is_8bit(c) || c == '\0') return false;
    if (c == '\r' || c == '\n') {
      if (c == '\n' || text.substr(at, 2) != "\r\n") return false;
      length = 0;
      ++at;
    } else if (++length > longest_line) {
      return false;
    }
  }
  return true;
}

Entity make_entity(std::string_view content_type, TransferEncoding encoding, std::string body) {
  Entity entity;
  entity.fields = "Content-Type: " + std::string(content_type) + "\r\n";
  entity.fields += "Content-Transfer-Encoding: " + std::string(to_string(encoding)) + "\r\n";
  entity.body = std::move(body);
  if (!entity.body.empty() && !entity.body.ends_with("\r\n")) {
    if (encoding == TransferEncoding::quoted_printable) entity.body += '=';  // a soft line break
    entity.body += "\r\n";
  }
  return entity;
}

/// Text in the plainest encoding that holds it: 7bit, or the shorter of the two others.
Entity text_entity(std::string_view utf8, std::string_view subtype, WireCharset wire) {
  const std::string text = to_crlf(repair_utf8(utf8));
  const std::string type = "text/" + std::string(subtype) + "; charset=";
  if (is_ascii(text) && fits_7bit(text))
    return make_entity(type + "us-ascii", TransferEncoding::seven_bit, text);
  if (wire == WireCharset::iso2022jp && !is_ascii(text)) {
    const auto converted = from_utf8(text, "ISO-2022-JP");
    if (converted && fits_7bit(*converted))
      return make_entity(type + "iso-2022-jp", TransferEncoding::seven_bit, *converted);
  }
  std::string quoted = quoted_printable_encode(text);
  std::string base64 = base64_encode_lines(text);
  if (quoted.size() <= base64.size())
    return make_entity(type + "utf-8", TransferEncoding::quoted_printable, std::move(quoted));
  return make_entity(type + "utf-8", TransferEncoding::base64, std::move(base64));
}

bool occurs(const std::vector<Entity>& parts, std::string_view boundary) {
  return std::any_of(parts.begin(), parts.end(), [&](const Entity& part) {
    return part.body.find(boundary) != std::string::npos ||
           part.fields.find(boundary) != std::string::npos;
  });
}

/// "=_" can stand in no base64 or quoted-printable line (RFC 2045 §6.7); the number is changed
/// until no 7bit text holds the boundary either.
std::string choose_boundary(const std::vector<Entity>& parts, std::string_view seed) {
  std::uint64_t hash = 0xcbf29ce484222325;  // FNV-1a
  for (const char c : seed) hash = (hash ^ static_cast<unsigned char>(c)) * 0x100000001b3;
  for (;; ++hash) {
    std::string boundary = "=_posthorn_";
    for (int shift = 60; shift >= 0; shift -= 4)
      boundary += "0123456789abcdef"[(hash >> shift) & 15];
    if (!occurs(parts, boundary)) return boundary;
  }
}

Entity multipart(std::string_view subtype, const std::vector<Entity>& parts,
                 std::string_view seed) {
  const std::string boundary = choose_boundary(parts, std::string(subtype) + std::string(seed));
  Entity whole;
  whole.fields =
      "Content-Type: multipart/" + std::string(subtype) + ";\r\n boundary=\"" + boundary + "\"\r\n";
  for (const Entity& part : parts) {
    whole.body += "--" + boundary + "\r\n" + part.fields + "\r\n" + part.body;
    whole.body += "\r\n";  // the line end that belongs to the next delimiter
  }
  whole.body += "--" + boundary + "--\r\n";
  return whole;
}

Entity attachment_entity(const DraftAttachment& attachment) {
  std::string type = to_lower(without_controls(attachment.content_type));
  if (type.find('/') == std::string::npos) type = std::string(media_type_of(attachment.filename));
  // RFC 2046 §5.2.1: an enclosed message may not be base64. One that is not 7bit travels as
  // plain octets, so that no relay needs 8BITMIME.
  const bool enclosed = type == "message/rfc822" && fits_7bit(attachment.bytes);
  if (type.starts_with("message/") && !enclosed) type = "application/octet-stream";
  if (type.starts_with("multipart/")) type = "application/octet-stream";
  Entity entity;
  entity.fields = attachment_fields(type, repair_utf8(attachment.filename));
  entity.fields +=
      std::string("Content-Transfer-Encoding: ") + (enclosed ? "7bit" : "base64") + "\r\n";
  entity.body = enclosed ? attachment.bytes : base64_encode_lines(attachment.bytes);
  return entity;
}

Entity content(const Draft& draft) {
  Entity text = text_entity(draft.text, "plain", draft.charset);
  if (!draft.html.empty()) {
    std::vector<Entity> forms = {std::move(text), text_entity(draft.html, "html", draft.charset)};
    text = multipart("alternative", forms, draft.message_id);
  }
  if (draft.attachments.empty()) return text;
  std::vector<Entity> parts = {std::move(text)};
  for (const DraftAttachment& attachment : draft.attachments)
    parts.push_back(attachment_entity(attachment));
  return multipart("mixed", parts, draft.message_id);
}

void add_mailboxes(std::string_view name, const std::vector<Mailbox>& mailboxes,
                   WireCharset charset, std::string& out) {
  if (mailboxes.empty()) return;
  out += std::string(name) + ": " + format_mailboxes(mailboxes, name.size() + 2, charset) + "\r\n";
}

std::string bracketed(std::string_view id) {
  std::string out;
  for (const char c : id)
    if (!is_ctl(c) && !is_space(c) && c != '<' && c != '>') out += c;
  return "<" + out + ">";
}

void add_ids(std::string_view name, const std::vector<std::string>& ids, std::string& out) {
  if (ids.empty()) return;
  Folder folder(name.size() + 2);
  for (const std::string& id : ids) folder.word(bracketed(id));
  out += std::string(name) + ": " + folder.text() + "\r\n";
}

}  // namespace

std::string to_crlf(std::string_view text) {
  std::string out;
  out.reserve(text.size() + text.size() / 32);
  for (std::size_t at = 0; at < text.size(); ++at) {
    if (text[at] == '\r' || text[at] == '\n') {
      if (text.substr(at, 2) == "\r\n") ++at;
      out += "\r\n";
    } else {
      out += text[at];
    }
  }
  return out;
}

std::string compose(const Draft& draft) {
  std::string out = "Date: " + format_rfc5322(draft.date) + "\r\n";
  add_mailboxes("From", draft.from, draft.charset, out);
  add_mailboxes("To", draft.to, draft.charset, out);
  add_mailboxes("Cc", draft.cc, draft.charset, out);
  if (draft.to.empty() && draft.cc.empty()) out += "To: undisclosed-recipients:;\r\n";
  constexpr std::string_view subject = "Subject: ";
  out += subject;
  out += encode_unstructured(draft.subject, subject.size(), draft.charset) + "\r\n";
  if (!draft.message_id.empty()) add_ids("Message-ID", {draft.message_id}, out);
  if (!draft.in_reply_to.empty()) add_ids("In-Reply-To", {draft.in_reply_to}, out);
  add_ids("References", draft.references, out);
  if (!draft.user_agent.empty())
    out += "User-Agent: " + encode_unstructured(draft.user_agent, 12) + "\r\n";
  const Entity body = content(draft);
  return out + "MIME-Version: 1.0\r\n" + body.fields + "\r\n" + body.body;
}

std::string reply_subject(std::string_view original) {
  constexpr std::array<std::string_view, 5> prefixes = {"re", "aw", "sv", "返信", "返"};
  std::string_view rest = trim(original);
  for (bool again = true; again;) {
    again = false;
    for (const std::string_view prefix : prefixes) {
      if (!iequals(rest.substr(0, prefix.size()), prefix)) continue;
      std::size_t at = prefix.size();
      if (at < rest.size() && rest[at] == '[')  // "Re[2]:"
        at = std::min(rest.find(']', at), rest.size() - 1) + 1;
      if (rest.substr(at).starts_with("："))
        at += 2;  // full width: three bytes
      else if (rest.substr(at, 1) != ":")
        continue;
      rest = trim(rest.substr(at + 1));
      again = true;
      break;
    }
  }
  return "Re: " + std::string(rest);
}

}  // namespace posthorn::mail
