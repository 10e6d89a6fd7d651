#include "text/text.hpp"

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

}  // namespace posthorn::texts
