// The keys of TLS connections in the form of an SSLKEYLOGFILE, by which Wireshark and others read
// captures: a line each, "LABEL CLIENT_RANDOM SECRET" (draft-ietf-tls-keylogfile).
#pragma once

#include <iosfwd>

#include "export/formats.hpp"

namespace posthorn::exporting {

/// Nothing for a trace without TLS. A selection leaves out the keys of other connections.
Result<bool> write_keys(const trace::Trace& trace, const Options& options, std::ostream& out);

}  // namespace posthorn::exporting
