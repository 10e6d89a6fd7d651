// Sets of message numbers or UIDs (RFC 3501 §9 sequence-set).
#pragma once

#include <cstdint>
#include <string>
#include <utility>
#include <vector>

namespace posthorn::imap {

/// "1,5:*": numbers or UIDs. 0 stands for '*'. "$" is the saved result of a search (RFC 5182).
class SequenceSet {
 public:
  using Range = std::pair<std::uint32_t, std::uint32_t>;

  static SequenceSet of_saved_result() {
    SequenceSet set;
    set.saved_result_ = true;
    return set;
  }
  [[nodiscard]] bool is_saved_result() const { return saved_result_; }

  void add(std::uint32_t first, std::uint32_t last) { ranges_.emplace_back(first, last); }
  /// One greater than all before: a run of numbers becomes one range.
  void append(std::uint32_t number);
  /// Replaces '*' by `largest`, puts the ends in order, sorts and joins.
  void resolve(std::uint32_t largest);
  /// After resolve().
  [[nodiscard]] bool contains(std::uint32_t number) const;
  [[nodiscard]] const std::vector<Range>& ranges() const { return ranges_; }
  [[nodiscard]] bool empty() const { return ranges_.empty(); }
  /// Before resolve().
  [[nodiscard]] bool has_star() const;
  [[nodiscard]] std::string to_string() const;  ///< "1:3,7"

 private:
  std::vector<Range> ranges_;
  bool saved_result_ = false;
};

}  // namespace posthorn::imap
