#include "viz/model/changes.hpp"

#include <algorithm>

namespace posthorn::viz {
namespace {

using Lines = std::vector<std::string_view>;

Lines split(std::string_view text) {
  Lines out;
  while (!text.empty()) {
    const std::size_t end = std::min(text.find('\n'), text.size());
    std::string_view line = text.substr(0, end);
    if (!line.empty() && line.back() == '\r') line.remove_suffix(1);
    out.push_back(line);
    text.remove_prefix(std::min(end + 1, text.size()));
  }
  return out;
}

/// The table of the longest common subsequence would be larger than this: do without.
constexpr std::size_t kMostCells = 4'000'000;

struct Differ {
  const Lines& a;
  const Lines& b;
  std::vector<ChangedLine>& out;

  void put(ChangedLine::Kind kind, std::string_view text) const {
    out.push_back({kind, false, std::string(text)});
  }
  void all(std::size_t from_a, std::size_t to_a, std::size_t from_b, std::size_t to_b) const {
    for (std::size_t i = from_a; i < to_a; ++i) put(ChangedLine::Kind::removed, a[i]);
    for (std::size_t i = from_b; i < to_b; ++i) put(ChangedLine::Kind::added, b[i]);
  }
  /// The longest common subsequence of a[lo_a, hi_a) and b[lo_b, hi_b).
  void between(std::size_t lo_a, std::size_t hi_a, std::size_t lo_b, std::size_t hi_b) const {
    const std::size_t n = hi_a - lo_a, m = hi_b - lo_b;
    if (n == 0 || m == 0 || n * m > kMostCells) return all(lo_a, hi_a, lo_b, hi_b);
    std::vector<std::uint32_t> best((n + 1) * (m + 1));
    const auto at = [&](std::size_t i, std::size_t j) -> std::uint32_t& {
      return best[i * (m + 1) + j];
    };
    for (std::size_t i = n; i-- > 0;)
      for (std::size_t j = m; j-- > 0;)
        at(i, j) = a[lo_a + i] == b[lo_b + j] ? at(i + 1, j + 1) + 1
                                              : std::max(at(i + 1, j), at(i, j + 1));
    std::size_t i = 0, j = 0;
    while (i < n && j < m) {
      if (a[lo_a + i] == b[lo_b + j]) {
        put(ChangedLine::Kind::same, a[lo_a + i]);
        ++i;
        ++j;
      } else if (at(i + 1, j) >= at(i, j + 1)) {
        put(ChangedLine::Kind::removed, a[lo_a + i++]);
      } else {
        put(ChangedLine::Kind::added, b[lo_b + j++]);
      }
    }
    all(lo_a + i, hi_a, lo_b + j, hi_b);
  }
};

}  // namespace

std::vector<ChangedLine> changed_lines(std::string_view before, std::string_view after) {
  const Lines a = split(before), b = split(after);
  std::vector<ChangedLine> out;
  const Differ differ{a, b, out};
  std::size_t head = 0, tail = 0;
  while (head < a.size() && head < b.size() && a[head] == b[head]) ++head;
  while (tail < a.size() - head && tail < b.size() - head &&
         a[a.size() - 1 - tail] == b[b.size() - 1 - tail])
    ++tail;
  for (std::size_t i = 0; i < head; ++i) differ.put(ChangedLine::Kind::same, a[i]);
  differ.between(head, a.size() - tail, head, b.size() - tail);
  for (std::size_t i = a.size() - tail; i < a.size(); ++i)
    differ.put(ChangedLine::Kind::same, a[i]);
  bool header = true;
  for (ChangedLine& line : out) {
    if (line.text.empty() && line.kind != ChangedLine::Kind::removed) header = false;
    line.header = header;
  }
  return out;
}

}  // namespace posthorn::viz
