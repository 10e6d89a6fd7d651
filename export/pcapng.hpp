// A capture file (draft-ietf-opsawg-pcapng) of the packets of a trace, for Wireshark and tshark.
//
// One interface a host. Each packet is captured once, where and when its sender puts it on the
// wire; with Options::at.host, as a capture on that host would have seen it: what it sent or passed
// on, and what reached it. What was lost on the way was sent, but did not reach anybody.
#pragma once

#include "export/formats.hpp"

namespace posthorn::exporting {

Result<bool> write_pcapng(const trace::Trace& trace, const Options& options, std::ostream& out);

}  // namespace posthorn::exporting
