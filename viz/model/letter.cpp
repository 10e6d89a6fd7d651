#include "viz/model/letter.hpp"

#include <map>

#include "protocols/mail/charset.hpp"
#include "protocols/mail/message.hpp"

namespace posthorn::viz {
namespace {

using namespace trace;

std::string names_of(const std::vector<mail::Mailbox>& people) {
  std::string out;
  for (const mail::Mailbox& person : people) out += (out.empty() ? "" : ", ") + person.display();
  return out;
}

std::string_view encoding_name(mail::TransferEncoding encoding) {
  switch (encoding) {
    case mail::TransferEncoding::base64:
      return "base64";
    case mail::TransferEncoding::quoted_printable:
      return "quoted-printable";
    case mail::TransferEncoding::uuencode:
      return "uuencode";
    default:
      return "";
  }
}

void add_parts(const mail::Message& message, const mail::Part& part, int depth,
               std::vector<LetterPart>& out) {
  std::string note = part.filename();
  const bool named = !note.empty();
  if (!named && part.type == "text")
    note = part.content_type.parameter("charset").value_or(std::string_view());
  if (const std::string_view encoding = encoding_name(part.encoding); !encoding.empty())
    note += (note.empty() ? "" : ", ") + std::string(encoding);
  const std::string bytes = named ? mail::decoded_bytes(message, part) : std::string();
  const bool png = named && part.media_type() == "image/png";
  out.push_back(
      {depth, part.media_type(), note, bytes.size(), png ? read_picture(bytes) : nullptr});
  for (const mail::Part& child : part.children) add_parts(message, child, depth + 1, out);
}

/// The first text, as its octets stand there: whoever wrote it sees no label.
std::string typed_text(const mail::Message& message, const mail::Part& part) {
  if (part.children.empty()) {
    if (part.type != "text") return {};
    std::string bytes = mail::decoded_bytes(message, part);
    std::erase(bytes, '\r');
    return mail::is_valid_utf8(bytes) ? bytes : mail::decoded_text(message, part);
  }
  for (const mail::Part& child : part.children)
    if (std::string text = typed_text(message, child); !text.empty()) return text;
  return {};
}

/// Lines up to the first empty one; a line that begins with a space goes on with the field above.
std::vector<std::string> fields_of(std::string_view content) {
  std::vector<std::string> out;
  while (!content.empty()) {
    const std::size_t end = std::min(content.find('\n'), content.size());
    std::string_view line = content.substr(0, end);
    content.remove_prefix(std::min(end + 1, content.size()));
    if (line.ends_with('\r')) line.remove_suffix(1);
    if (line.empty()) break;
    if (!out.empty() && (line.front() == ' ' || line.front() == '\t'))
      out.back() += "\n" + std::string(line);
    else
      out.emplace_back(line);
  }
  return out;
}

}  // namespace

Letter read_letter(const Blob& content) {
  const mail::Message message = mail::parse_message(content);
  Letter letter;
  letter.from = names_of(mail::from(message));
  letter.to = names_of(mail::to(message));
  letter.cc = names_of(mail::cc(message));
  for (const auto& people : {mail::to(message), mail::cc(message)})
    for (const mail::Mailbox& person : people) letter.addressees.push_back(person.address());
  letter.subject = mail::subject(message);
  letter.body = mail::best_text(message);
  letter.typed = typed_text(message, message.root);
  if (letter.typed.find_first_not_of("\n") == std::string::npos) letter.typed = letter.body;
  letter.header = fields_of(*content);
  letter.size = content->size();
  add_parts(message, message.root, 0, letter.parts);
  return letter;
}

const Letter& letter_of(const Blob& content) {
  static std::map<Blob, Letter> letters;  // holds the blob, so that an address is never reused
  const auto found = letters.find(content);
  if (found != letters.end()) return found->second;
  return letters.emplace(content, read_letter(content)).first->second;
}

}  // namespace posthorn::viz
