#include "protocols/mail/flowed_text.hpp"

#include <algorithm>

namespace posthorn::mail {
namespace {

/// A line taken apart as RFC 3676 §4 says: first quote marks, then the stuffed space.
struct Line {
  std::size_t depth = 0;
  std::string_view text;
  bool flowed = false;
  bool signature = false;  ///< "-- ", which ends in a space and yet is fixed (§4.3)
};

Line read_line(std::string_view raw) {
  Line line;
  line.depth = std::min(raw.find_first_not_of('>'), raw.size());
  line.text = raw.substr(line.depth);
  if (line.text.starts_with(' ')) line.text.remove_prefix(1);
  line.signature = line.text == "-- ";
  line.flowed = line.text.ends_with(' ') && !line.signature;
  return line;
}

}  // namespace

std::string unflow(std::string_view text, bool delete_space) {
  std::string out;
  out.reserve(text.size());
  bool open = false;  // the paragraph above goes on
  std::size_t open_depth = 0;
  while (!text.empty()) {
    const std::size_t newline = text.find('\n');
    Line line = read_line(text.substr(0, newline));
    const bool joins = open && line.depth == open_depth && !line.signature;
    if (open && !joins) out += '\n';  // against the rules, but clear enough (§4.5)
    if (!joins && line.depth > 0) out.append(line.depth, '>') += ' ';
    if (line.flowed && delete_space) line.text.remove_suffix(1);
    out += line.text;
    open = line.flowed && newline != std::string_view::npos;
    open_depth = line.depth;
    if (newline == std::string_view::npos) break;
    if (!open) out += '\n';
    text.remove_prefix(newline + 1);
  }
  if (open) out += '\n';
  return out;
}

}  // namespace posthorn::mail
