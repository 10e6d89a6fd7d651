#include "sim/host/report.hpp"

#include <algorithm>

#include "protocols/mail/ascii.hpp"

namespace posthorn::host {
namespace {

struct Words {
  std::string_view subject;
  std::string_view action;  ///< RFC 3464 §2.3.3
  std::string_view en, ja;
};

const Words& words_for(Fate fate) {
  static const Words failed{
      "Undelivered Mail Returned to Sender", "failed",
      "Your message could not be delivered to the following address. Nothing more will be tried.",
      "次の宛先には、あなたのメールを届けられませんでした。これ以上の配送は行いません。"};
  static const Words delayed{
      "Your message is delayed", "delayed",
      "Your message has not been delivered to the following address yet. You need not send it "
      "again: this server keeps trying.",
      "次の宛先には、あなたのメールがまだ届いていません。配送は続けますので、送り直す必要は"
      "ありません。"};
  static const Words delivered{"Your message was delivered", "delivered",
                               "Your message was put into the mailbox of the following address.",
                               "あなたのメールは、次の宛先のメールボックスに届きました。"};
  static const Words relayed{
      "Your message was relayed", "relayed",
      "Your message was handed on to a server that sends no such reports. This is the last that "
      "you will hear of it.",
      "あなたのメールを次のサーバーに引き渡しました。そのサーバーは配送の通知を送らないため、"
      "お知らせはこれが最後です。"};
  static const Words expanded{
      "Your message was passed on to several recipients", "expanded",
      "The following address stands for several others. Your message was passed on to all of them; "
      "you will not hear of each.",
      "次の宛先は、いくつかの別の宛先を表しています。あなたのメールをそのすべてに送りました。"
      "一つひとつの結果はお知らせしません。"};
  switch (fate) {
    case Fate::expanded:
      return expanded;
    case Fate::delayed:
      return delayed;
    case Fate::delivered:
      return delivered;
    case Fate::relayed:
      return relayed;
    case Fate::failed:
      break;
  }
  return failed;
}

std::string one_line(std::string text) {
  for (char& c : text)
    if (mail::is_ctl(c)) c = ' ';
  return text;
}

/// Our own words may name the server already: "mail.kaede.example: connection refused".
std::string said_by(const RecipientFate& fate) {
  const std::string name = fate.remote + ": ";
  return fate.remote.empty() || fate.diagnostic.starts_with(name) ? std::string() : name;
}

std::string explanation(const DeliveryReport& report) {
  const Words& words = words_for(report.fates.front().fate);
  std::string list;
  for (const RecipientFate& fate : report.fates) {
    list += "  <" + fate.recipient.mailbox() + ">\r\n";
    if (fate.status == "4.4.7") list += "    It was tried for too long. The last time:\r\n";
    if (!fate.diagnostic.empty())
      list += "    " + said_by(fate) + one_line(fate.diagnostic) + "\r\n";
  }
  std::string text = "This is the mail server " + report.reporting_host + ".\r\n\r\n";
  text += std::string(words.en) + "\r\n\r\n" + list + "\r\n";
  text += "メールサーバー " + report.reporting_host + " からのお知らせです。\r\n";
  return text + std::string(words.ja) + "\r\n";
}

/// What another server said may hold UTF-8 (RFC 6531 §3.7.4.3); the report's fields may not.
std::string in_ascii(std::string text) {
  std::replace_if(text.begin(), text.end(), mail::is_8bit, '?');
  return text;
}

/// "rfc822; ben@kaede.example"; addresses beyond ASCII by RFC 6533 §3.
std::string typed_address(const std::string& type, const std::string& address) {
  return type + "; " +
         (mail::iequals(type, "utf-8") ? smtp::encode_utf8_address(address)
                                       : in_ascii(one_line(address)));
}

/// What the other server said, and not our own words about it (RFC 3464 §2.3.6).
bool is_reply(std::string_view diagnostic) {
  return diagnostic.size() > 3 &&
         std::all_of(diagnostic.begin(), diagnostic.begin() + 3, mail::is_digit) &&
         (diagnostic[3] == ' ' || diagnostic[3] == '-');
}

/// RFC 3464 §2.2 and §2.3. ASCII in any case, so that every server can carry it (RFC 6533 §4).
std::string delivery_status(const DeliveryReport& report) {
  std::string text;
  if (!report.envelope_id.empty())
    text += "Original-Envelope-Id: " + one_line(report.envelope_id) + "\r\n";
  text += "Reporting-MTA: dns; " + report.reporting_host + "\r\n" +
          "Arrival-Date: " + mail::format_rfc5322(report.arrival) + "\r\n";
  for (const RecipientFate& fate : report.fates) {
    text += "\r\n";
    if (const std::size_t semicolon = fate.recipient.original.find(';');
        semicolon != std::string::npos && !fate.recipient.original_is_ours)  // RFC 3461 §6.3(d)
      text += "Original-Recipient: " +
              typed_address(fate.recipient.original.substr(0, semicolon),
                            fate.recipient.original.substr(semicolon + 1)) +
              "\r\n";
    text +=
        "Final-Recipient: " +
        typed_address(fate.recipient.non_ascii() ? "utf-8" : "rfc822", fate.recipient.mailbox()) +
        "\r\nAction: " + std::string(words_for(fate.fate).action) + "\r\nStatus: " + fate.status +
        "\r\n";
    if (!fate.remote.empty()) text += "Remote-MTA: dns; " + fate.remote + "\r\n";
    if (!fate.remote.empty() && is_reply(fate.diagnostic))
      text += "Diagnostic-Code: smtp; " + in_ascii(one_line(fate.diagnostic)) + "\r\n";
    if (fate.retry_until)
      text += "Will-Retry-Until: " + mail::format_rfc5322(*fate.retry_until) + "\r\n";
  }
  return text;
}

/// The letter's header, with the line end of its last line.
std::string header_of(const std::string& original) {
  const std::size_t end = original.find("\r\n\r\n");
  std::string header = original.substr(0, end == std::string::npos ? original.size() : end + 2);
  if (header.size() < 2 || header.substr(header.size() - 2) != "\r\n") header += "\r\n";
  return header;
}

std::string part(const std::string& boundary, std::string_view type, const std::string& body) {
  const bool eight_bit = std::any_of(body.begin(), body.end(), mail::is_8bit);
  return "--" + boundary + "\r\nContent-Type: " + std::string(type) + "\r\n" +
         (eight_bit ? "Content-Transfer-Encoding: 8bit\r\n" : "") + "\r\n" + body + "\r\n";
}

}  // namespace

std::string write_report(const DeliveryReport& report) {
  std::string boundary = "report-";
  for (const char c : report.message_id)
    if ((c >= '0' && c <= '9') || (c >= 'a' && c <= 'z')) boundary += c;
  while (report.original.find(boundary) != std::string::npos) boundary += "x";
  std::string text = "From: Mail Delivery System <MAILER-DAEMON@" + report.reporting_host +
                     ">\r\n" + "To: <" + report.sender + ">\r\n" +
                     "Subject: " + std::string(words_for(report.fates.front().fate).subject) +
                     "\r\n"
                     "Date: " +
                     mail::format_rfc5322(report.date) + "\r\n" +
                     "Message-ID: " + report.message_id +
                     "\r\n"
                     "Auto-Submitted: auto-replied\r\n"  // RFC 3834 §2
                     "MIME-Version: 1.0\r\n"
                     "Content-Transfer-Encoding: 8bit\r\n"  // of its parts (RFC 2045 §6.4)
                     "Content-Type: multipart/report; report-type=delivery-status;\r\n"
                     " boundary=\"" +
                     boundary + "\"\r\n\r\n";
  text += part(boundary, "text/plain; charset=utf-8", explanation(report));
  text += part(boundary, "message/delivery-status", delivery_status(report));
  // RFC 6533 §5: a header in UTF-8 makes it another type.
  const std::string header = header_of(report.original);
  const bool global = std::any_of(header.begin(), header.end(), mail::is_8bit);
  text += report.whole_message
              ? part(boundary, global ? "message/global" : "message/rfc822", report.original)
              : part(boundary, global ? "message/global-headers" : "text/rfc822-headers", header);
  return text + "--" + boundary + "--\r\n";
}

}  // namespace posthorn::host
