// What a reader sees of a message: texts, attachments, and its fields decoded.
#include <algorithm>

#include "protocols/mail/ascii.hpp"
#include "protocols/mail/charset.hpp"
#include "protocols/mail/encoded_word.hpp"
#include "protocols/mail/flowed_text.hpp"
#include "protocols/mail/html_text.hpp"
#include "protocols/mail/message.hpp"

namespace posthorn::mail {
namespace {

std::string with_lf(std::string_view text) {
  std::string out;
  out.reserve(text.size());
  for (std::size_t at = 0; at < text.size(); ++at) {
    if (text[at] != '\r') {
      out += text[at];
      continue;
    }
    if (at + 1 >= text.size() || text[at + 1] != '\n') out += '\n';
  }
  return out;
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
  const std::string bytes = decoded_bytes(message, part);
  // Without MIME fields, older Japanese mail shifts to ISO-2022-JP by its escapes alone.
  const bool escapes =
      charset.empty() && is_ascii(bytes) && bytes.find("\x1b$") != std::string::npos;
  return with_lf(to_utf8(bytes, escapes ? "ISO-2022-JP" : charset));
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

std::string subject(const Message& message) { return message.root.header.text("Subject"); }

std::vector<Mailbox> from(const Message& message) {
  return parse_mailboxes(message.root.header.value("From"));
}

std::vector<Mailbox> to(const Message& message) {
  return parse_mailboxes(message.root.header.value("To"));
}

std::vector<Mailbox> cc(const Message& message) {
  return parse_mailboxes(message.root.header.value("Cc"));
}

std::vector<Mailbox> reply_to(const Message& message) {
  return parse_mailboxes(message.root.header.value("Reply-To"));
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
