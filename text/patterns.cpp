#include "text/patterns.hpp"

#include <vector>

namespace posthorn::texts {
namespace {

constexpr std::string_view kHole = "{}";

/// What stands in the holes of `pattern`, if `english` is such a sentence. A hole is never empty,
/// and ends where what is behind it first comes.
std::optional<std::vector<std::string_view>> holes(std::string_view pattern,
                                                   std::string_view english) {
  std::vector<std::string_view> found;
  for (;;) {
    const std::size_t hole = pattern.find(kHole);
    if (hole == std::string_view::npos)
      return english == pattern ? std::optional(std::move(found)) : std::nullopt;
    if (!english.starts_with(pattern.substr(0, hole))) return std::nullopt;
    english.remove_prefix(hole);
    pattern.remove_prefix(hole + kHole.size());
    const std::string_view behind = pattern.substr(0, pattern.find(kHole));
    // The last one takes all that is left of what stands behind it.
    const bool last = behind.size() == pattern.size();
    const std::size_t end = behind.empty()                      ? english.size()
                            : last && english.ends_with(behind) ? english.size() - behind.size()
                                                                : english.find(behind);
    if (end == std::string_view::npos || end == 0) return std::nullopt;
    found.push_back(english.substr(0, end));
    english.remove_prefix(end);
  }
}

std::string put_in(std::string_view pattern, const std::vector<std::string>& words) {
  std::string out;
  std::size_t next = 0;
  for (std::size_t i = 0; i < pattern.size(); ++i) {
    const std::string_view rest = pattern.substr(i);
    std::size_t number = words.size();
    if (rest.starts_with(kHole)) number = next++;
    if (rest.size() > 2 && rest[0] == '{' && rest[1] >= '1' && rest[1] <= '9' && rest[2] == '}') {
      number = static_cast<std::size_t>(rest[1] - '1');
      ++i;
    }
    if (number < words.size()) {
      out += words[number];
      ++i;
    } else {
      out += pattern[i];
    }
  }
  return out;
}

}  // namespace

std::optional<std::string> translate(std::span<const Sentence> sentences,
                                     std::string_view english) {
  for (const Sentence& sentence : sentences) {
    const auto found = holes(sentence.en, english);
    if (!found) continue;
    std::vector<std::string> words;
    for (const std::string_view word : *found)
      words.push_back(translate(sentences, word).value_or(std::string(word)));
    return put_in(sentence.ja, words);
  }
  return std::nullopt;
}

LocalText in_both(std::span<const Sentence> sentences, std::string_view english) {
  const std::string en(english);
  return {en, translate(sentences, english).value_or(en)};
}

}  // namespace posthorn::texts
