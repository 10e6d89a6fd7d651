#include "protocols/imap/body_structure.hpp"

#include <algorithm>
#include <optional>
#include <string_view>

#include "protocols/imap/envelope.hpp"
#include "protocols/imap/syntax.hpp"
#include "protocols/mail/ascii.hpp"

namespace posthorn::imap {

namespace {

std::string field(const mail::Part& part, std::string_view name) {
  const mail::HeaderField* found = part.header.find(name);
  return found == nullptr ? "NIL" : quote(found->value);
}

std::string parameters(const mail::ParameterizedValue& value) {
  std::string list;
  for (const auto& [name, text] : mail::join_continuations(value.raw_parameters))
    list += (list.empty() ? "" : " ") + quote(name) + " " + quote(text);
  return list.empty() ? "NIL" : "(" + list + ")";
}

/// Content-Language: one tag, or a list of them (RFC 3501 §7.4.2).
std::string languages(const mail::Part& part) {
  const mail::HeaderField* found = part.header.find("Content-Language");
  if (found == nullptr || found->value.find(',') == std::string_view::npos)
    return field(part, "Content-Language");
  std::string list;
  const std::string all = mail::strip_comments(found->value);
  for (std::string_view left = all; !left.empty();) {
    const std::size_t comma = std::min(left.find(','), left.size());
    const std::string_view tag = mail::trim(left.substr(0, comma));
    if (!tag.empty()) list += (list.empty() ? "" : " ") + quote(tag);
    left.remove_prefix(std::min(comma + 1, left.size()));
  }
  return list.empty() ? "NIL" : "(" + list + ")";
}

/// disposition, language and location, common to all kinds of part
std::string common_extension(const mail::Part& part) {
  const mail::ParameterizedValue& disposition = part.content_disposition;
  const std::string shown = disposition.value.empty() ? "NIL"
                                                      : "(" + quote(disposition.value) + " " +
                                                            parameters(disposition) + ")";
  return " " + shown + " " + languages(part) + " " + field(part, "Content-Location");
}

std::string transfer_encoding(const mail::Part& part) {
  if (part.encoding == mail::TransferEncoding::unknown)
    return field(part, "Content-Transfer-Encoding");
  return quote(mail::to_string(part.encoding));
}

/// What the grammar wants below a multipart that could not be divided: one part, all of it.
std::string undivided(const mail::Part& part) {
  return "(\"text\" \"plain\" (\"charset\" \"us-ascii\") NIL NIL " + transfer_encoding(part) + " " +
         std::to_string(part.body.size()) + " " + std::to_string(part.body_lines) + ")";
}

std::string multipart(const mail::Part& part, StructureForm form) {
  std::string out = "(";
  for (const mail::Part& child : part.children) out += body_structure(child, form);
  if (part.children.empty()) out += undivided(part);
  out += " " + quote(part.subtype);
  if (form.extended) out += " " + parameters(part.content_type) + common_extension(part);
  return out + ")";
}

/// The envelope and structure of an enclosed message.
std::string enclosed(const mail::Part& part, StructureForm form) {
  const mail::Part& inner = part.children.front();
  return envelope(inner.header) + " " + body_structure(inner, form);
}

}  // namespace

std::string body_structure(const mail::Part& part, StructureForm form) {
  if (part.type == "multipart") return multipart(part, form);
  const bool labelled =
      part.type == "message" &&
      (part.subtype == "rfc822" || (part.subtype == "global" && form.international));
  // Where a transfer encoding (RFC 2046 §5.2.1 forbids it) or the limit of the tree's depth hides
  // an enclosed message, there are no parts to be fetched: it is a file like others.
  const bool message = labelled && !part.children.empty();
  const bool file = labelled && !message;
  const std::string params = parameters(part.content_type);
  const bool plain_default = params == "NIL" && part.type == "text" && part.subtype == "plain";
  std::string out = "(" + quote(file ? "application" : part.type) + " " +
                    quote(file ? "octet-stream" : part.subtype) + " " +
                    (plain_default ? "(\"charset\" \"us-ascii\")" : params) + " " +
                    field(part, "Content-ID") + " " + field(part, "Content-Description") + " " +
                    transfer_encoding(part) + " " + std::to_string(part.body.size());
  if (message) out += " " + enclosed(part, form);
  if (message || part.type == "text") out += " " + std::to_string(part.body_lines);
  if (form.extended) out += " " + field(part, "Content-MD5") + common_extension(part);
  return out + ")";
}

}  // namespace posthorn::imap
