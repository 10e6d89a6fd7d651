#include "sim/scenario/messages.hpp"

namespace posthorn::scenario {

std::string fill(std::string_view pattern, std::initializer_list<std::string_view> arguments) {
  std::string text;
  auto argument = arguments.begin();
  for (std::size_t i = 0; i < pattern.size(); ++i) {
    if (pattern.substr(i, 2) == "{}" && argument != arguments.end()) {
      text += *argument++;
      ++i;
    } else {
      text += pattern[i];
    }
  }
  return text;
}

std::string quoted(std::string_view text) {
  constexpr std::size_t kShown = 60;
  std::string out = "\"";
  std::size_t i = 0;
  for (; i < text.size(); ++i) {
    const auto c = static_cast<unsigned char>(text[i]);
    if (i >= kShown && (c & 0xc0) != 0x80) break;  // never inside a UTF-8 sequence
    out += c < 0x20 || c == 0x7f ? '?' : text[i];
  }
  return out + (i < text.size() ? "...\"" : "\"");
}

}  // namespace posthorn::scenario
