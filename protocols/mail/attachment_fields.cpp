#include "protocols/mail/attachment_fields.hpp"

#include <array>
#include <utility>
#include <vector>

#include "protocols/mail/ascii.hpp"
#include "protocols/mail/charset.hpp"
#include "protocols/mail/encoded_word.hpp"
#include "protocols/mail/parameter_text.hpp"

namespace posthorn::mail {
namespace {

constexpr std::size_t kValueRoom = 60;  // characters of a value on one line of 78

std::string encoded_word_parameter(std::string_view name, std::string_view utf8) {
  const std::size_t before = name.size() + 3;
  std::string value;
  for (const std::string& word : encode_words(utf8, WireCharset::utf8, 75 - before))
    value += (value.empty() ? "" : "\r\n ") + word;
  return ";\r\n " + std::string(name) + "=\"" + value + '"';
}

}  // namespace

std::string attachment_fields(std::string_view media_type, std::string_view filename) {
  std::string name;
  for (const char c : filename)
    if (!is_ctl(c)) name += c;
  std::string type = "Content-Type: " + std::string(media_type);
  std::string disposition = "Content-Disposition: attachment";
  const bool simple = is_ascii(name) && name.find("=?") == std::string::npos;
  if (!name.empty() && simple && name.size() <= kValueRoom) {
    type += quoted_parameter("name", name);
    disposition += quoted_parameter("filename", name);
  } else if (!name.empty()) {
    type += encoded_word_parameter("name", name);
    disposition += extended_parameter("filename", name);
  }
  return type + "\r\n" + disposition + "\r\n";
}

std::string_view media_type_of(std::string_view filename) {
  using Entry = std::pair<std::string_view, std::string_view>;
  constexpr std::array<Entry, 14> types = {{{"txt", "text/plain"},
                                            {"csv", "text/csv"},
                                            {"html", "text/html"},
                                            {"json", "application/json"},
                                            {"pdf", "application/pdf"},
                                            {"zip", "application/zip"},
                                            {"png", "image/png"},
                                            {"jpg", "image/jpeg"},
                                            {"jpeg", "image/jpeg"},
                                            {"gif", "image/gif"},
                                            {"svg", "image/svg+xml"},
                                            {"mp3", "audio/mpeg"},
                                            {"ics", "text/calendar"},
                                            {"eml", "message/rfc822"}}};
  const std::size_t dot = filename.find_last_of('.');
  if (dot != std::string_view::npos)
    for (const auto& [ending, type] : types)
      if (iequals(filename.substr(dot + 1), ending)) return type;
  return "application/octet-stream";
}

}  // namespace posthorn::mail
