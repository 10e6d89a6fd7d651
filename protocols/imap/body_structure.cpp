#include "protocols/imap/body_structure.hpp"

#include <optional>
#include <string_view>

#include "protocols/imap/envelope.hpp"
#include "protocols/imap/syntax.hpp"

namespace posthorn::imap {

namespace {

constexpr std::string_view empty_envelope = "(NIL NIL NIL NIL NIL NIL NIL NIL NIL NIL)";
constexpr std::string_view empty_text =
    "(\"text\" \"plain\" (\"charset\" \"us-ascii\") NIL NIL \"7bit\" 0 0)";

std::string field(const mail::Part& part, std::string_view name) {
  const mail::HeaderField* found = part.header.find(name);
  return found == nullptr ? "NIL" : quote(found->value);
}

std::string parameters(const mail::ParameterizedValue& value) {
  std::string list;
  for (const auto& [name, text] : value.raw_parameters)
    list += (list.empty() ? "" : " ") + quote(name) + " " + quote(text);
  return list.empty() ? "NIL" : "(" + list + ")";
}

/// disposition, language and location, common to all kinds of part
std::string common_extension(const mail::Part& part) {
  const mail::ParameterizedValue& disposition = part.content_disposition;
  const std::string shown = disposition.value.empty() ? "NIL"
                                                      : "(" + quote(disposition.value) + " " +
                                                            parameters(disposition) + ")";
  return " " + shown + " " + field(part, "Content-Language") + " " +
         field(part, "Content-Location");
}

std::string transfer_encoding(const mail::Part& part) {
  if (part.encoding == mail::TransferEncoding::unknown)
    return field(part, "Content-Transfer-Encoding");
  return quote(mail::to_string(part.encoding));
}

std::string multipart(const mail::Part& part, bool extended) {
  std::string out = "(";
  for (const mail::Part& child : part.children) out += body_structure(child, extended);
  if (part.children.empty()) out += empty_text;  // the grammar wants at least one
  out += " " + quote(part.subtype);
  if (extended) out += " " + parameters(part.content_type) + common_extension(part);
  return out + ")";
}

}  // namespace

std::string body_structure(const mail::Part& part, bool extended) {
  if (part.is_multipart()) return multipart(part, extended);
  const std::string params = parameters(part.content_type);
  const bool plain_default = params == "NIL" && part.type == "text" && part.subtype == "plain";
  std::string out = "(" + quote(part.type) + " " + quote(part.subtype) + " " +
                    (plain_default ? "(\"charset\" \"us-ascii\")" : params) + " " +
                    field(part, "Content-ID") + " " + field(part, "Content-Description") + " " +
                    transfer_encoding(part) + " " + std::to_string(part.body.size());
  if (part.is_message()) {
    const mail::Part* inner = part.children.empty() ? nullptr : &part.children.front();
    out += " ";
    out += inner == nullptr ? empty_envelope : envelope(inner->header);
    out += " ";
    out += inner == nullptr ? empty_text : body_structure(*inner, extended);
  }
  if (part.is_message() || part.type == "text") out += " " + std::to_string(part.body_lines);
  if (extended) out += " " + field(part, "Content-MD5") + common_extension(part);
  return out + ")";
}

}  // namespace posthorn::imap
