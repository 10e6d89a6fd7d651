#include "text/text.hpp"

#include <algorithm>

#include "text/library.hpp"

namespace posthorn::texts {

const std::vector<TextEntry>& interface_texts() { return library().words.entries(); }
const std::vector<TextEntry>& explanation_texts() { return library().explanations.entries(); }

std::string_view say(std::string_view key, Lang lang) {
  const TextEntry* found = library().words.find(key);
  return found == nullptr ? key : std::string_view(found->text.in(lang));
}

const Explanation& explain(const trace::Trace& trace, const trace::Record& record) {
  static const Explanation none;
  const auto& known = library().by_key;
  for (const std::string& key : explanation_keys(trace, record))
    if (const auto found = known.find(key); found != known.end()) return found->second;
  return none;
}

const Explanation* explain_header(std::string_view field) {
  std::string key = "header.";
  for (const char c : field) key += static_cast<char>(c >= 'A' && c <= 'Z' ? c + 32 : c);
  const auto& known = library().by_key;
  auto found = known.find(key);
  if (found == known.end()) found = known.find("header.any");
  return found == known.end() ? nullptr : &found->second;
}

std::vector<TlsField> tls_fields(const trace::Trace& trace, const trace::TlsMessage& message) {
  std::vector<TlsField> fields;
  std::string_view rest = trace.text(message.details);
  while (!rest.empty()) {
    const std::string_view line = rest.substr(0, rest.find('\n'));
    rest.remove_prefix(std::min(rest.size(), line.size() + 1));
    const std::size_t colon = line.find(": ");
    if (colon == std::string_view::npos) continue;
    TlsField field{std::string(line.substr(0, colon)), std::string(line.substr(colon + 2))};
    std::string key = "tls-field." + field.name;
    std::ranges::replace(key, ' ', '-');
    if (const auto found = library().by_key.find(key); found != library().by_key.end())
      field.words = &found->second;
    fields.push_back(std::move(field));
  }
  return fields;
}

std::string tls_title(const trace::Trace& trace, const trace::TlsMessage& message) {
  std::string title(trace.text(message.name));
  if (title == "Alert")
    for (const TlsField& field : tls_fields(trace, message))
      if (field.name == "description") title += ": " + field.value;
  return title;
}

}  // namespace posthorn::texts
