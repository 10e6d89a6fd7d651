// The fields by which every relay signs what it handled (RFC 5321 §4.4).
#pragma once

#include <optional>
#include <string>
#include <string_view>

#include "protocols/core/ip_address.hpp"
#include "protocols/mail/date.hpp"

namespace posthorn::mail {

struct ReceivedInfo {
  std::string helo;                 ///< what the client called itself
  std::optional<IpAddress> client;  ///< where it really came from
  std::string client_name;          ///< its name in reverse DNS; may be empty
  std::string by;                   ///< our host name
  std::string with = "ESMTP";       ///< SMTP, ESMTP, ESMTPA, ESMTPS, ESMTPSA (RFC 3848), ...
  std::string id;                   ///< our queue id; may be empty
  std::string recipient;            ///< without <>; only if there is a single one, else empty
  DateTime date;
};

/// "Received: from ... by ... with ... id ... for <...>; date CRLF", folded. Control characters
/// that a peer may have smuggled into HELO are replaced by "?".
[[nodiscard]] std::string received_field(const ReceivedInfo& info);
/// "Return-Path: <aiko@sakura.example>CRLF"; "<>" for the null reverse-path.
[[nodiscard]] std::string return_path_field(std::string_view reverse_path);
/// RFC 5321 §4.4's "[192.0.2.1]" or "[IPv6:2001:db8::1]".
[[nodiscard]] std::string address_literal(const IpAddress& address);

/// What a letter lacks that is submitted without (RFC 6409 §8.2, §8.3): Date, Message-ID; each as a
/// field ended by CRLF, "" if both are there. Text without any header gets the empty line, too.
[[nodiscard]] std::string missing_fields(std::string_view content, const DateTime& date,
                                         std::string_view message_id);

/// The fields (each ended by CRLF) before the content, which stays byte for byte the same.
[[nodiscard]] std::string prepend_fields(std::string_view content, std::string_view fields);

}  // namespace posthorn::mail
