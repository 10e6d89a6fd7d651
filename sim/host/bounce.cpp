#include "sim/host/bounce.hpp"

#include "protocols/mail/message.hpp"

namespace posthorn::host {
namespace {

std::string explanation(const BounceInfo& info) {
  std::string text = "This is the mail server " + info.reporting_host + ".\r\n\r\n" +
                     "Your message could not be delivered to the following address.\r\n"
                     "Nothing more will be tried.\r\n\r\n";
  for (const Failure& failure : info.failures)
    text += "  <" + failure.recipient.mailbox() + ">\r\n    " +
            (failure.remote.empty() ? std::string() : failure.remote + " said: ") +
            failure.diagnostic + "\r\n\r\n";
  return text;
}

/// RFC 3464 §2.2 and §2.3.
std::string delivery_status(const BounceInfo& info) {
  std::string text = "Reporting-MTA: dns; " + info.reporting_host + "\r\n" +
                     "Arrival-Date: " + mail::format_rfc5322(info.arrival) + "\r\n";
  for (const Failure& failure : info.failures) {
    text += "\r\nFinal-Recipient: rfc822; " + failure.recipient.mailbox() +
            "\r\nAction: failed\r\nStatus: " + failure.status + "\r\n";
    if (!failure.remote.empty())
      text += "Remote-MTA: dns; " + failure.remote + "\r\nDiagnostic-Code: smtp; " +
              failure.diagnostic + "\r\n";
  }
  return text;
}

/// The header of the failed message, with its empty line.
std::string original_header(const std::string& original) {
  const std::size_t end = original.find("\r\n\r\n");
  std::string header = original.substr(0, end == std::string::npos ? original.size() : end + 2);
  if (header.size() < 2 || header.substr(header.size() - 2) != "\r\n") header += "\r\n";
  return header;
}

std::string part(const std::string& boundary, std::string_view type, const std::string& body) {
  return "--" + boundary + "\r\nContent-Type: " + std::string(type) + "\r\n\r\n" + body + "\r\n";
}

}  // namespace

std::string write_bounce(const BounceInfo& info) {
  std::string boundary = "report-";
  for (const char c : info.message_id)
    if ((c >= '0' && c <= '9') || (c >= 'a' && c <= 'z')) boundary += c;
  while (info.original.find(boundary) != std::string::npos) boundary += "x";
  std::string text = "From: Mail Delivery System <MAILER-DAEMON@" + info.reporting_host + ">\r\n" +
                     "To: <" + info.sender + ">\r\n" +
                     "Subject: Undelivered Mail Returned to Sender\r\n"
                     "Date: " +
                     mail::format_rfc5322(info.date) + "\r\n" + "Message-ID: " + info.message_id +
                     "\r\n" +
                     "Auto-Submitted: auto-replied\r\n"  // RFC 3834 §2
                     "MIME-Version: 1.0\r\n"
                     "Content-Type: multipart/report; report-type=delivery-status;\r\n"
                     " boundary=\"" +
                     boundary + "\"\r\n\r\n";
  text += part(boundary, "text/plain; charset=utf-8", explanation(info));
  text += part(boundary, "message/delivery-status", delivery_status(info));
  text += part(boundary, "text/rfc822-headers", original_header(info.original));
  return text + "--" + boundary + "--\r\n";
}

}  // namespace posthorn::host
