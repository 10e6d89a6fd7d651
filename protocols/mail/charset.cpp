#include "protocols/mail/charset.hpp"

#include <iconv.h>

#include <array>
#include <cerrno>
#include <utility>

#include "protocols/mail/ascii.hpp"

namespace posthorn::mail {
namespace {

constexpr std::string_view kReplacement = "\xEF\xBF\xBD";  // U+FFFD

using Names = std::pair<std::string_view, std::string_view>;
// What mail calls a charset, and what we (and iconv) call it. Shift_JIS and the Chinese ones are
// widened to supersets: real senders use those characters under the old names.
constexpr std::array<Names, 25> kNames = {{{"UTF8", "UTF-8"},
                                           {"UTF-8", "UTF-8"},
                                           {"UNICODE-1-1-UTF-8", "UTF-8"},
                                           {"ASCII", "US-ASCII"},
                                           {"US-ASCII", "US-ASCII"},
                                           {"ANSI_X3.4-1968", "US-ASCII"},
                                           {"ISO646-US", "US-ASCII"},
                                           {"SHIFT_JIS", "CP932"},
                                           {"SHIFT-JIS", "CP932"},
                                           {"SJIS", "CP932"},
                                           {"X-SJIS", "CP932"},
                                           {"MS_KANJI", "CP932"},
                                           {"WINDOWS-31J", "CP932"},
                                           {"CSWINDOWS31J", "CP932"},
                                           {"EUCJP", "EUC-JP"},
                                           {"X-EUC-JP", "EUC-JP"},
                                           {"X-EUC", "EUC-JP"},
                                           {"ISO2022JP", "ISO-2022-JP"},
                                           {"CSISO2022JP", "ISO-2022-JP"},
                                           {"LATIN1", "ISO-8859-1"},
                                           {"LATIN-1", "ISO-8859-1"},
                                           {"ISO8859-1", "ISO-8859-1"},
                                           {"WINDOWS-1252", "CP1252"},
                                           {"GB2312", "GB18030"},
                                           {"GBK", "GB18030"}}};

/// Owns one conversion descriptor.
class Converter {
 public:
  Converter(const std::string& to, const std::string& from)
      : handle_(iconv_open(to.c_str(), from.c_str())) {}
  Converter(const Converter&) = delete;
  Converter& operator=(const Converter&) = delete;
  ~Converter() {
    if (usable()) iconv_close(handle_);
  }

  [[nodiscard]] bool usable() const { return handle_ != reinterpret_cast<iconv_t>(-1); }

  /// Converts as much of `in` as goes, which it shortens; 0, or EILSEQ or EINVAL at its front.
  int run(std::string_view& in, std::string& out) {
    std::array<char, 4096> buffer;
    while (!in.empty()) {
      char* from = const_cast<char*>(in.data());  // iconv's prototype; it does not write there
      std::size_t from_left = in.size();
      char* to = buffer.data();
      std::size_t to_left = buffer.size();
      errno = 0;
      const std::size_t result = iconv(handle_, &from, &from_left, &to, &to_left);
      const int error = result == static_cast<std::size_t>(-1) ? errno : 0;
      out.append(buffer.data(), buffer.size() - to_left);
      in.remove_prefix(in.size() - from_left);
      if (error != 0 && error != E2BIG) return error;
    }
    return 0;
  }

  /// Back to the initial shift state.
  void finish(std::string& out) {
    std::array<char, 64> buffer;
    char* to = buffer.data();
    std::size_t to_left = buffer.size();
    iconv(handle_, nullptr, nullptr, &to, &to_left);
    out.append(buffer.data(), buffer.size() - to_left);
  }

