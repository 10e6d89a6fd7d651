#include "protocols/imap/sequence_set.hpp"

#include <algorithm>

namespace posthorn::imap {

void SequenceSet::resolve(std::uint32_t largest) {
  for (Range& range : ranges_) {
    if (range.first == 0) range.first = largest;
    if (range.second == 0) range.second = largest;
    if (range.first > range.second) std::swap(range.first, range.second);
  }
  std::sort(ranges_.begin(), ranges_.end());
  std::vector<Range> joined;
  for (const Range& range : ranges_) {
    if (!joined.empty() && range.first <= std::uint64_t{joined.back().second} + 1) {
      joined.back().second = std::max(joined.back().second, range.second);
    } else {
      joined.push_back(range);
    }
  }
  ranges_ = std::move(joined);
}

void SequenceSet::append(std::uint32_t number) {
  if (!ranges_.empty() && ranges_.back().second + 1 == number) {
    ranges_.back().second = number;
  } else {
    add(number, number);
  }
}

bool SequenceSet::has_star() const {
  return std::any_of(ranges_.begin(), ranges_.end(),
                     [](const Range& r) { return r.first == 0 || r.second == 0; });
}

std::string SequenceSet::to_string() const {
  std::string text;
  for (const auto& [first, last] : ranges_) {
    text += (text.empty() ? "" : ",") + std::to_string(first);
    if (last != first) text += ":" + std::to_string(last);
  }
  return text;
}

bool SequenceSet::contains(std::uint32_t number) const {
  const auto after = std::upper_bound(ranges_.begin(), ranges_.end(), number,
                                      [](std::uint32_t n, const Range& r) { return n < r.first; });
  return after != ranges_.begin() && number <= std::prev(after)->second;
}

}  // namespace posthorn::imap
