// A message taken apart for the details panel: decoded fields and the tree of its parts.
#pragma once

#include <memory>
#include <string>
#include <vector>

#include "sim/trace/trace.hpp"
#include "viz/model/picture.hpp"

namespace posthorn::viz {

struct LetterPart {
  int depth = 0;
  std::string type;        ///< "text/plain"
  std::string note;        ///< "base64", "ISO-2022-JP, 7bit", "report.pdf"
  std::size_t octets = 0;  ///< of its content, decoded
  std::shared_ptr<const Picture> picture = nullptr;  ///< of an attached PNG
};

struct Letter {
  std::string from, to, cc, subject, body;  ///< decoded, UTF-8
  std::string typed;                    ///< the body as its writer sees it: labels are not asked
  std::vector<std::string> addressees;  ///< addresses of To and Cc
  std::vector<std::string> header;      ///< the fields as they came, one each, folds and all
  std::size_t size = 0;                 ///< octets on the wire
  std::vector<LetterPart> parts;
};

Letter read_letter(const trace::Blob& content);
/// Reads each content once; the same blob gives the same letter.
const Letter& letter_of(const trace::Blob& content);
}  // namespace posthorn::viz
