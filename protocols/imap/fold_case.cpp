#include "protocols/imap/fold_case.hpp"

#include <cstdint>

#include "protocols/mail/ascii.hpp"
#include "protocols/mail/charset.hpp"

namespace posthorn::imap {

namespace {

/// Blocks whose small letters stand at a fixed distance from the capitals, or beside them.
std::uint32_t small(std::uint32_t point) {
  const auto within = [point](std::uint32_t first, std::uint32_t last) {
    return point >= first && point <= last;
  };
  if (within(0xc0, 0xde) && point != 0xd7) return point + 0x20;        // Latin-1
  if (within(0x100, 0x137) || within(0x14a, 0x177)) return point | 1;  // Latin Extended-A
  if (within(0x139, 0x148) || within(0x179, 0x17e)) return point + (point & 1);
  if (within(0x391, 0x3a9) && point != 0x3a2) return point + 0x20;  // Greek
  if (within(0x400, 0x40f)) return point + 0x50;                    // Cyrillic
  if (within(0x410, 0x42f)) return point + 0x20;
  if (within(0xff21, 0xff3a)) return point + 0x20;  // full-width Latin
  return point;
}

std::uint32_t decode(std::string_view character) {
  auto point = static_cast<std::uint32_t>(static_cast<unsigned char>(character[0])) &
               (character.size() == 2 ? 0x1fU : 0x0fU);
  for (const char c : character.substr(1))
    point = point << 6 | (static_cast<unsigned char>(c) & 0x3fU);
  return point;
}

void append(std::string& out, std::uint32_t point) {
  if (point < 0x800) {
    out.push_back(static_cast<char>(0xc0 | point >> 6));
  } else {
    out.push_back(static_cast<char>(0xe0 | point >> 12));
    out.push_back(static_cast<char>(0x80 | (point >> 6 & 0x3f)));
  }
  out.push_back(static_cast<char>(0x80 | (point & 0x3f)));
}

}  // namespace

std::string fold_case(std::string_view text) {
  std::string out;
  out.reserve(text.size());
  for (std::size_t at = 0; at < text.size();) {
    // Most of what people write is ASCII: a run at a time.
    const std::size_t end = at + mail::ascii_run(text, at);
    const std::size_t begin = out.size();
    out.append(text, at, end - at);
    for (std::size_t i = begin; i < out.size(); ++i) out[i] = mail::to_lower(out[i]);
    at = end;
    if (at == text.size()) break;
    const std::size_t length = mail::utf8_length_at(text, at);
    if (length == 2 || length == 3) {
      append(out, small(decode(text.substr(at, length))));
    } else {
      out.append(text, at, length == 0 ? 1 : length);
    }
    at += length == 0 ? 1 : length;
  }
  return out;
}

}  // namespace posthorn::imap
