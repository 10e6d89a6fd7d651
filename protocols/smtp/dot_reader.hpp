// Transparency (RFC 5321 §4.5.2): how content travels so that a line with a single dot can end it.
#pragma once

#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>

namespace posthorn::smtp {

/// Reads content after DATA, in pieces of any size, up to and including CRLF.CRLF. Only that
/// ends it: CR or LF alone never begins a line, so no dot after one can (no smuggling).
class DotReader {
 public:
  explicit DotReader(std::uint64_t max_size) : max_size_(max_size) {}

  /// Returns how many of the bytes belonged to the content (all, unless done() became true).
  std::size_t feed(std::string_view bytes);

  [[nodiscard]] bool done() const { return state_ == State::done; }
  /// A CR or an LF stood alone somewhere (RFC 5321 §2.3.8 forbids it).
  [[nodiscard]] bool bare_cr_or_lf() const { return bare_; }
  /// More than max_size octets came; the rest was counted and thrown away.
  [[nodiscard]] bool too_large() const { return size_ > max_size_; }
  /// Octets of content so far, dots unstuffed, kept or not.
  [[nodiscard]] std::uint64_t size() const { return size_; }
  [[nodiscard]] std::size_t held() const { return content_.capacity(); }
  /// What came is thrown away, and so is what will come.
  void forget() { std::string().swap(content_), forgotten_ = true; }
  [[nodiscard]] bool forgotten() const { return forgotten_; }
  [[nodiscard]] const std::string& content() const { return content_; }
  [[nodiscard]] std::string take_content() { return std::move(content_); }

 private:
  enum class State : std::uint8_t { line_start, text, cr, dot, dot_cr, done };
  void step(char c);
  void keep(std::string_view bytes);
  void keep(char c) { keep(std::string_view(&c, 1)); }

  std::uint64_t max_size_;
  std::uint64_t size_ = 0;
  std::string content_;
  State state_ = State::line_start;
  bool bare_ = false;
  bool forgotten_ = false;
};

/// Doubles every dot at a line's start, ends the last line if it is unended, and adds ".CRLF".
[[nodiscard]] std::string dot_stuff(std::string_view content);
/// A CR without LF or an LF without CR.
[[nodiscard]] bool has_bare_cr_or_lf(std::string_view content);

}  // namespace posthorn::smtp
