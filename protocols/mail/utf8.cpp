#include "protocols/mail/utf8.hpp"

namespace posthorn::mail {

std::uint32_t next_code_point(std::string_view text, std::size_t& at) {
  const auto lead = static_cast<unsigned char>(text[at++]);
  const int more = lead >= 0xf0 ? 3 : lead >= 0xe0 ? 2 : lead >= 0xc0 ? 1 : 0;
  if (more == 0) return lead < 0x80 ? lead : 0xfffd;
  std::uint32_t point = lead & (0x3fU >> more);
  for (int i = 0; i < more; ++i) {
    if (at == text.size() || (static_cast<unsigned char>(text[at]) & 0xc0) != 0x80) return 0xfffd;
    point = point << 6 | (static_cast<unsigned char>(text[at++]) & 0x3f);
  }
  return point;
}

void append_utf8(std::string& out, std::uint32_t point) {
  if (point < 0x80) {
    out.push_back(static_cast<char>(point));
    return;
  }
  const int more = point < 0x800 ? 1 : point < 0x10000 ? 2 : 3;
  static constexpr std::uint32_t leads[] = {0, 0xc0, 0xe0, 0xf0};
  out.push_back(static_cast<char>(leads[more] | point >> (6 * more)));
  for (int i = more - 1; i >= 0; --i)
    out.push_back(static_cast<char>(0x80 | (point >> (6 * i) & 0x3f)));
}

}  // namespace posthorn::mail
