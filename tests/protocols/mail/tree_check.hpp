// What must hold for every part tree over every input; shared by corpus tests and fuzzing.
#pragma once

#include <string>

#include "protocols/mail/message.hpp"

namespace posthorn::mail {

/// The part put together from its pieces: fields, empty line, and either the body or, for a
/// divided part, its children with the bytes between them.
inline std::string rebuild(const std::string& bytes, const Part& part) {
  std::string out;
  for (const HeaderField& field : part.header.fields) out += field.range.of(bytes);
  const std::size_t fields_end = part.header.range.begin + out.size();
  out += bytes.substr(fields_end, part.body.begin - fields_end);
  std::size_t at = part.body.begin;
  for (const Part& child : part.children) {
    out += bytes.substr(at, child.range().begin - at);  // preamble or delimiter
    out += rebuild(bytes, child);
    at = child.body.end;
  }
  return out + bytes.substr(at, part.body.end - at);
}

/// Empty if all is well, otherwise what is wrong.
inline std::string tree_faults(const Message& message, const Part& part) {
  const std::string& bytes = *message.bytes;
  if (part.header.range.end != part.body.begin) return "header and body do not adjoin";
  if (part.body.begin > part.body.end || part.body.end > bytes.size()) return "body out of range";
  std::size_t at = part.header.range.begin;
  for (const HeaderField& field : part.header.fields) {
    if (field.range.begin != at || field.range.end <= at) return "fields do not tile the header";
    at = field.range.end;
  }
  const std::string_view rest = ByteRange{at, part.header.range.end}.of(bytes);
  const bool empty_line = rest.ends_with('\n') && rest.find_first_not_of('\r') == rest.size() - 1;
  if (part.header.ended ? !empty_line : !rest.empty())
    return "the header does not end in an empty line";
  at = part.body.begin;
  for (const Part& child : part.children) {
    if (child.range().begin < at || child.body.end > part.body.end) return "child out of place";
    const std::string_view gap = ByteRange{at, child.range().begin}.of(bytes);
    if (part.type == "multipart" && gap.find("--") == std::string_view::npos)
      return "no delimiter between parts";
    if (part.type == "message" && !(child.range() == part.body)) return "message not its child";
    at = child.body.end;
    if (std::string fault = tree_faults(message, child); !fault.empty()) return fault;
  }
  return {};
}

inline std::string tree_faults(const Message& message) {
  if (std::string fault = tree_faults(message, message.root); !fault.empty()) return fault;
  if (!(message.root.range() == ByteRange{0, message.bytes->size()})) return "bytes left over";
  return rebuild(*message.bytes, message.root) == *message.bytes ? "" : "rebuilt bytes differ";
}

}  // namespace posthorn::mail