 private:
  iconv_t handle_;
};

/// Only names made of these reach iconv, whose "//" suffixes, "", "CHAR" and the like depend on
/// the machine or its locale.
bool is_plain_name(std::string_view name) {
  if (name.empty() || name.size() > 40) return false;
  if (name == "CHAR" || name == "WCHAR_T" || name == "INTERNAL") return false;
  for (const char c : name)
    if (!is_alnum(c) && std::string_view("-_.:+").find(c) == std::string_view::npos) return false;
  return true;
}

std::string latin1_to_utf8(std::string_view bytes) {
  std::string out;
  out.reserve(bytes.size() * 2);
  for (const char c : bytes) {
    if (!is_8bit(c)) {
      out += c;
      continue;
    }
    const auto byte = static_cast<unsigned char>(c);
    out += static_cast<char>(0xC0 | byte >> 6);
    out += static_cast<char>(0x80 | (byte & 0x3f));
  }
  return out;
}

/// Whether 8-bit bytes would only be legal in some other charset than the declared one.
bool is_guessed(std::string_view charset) {
  return charset.empty() || charset == "US-ASCII" || charset == "UNKNOWN-8BIT" ||
         charset == "X-UNKNOWN";
}

std::string guess_to_utf8(std::string_view bytes) {
  return is_valid_utf8(bytes) ? std::string(bytes) : latin1_to_utf8(bytes);
}

enum class Outcome { unusable, clean, damaged };

Outcome decode_with(std::string_view bytes, const std::string& charset, std::string& out) {
  Converter converter("UTF-8", charset);
  if (!converter.usable()) return Outcome::unusable;
  out.clear();
  out.reserve(bytes.size() + bytes.size() / 2);
  Outcome outcome = Outcome::clean;
  while (const int error = converter.run(bytes, out)) {
    outcome = Outcome::damaged;
    out += kReplacement;
    if (error == EINVAL || bytes.empty()) break;  // a character cut off at the end
    bytes.remove_prefix(1);
  }
  converter.finish(out);
  return outcome;
}

/// ISO-2022-JP (and the half-width kana that some senders put in) written as EUC-JP.
std::string iso2022jp_to_euc(std::string_view bytes) {
  enum class Set { ascii, kanji, kana } set = Set::ascii;
  std::string out;
  for (std::size_t at = 0; at < bytes.size(); ++at) {
    const char c = bytes[at];
    if (c == '\x1b' && at + 2 < bytes.size()) {
      const std::string_view escape = bytes.substr(at + 1, 2);
      set = escape == "$B" || escape == "$@" ? Set::kanji : escape == "(I" ? Set::kana : Set::ascii;
      at += 2;
    } else if (set == Set::ascii || c <= ' ') {
      out += c;
      if (c == '\n') set = Set::ascii;  // RFC 1468: a line starts and ends in ASCII
    } else {
      if (set == Set::kana) out += '\x8e';
      out += static_cast<char>(c | '\x80');
    }
  }
  return out;
}

/// false if the charset is unknown. Where the charset's own table fails, its vendors' superset is
/// tried: mail labelled ISO-2022-JP or EUC-JP often holds characters such as a circled 1.
bool decode(std::string_view bytes, const std::string& charset, std::string& out) {
  // glibc lets the escape to half-width kana through as text, without an error.
  const bool kana = charset == "ISO-2022-JP" && bytes.find("\x1b(I") != std::string_view::npos;
  const Outcome outcome = kana ? Outcome::damaged : decode_with(bytes, charset, out);
  if (outcome == Outcome::unusable) return false;
  if (outcome == Outcome::clean) return true;
  if (charset == "EUC-JP") decode_with(bytes, "EUC-JP-MS", out);
  if (charset == "ISO-2022-JP") decode_with(iso2022jp_to_euc(bytes), "EUC-JP-MS", out);
  return true;
}

/// How many bytes from `at` are a valid character, or the longest valid beginning of one
/// (Unicode's "maximal subpart"); `whole` says which. At least 1.
std::size_t utf8_step(std::string_view bytes, std::size_t at, bool& whole) {
  const auto lead = static_cast<unsigned char>(bytes[at]);
  whole = lead < 0x80;
  if (whole || lead < 0xC2 || lead > 0xF4) return 1;
  const std::size_t length = lead < 0xE0 ? 2 : lead < 0xF0 ? 3 : 4;
  unsigned low = 0x80, high = 0xBF;  // limits of the second byte: RFC 3629 §4
  if (lead == 0xE0) low = 0xA0;
  if (lead == 0xED) high = 0x9F;
  if (lead == 0xF0) low = 0x90;
  if (lead == 0xF4) high = 0x8F;
  for (std::size_t i = 1; i < length; ++i) {
    if (at + i >= bytes.size()) return i;
    const auto byte = static_cast<unsigned char>(bytes[at + i]);
    if (byte < low || byte > high) return i;
    low = 0x80, high = 0xBF;
  }
  whole = true;
  return length;
}

}  // namespace

std::string canonical_charset(std::string_view name) {
  std::string upper(trim(name));
  for (char& c : upper)
    if (c >= 'a' && c <= 'z') c = static_cast<char>(c - 'a' + 'A');
  for (const auto& [alias, canonical] : kNames)
    if (upper == alias) return std::string(canonical);
  return upper;
}

bool is_known_charset(std::string_view name) {
  const std::string charset = canonical_charset(name);
  if (charset == "UTF-8" || charset == "US-ASCII") return true;
  return is_plain_name(charset) && Converter("UTF-8", charset).usable();
}

std::string to_utf8(std::string_view bytes, std::string_view charset_name) {
  const std::string charset = canonical_charset(charset_name);
  if (charset == "UTF-8") return repair_utf8(bytes);
  if (is_guessed(charset) || !is_plain_name(charset)) return guess_to_utf8(bytes);
  std::string out;
  if (!decode(bytes, charset, out)) return guess_to_utf8(bytes);
  return repair_utf8(out);
}

std::optional<std::string> from_utf8(std::string_view utf8, std::string_view charset_name) {
  const std::string charset = canonical_charset(charset_name);
  if (!is_valid_utf8(utf8)) return std::nullopt;
  if (charset == "UTF-8") return std::string(utf8);
  if (charset == "US-ASCII")
    return is_ascii(utf8) ? std::optional(std::string(utf8)) : std::nullopt;
  if (!is_plain_name(charset)) return std::nullopt;
  // ESC, SO and SI of the text itself would be read as shifts.
  if (charset.starts_with("ISO-2022") && utf8.find_first_of("\x1b\x0e\x0f") != utf8.npos)
    return std::nullopt;
  Converter converter(charset, "UTF-8");
  if (!converter.usable()) return std::nullopt;
  std::string out;
  std::string_view rest = utf8;
  if (converter.run(rest, out) != 0) return std::nullopt;
  converter.finish(out);
  return out;
}

bool is_ascii(std::string_view bytes) {
  for (const char c : bytes)
    if (is_8bit(c)) return false;
  return true;
}

std::size_t utf8_length_at(std::string_view bytes, std::size_t at) {
  if (at >= bytes.size()) return 0;
  bool whole = false;
  const std::size_t length = utf8_step(bytes, at, whole);
  return whole ? length : 0;
}

bool is_valid_utf8(std::string_view bytes) {
  bool whole = true;
  for (std::size_t at = 0; at < bytes.size() && whole;) at += utf8_step(bytes, at, whole);
  return whole;
}

std::string repair_utf8(std::string_view bytes) {
  std::string out;
  out.reserve(bytes.size());
  for (std::size_t at = 0; at < bytes.size();) {
    bool whole = false;
    const std::size_t length = utf8_step(bytes, at, whole);
    out += whole ? bytes.substr(at, length) : kReplacement;
    at += length;
  }
  return out;
}

}  // namespace posthorn::mail
