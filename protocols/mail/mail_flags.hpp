// Message flags (RFC 3501 §2.3.2) and the special uses of mailboxes (RFC 6154), as values.
#pragma once

#include <cstddef>
#include <cstdint>
#include <memory>
#include <set>
#include <string>
#include <string_view>

namespace posthorn::mail {

/// System flags of RFC 3501 §2.3.2, as bits. \Recent belongs to a session, not to a message.
enum class SystemFlag : std::uint8_t {
  answered = 1,
  flagged = 2,
  deleted = 4,
  seen = 8,
  draft = 16,
};
inline constexpr std::uint8_t all_system_flags = 0x1f;

/// Keywords differ by more than case (RFC 9051 §2.3.2).
struct KeywordLess {
  using is_transparent = void;
  bool operator()(std::string_view a, std::string_view b) const;
};

/// The keywords of a message or mailbox, as first written. Copies share one set until they differ:
/// in a mailbox of a hundred thousand messages most have the same.
class Keywords {
 public:
  using Set = std::set<std::string, KeywordLess>;

  [[nodiscard]] Set::const_iterator begin() const { return set().begin(); }
  [[nodiscard]] Set::const_iterator end() const { return set().end(); }
  [[nodiscard]] std::size_t size() const { return set().size(); }
  [[nodiscard]] bool empty() const { return set_ == nullptr || set_->empty(); }
  [[nodiscard]] bool contains(std::string_view keyword) const { return set().contains(keyword); }
  /// As it stands here already, or as it stands here from now on.
  const std::string& learn(std::string_view keyword);
  void erase(std::string_view keyword);
  friend bool operator==(const Keywords& a, const Keywords& b) {
    return a.set_ == b.set_ || a.set() == b.set();
  }

 private:
  [[nodiscard]] const Set& set() const;
  Set& own();  ///< one that nobody shares

  std::shared_ptr<Set> set_;  ///< nullptr: none
};

struct Flags {
  std::uint8_t system = 0;  ///< SystemFlag bits
  Keywords keywords;

  [[nodiscard]] bool has(SystemFlag flag) const {
    return (system & static_cast<std::uint8_t>(flag)) != 0;
  }
  Flags& add(SystemFlag flag) {
    system = static_cast<std::uint8_t>(system | static_cast<std::uint8_t>(flag));
    return *this;
  }
  Flags& remove(SystemFlag flag) {
    system = static_cast<std::uint8_t>(system & ~static_cast<unsigned>(flag));
    return *this;
  }
  [[nodiscard]] bool has_keyword(std::string_view keyword) const;
  void add_keyword(std::string_view keyword);
  void remove_keyword(std::string_view keyword);
  void add(const Flags& others);
  void remove(const Flags& others);
  /// "\Answered \Seen $Label", in a fixed order, without parentheses.
  [[nodiscard]] std::string to_string() const;
  friend bool operator==(const Flags&, const Flags&) = default;
};

/// RFC 6154 §2, as bits. \All and \Flagged are views of other mailboxes and not offered.
enum class SpecialUse : std::uint8_t {
  archive = 1,
  drafts = 2,
  junk = 4,
  sent = 8,
  trash = 16,
};
/// The bit of "\Sent" in any case; 0 for a use that is not offered.
[[nodiscard]] std::uint8_t special_use_of(std::string_view attribute);
/// "\Drafts \Sent"; empty for 0.
[[nodiscard]] std::string special_use_text(std::uint8_t uses);

}  // namespace posthorn::mail
