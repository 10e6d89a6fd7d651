#include "protocols/imap/envelope.hpp"

#include <optional>
#include <string_view>

#include "protocols/imap/syntax.hpp"
#include "protocols/mail/address.hpp"

namespace posthorn::imap {

namespace {

std::optional<std::string_view> or_nil(std::string_view text) {
  return text.empty() ? std::nullopt : std::optional<std::string_view>(text);
}

std::string field(const mail::Header& header, std::string_view name) {
  const mail::HeaderField* found = header.find(name);
  return found == nullptr ? "NIL" : quote(found->value);
}

/// (name route mailbox host)
std::string one(const mail::Mailbox& mailbox) {
  return "(" + nstring(or_nil(mailbox.raw_name)) + " " + nstring(or_nil(mailbox.route)) + " " +
         quote(mailbox.local_part) + " " + quote(mailbox.domain) + ")";
}

/// A group is bracketed by two entries whose host is NIL.
std::string addresses(const mail::Header& header, std::string_view name) {
  std::string list;
  for (const std::string_view value : header.values(name)) {
    for (const mail::Address& address : mail::parse_address_list(value)) {
      if (address.is_group) list += "(NIL NIL " + quote(address.raw_group_name) + " NIL)";
      for (const mail::Mailbox& mailbox : address.mailboxes) list += one(mailbox);
      if (address.is_group) list += "(NIL NIL NIL NIL)";
    }
  }
  return list.empty() ? "NIL" : "(" + list + ")";
}

}  // namespace

std::string envelope(const mail::Header& header) {
  const std::string from = addresses(header, "From");
  const auto or_from = [&](std::string_view name) {  // RFC 3501: absent means the same as From
    std::string list = addresses(header, name);
    return list == "NIL" ? from : list;
  };
  return "(" + field(header, "Date") + " " + field(header, "Subject") + " " + from + " " +
         or_from("Sender") + " " + or_from("Reply-To") + " " + addresses(header, "To") + " " +
         addresses(header, "Cc") + " " + addresses(header, "Bcc") + " " +
         field(header, "In-Reply-To") + " " + field(header, "Message-ID") + ")";
}

}  // namespace posthorn::imap
