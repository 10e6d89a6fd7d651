#include "export/markup.hpp"

namespace posthorn::exporting {

std::string escape_markup(std::string_view text) {
  std::string out;
  out.reserve(text.size());
  for (const char c : text) {
    switch (c) {
      case '&':
        out += "&amp;";
        break;
      case '<':
        out += "&lt;";
        break;
      case '>':
        out += "&gt;";
        break;
      case '"':
        out += "&quot;";
        break;
      case '\'':
        out += "&#39;";
        break;
      default:
        out += c;
    }
  }
  return out;
}

std::size_t columns(std::string_view text) {
  std::size_t width = 0;
  for (const char c : text) {
    const auto u = static_cast<unsigned char>(c);
    if ((u & 0xc0) == 0x80) continue;
    width += u >= 0xe3 ? 2 : 1;  // U+3000 and beyond: Japanese, mostly
  }
  return width;
}

std::string_view colour_of(Protocol protocol) {
  switch (protocol) {
    case Protocol::smtp:
    case Protocol::lmtp:
      return "#00609a";
    case Protocol::submission:
      return "#00735a";
    case Protocol::pop3:
      return "#a34a00";
    case Protocol::imap:
      return "#96407a";
    case Protocol::dns:
      return "#725c00";
    case Protocol::none:
      break;
  }
  return "#475467";
}

}  // namespace posthorn::exporting
