// All texts by key: the built-in ones, with a folder's on top.
#pragma once

#include <map>
#include <string>
#include <string_view>
#include <vector>

#include "text/reader.hpp"

namespace posthorn::texts {

class Table {
 public:
  /// The fields that `parsed` has replace those that are there.
  void put(const ParsedTexts& parsed);
  [[nodiscard]] const TextEntry* find(std::string_view key) const;
  [[nodiscard]] const std::vector<TextEntry>& entries() const { return entries_; }

 private:
  std::vector<TextEntry> entries_;  ///< in the order of the files
  std::map<std::string, std::size_t, std::less<>> places_;
};

struct Library {
  Table words, explanations;
  std::map<std::string, Explanation, std::less<>> by_key;  ///< made of `explanations`
  void index();
};
/// There is one; it holds the built-in texts from the beginning.
Library& library();

}  // namespace posthorn::texts
