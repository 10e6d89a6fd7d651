// A whole trace as JSON, and back: nothing is lost, and what is read back writes the same bytes.
//
//     { "posthorn-trace": 1, "scene": {...},
//       "blobs": [ {"text": "..."} or {"base64": "..."}, ... ],
//       "records": [ {"id": 1, "at": 0, "fact": "act-began", "act": 0, ...}, one a line ],
//       "digest": "0123456789abcdef" }
//
// "at" is in nanoseconds. "cause", "message" and "step" are left out where there is none. Text
// fields stand inline, as {"base64": "..."} where they are not UTF-8; byte fields are 1-based
// positions in "blobs" (0: none). A digest that does not match is an error; it may be left out.
#pragma once

#include <iosfwd>
#include <string>
#include <string_view>

#include "protocols/core/result.hpp"
#include "sim/trace/trace.hpp"

namespace posthorn::trace {

std::string write_json(const Trace& trace);
/// The same, piece by piece.
void write_json(const Trace& trace, std::ostream& out);
/// The same, an object a line: first {"posthorn-trace": 1, "scene": {...}}, then the blobs as
/// {"blob": {...}}, the records, and {"digest": "..."}. For tools that read line by line.
void write_ndjson(const Trace& trace, std::ostream& out);
/// Reads both forms. Errors say where: "record 17: unknown fact \"foo\"".
Result<Trace> read_json(std::string_view text);
/// A quick look at the beginning: is this a trace (and not a scenario)?
bool looks_like_trace(std::string_view text);

}  // namespace posthorn::trace
