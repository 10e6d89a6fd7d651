// Content that comes in counted chunks (BDAT, RFC 3030): no dots, no end marker.
#pragma once

#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>

namespace posthorn::smtp {

class ChunkReader {
 public:
  explicit ChunkReader(std::uint64_t max_size) : max_size_(max_size) {}

  void feed(std::string_view bytes);
  /// No more will come. An unended last line is ended: the message may go on by DATA.
  void finish();

  /// A CR or an LF stood alone somewhere; without BINARYMIME that is not allowed.
  [[nodiscard]] bool bare_cr_or_lf() const { return bare_; }
  /// More than max_size octets came; the rest was counted and thrown away.
  [[nodiscard]] bool too_large() const { return size_ > max_size_; }
  [[nodiscard]] std::uint64_t size() const { return size_; }
  [[nodiscard]] std::size_t held() const { return content_.capacity(); }
  /// What came is thrown away, and so is what will come.
  void forget() { std::string().swap(content_), forgotten_ = true; }
  [[nodiscard]] bool forgotten() const { return forgotten_; }
  [[nodiscard]] std::string take_content() { return std::move(content_); }

 private:
  std::uint64_t max_size_;
  std::uint64_t size_ = 0;
  std::string content_;
  bool after_cr_ = false;
  bool bare_ = false;
  bool forgotten_ = false;
};

}  // namespace posthorn::smtp
