// Delivery status notifications (RFC 3464): the letter that says what became of a letter.
#pragma once

#include <optional>
#include <string>
#include <vector>

#include "protocols/mail/date.hpp"
#include "sim/host/queue.hpp"

namespace posthorn::host {

struct DeliveryReport {
  std::string reporting_host;
  std::string sender;      ///< who wrote the letter and now gets the report
  std::string message_id;  ///< of the report, with angle brackets
  mail::DateTime date;
  mail::DateTime arrival;  ///< when the letter was accepted
  std::string envelope_id;
  bool whole_message = false;        ///< return all of it, not only its header
  std::vector<RecipientFate> fates;  ///< all of one kind
  std::string original;              ///< the letter
};

/// The whole report, multipart/report, CRLF line ends.
std::string write_report(const DeliveryReport& report);

}  // namespace posthorn::host
