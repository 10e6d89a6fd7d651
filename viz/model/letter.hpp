// A message taken apart for the details panel: decoded fields and the tree of its parts.
#pragma once

#include <memory>
#include <string>
#include <vector>

#include "sim/trace/trace.hpp"

namespace posthorn::viz {

struct LetterPart {
  int depth = 0;
  std::string type;  ///< "text/plain"
  std::string note;  ///< "base64", "ISO-2022-JP, 7bit", "report.pdf"
};

struct Letter {
  std::string from, to, subject, body;  ///< decoded, UTF-8
  std::vector<std::string> header;      ///< the fields as they came, one each, folds and all
  std::size_t size = 0;                 ///< octets on the wire
  std::vector<LetterPart> parts;
};

Letter read_letter(const trace::Blob& content);
/// Reads each content once; the same blob gives the same letter.
const Letter& letter_of(const trace::Blob& content);
}  // namespace posthorn::viz
