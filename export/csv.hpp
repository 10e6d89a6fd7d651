// Tables for a spreadsheet (RFC 4180): what happened, the messages, the attempts to deliver them.
#pragma once

#include "export/formats.hpp"

namespace posthorn::exporting {

/// Every record that says something to a person: time, host, protocol, connection, message, step.
Result<bool> write_events_csv(const trace::Trace& trace, const Options& options, std::ostream& out);
/// A message a row: when Send was pressed, when each mailbox had it, when it was read.
Result<bool> write_messages_csv(const trace::Trace& trace, const Options& options,
                                std::ostream& out);
/// An attempt to deliver and recipient a row, with the time that the message stood at the host
/// before (the delay of this hop) and how it ended.
Result<bool> write_deliveries_csv(const trace::Trace& trace, const Options& options,
                                  std::ostream& out);

}  // namespace posthorn::exporting
