#include "protocols/mail/trace_fields.hpp"

#include "protocols/mail/header.hpp"

#include "protocols/mail/ascii.hpp"
#include "protocols/mail/fold.hpp"

namespace posthorn::mail {
namespace {

bool begins_with_space(std::string_view content) {
  return !content.empty() && is_wsp(content.front());
}

/// What a peer said may not break out of its place in the field.
std::string harmless(std::string_view text) {
  constexpr std::size_t longest = 255;
  std::string out;
  for (const char c : text.substr(0, longest))
    out += is_ctl(c) || std::string_view(" ();\"\\<>,").find(c) != std::string_view::npos ? '?' : c;
  return out.empty() ? "unknown" : out;
}

std::string without_controls(std::string_view text) {
  std::string out;
  for (const char c : text) out += is_ctl(c) ? '?' : c;
  return out;
}

}  // namespace

std::string address_literal(const IpAddress& address) {
  return (address.v6 ? "[IPv6:" : "[") + address.to_string() + "]";
}

std::string received_field(const ReceivedInfo& info) {
  const std::string name = "Received: ";
  Folder folder(name.size());
  folder.word("from " + harmless(info.helo));
  if (info.client) {
    const std::string reverse = info.client_name.empty() ? "" : harmless(info.client_name) + " ";
    folder.word("(" + reverse + address_literal(*info.client) + ")");
  }
  folder.word("by " + harmless(info.by));
  folder.word("with " + harmless(info.with));
  if (!info.id.empty()) folder.word("id " + harmless(info.id));
  if (!info.recipient.empty()) folder.word("for <" + without_controls(info.recipient) + ">");
  return name + folder.text() + ";\r\n " + format_rfc5322(info.date) + "\r\n";
}

std::string return_path_field(std::string_view reverse_path) {
  return "Return-Path: <" + without_controls(reverse_path) + ">\r\n";
}

std::string missing_fields(std::string_view content, const DateTime& date,
                           std::string_view message_id) {
  const bool continued = begins_with_space(content);  // see prepend_fields
  const Header header = continued ? Header{} : parse_header(content);
  std::string out;
  if (header.find("Date") == nullptr) out += "Date: " + format_rfc5322(date) + "\r\n";
  if (header.find("Message-ID") == nullptr)
    out += "Message-ID: " + without_controls(message_id) + "\r\n";
  const bool bare_text = !continued && header.fields.empty() && !header.ended;
  return bare_text ? out + "\r\n" : out;  // or its first line would become part of the header
}

std::string prepend_fields(std::string_view content, std::string_view fields) {
  std::string out;
  out.reserve(fields.size() + content.size() + 2);
  out += fields;
  // Its first line would continue our last field, and could say anything there.
  if (begins_with_space(content)) out += "\r\n";
  out += content;
  return out;
}

}  // namespace posthorn::mail
