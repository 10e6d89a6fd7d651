// Non-delivery reports (RFC 3464): the letter that says a letter could not be delivered.
#pragma once

#include <string>
#include <vector>

#include "protocols/mail/date.hpp"
#include "sim/host/queue.hpp"

namespace posthorn::host {

struct BounceInfo {
  std::string reporting_host;
  std::string sender;      ///< who wrote the failed message and now gets the report
  std::string message_id;  ///< of the report, with angle brackets
  mail::DateTime date;
  mail::DateTime arrival;  ///< when the failed message was accepted
  std::vector<Failure> failures;
  std::string original;  ///< the failed message; only its header is returned
};

/// The whole report, multipart/report, CRLF line ends.
std::string write_bounce(const BounceInfo& info);

}  // namespace posthorn::host
