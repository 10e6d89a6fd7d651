// What a reader sees of a message: texts, attachments, and its fields decoded.
#include <algorithm>
#include <cstring>

#include "protocols/mail/ascii.hpp"
#include "protocols/mail/charset.hpp"
#include "protocols/mail/encoded_word.hpp"
#include "protocols/mail/flowed_text.hpp"
#include "protocols/mail/html_text.hpp"
#include "protocols/mail/message.hpp"

namespace posthorn::mail {
namespace {

/// CRLF and lone CR become LF.
std::string with_lf(std::string text) {
  std::size_t from = text.find('\r'), to = from;
  if (from == std::string::npos) return text;
  while (from < text.size()) {
    // At a CR: it goes away before LF, and turns into one elsewhere.
    if (from + 1 == text.size() || text[from + 1] != '\n') text[to++] = '\n';
    const std::size_t next = std::min(text.find('\r', ++from), text.size());
    std::memmove(text.data() + to, text.data() + from, next - from);
    to += next - from;
    from = next;
  }
  text.resize(to);
  return text;
}

bool is_attachment(const Part& part) {
  return part.content_disposition.value == "attachment" ||
         (part.type == "text" && !part.filename().empty());
}

/// An entry of the flattened tree. Attached messages are not entered.
struct Leaf {
  const Part* part = nullptr;
  bool alternative = false;  ///< somewhere below a multipart/alternative
};

void collect_leaves(const Part& part, bool alternative, std::vector<Leaf>& leaves) {
  if (!part.is_multipart()) {
    leaves.push_back({&part, alternative});
    return;
  }
  for (const Part& child : part.children)
    collect_leaves(child, alternative || part.subtype == "alternative", leaves);
}

std::vector<Leaf> leaves_of(const Message& message) {
  std::vector<Leaf> leaves;
  collect_leaves(message.root, false, leaves);
  return leaves;
}

/// The part that best_text shows, or nullptr.
const Part* shown_part(const std::vector<Leaf>& leaves) {
  const Part* html = nullptr;
  const Part* other = nullptr;
  for (const Leaf& leaf : leaves) {
    const Part& part = *leaf.part;
    const bool undivided = part.type == "multipart";  // no boundary was found: show it as it is
    if ((part.type != "text" && !undivided) || is_attachment(part)) continue;
    if (part.subtype == "plain" && part.type == "text") return &part;
    if (part.subtype == "html" && html == nullptr) html = &part;
    if (other == nullptr) other = &part;
  }
  return html != nullptr ? html : other;
}

}  // namespace

std::string Part::filename() const {
  std::string name(content_disposition.parameter("filename").value_or(std::string_view()));
  if (name.empty()) name = std::string(content_type.parameter("name").value_or(std::string_view()));
  name.erase(0, name.find_last_of("/\\") + 1);  // npos + 1 is 0
  std::erase_if(name, is_ctl);
  return name == "." || name == ".." ? std::string() : name;
}

std::string decoded_bytes(const Message& message, const Part& part) {
  return decode_transfer(part.body.of(message.text()), part.encoding);
}

std::string decoded_text(const Message& message, const Part& part) {
  const std::string_view charset =
      part.content_type.parameter("charset").value_or(std::string_view());
  return with_lf(to_utf8(decoded_bytes(message, part), charset));
}

std::string best_text(const Message& message) {
  const Part* part = shown_part(leaves_of(message));
  if (part == nullptr) return {};
  std::string text = decoded_text(message, *part);
  if (part->type != "text") return text;
  if (part->subtype == "html") return html_to_text(text);
  const auto says = [&](std::string_view name, std::string_view value) {
    return iequals(part->content_type.parameter(name).value_or(std::string_view()), value);
  };
  return says("format", "flowed") ? unflow(text, says("delsp", "yes")) : text;
}

std::vector<Attachment> attachments(const Message& message) {
  std::vector<Attachment> found;
  const std::vector<Leaf> leaves = leaves_of(message);
  const Part* shown = shown_part(leaves);
  for (const Leaf& leaf : leaves) {
    const Part& part = *leaf.part;
    const bool other_form = leaf.alternative && part.type == "text" && !is_attachment(part);
    if (&part == shown || other_form) continue;
    Attachment attachment;
    attachment.filename = part.filename();
    attachment.content_type = part.media_type();
    attachment.bytes = decoded_bytes(message, part);
    attachment.size = attachment.bytes.size();
    found.push_back(std::move(attachment));
  }
  return found;
}

namespace {

/// A field as UTF-8, before it is taken apart. Raw 8-bit text (RFC 2047 exists to avoid it) is most
/// likely in the charset of the body; inside of an encoded-word it is in that word's.
std::string raw_text(const Message& message, std::string_view name) {
  const std::string_view value = message.root.header.value(name);
  if (is_valid_utf8(value) || value.find("=?") != std::string_view::npos) return std::string(value);
  return to_utf8(value, message.root.content_type.parameter("charset").value_or(""));
}

}  // namespace

std::string subject(const Message& message) {
  return decode_encoded_words(raw_text(message, "Subject"));
}

std::vector<Mailbox> from(const Message& message) {
  return parse_mailboxes(raw_text(message, "From"));
}

std::vector<Mailbox> to(const Message& message) { return parse_mailboxes(raw_text(message, "To")); }

std::vector<Mailbox> cc(const Message& message) { return parse_mailboxes(raw_text(message, "Cc")); }

std::vector<Mailbox> reply_to(const Message& message) {
  return parse_mailboxes(raw_text(message, "Reply-To"));
}

std::optional<DateTime> date(const Message& message) {
  return parse_rfc5322(message.root.header.value("Date"));
}

std::vector<std::string> parse_message_ids(std::string_view field_body) {
  constexpr std::size_t most = 1000;
  std::vector<std::string> ids;
  std::size_t at = field_body.find('<');
  while (at != std::string_view::npos && ids.size() < most) {
    const std::size_t end = field_body.find('>', at);
    if (end == std::string_view::npos) break;
    std::string id;
    for (const char c : field_body.substr(at, end + 1 - at))
      if (!is_space(c)) id += c;
    ids.push_back(std::move(id));
    at = field_body.find('<', end);
  }
  return ids;
}

std::string message_id(const Message& message) {
  const std::string_view value = message.root.header.value("Message-ID");
  const std::vector<std::string> ids = parse_message_ids(value);
  return ids.empty() ? std::string(value) : ids.front();
}

std::vector<std::string> references(const Message& message) {
  std::vector<std::string> ids = parse_message_ids(message.root.header.value("References"));
  if (ids.empty()) ids = parse_message_ids(message.root.header.value("In-Reply-To"));
  return ids;
}

}  // namespace posthorn::mail
